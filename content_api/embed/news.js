// <hanmi-news locale="auto" kind="news" count="5" tag="…" theme="…" fallback="source" target="_blank" key="…">
//
// A list of what is public, in a shadow tree. Texts only ever become text nodes, so that nothing in them is markup; no
// style stands in an attribute, so that a page's strict content security policy has nothing to refuse.

const { style, names, lists, urls, locale: standard } = __SITE__;
const BASE = new URL("..", import.meta.url);
const LOCALES = ["ko", "en"];
const KINDS = ["news", "history", "mission"];
const REMEMBERED = "hanmi-locale";
const PATIENCE = 15_000; // milliseconds
const WORDS = {
  ko: {
    name: "한국어",
    choose: "언어",
    loading: "불러오는 중입니다.",
    shown: (count) => `한국어로 ${count}건을 보여 드립니다.`,
    empty: "아직 실린 글이 없습니다.",
    failed: "지금은 글을 불러오지 못했습니다.",
    retry: "다시 시도",
  },
  en: {
    name: "English",
    choose: "Language",
    loading: "Loading.",
    shown: (count) => `Showing ${count} in English.`,
    empty: "There is nothing here yet.",
    failed: "This could not be loaded just now.",
    retry: "Try again",
  },
};

// The elements on the page: those that leave the language to the reader follow one choice.
const present = new Set();
let chosen = remembered();

function remembered() {
  try {
    return known(localStorage.getItem(REMEMBERED));
  } catch {
    return null; // a page may be forbidden to keep anything
  }
}

function remember(locale) {
  chosen = locale;
  try {
    localStorage.setItem(REMEMBERED, locale);
  } catch {
    // It holds as long as the page is open.
  }
}

// The language of ours that a tag such as ko-KR begins with (RFC 4647, 3.4), or null.
function known(tag) {
  const language = String(tag ?? "").toLowerCase().split("-")[0];
  return LOCALES.includes(language) ? language : null;
}

// An element that outside styles reach as `::part(…)`; children that are strings become text.
function make(tag, part, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries({ class: part, part, ...attributes })) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// 1953, 1953-07 or 1953-07-27, as far as it is known.
function written(date, locale) {
  const [year, month, day] = date.split("-").map(Number);
  const moment = new Date(0);
  moment.setUTCFullYear(year, (month || 1) - 1, day || 1);
  const shape = { timeZone: "UTC", year: "numeric" };
  if (month) shape.month = "long";
  if (day) shape.day = "numeric";
  return new Intl.DateTimeFormat(locale, shape).format(moment);
}

// Where a site shows the item, or null; no link leads anywhere but to the web.
function addressOf(item) {
  const values = { slug: item.slug, id: item.id, locale: item.locale };
  const address = (urls[item.kind] ?? "").replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  return /^https?:\/\//.test(address) ? address : null;
}

let sheet;

function dress(root) {
  try {
    if (!sheet) {
      const made = new CSSStyleSheet();
      made.replaceSync(style);
      sheet = made;
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", "", {}, style)); // browsers before 2023
  }
}

class HanmiNews extends HTMLElement {
  static observedAttributes = ["locale", "kind", "count", "tag", "fallback", "key", "theme", "target"];

  #own = null; // the language chosen here, where the page names the one to begin with
  #asked = ""; // the question that is answered, or will be
  #request = null; // while there is no answer yet
  #isDue = false;
  #isReaders = false; // whether it was the reader who asked, and is told what came of it

  #site = make("span", "site");
  #kindName = make("span", "kind");
  #heading = make("h2", "heading", { id: "heading" }, this.#site, " ", this.#kindName);
  #switch = make("div", "switch", { role: "group" });
  #message = make("p", "message", { role: "status" });
  #retry = make("button", "retry", { type: "button", hidden: "" });
  #body = make("div", "body", { tabindex: "-1" });
  #frame = make(
    "section",
    "frame",
    { "aria-labelledby": "heading" },
    make(
      "div",
      "layout",
      {},
      make("div", "header", {}, this.#heading, this.#switch),
      make("div", "content", {}, this.#message, this.#retry, this.#body),
    ),
  );

  constructor() {
    super();
    for (const locale of LOCALES) {
      const button = make("button", "language", { type: "button", lang: locale }, WORDS[locale].name);
      button.addEventListener("click", () => this.#choose(locale));
      this.#switch.append(button);
    }
    this.#retry.addEventListener("click", () => {
      this.#isReaders = true;
      this.#askAgain();
    });
    const root = this.attachShadow({ mode: "open" });
    dress(root);
    root.append(this.#frame);
  }

  connectedCallback() {
    present.add(this);
    this.#refresh();
  }

  // What was not answered is asked for again where the element comes to stand.
  disconnectedCallback() {
    present.delete(this);
    if (!this.#request && !this.#hasFailed) return;
    this.#request?.abort();
    this.#request = null;
    this.#asked = "";
  }

  // The page changed its language or its colours.
  static follow() {
    for (const each of present) each.#refresh();
  }

  // The network is back.
  static recover() {
    for (const each of present) if (each.#hasFailed && !each.#request) each.#askAgain();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "locale") this.#own = null;
    if (this.isConnected) this.#refresh();
  }

  // The language that the page names; else the reader's choice, the page's own, the browser's, the service's.
  get #locale() {
    const wish = this.getAttribute("locale");
    const named = known(wish);
    if (named) return this.#own ?? named;
    const page = wish === "browser" ? null : known((this.closest("[lang]") ?? document.documentElement).lang);
    return chosen ?? page ?? navigator.languages.map(known).find(Boolean) ?? standard;
  }

  get #kind() {
    const kind = this.getAttribute("kind");
    return KINDS.includes(kind) ? kind : "news";
  }

  get #count() {
    const count = this.getAttribute("count") ?? "";
    return (/^[0-9]{1,9}$/.test(count) && Math.min(Number(count), 100)) || 5;
  }

  get #address() {
    const address = new URL(`v1/${this.#kind}`, BASE);
    const asked = { locale: this.#locale, limit: this.#count, tag: this.getAttribute("tag") };
    if (this.getAttribute("fallback") === "source") asked.fallback = "source";
    for (const [name, value] of Object.entries(asked)) if (value) address.searchParams.set(name, value);
    return address.href;
  }

  get #key() {
    return this.getAttribute("key") ?? "";
  }

  get #hasFailed() {
    return !this.#retry.hidden;
  }

  // A theme; else what the page declares; where it declares nothing, what the reader prefers.
  get #scheme() {
    const theme = this.getAttribute("theme");
    if (theme === "light" || theme === "dark") return theme;
    return getComputedStyle(this).colorScheme === "normal" ? "reader" : "page";
  }

  #choose(locale) {
    const isNamed = known(this.getAttribute("locale"));
    if (isNamed) this.#own = locale;
    else remember(locale);
    this.#isReaders ||= locale !== this.#frame.lang;
    for (const each of isNamed ? [this] : present) each.#refresh();
  }

  #askAgain() {
    this.#asked = "";
    this.#refresh();
  }

  // Many attributes may change at once: they are looked at together.
  #refresh() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.isConnected) this.#update();
    });
  }

  #update() {
    const locale = this.#locale;
    this.#frame.lang = locale;
    this.#frame.dataset.scheme = this.#scheme;
    this.#site.textContent = names[locale];
    this.#kindName.textContent = lists[locale][this.#kind];
    this.#switch.setAttribute("aria-label", WORDS[locale].choose);
    this.#retry.textContent = WORDS[locale].retry;
    for (const button of this.#switch.children) button.setAttribute("aria-pressed", button.lang === locale);
    if (this.#asked !== this.#address + this.#key) this.#load();
    for (const link of this.#body.querySelectorAll("a")) this.#aim(link);
  }

  async #load() {
    // What is shown is in the language it was asked for in, whatever the page is in by then.
    const [address, key, locale] = [this.#address, this.#key, this.#locale];
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    const late = setTimeout(() => request.abort(), PATIENCE);
    this.#asked = address + key;
    this.#wait(locale);
    try {
      const headers = key ? { "X-Api-Key": key } : {};
      const answer = await fetch(address, { headers, credentials: "omit", signal: request.signal });
      if (answer.status === 429 || answer.status >= 500) throw new Error(`${address} answered ${answer.status}`);
      const { items, detail } = await answer.json();
      if (request !== this.#request) return;
      // What is refused, a tag that can be none for instance, would be refused ever again: there is nothing to show.
      if (!answer.ok) console.warn("hanmi-news:", detail);
      this.#show(answer.ok ? items : [], locale);
    } catch (fault) {
      if (request === this.#request) this.#fail(fault, locale);
    } finally {
      clearTimeout(late);
    }
  }

  // What is there stays until something else is; where nothing is, room is kept for what comes.
  #wait(locale) {
    this.#body.setAttribute("aria-busy", "true");
    if (this.#hasFailed) return this.#say(WORDS[locale].loading);
    this.#say(this.#isReaders ? WORDS[locale].loading : "", "spoken");
    if (this.#body.firstChild) return;
    const rows = Array.from({ length: Math.min(this.#count, 5) }, () => make("li", "waiting"));
    this.#body.append(make("ul", "list", { "aria-hidden": "true" }, ...rows));
  }

  #show(items, locale) {
    const rows = items.map((item) => this.#row(item, locale));
    this.#settle(rows.length ? [make("ul", "list", { lang: locale, role: "list" }, ...rows)] : [], true);
    if (!rows.length) this.#say(WORDS[locale].empty);
    else this.#say(this.#isReaders ? WORDS[locale].shown(rows.length) : "", "spoken");
    this.#isReaders = false;
  }

  #fail(fault, locale) {
    console.warn("hanmi-news:", fault.message);
    this.#settle([], false);
    this.#say(WORDS[locale].failed);
    this.#isReaders = false;
  }

  // Put what has come in the place of what was there; the focus does not get lost with that.
  #settle(content, isGood) {
    const focused = this.shadowRoot.activeElement;
    const isLost = this.#body.contains(focused) || focused === this.#retry;
    this.#request = null;
    this.#body.removeAttribute("aria-busy");
    this.#body.replaceChildren(...content);
    this.#retry.hidden = isGood;
    if (isLost) (isGood ? this.#body : this.#retry).focus();
  }

  #say(words, manner = "shown") {
    this.#message.dataset.manner = manner;
    this.#message.textContent = words;
  }

  #row(item, locale) {
    const address = addressOf(item);
    const title = make(address ? "a" : "span", "title", address ? { href: address } : {}, item.title);
    if (address) this.#aim(title);
    const text = make("div", "text", {}, title);
    const row = make("li", "item", {}, text);
    if (item.date) {
      row.prepend(make("time", "date", { datetime: item.date }, written(item.date, item.locale)));
    }
    if (item.locale !== locale) {
      row.lang = item.locale; // read out as what it is, and told apart by more than that
      text.append(make("span", "other", {}, WORDS[item.locale].name));
    }
    if (item.summary?.trim()) text.append(make("p", "summary", {}, item.summary));
    return row;
  }

  #aim(link) {
    link.target = this.getAttribute("target") ?? "";
    link.rel = "noopener";
  }
}

if (!customElements.get("hanmi-news")) {
  customElements.define("hanmi-news", HanmiNews);
  const attributeFilter = ["lang", "class", "style", "data-theme"];
  new MutationObserver(HanmiNews.follow).observe(document.documentElement, { attributeFilter });
  addEventListener("online", HanmiNews.recover);
}

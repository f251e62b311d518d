// The review page. Each segment is a form that works by itself; here it is sent in the background, kept on the device
// until the server has it, and never touched while an input method composes a syllable.
(() => {
  follow(document.querySelector("[data-follow]"));
  const list = document.getElementById("segments");
  if (!list) return;
  document.body.classList.add("scripted");
  const find = (selector) => document.querySelector(selector), all = (selector) => document.querySelectorAll(selector);
  const forms = [...all("form.segment")];
  const field = (form) => form.elements.target;
  const known = new Map(); // what this page knows of a segment beyond what stands in it
  const of = (form) => {
    if (!known.has(form)) known.set(form, { saved: field(form)?.value, before: [], soon: desk.settled(() => save(form), 800) });
    return known.get(form);
  };
  const isDirty = (form) => field(form) && field(form).value !== of(form).saved;

  let composing = null, afterwards = []; // the field in which a syllable is being composed, and what waits for its end
  const uncomposed = (act) => { if (composing) afterwards.push(act); else act(); };
  list.addEventListener("compositionstart", (event) => { composing = event.target; });
  list.addEventListener("compositionend", () => {
    composing = null;
    setTimeout(() => afterwards.splice(0).forEach((act) => act()));
  });

  // --- kept on the device ---
  const place = (form) => `hanmi ${list.dataset.account} ${list.dataset.draft} ${form.dataset.id}`;
  const device = (act) => { try { return act(localStorage); } catch { return null; } }; // it may be full, or forbidden
  const keep = (form) => device((store) => store.setItem(place(form), JSON.stringify([of(form).clash ? 0 : form.elements.version.value, field(form).value])));
  const drop = (form) => device((store) => store.removeItem(place(form)));
  addEventListener("pagehide", () => known.forEach((_, form) => isDirty(form) && keep(form)));

  // --- saving ---
  const page = async (answer) => {
    const isPage = answer?.headers.get("content-type")?.startsWith("text/html");
    return isPage ? new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html") : null;
  };
  const get = async (address) => page(await fetch(address, { headers: { "X-CSRF-Token": desk.csrf } }).catch(() => null));
  const status = (form, name) => {
    form.dataset.saving = name;
    form.querySelector(".status").textContent = list.getAttribute(`data-say-${name}`);
  };
  const tell = (name) => {
    for (const each of all("[data-tells]")) each.hidden = each.dataset.tells !== name;
  };
  // Where somebody else signed in meanwhile, in another tab, nothing goes out under their name.
  let foreign = false;
  async function signedIn() {
    foreign = (await desk.signedInAgain()) !== list.dataset.email;
    if (!foreign) again();
  }
  // Saves a segment, by a button if one was pressed; resolves to whether the server has it now. Where somebody changed
  // it meanwhile, nothing is sent until its writer has chosen: that may come to light only while this waits.
  async function save(form, button) {
    const own = of(form);
    while (own.sending) await own.sending;
    if (composing?.form === form) return new Promise((done) => uncomposed(() => done(save(form, button))));
    if (own.clash || (!button && !isDirty(form))) return !isDirty(form) && !button;
    if (foreign) {
      own.due ??= button ?? true;
      keep(form);
      status(form, "signed_out");
      return false;
    }
    own.sending = send(form, button).catch(() => false);
    const done = await own.sending;
    own.sending = null;
    return done;
  }
  async function send(form, button) {
    const own = of(form), sent = field(form).value, body = new URLSearchParams(new FormData(form));
    if (button) body.set(button.name, button.value);
    // A reason goes out with its own button alone.
    const reason = button?.value === "dismiss" && button.previousElementSibling.name;
    for (const name of [...body.keys()]) if (name.startsWith("note.") && name !== reason) body.delete(name);
    keep(form);
    status(form, "saving");
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRF-Token": desk.csrf } }).catch(() => null);
    const part = await page(answer);
    if (!part?.getElementById(form.id)) { // nor is a page of somebody between an answer
      own.due = button ?? true;
      const signedOut = answer?.status === 401 || answer?.status === 403;
      const name = signedOut ? "signed_out" : answer?.status >= 400 && answer.status < 500 ? "refused" : "offline";
      status(form, name);
      tell(name);
      if (signedOut) signedIn();
      return false;
    }
    own.due = answer.status < 500 ? null : button ?? true;
    own.clash = answer.status === 412;
    if (answer.ok) {
      if (own.saved !== sent) own.before.push(own.saved);
      own.saved = sent;
      drop(form);
      tell();
      preview();
    }
    uncomposed(() => show(form, part));
    status(form, own.clash ? "clash" : !answer.ok ? "refused" : isDirty(form) ? "unsaved" : "saved");
    if (isDirty(form) && answer.ok) own.soon();
    return answer.ok;
  }
  async function again() {
    if (foreign) return signedIn();
    for (const [form, own] of known) {
      if (own.due && !own.sending && !(await save(form, own.due === true ? undefined : own.due)) && own.due) return;
    }
  }
  addEventListener("online", again);
  setInterval(() => document.hidden || desk.waiting || again(), 5000);

  // Of an article only the blocks that changed: to lay out a long one takes longer than to type a letter.
  function renew(old, now) {
    if (old.isEqualNode(now)) return;
    const [from, to] = [old, now].map((each) => [...each.children]);
    if (old.matches("#article, .body") && from.length === to.length) from.forEach((each, at) => renew(each, to[at]));
    else old.replaceWith(document.adoptNode(now));
  }
  const preview = desk.settled(async () => {
    const part = await get(`/desk/drafts/${list.dataset.draft}/article`);
    if (!part?.getElementById("article")) return;
    uncomposed(() => {
      find("[data-here]")?.removeAttribute("data-here");
      renew(find("#article"), part.getElementById("article"));
      point();
    });
  }, 700);
  if (find("#article[data-late]")) preview();
  // Puts in what of a segment and of the page changed. The field itself is its writer's.
  function show(form, part) {
    const now = part.getElementById(form.id);
    for (const name of ["state", "issues", "aided"]) {
      if (name in now.dataset) form.dataset[name] = now.dataset[name];
      else if (name === "issues") delete form.dataset[name];
    }
    if (now.elements.version) form.elements.version.value = now.elements.version.value;
    const [accept, fresh] = [form, now].map((each) => each.querySelector(".accept"));
    if (accept && fresh) [accept.value, accept.ariaPressed] = [fresh.value, fresh.ariaPressed];
    for (const each of part.querySelectorAll("[data-part]")) {
      const old = document.getElementById(each.id), hand = document.activeElement;
      // Not under the hands of whoever is just giving a reason.
      if (!old || (hand.matches("input") && hand.value && old.contains(hand))) continue;
      const [was, now] = [old, each].map((one) => one.querySelectorAll("details"));
      was.forEach(({ open }, at) => open && now[at]?.setAttribute("open", ""));
      renew(old, each);
    }
    form.classList.toggle("dirty", isDirty(form));
    point();
  }

  // --- the segment in hand ---
  let active = null;
  const help = desk.settled(async () => {
    const form = active;
    if ("aided" in form.dataset || !field(form)) return;
    const part = await get(form.action);
    // Where somebody changed it meanwhile, its writer learns that when it is saved.
    if (part && part.getElementById(form.id)?.elements.version?.value === form.elements.version.value) uncomposed(() => show(form, part));
  }, 120);
  function activate(form) {
    if (!form || form === active) return;
    active?.classList.remove("active");
    active = form;
    form.classList.add("active");
    of(form);
    point();
    help();
  }
  // Shows in the preview where the segment stands.
  function point() {
    if (!active) return;
    const article = find("#article"), frame = article.parentElement;
    find("[data-here]")?.removeAttribute("data-here");
    const { place } = active.dataset;
    const here = article.querySelector(place ? `.body [data-place="${place}"]` : active.matches(".title") ? "h1" : ".lead");
    here?.toggleAttribute("data-here", true);
    const box = here?.getBoundingClientRect(), room = frame.getBoundingClientRect();
    if (box && (box.top < room.top || box.bottom > room.bottom)) frame.scrollTop += box.top - room.top - room.height / 3;
  }
  function next(form, step, wanted = () => true) {
    for (let at = forms.indexOf(form) + step; forms[at]; at += step) {
      if (forms[at].offsetParent && wanted(forms[at])) return forms[at];
    }
    return null;
  }
  function go(form) {
    if (!form) return;
    (field(form) ?? form.querySelector("a")).focus({ preventScroll: true });
    const box = form.getBoundingClientRect(), top = find(".workbar").getBoundingClientRect().bottom;
    if (box.top < top + 8 || box.bottom > innerHeight - 60) scrollBy(0, box.top - Math.max(top, 0) - innerHeight / 6);
  }
  function accept(form, onwards) {
    if (of(form).clash) return go(form);
    const following = onwards && (next(form, 1, (each) => each.dataset.state !== "reviewed") ?? next(form, 1));
    const done = form.dataset.state !== "reviewed" || isDirty(form) ? save(form, { name: "do", value: "accept" }) : null;
    if (following) go(following);
    else if (onwards) find("[data-decides] .main")?.focus();
    done?.then((fine) => fine || of(form).due || go(form));
  }
  // Writes as a person would, so that the browser's own undo takes it back.
  function write(form, text, whole) {
    const into = field(form), pair = !whole && /^(<\d+>)(<\/\d+>)$/.exec(text);
    into.focus();
    if (whole) into.select();
    const { selectionStart: start, selectionEnd: end, value } = into, chosen = value.slice(start, end);
    const put = pair ? pair[1] + chosen + pair[2] : text;
    if (!document.execCommand("insertText", false, put)) into.setRangeText(put, start, end, "end");
    if (pair && !chosen) into.selectionStart = into.selectionEnd -= pair[2].length;
    typed(form);
  }
  function typed(form) {
    const name = of(form).clash ? "clash" : "unsaved";
    if (form.dataset.saving !== name) status(form, name);
    form.classList.add("dirty");
    of(form).soon();
  }
  async function undo(form) {
    const own = of(form), earlier = own.before.pop();
    if (earlier === undefined) return;
    write(form, earlier, true);
    if (await save(form)) own.before.pop();
  }

  // --- what people do ---
  list.addEventListener("focusin", (event) => activate(event.target.closest("form.segment")));
  list.addEventListener("focusout", (event) => known.get(event.target.form)?.soon.now());
  list.addEventListener("input", (event) => event.target.name === "target" && typed(event.target.form));
  list.addEventListener("submit", (event) => {
    const form = event.target, hand = document.activeElement;
    // Enter in a reason means the button beside it, not the form's first.
    const reasoned = hand.matches("[name^='note.']") && event.submitter?.matches(".unscripted");
    const button = reasoned ? hand.nextElementSibling : event.submitter;
    event.preventDefault();
    activate(form);
    if (reasoned) button.focus(); // it is given: what comes of it may take its place
    if (button?.closest("[role=alert]")) of(form).clash = false; // mine or theirs: it was chosen
    if (button?.name === "instead" || button?.name === "add") {
      write(form, button.value, button.name === "instead");
      if (button.name === "instead") save(form);
    } else if (button?.value === "accept") accept(form, false);
    else save(form, button ?? undefined);
  });
  for (const form of all("form[data-decides]")) {
    form.addEventListener("submit", async (event) => {
      const due = forms.filter((each) => known.has(each) && (isDirty(each) || of(each).sending || of(each).due));
      if (!due.length) return;
      event.preventDefault();
      const saved = await Promise.all(due.map((each) => save(each)));
      if (saved.every(Boolean)) return form.requestSubmit(event.submitter);
      tell("first");
      go(due[saved.indexOf(false)]);
    });
  }
  for (const link of all("a[data-show]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      list.dataset.show = link.dataset.show;
      for (const each of all(".shows a")) each.toggleAttribute("aria-current", each.href === link.href);
      history.replaceState(null, "", link.href);
    });
  }
  find(".preview-toggle").addEventListener("click", (event) => {
    event.preventDefault();
    event.target.ariaPressed = document.body.classList.toggle("previewing");
    point();
  });
  const keys = find("#keys");
  find("[data-keys]")?.addEventListener("click", () => keys.showModal());

  // By the keys' places, not their letters: on a Korean keyboard the letters are others.
  addEventListener("keydown", (event) => {
    if (desk.composing(event) || composing || keys?.open) return;
    const { key, code, altKey: alt, target } = event, command = event.ctrlKey || event.metaKey;
    const form = target.closest("form.segment") ?? active, mine = form && field(form);
    const act =
      key === "?" && keys && !target.matches("textarea, input") ? () => keys.showModal()
      : alt && code === "ArrowDown" ? () => go(form ? next(form, 1) : forms.find((each) => each.offsetParent))
      : alt && code === "ArrowUp" ? () => form && go(next(form, -1))
      : command && code === "KeyS" ? () => mine && save(form)
      : mine && command && key === "Enter" ? () => accept(form, true)
      : mine && alt && key === "Enter" ? () => accept(form, false)
      : mine && alt && code === "KeyZ" ? () => undo(form)
      : mine && alt && /^Digit[0-3]$/.test(code) ? () => form.querySelector(`[data-key="${code.at(-1)}"]`)?.click()
      : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  // --- what an earlier visit could not save ---
  for (const form of forms) {
    const held = field(form) && device((store) => JSON.parse(store.getItem(place(form))));
    if (!held) continue;
    if (held[1] === field(form).value) { drop(form); continue; }
    of(form);
    [form.elements.version.value, field(form).value] = held; // if somebody changed it since, both are shown
    typed(form);
    status(form, "restored");
  }
  if (location.hash) activate(find("form.segment:target"));
})();

// Follows drafts that are being made, while the page is looked at: a browser has few connections to one host.
function follow(watched) {
  if (!watched) return;
  const reload = desk.settled(() => location.reload(), 300), mine = watched.dataset.draft;
  const source = document.hidden ? null : new EventSource(`/v1/editorial/events?since=${watched.dataset.since}`);
  const heard = (name, act) => source?.addEventListener(name, (event) => act(JSON.parse(event.data)));
  heard("progress", ({ draft, done, total }) => {
    const row = mine === draft ? watched : watched.querySelector(`[data-draft="${CSS.escape(draft)}"]`);
    if (!row) return;
    Object.assign(row.querySelector("progress"), { max: total || 1, value: done });
    row.querySelector(".count").textContent = `${done}/${total}`;
  });
  heard("draft", ({ draft, state }) => state !== "running" && (!mine || mine === draft) && reload());
  heard("reload", reload);
  if (source) source.onerror = () => source.readyState === EventSource.CLOSED && setTimeout(reload, 15000);
  document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : reload()));
}

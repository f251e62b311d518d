// The form of an entry: what is typed is kept, on this device at once and on the server soon, until it is saved.
// `late` is what was typed, by language, while the page that this one takes the place of was being sent.
desk.entry = (late = {}) => {
  const form = document.getElementById("entry");
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "1";
  document.body.classList.add("scripted");
  const said = form.dataset, sides = {}, id = said.entry, NAMES = ["title", "summary", "body"];
  const field = (name) => form.elements[name];
  let composing = false, foreign = false, line = Promise.resolve();

  const say = (side, what, more = "") => { side.status.textContent = what ? said[what] + more : ""; };
  const typed = (side) => ({
    title: field(`title_${side.locale}`).value, summary: field(`summary_${side.locale}`).value,
    body: field(`body_${side.locale}`).value, base_revision: Number(field(`base_${side.locale}`).value) || null,
  });
  const copyOf = (side) => field(`copy_${side.locale}`).value;
  const fill = (side, text) => { for (const name of NAMES) field(`${name}_${side.locale}`).value = text[name]; };
  const held = (key) => {
    const text = desk.device((store) => JSON.parse(store.getItem(key)));
    return NAMES.every((name) => typeof text?.[name] === "string") ? text : null;
  };
  const put = (key, text) => desk.device((store) => store.setItem(key, JSON.stringify(text)));
  const hold = (side) => side.dirty && put(side.key, { ...typed(side), copy: copyOf(side) });
  const drop = (...keys) => desk.device((store) => keys.forEach((key) => store.removeItem(key)));
  const every = (act) => Object.values(sides).forEach(act);

  // One after the other, so that the last thing typed is the last thing kept.
  const keep = (side) => { line = line.then(() => send(side)); return line; };
  async function send(side) {
    // What is kept while the form is being sent could arrive after it, and be taken for newer than what was saved.
    if (composing || !side.dirty || form.dataset.sending) return;
    hold(side);
    if (!id || foreign) return say(side, foreign && "device");
    const mine = JSON.stringify(typed(side));
    say(side, "saving");
    const answer = await desk.ask("PUT", `/v1/editorial/entries/${id}/texts/${side.locale}/working-copy`, JSON.parse(mine)).catch(() => null);
    if (answer?.ok) {
      const { saved_at: at } = await answer.json().catch(() => ({}));
      if (at) field(`copy_${side.locale}`).value = at;
      if (mine === JSON.stringify(typed(side))) { side.dirty = false; drop(side.key); }
      say(side, "kept");
    } else if (answer?.status === 401 || answer?.status === 403) {
      signedOut();
    } else {
      say(side, answer && answer.status < 500 ? "refused" : "device");
      if (!answer || answer.status >= 500) side.retry();
    }
  }

  function signedOut() {
    const notice = form.querySelector(".signed-out");
    const link = Object.assign(document.createElement("a"), { href: "/desk/sign-in", target: "_blank", rel: "noopener", textContent: said.signIn });
    notice.replaceChildren(said.signedOut + " ", link);
    notice.hidden = false;
    every((side) => { if (side.dirty) say(side, ""); });
    // What one person wrote is not sent under the name of another: it waits for the one who wrote it.
    desk.signedInAgain().then(function back(email) {
      foreign = email !== said.account;
      if (foreign) {
        notice.textContent = said.other.replace("{n}", said.account);
        desk.signedInAgain().then(back);
      } else notice.hidden = true;
      every(keep);
    });
  }

  function count(control) {
    const limit = Number(control.dataset.limit);
    const left = control.value.length < limit * 0.8 ? limit : limit - [...control.value.normalize("NFC")].length;
    let note = control.parentNode.querySelector(".count");
    if (left > limit * 0.1) return note?.remove();
    if (!note) control.before(note = Object.assign(document.createElement("span"), { className: "fine count" }));
    note.textContent = said[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left));
  }

  async function preview(side) {
    if (!side.preview.open || composing) return;
    const body = new FormData();
    body.append("body", field(`body_${side.locale}`).value);
    const answer = await fetch("/desk/preview", { method: "POST", headers: { "X-CSRF-Token": desk.csrf }, body }).catch(() => null);
    if (answer?.ok) side.preview.querySelector(".reader").innerHTML = await answer.text();
  }

  // Offers the text of this device in place of the one kept from another; pressed once more, that one is back.
  function choose(side, section) {
    const swap = Object.assign(document.createElement("button"), { type: "button", textContent: said.swap });
    const notice = Object.assign(document.createElement("p"), { className: "notice warn", textContent: said.aside + " " });
    swap.addEventListener("click", () => {
      const other = held(side.aside), mine = typed(side);
      if (!other) return;
      put(side.aside, mine);
      fill(side, other);
      changed({ target: field(`body_${side.locale}`) });
    });
    notice.append(swap);
    section.querySelector(".head").after(notice);
  }

  for (const section of form.querySelectorAll("[data-locale]")) {
    const side = { locale: section.dataset.locale, status: section.querySelector(".kept"), preview: section.querySelector(".preview") };
    side.key = `hanmi ${said.account} ${id || "new"} ${side.locale}`;
    side.aside = `${side.key} aside`;
    side.hold = desk.settled(() => hold(side), 250);
    side.keep = desk.settled(() => keep(side), 1500);
    side.retry = desk.settled(() => keep(side), 5000);
    side.show = desk.settled(() => preview(side), 500);
    side.preview.addEventListener("toggle", () => preview(side));
    sides[side.locale] = side;
    if (field(`title_${side.locale}`).readOnly) continue;
    const text = late[side.locale] ?? held(side.key), shown = typed(side);
    const differs = text && NAMES.some((name) => text[name] !== shown[name]);
    // What this device holds never reached the server, so it is newer than what the page came with; unless what was
    // kept since came from another device: then the editor chooses.
    if (differs && !late[side.locale] && copyOf(side) && text.copy !== copyOf(side)) {
      put(side.aside, text);
      drop(side.key);
    } else if (text) {
      side.dirty = true;
      if (differs) {
        fill(side, text);
        if (!late[side.locale]) field(`base_${side.locale}`).value = text.base_revision || "";
      }
      keep(side).then(() => differs && say(side, "back"));
    }
    if (held(side.aside)) choose(side, section);
  }

  const changed = (event) => {
    const side = sides[event.target.name?.split("_")[1]];
    if (!side || !event.target.dataset.limit) return;
    side.dirty = true;
    count(event.target);
    if (!composing) { side.hold(); side.keep(); side.show(); }
  };
  form.addEventListener("input", changed);
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", (event) => { composing = false; changed(event); });
  for (const control of form.querySelectorAll("[data-limit]")) count(control);
  // The page is not changed under a syllable: whoever waits goes on when none is being composed.
  const composed = async () => {
    while (composing) {
      await new Promise((done) => form.addEventListener("compositionend", done, { once: true }));
      await new Promise((done) => setTimeout(done));
    }
  };
  desk.leaving = () => every(hold);
  desk.online = () => every(keep);

  // Sent by the script, so that a lost connection or an ended session leaves the page as it is.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    desk.leaving();
    const note = form.querySelector(".saving");
    if (foreign) { note.textContent = said.other.replace("{n}", said.account); return; }
    form.dataset.sending = "1";
    note.textContent = said.saving;
    const body = new FormData(form, event.submitter), all = Object.values(sides);
    const sent = all.map((side) => JSON.stringify(typed(side)));
    await line;
    for (const side of all) body.set(`copy_${side.locale}`, field(`copy_${side.locale}`).value);
    const answer = await fetch(form.action, { method: "POST", headers: { "X-CSRF-Token": desk.csrf }, body }).catch(() => null);
    const html = answer?.headers.get("content-type")?.startsWith("text/html") && await answer.text().catch(() => "");
    // Whatever stands between us and the server may answer with a page of its own.
    const page = html && new DOMParser().parseFromString(html, "text/html");
    if (page && page.getElementById("entry")) {
      await composed();
      const typedOn = {};
      all.forEach((side, n) => {
        if (sent[n] !== JSON.stringify(typed(side))) typedOn[side.locale] = typed(side);
        side.dirty = false;
        for (const timer of [side.hold, side.keep, side.retry, side.show]) timer.stop();
        drop(side.key, side.aside);
      });
      return desk.show(page, answer.redirected && answer.url, typedOn);
    }
    delete form.dataset.sending;
    note.textContent = "";
    if (answer?.status === 401 || answer?.status === 403) return signedOut();
    note.textContent = said[answer?.status >= 400 && answer.status < 500 ? "refused" : "device"];
    every(keep);
  });
};

// Shows another page's contents in this one's place; whoever types goes on typing.
desk.show = (page, address, late) => {
  const main = document.getElementById("main");
  const { id, name, value, selectionStart, selectionEnd } = document.activeElement;
  const open = [...main.querySelectorAll("details[open][id]")].map((each) => each.id);
  if (address) { history.pushState(null, "", address); desk.place = location.pathname + location.search; }
  document.title = page.title;
  main.replaceChildren(...page.getElementById("main").childNodes);
  for (const each of open) document.getElementById(each)?.setAttribute("open", "");
  desk.entry(late);
  const first = main.querySelector("[aria-invalid=true], .meeting, [role=alert]:not([hidden]), #link");
  const there = name === "do" ? main.querySelector(`[name=do][value="${value}"]:not([tabindex])`) : document.getElementById(id);
  const again = (first?.matches("input, textarea") ? first : there) ?? main;
  again.focus({ preventScroll: true });
  if (again === there && selectionEnd != null) again.setSelectionRange(selectionStart, selectionEnd);
  first?.scrollIntoView({ block: "center" });
  const done = main.querySelector(".notice.good"), note = main.querySelector(".saving");
  if (done && note) note.textContent = done.textContent;
};

addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || desk.composing(event)) return;
  const form = document.getElementById("entry");
  if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[name=do]")); }
});
addEventListener("pagehide", () => desk.leaving?.());
addEventListener("online", () => desk.online?.());
// Back to what the script took the place of; a link within the page is none of that.
desk.place = location.pathname + location.search;
addEventListener("popstate", () => { if (desk.place !== location.pathname + location.search) location.reload(); });
desk.entry();

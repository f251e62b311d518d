// What all pages share. Everything works without this script; with it less is waited for and nothing typed is lost.
"use strict";
const desk = {
  csrf: document.querySelector("meta[name=csrf]")?.content ?? "",

  // Asks the server as the editorial API is asked; resolves to the Response, also for a refusal.
  ask(method, address, body, etag) {
    const headers = { "X-CSRF-Token": desk.csrf, Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (etag) headers["If-Match"] = etag;
    return fetch(address, {
      method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
  },

  // What this device stores; it may be full, forbidden or damaged: then there is nothing.
  device(act) { try { return act(localStorage); } catch { return null; } },

  // Calls `act` when nothing more happened for `ms` milliseconds; `.now()` calls it at once if it was due, `.stop()` never.
  settled(act, ms) {
    let timer = 0;
    const soon = () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; act(); }, ms); };
    soon.stop = () => { clearTimeout(timer); timer = 0; };
    soon.now = () => { if (timer) { clearTimeout(timer); timer = 0; act(); } };
    return soon;
  },

  // Waits until somebody is signed in again, in another tab; takes their token over and resolves to their address.
  signedInAgain() {
    desk.waiting ??= new Promise((resolve) => {
      const look = async () => {
        const answer = await desk.ask("GET", "/desk/session").catch(() => null);
        if (!answer?.ok || !desk.waiting) return;
        const session = await answer.json();
        clearInterval(timer);
        removeEventListener("focus", look);
        desk.waiting = null;
        desk.csrf = session.csrf;
        for (const field of document.querySelectorAll("input[name=csrf]")) field.value = session.csrf;
        resolve(session.email);
      };
      const timer = setInterval(look, 3000);
      addEventListener("focus", look);
    });
    return desk.waiting;
  },

  // Tells whether a key belongs to an input method that is composing a syllable.
  composing: (event) => event.isComposing || event.keyCode === 229,
};

/* page.js - comfort on every page: proof of origin for calls by script, menus, toasts.

   Every page works without any of these files; a script here only shortens a way that exists.  No
   texts stand in scripts: what has to be said comes from the page, in the reader's language. */
"use strict";

const errand = {
  csrf: document.querySelector('meta[name="csrf"]')?.content ?? "",

  /* Waits until nothing has happened for `ms`, then calls once. */
  calm(ms, fn) {
    let timer = 0;
    return (...args) => {
      clearTimeout(timer);
      timer = setTimeout(() => fn(...args), ms);
    };
  },

  /* The elements of an answer as a fragment, or null when there was no good answer. */
  async fetch(url, options = {}) {
    const headers = { "X-CSRF-Token": errand.csrf, "HX-Request": "true", ...options.headers };
    try {
      const answer = await fetch(url, { ...options, headers, credentials: "same-origin" });
      if (!answer.ok || answer.redirected)
        return null;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fragment = document.createDocumentFragment();
      fragment.append(...parsed.body.childNodes);
      return fragment;
    } catch {
      return null;
    }
  },

  /* Says something to readers of the page without moving the focus. */
  say(text) {
    const live = document.getElementById("live");
    if (live && text)
      live.textContent = text;
  },

  isTyping(element) {
    return element?.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])") ?? false;
  },
};

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = errand.csrf;
});

/* -- menus: one at a time; Escape and a click beside it close it -- */

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target))
      menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape")
    return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* -- what takes a while is fetched after the page: data-later is the address of the whole part, its link the way without -- */

for (const part of document.querySelectorAll("[data-later][id]"))
  errand.fetch(part.dataset.later).then((answer) => {
    const whole = answer?.querySelector(`#${part.id}`);
    if (whole)
      part.replaceWith(whole);
  });

/* -- toasts go by themselves, but not while somebody looks at them -- */

for (const toast of document.querySelectorAll(".toast")) {
  const seconds = toast.querySelector("button") ? 20 : 8;
  const go = errand.calm(seconds * 1000, () => {
    if (toast.matches(":hover, :focus-within"))
      go();
    else
      toast.remove();
  });
  go();
}

/* desk.js - what helps who works on a request.

   <form data-draft="/work/REQ-17/unsent"> keeps what is typed on the server, so that it is found again in another
   browser; it goes when it is sent. */

for (const form of document.querySelectorAll("form[data-draft]")) {
  const field = form.querySelector("textarea");
  const sign = document.getElementById("draft-kept");
  const now = () => field.value.trim() === "" ? "" : `${form.elements.namedItem("_kind")?.value} ${field.value}`;
  let kept = sign?.hidden === false ? now() : "";
  let sent = false;

  const body = () => {
    const all = new FormData(form);
    const some = new URLSearchParams();
    for (const name of ["text", "_kind", "seen"])
      some.append(name, all.get(name) ?? "");
    return some;
  };

  async function keep(leaving) {
    const typed = now();
    if (sent || typed === kept)
      return;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: body(), keepalive: leaving, credentials: "same-origin", redirect: "manual",
        headers: { "X-CSRF-Token": errand.csrf, "HX-Request": "true" },
      });
      if (answer.status !== 204)
        return;
    } catch {
      return; /* the next word tries again */
    }
    kept = typed;
    if (sign)
      sign.hidden = typed === "";
    if (unsaved === form && now() === kept && !form.querySelector("[type=file]")?.files.length)
      unsaved = null; /* nothing is lost by leaving */
  }

  const soon = errand.calm(1000, () => keep(false));
  form.addEventListener("input", () => {
    if (sign && now() !== kept)
      sign.hidden = true;
    soon();
  });
  form.addEventListener("submit", () => { sent = true; });
  addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden)
      keep(true);
  });
}

/* -- ready replies: "/" in an empty line of the composer, or its link, opens what can be chosen; typing narrows it,
   arrows choose, Enter puts the filled text where the cursor was -- */

{
  const palette = document.getElementById("ready");
  const field = document.getElementById("say");
  const find = palette?.querySelector("input");
  const choices = () => [...palette.querySelectorAll("#ready-found a")];
  const current = () => palette.querySelector("a[aria-current=true]");
  let at = null; /* where the text goes: [from, to] */
  let turn = 0;

  function choose(element) {
    current()?.removeAttribute("aria-current");
    element?.setAttribute("aria-current", "true");
    element?.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const mine = ++turn;
    const answer = await errand.fetch(`${find.form.getAttribute("action")}?q=${encodeURIComponent(find.value.trim())}`);
    const news = answer?.querySelector("#ready-found");
    if (!news || mine !== turn)
      return;
    document.getElementById("ready-found").replaceWith(news);
    choose(choices()[0]);
  }

  function open(from, to) {
    at = [from, to];
    find.value = "";
    palette.showPopover();
    find.focus();
    ask();
  }

  function put(link) {
    palette.hidePopover();
    field.focus();
    field.setSelectionRange(...at);
    field.setRangeText(link.dataset.text, ...at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  find?.addEventListener("input", errand.calm(150, ask));
  find?.form.addEventListener("submit", (event) => event.preventDefault());
  find?.addEventListener("keydown", (event) => {
    const all = choices();
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length > 0) {
      event.preventDefault();
      choose(all[(all.indexOf(current()) + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (current())
        put(current());
    }
  });
  palette?.addEventListener("click", (event) => {
    const link = event.target.closest("#ready-found a");
    if (!link || event.ctrlKey || event.metaKey)
      return;
    event.preventDefault();
    put(link);
  });
  palette?.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && !palette.contains(document.activeElement))
      return;
    if (event.newState === "closed")
      field.focus();
  });
  document.querySelector("[data-ready]")?.addEventListener("click", (event) => {
    if (!palette || event.ctrlKey || event.metaKey)
      return;
    event.preventDefault();
    open(field.selectionStart, field.selectionEnd);
  });
  field?.addEventListener("keydown", (event) => {
    const before = field.value.slice(0, field.selectionStart);
    if (event.key !== "/" || event.isComposing || !palette || (before !== "" && !before.endsWith("\n")))
      return;
    event.preventDefault();
    open(field.selectionStart, field.selectionEnd);
  });
}

/* -- macros: the link opens those that can be run; typing narrows them, arrows choose, Enter runs -- */

{
  const link = document.querySelector("[data-macros]");
  const palette = link && document.getElementById(link.dataset.macros);
  const find = palette?.querySelector("input");
  const all = () => [...palette.querySelectorAll("#macros-found li:not([hidden]) button")];
  const current = () => palette.querySelector("button[aria-current=true]");

  function choose(element) {
    current()?.removeAttribute("aria-current");
    element?.setAttribute("aria-current", "true");
    element?.scrollIntoView({ block: "nearest" });
  }

  link?.addEventListener("click", async (event) => {
    if (!palette || event.ctrlKey || event.metaKey)
      return;
    event.preventDefault();
    const answer = await errand.fetch(link.getAttribute("href"));
    const news = answer?.querySelector("#macros-found");
    if (!news)
      return;
    document.getElementById("macros-found").replaceWith(news);
    find.value = "";
    palette.showPopover();
    find.focus();
    choose(all()[0]);
  });
  find?.addEventListener("input", () => {
    const words = find.value.trim().toLowerCase();
    for (const item of palette.querySelectorAll("#macros-found li"))
      item.hidden = !item.textContent.toLowerCase().includes(words);
    choose(all()[0]);
  });
  find?.form.addEventListener("submit", (event) => event.preventDefault());
  find?.addEventListener("keydown", (event) => {
    const list = all();
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.length > 0) {
      event.preventDefault();
      choose(list[(list.indexOf(current()) + (event.key === "ArrowDown" ? 1 : -1) + list.length) % list.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      current()?.click();
    }
  });
}

/* -- who stops writing without a word is there no longer: what is shown of others is asked again (data-here) -- */

setInterval(async () => {
  const here = document.querySelector("[data-here]");
  if (!here || document.hidden || here.childElementCount === 0)
    return;
  const news = (await errand.fetch(here.dataset.get))?.querySelector("[data-here]");
  if (news && here.isConnected)
    here.replaceChildren(...news.childNodes);
}, 60000);

/* -- after an act the page comes again: the focus goes back to what was used, where it is still there -- */

{
  const place = (element) => `${element.form.getAttribute("action")} ${element.name || element.textContent.trim()}`;
  const used = sessionStorage.getItem("focus");
  sessionStorage.removeItem("focus");
  if (used && document.activeElement === document.body && !document.getElementById("errors"))
    [...document.querySelectorAll("main form[method=post] :is(button, input, select, textarea)")]
      .find((element) => place(element) === used && element.checkVisibility())?.focus({ preventScroll: true });
  document.addEventListener("submit", (event) => {
    const from = event.submitter ?? document.activeElement;
    if (from?.form && from.closest("main"))
      sessionStorage.setItem("focus", place(from));
  });
}

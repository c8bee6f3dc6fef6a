/* live.js - parts of a page that follow what others do.

   <body data-live="request:17,person:4"> names the streams; <section id="talk" data-part> is a part that
   follows them, data-part="request:17" one that follows this one only (and "desk:17", who is there, only those that name it).  The page is fetched again and the
   part of the same id taken from it; data-get names another address, data-words what is said about it (data-aloud: its own words).
   A part with data-rows is a list, which list.js brings up to date: nothing moves there.
   The stream says names and versions only; a part whose name comes up is fetched with the reader's own
   rights and merged in.  A part in which somebody is writing, drags a card or has a menu open is left alone until they are done. */

if (document.body.dataset.live && "EventSource" in window) {
  const names = document.body.dataset.live.split(",");
  const seen = new Map(); /* name -> version that the page shows */
  const waiting = new Set(); /* parts with news that could not be shown yet */
  let stream = null;

  const isBusy = (part) => part.querySelector("details.menu[open], .dragged") !== null || part.contains(document.activeElement) && errand.isTyping(document.activeElement)
    || [...part.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);

  async function refresh(part) {
    if ("rows" in part.dataset) {
      errand.rows(part);
      return;
    }
    if (isBusy(part)) {
      waiting.add(part);
      return;
    }
    waiting.delete(part);
    part.setAttribute("hx-status:4xx", "swap:none"); /* signed out meanwhile, say: keep what is there */
    part.setAttribute("hx-status:5xx", "swap:none");
    await htmx.ajax("GET", part.dataset.get ?? location.pathname + location.search,
                    { source: part, target: part, select: `#${part.id}`, swap: "outerMorph" });
    const words = part.dataset.words ?? ("aloud" in part.dataset ? document.getElementById(part.id)?.textContent.trim() : "");
    if (words)
      errand.say(words);
  }

  function news(event) {
    if (seen.get(event.type) === event.data)
      return;
    seen.set(event.type, event.data);
    for (const part of document.querySelectorAll("[data-part]"))
      if (part.dataset.part === "" && !event.type.startsWith("desk:") || part.dataset.part.split(" ").includes(event.type))
        refresh(part);
  }

  function listen() {
    stream = new EventSource("/live?names=" + encodeURIComponent(names.join(",")));
    for (const name of names)
      stream.addEventListener(name, news);
  }

  /* A page in the background gives its stream back: browsers allow a few connections only. */
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      listen();
      document.querySelectorAll("[data-part]").forEach(refresh);
    }
  });
  document.addEventListener("focusout", errand.calm(300, () => waiting.forEach(refresh)));
  if (!document.hidden)
    listen();
}

/* keys.js - the keyboard.

   An element with data-key="g h" or data-key="a" answers to these keys: a field gets the focus, a link
   or button is pressed.  Elements that are not on the screen count too, so the palette's list makes
   its places reachable from everywhere.  "?" shows the keys (#keys), Ctrl-K the palette (#palette). */

let sequence = "";
const forget = errand.calm(1200, () => { sequence = ""; });

/* The element for the keys pressed so far; one in the page's main part comes first. */
function keyed(keys) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)];
  return all.find((element) => element.closest("main")) ?? all[0];
}

/* Rows that j and k walk along: the links that open one. */
function rows() {
  return [...document.querySelectorAll("main .list .name a, main .queue a, main .card > a, main .rows a.trip, main .items h3 a")]
    .filter((row) => row.checkVisibility());
}

function walk(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? 0 : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/* The keys of this page, in the words of what they press, before those that are the same everywhere. */
function showKeys() {
  const list = document.querySelector("#keys dl");
  if (!list)
    return;
  list.querySelectorAll(".here").forEach((old) => old.remove());
  const said = new Set([...list.querySelectorAll("dt")].map((term) => term.textContent.trim().toLowerCase()));
  const here = [];
  for (const element of document.querySelectorAll("main [data-key], .toasts [data-key]")) {
    const key = element.dataset.key;
    const words = element.dataset.says ?? element.getAttribute("aria-label") ?? element.textContent.replace(/\s+/g, " ").trim();
    if (said.has(key) || !words)
      continue;
    said.add(key);
    const term = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = key.toUpperCase();
    term.append(mark);
    const what = document.createElement("dd");
    what.textContent = words;
    term.className = what.className = "here";
    here.push(term, what);
  }
  list.prepend(...here);
  document.getElementById("keys").togglePopover();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const palette = document.getElementById("palette");
    if (palette) {
      event.preventDefault();
      palette.togglePopover();
      if (palette.matches(":popover-open"))
        palette.querySelector("input").select();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || errand.isTyping(event.target))
    return;

  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (event.key === "/") {
    const field = document.querySelector("main [role=search] input") ?? document.querySelector("main input[type=search]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
    return;
  }

  const key = event.key.toLowerCase();
  if (!/^[a-z]$/.test(key))
    return;
  const keys = sequence ? `${sequence} ${key}` : key;
  const element = keyed(keys);
  if (element) {
    event.preventDefault();
    sequence = "";
    if (errand.isTyping(element))
      element.focus();
    else
      element.click();
    if (element.matches("[type=radio]")) /* who reads it was chosen: now the words */
      element.form?.querySelector("textarea")?.focus();
  } else if (sequence === "" && document.querySelector(`[data-key^="${key} "]`)) {
    sequence = key;
    forget();
  } else if (sequence === "" && (key === "j" || key === "k")) {
    walk(key === "j" ? 1 : -1);
  } else if (sequence === "" && key === "x") {
    document.activeElement.closest("tr")?.querySelector(".pick input")?.click();
  } else {
    sequence = "";
  }
});

/* -- the palette: typing narrows what can be done and asks the server (data-find) for requests and
   items of that name; arrows choose; Enter goes or searches -- */

{
  const palette = document.getElementById("palette");
  const field = palette?.querySelector("input");
  const found = () => document.getElementById("palette-found");
  let asked = "";
  const choices = () => [...palette.querySelectorAll("li:not([hidden]) > a")];
  const current = () => palette.querySelector("a[aria-current=true]");

  function choose(element) {
    current()?.removeAttribute("aria-current");
    element?.setAttribute("aria-current", "true");
    element?.scrollIntoView({ block: "nearest" });
  }

  const ask = errand.calm(150, async () => {
    const words = asked;
    const answer = words && await errand.fetch(`${palette.dataset.find}?q=${encodeURIComponent(words)}`);
    const news = answer && answer.querySelector("#palette-found");
    if (!news || words !== asked)
      return;
    found().replaceWith(news);
    if (current())
      choose(current());
    const nothing = news.querySelector(":scope > p:last-child");
    if (nothing)
      nothing.hidden = palette.querySelector(":scope > ul > li:not([hidden])") !== null;
  });

  field?.addEventListener("input", () => {
    const words = field.value.trim();
    for (const item of palette.querySelectorAll(":scope > ul > li"))
      item.hidden = !item.textContent.toLowerCase().includes(words.toLowerCase());
    for (const list of palette.querySelectorAll(":scope > ul"))
      list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    choose(null);
    asked = words;
    if (!words)
      found().replaceChildren();
    ask();
  });
  field?.addEventListener("keydown", (event) => {
    const all = choices();
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(all.indexOf(current()) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && current()) {
      event.preventDefault();
      current().click();
    }
  });

  /* The search sign of the top bar opens the palette, where there is one. */
  for (const link of document.querySelectorAll("[data-palette]"))
    link.addEventListener("click", (event) => {
      if (!palette || event.ctrlKey || event.metaKey)
        return;
      event.preventDefault();
      palette.showPopover();
    });
}

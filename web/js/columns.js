/* columns.js - the widths of a list's columns: drawn with the pointer or moved with the arrow keys, kept in this browser.

   <table class="list" data-widths="mine" data-words="Width of"> takes part.  The first change fixes every column as wide as it
   is; a double click on a border, or Home, gives all of them back to the browser. */

/* Without the arrow of the order. */
const nameOf = (head) => head.textContent.replace(/[\u2191\u2193]/gu, "").trim();

for (const table of document.querySelectorAll("table[data-widths]")) {
  const heads = [...table.querySelectorAll("thead th")];
  const place = `errand.widths.${table.dataset.widths}.${heads.map(nameOf).join("|")}`;
  const least = 48, step = 16;

  const widths = () => heads.map((head) => Math.round(head.getBoundingClientRect().width));

  function show(list) {
    table.classList.toggle("sized", list !== null);
    table.style.inlineSize = list ? `${list.reduce((sum, width) => sum + width, 0)}px` : "";
    heads.forEach((head, i) => { head.style.inlineSize = list ? `${list[i]}px` : ""; });
    for (const head of heads)
      head.querySelector(".grip")?.setAttribute("aria-valuenow", Math.round(head.getBoundingClientRect().width));
  }

  function keep(list) {
    try {
      if (list)
        localStorage.setItem(place, JSON.stringify(list));
      else
        localStorage.removeItem(place);
    } catch { /* a browser that keeps nothing: the widths hold for this page */ }
  }

  function widen(i, to) {
    const list = widths();
    list[i] = Math.max(least, Math.round(to));
    show(list);
    keep(list);
  }

  function natural() {
    show(null);
    keep(null);
  }

  heads.forEach((head, i) => {
    if (head.classList.contains("pick"))
      return;
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.tabIndex = 0;
    grip.setAttribute("role", "separator");
    grip.setAttribute("aria-orientation", "vertical");
    grip.setAttribute("aria-label", `${table.dataset.words} ${nameOf(head)}`);
    grip.setAttribute("aria-valuemin", least);
    grip.setAttribute("aria-valuemax", 2000);
    grip.addEventListener("pointerdown", (event) => {
      const from = event.clientX, was = head.getBoundingClientRect().width;
      const sign = getComputedStyle(table).direction === "rtl" ? -1 : 1;
      const move = (moved) => widen(i, was + sign * (moved.clientX - from));
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      grip.addEventListener("pointermove", move);
      grip.addEventListener("lostpointercapture", () => grip.removeEventListener("pointermove", move), { once: true });
    });
    grip.addEventListener("dblclick", natural);
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
      if (by)
        widen(i, head.getBoundingClientRect().width + by);
      else if (event.key === "Home")
        natural();
      else
        return;
      event.preventDefault();
      event.stopPropagation();
    });
    head.append(grip);
  });

  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(place));
  } catch { /* nothing that could be read */ }
  const good = Array.isArray(kept) && kept.length === heads.length && kept.every((width) => width >= 0 && width <= 4000);
  show(good ? kept : null);
}

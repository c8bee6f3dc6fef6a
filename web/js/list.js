/* list.js - a list of requests that stays up to date while somebody looks at it, and in which nothing moves.

   <p id="list-news" data-part data-rows="list-rows" data-with="view-tabs" data-changed="changed" data-gone="..."> is a live part
   (live.js) that says what is new; the rows stand in #list-rows.  After news the page is asked for once more with the
   numbers that it shows (shown=REQ-1,REQ-2).  Rows that changed are exchanged where they stand and marked; those that
   are on the page no longer stay and say so; rows that came are counted, and shown when somebody asks for it.  data-with
   names elements that are taken from the answer as a whole.

   As long as a row is chosen or edited nothing happens at all, and a row under the pointer or with the focus waits. */

errand.rows = (() => {
  let running = false, again = false, timer = 0;
  let owed = null; /* the part that has news waiting */

  const rowsOf = (root, part) => [...root?.querySelectorAll(`#${part.dataset.rows} > tr[id]`) ?? []];
  const isHeld = (body) => body?.querySelector("form, .pick input:checked") != null;
  const isTouched = (row) => row.matches(":hover") || row.contains(document.activeElement);
  /* Times are said anew with each minute: that is no change. */
  const words = (row) => [...row.cells].filter((cell) => !cell.matches(".n")).map((cell) => cell.innerHTML).join("|");
  const isOther = (old, row) => old.dataset.version !== row.dataset.version || words(old) !== words(row);

  function mark(row, name, text) {
    if (row.dataset.marked === name)
      return;
    row.querySelector(".mark-word")?.remove();
    row.dataset.marked = name;
    const word = Object.assign(document.createElement("span"), { className: "mark-word", textContent: text });
    row.querySelector(".name")?.append(" ", word);
  }

  /* False: a row has to wait. */
  function exchange(old, row, part) {
    const plain = old.cloneNode(true);
    plain.querySelector(".mark-word")?.remove();
    const other = isOther(plain, row);
    if (!other && !old.dataset.marked && plain.innerHTML === row.innerHTML)
      return true;
    if (isTouched(old))
      return false;
    const marked = other || old.dataset.marked === "changed";
    old.replaceWith(row);
    if (marked)
      mark(row, "changed", part.dataset.changed);
    return true;
  }

  function merge(part, answer) {
    const fresh = new Map(rowsOf(answer, part).map((row) => [row.id, row]));
    let all = true;
    for (const old of rowsOf(document, part)) {
      const row = fresh.get(old.id);
      if (row)
        all = exchange(old, row, part) && all;
      else
        mark(old, "gone", part.dataset.gone);
    }
    for (const id of part.dataset.with.split(" ")) {
      const old = document.getElementById(id), other = answer.querySelector(`#${id}`);
      if (old && other && !old.contains(document.activeElement))
        old.replaceWith(other);
    }
    const news = answer.querySelector(`#${part.id}`);
    if (news && !part.contains(document.activeElement) && news.textContent !== part.textContent) {
      part.replaceChildren(...news.childNodes);
      errand.say(part.querySelector("span")?.textContent.trim());
    }
    return all;
  }

  async function refresh(part) {
    owed = part;
    again = running;
    if (running || isHeld(document.getElementById(part.dataset.rows)))
      return;
    running = true;
    owed = null;
    const url = new URL(location.href);
    url.searchParams.set("shown", rowsOf(document, part).map((row) => row.id.replace(/^r-/, "")).join(","));
    const answer = await errand.fetch(url);
    running = false;
    if (isHeld(document.getElementById(part.dataset.rows)) || answer && !merge(part, answer))
      owed = part;
    if (again)
      soon(part);
  }

  /* News come in bursts: each is waited for a little, so that few pages are asked for. */
  function soon(part) {
    owed = part;
    timer ||= setTimeout(() => {
      timer = 0;
      refresh(part);
    }, 200);
  }

  /* Whoever has let go of a row sees what happened meanwhile. */
  for (const event of ["focusout", "change", "pointerout"])
    document.addEventListener(event, () => owed && soon(owed));
  return soon;
})();

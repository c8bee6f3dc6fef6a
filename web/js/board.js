/* board.js - boards: cards are dragged into another column, and a move shows its result in place.

   Every card has a menu with the same moves: a form with a button for each column; data-words marks those that
   a page asks words for.  Dragging presses the button; where the menu has none for a column, the server is
   asked all the same and says why not.  The answer is the board as it is afterwards. */

{
  const lane = (element) => element.closest?.("[data-board] [data-lane]") ?? null;
  let dragged = null;

  function mark(target) {
    for (const one of document.querySelectorAll(".lane.drop"))
      one.classList.toggle("drop", one === target);
    target?.classList.add("drop");
  }

  /* Cards come and go with live news, so they become draggable when somebody points at them. */
  document.addEventListener("pointerover", (event) => {
    const card = event.target.closest?.("[data-board] .card");
    if (card && card.querySelector("form[data-move]")) {
      card.draggable = true;
      card.querySelector("a").draggable = false; /* or the address would be dragged */
    }
  });

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-board] .card") ?? null;
    dragged?.classList.add("dragged");
    if (dragged)
      event.dataTransfer.effectAllowed = "move";
  });

  document.addEventListener("dragover", (event) => {
    const target = dragged && lane(event.target);
    mark(target);
    if (target)
      event.preventDefault();
  });

  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    mark(null);
  });

  document.addEventListener("drop", (event) => {
    const target = dragged && lane(event.target);
    if (!target)
      return;
    event.preventDefault();
    if (target.contains(dragged))
      return;
    const form = dragged.querySelector("form[data-move]");
    const button = form.querySelector(`button[value="${CSS.escape(target.dataset.lane)}"]`);
    if (button)
      form.requestSubmit(button);
    else
      move(form, target.dataset.lane);
  });

  /* Sends the form; the board of the answer takes the place of this one. */
  async function move(form, to) {
    const fields = new FormData(form);
    const number = fields.get("number");
    fields.set("to", to);
    form.closest("details").open = false;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), credentials: "same-origin",
      headers: { "X-CSRF-Token": errand.csrf } }).catch(() => null);
    const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    const board = page?.getElementById("board");
    if (!board) { /* signed out, say: the page tells what happened */
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: to }));
      form.submit();
      return;
    }
    document.getElementById("board").replaceWith(board);
    document.getElementById(`card-${number}`)?.querySelector("summary")?.focus();
    errand.say((page.querySelector("#board-note .bar-note") ?? page.querySelector(".toast span, .toast"))?.textContent ?? "");
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-move]") || !event.submitter || "words" in event.submitter.dataset)
      return;
    event.preventDefault();
    move(event.target, event.submitter.value);
  });
}

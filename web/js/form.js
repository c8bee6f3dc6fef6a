/* form.js - forms: questions that depend on others, the price while choosing, suggestions, rows of a
   table, and care for what was typed. */

/* -- the form asks the server what follows from the answers so far --
   data-preview is where the short answers go by GET: nothing is saved.  The answer is the element
   #preview (price, who approves, when to expect it), which carries the names of the conditional
   questions to show in data-shown.  The form itself is never replaced: nobody's typing is disturbed. */

const ADDRESS_MAX = 6000; /* characters; the server takes a request line of 8 KiB */

for (const form of document.querySelectorAll("form[data-preview]")) {
  let turn = 0;
  form.addEventListener("input", errand.calm(250, async () => {
    const mine = ++turn;
    let address = form.dataset.preview;
    for (const [name, value] of new FormData(form)) {
      const pair = typeof value === "string" && (!name.startsWith("_") || name === "_for") && value !== ""
        ? `${address.includes("?") ? "&" : "?"}${encodeURIComponent(name)}=${encodeURIComponent(value.slice(0, 200))}` : "";
      if (address.length + pair.length <= ADDRESS_MAX)
        address += pair;
    }
    const answer = await errand.fetch(address);
    const preview = answer?.querySelector("#preview");
    if (!preview || mine !== turn)
      return;
    const shown = new Set((preview.dataset.shown ?? "").split(" "));
    for (const question of form.querySelectorAll("[data-q]"))
      question.hidden = !shown.has(question.dataset.q);
    document.getElementById("preview")?.replaceWith(preview);
  }));
}

/* -- suggestions while typing a name -- */

for (const field of document.querySelectorAll("input[data-suggest]")) {
  let asked = "";
  field.addEventListener("input", errand.calm(150, async () => {
    const words = field.value.trim();
    if (words.length < 2 || words === asked)
      return;
    asked = words;
    const url = new URL(field.dataset.suggest, location.origin);
    url.searchParams.set("q", words);
    const answer = await errand.fetch(url);
    if (answer && words === asked)
      field.list?.replaceChildren(...answer.querySelectorAll("option"));
  }));
}

/* -- tables: another row -- */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  const body = button?.form?.querySelector(`table[data-lines="${button.dataset.add}"] tbody`);
  const last = body?.rows[body.rows.length - 1];
  if (!last)
    return;
  event.preventDefault();
  const from = body.rows.length - 1;
  const to = from + 1;
  const row = last.cloneNode(true);
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "list", "aria-labelledby"]) {
      const value = element.getAttribute(name);
      if (value)
        element.setAttribute(name, value
          .replaceAll(`${button.dataset.add}.${from}.`, `${button.dataset.add}.${to}.`)
          .replaceAll(`.row${from + 1}`, `.row${to + 1}`));
    }
    if (element.matches("input:not([type=hidden])"))
      element.value = "";
    if (element.matches("select"))
      element.selectedIndex = 0;
    if (element.matches(".q-err"))
      element.remove();
    element.removeAttribute("aria-invalid");
  }
  const head = row.querySelector("th");
  if (head) {
    head.lastChild.textContent = to + 1;
    head.id = `${button.dataset.add}.row${to + 1}`;
  }
  last.after(row);
  row.querySelector("input, select")?.focus();
});

/* -- a file that is taken out again leaves at once -- */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drop]");
  if (!button)
    return;
  event.preventDefault();
  button.closest(".file").remove();
});

/* -- what was typed outlives a reload, a crash and a wrong click: data-keep names the place --
   Kept in this tab only, until the form was sent or somebody signs out. */

const kept = (form) => `kept:${form.dataset.keep}`;
const isKept = (field) => field.name && !field.name.startsWith("_") && !field.matches("[type=hidden], [type=file], [type=password], button");

function restore(form) {
  let fields;
  try {
    fields = JSON.parse(sessionStorage.getItem(kept(form)));
  } catch {
    return;
  }
  if (!Array.isArray(fields) || document.getElementById("errors"))
    return; /* a refused form shows what was sent, which is newer */
  const values = new Map();
  for (const [name, value] of fields)
    values.set(name, [...(values.get(name) ?? []), value]);
  for (const name of values.keys()) {
    const [, table, row] = name.match(/^(.+)\.(\d+)\./) ?? [];
    const add = table && form.querySelector(`[data-add="${CSS.escape(table)}"]`);
    for (let tries = 0; add && tries < Number(row) && !form.elements.namedItem(name); tries++)
      add.click();
  }
  for (const field of [...form.elements].filter(isKept)) {
    const given = values.get(field.name) ?? [];
    if (field.matches("[type=checkbox], [type=radio]"))
      field.checked = given.includes(field.value);
    else if (given.length > 0)
      field.value = given.shift();
  }
  form.dispatchEvent(new Event("input"));
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  form.addEventListener("input", errand.calm(300, () => {
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string"
      && [form.elements.namedItem(name)].flatMap((found) => found instanceof RadioNodeList ? [...found] : [found]).some(isKept));
    sessionStorage.setItem(kept(form), JSON.stringify(fields));
  }));
}

/* The page after a form was sent shows that it arrived; a page that says the opposite (data-failed)
   leaves the words for the way back. */
if (sessionStorage.getItem("kept-sent")) {
  if (!document.querySelector("[data-failed]"))
    sessionStorage.removeItem(sessionStorage.getItem("kept-sent"));
  sessionStorage.removeItem("kept-sent");
}
document.querySelectorAll("form[data-keep]").forEach(restore);

document.addEventListener("submit", (event) => {
  if (event.target.dataset.keep)
    sessionStorage.setItem("kept-sent", kept(event.target));
  if (event.target.getAttribute("action") === "/signout")
    sessionStorage.clear();
});

/* -- nothing is sent twice, nobody leaves by mistake -- */

let unsaved = null;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && event.target.type !== "search")
    unsaved = form;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post")
    return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 5000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = Date.now();
  if (form === unsaved || "instead" in form.dataset)
    unsaved = null; /* data-instead: what was typed is given up on purpose */
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]"))
    delete form.dataset.sent;
});

addEventListener("beforeunload", (event) => {
  if (unsaved?.isConnected)
    event.preventDefault();
});

/* Ctrl-Enter sends what is being written. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form)
    event.target.form.requestSubmit();
});

// boards.mjs - boards, calendars and timelines of views: API and page agree, moves are acts with their refusals, and all of it
// works without a mouse and without script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { choose, noChromium, pageFindings, signedIn, startBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

let server, browser;
before(async () => {
  server = await startServer();
  if (!noChromium)
    browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server.end();
});

const ask = encodeURIComponent;
const api = async (login, method, path, body, headers, status = 200) => {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer;
};
const question = async (title) => (await api("requester", "POST", "/requests", { item: "question", answers: { question: "How?" }, title }, {}, 201)).body;
const view = async (login, name, query, more) => (await api(login, "POST", "/views", { name, query, ...more }, {}, 201)).body;
const lanesOf = (board) => Object.fromEntries(board.lanes.map((lane) => [lane.key, lane.cards.map((card) => card.request.number)]));
const cardsOf = (html) => Object.fromEntries(html.split('<section class="lane').slice(1).map((lane) =>
  [/data-lane="([^"]+)"/.exec(lane)[1], [...lane.matchAll(/id="card-([^"]+)"/g)].map((m) => m[1])]));

test("page and API put the same requests into the same columns", async () => {
  const agent = await server.signIn("agent");
  await question("On the board");
  await view("agent", "Ours", "open = yes and team = workplace");
  for (const by of ["state", "tasks.stage", "assignee", "priority"]) {
    const board = (await api("agent", "GET", `/views/ours/board?by=${by}`)).body;
    const page = await agent.get(`/work/board?view=ours&by=${by}`);
    assert.equal(page.status, 200);
    const shown = cardsOf(page.text);
    for (const [key, numbers] of Object.entries(lanesOf(board)))
      assert.deepEqual(shown[key] ?? [], numbers, `${by} ${key}`);
    for (const lane of board.lanes) {
      const list = (await api("agent", "GET", `/requests?limit=100&query=${ask(lane.query)}`)).body.items.map((r) => r.number);
      assert.deepEqual(lane.cards.map((card) => card.request.number), list.slice(0, lane.cards.length));
      assert.equal(lane.count, list.length);
    }
  }
  await api("agent", "GET", "/views/ours/board?by=title", undefined, {}, 422);
  await api("agent2", "GET", "/views/ours/board", undefined, {}, 404);
  assert.equal((await agent.get(`/work/board?q=${ask("open = ye")}`)).status, 422);
});

test("a move is an act: it needs its words, says why not, and tells who came first", async () => {
  const { number } = await question("To be moved");
  await view("agent", "Moves", `number = ${number}`);
  const move = (body, status, login = "agent") => api(login, "POST", "/views/moves/board/moves", { request: number, ...body }, {}, status);
  assert.equal((await move({ to: "pending" }, 422)).body.errors[0].pointer, "/text");
  assert.equal((await move({ to: "pending", text: "A part is missing", from: "fulfilling" }, 200)).body.state, "pending");
  await move({ to: "pending", text: "Again", from: "fulfilling" }, 412);
  assert.match((await move({ to: "assessing" }, 409)).body.detail, /It goes on where it stood before: In work/);
  assert.equal((await move({ to: "fulfilling" }, 200)).body.state, "fulfilling");
  assert.equal((await move({ to: "agent", by: "assignee" }, 200)).body.assignee.login, "agent");
  assert.equal((await move({ to: "-", by: "assignee", from: "agent" }, 200)).body.assignee, null);
  await move({ to: "high", by: "priority", text: "So" }, 403);
  await move({ to: "nothing", by: "tasks.stage" }, 409);
  await move({ to: "pending", nonsense: 1 }, 400);
  await move({ to: "pending", text: "x" }, 404, "lead"); /* the view is not theirs */
  await view("auditor", "Seen", `number = ${number}`);
  await api("auditor", "POST", "/views/seen/board/moves", { request: number, to: "pending" }, {}, 403);
  const key = { "idempotency-key": "move-once" };
  await api("agent", "POST", "/views/moves/board/moves", { request: number, to: "pending", text: "Once" }, key);
  assert.equal((await api("agent", "POST", "/views/moves/board/moves", { request: number, to: "pending", text: "Once" }, key)).body.state, "pending");
});

test("a hidden request answers as an unknown one, and its number tells nothing", async () => {
  const hidden = (await api("requester", "POST", "/requests", { item: "hr-concern",
    answers: { topic: "rules", details: "x", contact: "here" } }, {}, 201)).body.number;
  const tell = async (number) => {
    const answer = await api("agent", "POST", "/views/unassigned/board/moves", { request: number, to: "pending", text: "x" }, {}, 404);
    return answer.body.detail;
  };
  assert.equal(await tell(hidden), await tell("REQ-999999"));
  const agent = await server.signIn("agent");
  await agent.get("/work/board");
  assert.equal((await agent.post("/work/board/move", { number: hidden, to: "pending" })).status, 404);
});

test("limits are kept with the view, warn, and refuse where it says so", async () => {
  const [first, second] = [await question("First"), await question("Second")];
  const made = await view("agent", "Small", `number in (${first.number}, ${second.number})`);
  assert.deepEqual([made.board, made.limits, made.strict], ["state", [], false]);
  await api("agent", "PATCH", "/views/small/board", { limits: ["pending=1"] }, {}, 428);
  await api("agent", "PATCH", "/views/small/board", { limits: ["pending=0"] }, { "if-match": '"1"' }, 422);
  await api("agent", "PATCH", "/views/small/board", { board: "title" }, { "if-match": '"1"' }, 422);
  const kept = await api("agent", "PATCH", "/views/small/board", { limits: ["pending=1"] }, { "if-match": '"1"' });
  assert.deepEqual(kept.body.limits, ["pending=1"]);
  await api("agent", "PATCH", "/views/small/board", { strict: true }, { "if-match": '"1"' }, 412);
  const wait = (number, status) => api("agent", "POST", "/views/small/board/moves", { request: number, to: "pending", text: "Wait" }, {}, status);
  await api("agent", "PATCH", "/views/small/board", { strict: true }, { "if-match": kept.headers.etag });
  await wait(first.number, 200);
  assert.match((await wait(second.number, 409)).body.detail, /1 of 1/);
  const agent = await server.signIn("agent");
  const page = await agent.get("/work/board?view=small");
  assert.match(page.text, /class="lane full"[^]*1 of 1/);
  const form = { version: "3", board: "state", "limit.pending": "", "limit.fulfilling": "1" };
  assert.equal((await agent.post("/work/views/small/board", form)).status, 303);
  await wait(second.number, 200);
  await api("agent", "POST", "/views/small/board/moves", { request: first.number, to: "fulfilling" });
  await api("agent", "POST", "/views/small/board/moves", { request: second.number, to: "fulfilling" });
  assert.match((await agent.get("/work/board?view=small")).text, /2 of 1[^]*Too many/);
  assert.equal((await agent.post("/work/views/small/board", form)).status, 412);
  assert.equal((await agent.post("/work/views/unassigned/board", form)).status, 403);
});

test("without script: the menu moves, asks for words on a page, and a refusal is shown above the board", async () => {
  const agent = await server.signIn("agent");
  const { number } = await question("By hand");
  await view("agent", "By hand", `number = ${number}`);
  const at = "/work/board/move?view=by-hand&by=state";
  const board = await agent.get("/work/board?view=by-hand");
  assert.match(board.text, /<button name="to" value="pending" data-words>Move to Waiting …<\/button>/);
  const words = await agent.post(at, { number, from: "fulfilling", to: "pending" });
  assert.equal(words.status, 200);
  assert.match(words.text, /What does it wait for\?/);
  const none = await agent.post(at, { number, from: "fulfilling", to: "pending", words: "1", text: "" });
  assert.equal(none.status, 422);
  assert.match(none.text, /class="errors"/);
  const moved = await agent.post(at, { number, from: "fulfilling", to: "pending", words: "1", text: "A part" });
  assert.equal(moved.status, 303);
  assert.equal(moved.headers.location, "/work/board?view=by-hand&by=state");
  /* The notice of the move takes a wait back; another time it is moved back by hand. */
  assert.match((await agent.get("/work/board?view=by-hand")).text, new RegExp(`action="/work/${number}/acts/resume"`));
  const refused = await agent.post(at, { number, from: "pending", to: "assessing" });
  assert.equal(refused.status, 409);
  assert.match(refused.text, new RegExp(`id="board-note"><div class="bar-note warn" role="alert">[^]*${number} stays where it is`));
  assert.deepEqual(cardsOf(refused.text).pending, [number]);
  assert.equal((await agent.post(at, { number, from: "pending", to: "fulfilling" })).status, 303);
  /* Who has it, priority and answers go back from the notice as in lists. */
  assert.equal((await agent.post("/work/board/move?view=by-hand&by=assignee", { number, from: "-", to: "agent" })).status, 303);
  const undo = /action="(\/work\/bulk\/\d+\/undo)"/.exec((await agent.get("/work/board?view=by-hand")).text)?.[1];
  assert.ok(undo, "the notice offers the way back");
  const assignee = async () => (await api("agent", "GET", `/requests/${number}`)).body.assignee;
  assert.equal((await assignee()).login, "agent");
  assert.equal((await agent.post(undo, {})).status, 303);
  assert.equal(await assignee(), null);
});

const dueOf = async (number) => (await api("agent", "GET", `/requests/${number}`)).body.clocks.map((c) => c.due).filter(Boolean).sort()[0];

test("a calendar shows a request in the day on which it is due, and leads to that day", async () => {
  const agent = await server.signIn("agent");
  const { number } = await question("In the calendar");
  const due = await dueOf(number);
  assert.ok(due, "it has a due time");
  const on = new Date(due).toLocaleDateString("sv", { timeZone: "Europe/Stockholm" });
  for (const show of ["month", "week"]) {
    const page = await agent.get(`/work/calendar?q=${ask(`number = ${number}`)}&show=${show}&on=${on}`);
    assert.equal(page.status, 200);
    assert.equal(page.text.match(/<td /g).length % 7, 0);
    const cell = page.text.split("<td ").find((part) => part.includes(`/work/${number}"`));
    assert.ok(cell, show);
  }
  assert.doesNotMatch((await agent.get(`/work/calendar?q=${ask(`number = ${number}`)}&on=2031-02-01`)).text, new RegExp(`/work/${number}"`));
  assert.equal((await agent.get("/work/calendar?by=created")).status, 422);
  for (const on of ["2026-02-30", "9999-12-31", "x"])
    assert.equal((await agent.get(`/work/calendar?on=${on}`)).status, 422, on);
  for (const show of ["month", "fortnight", "quarter", "half"])
    assert.equal((await agent.get(`/work/timeline?show=${show}&on=1970-01-01`)).status, 200);
  assert.equal((await agent.get("/work/calendar?on=1970-01-01")).status, 200);
  assert.equal((await agent.get(`/work/timeline?q=${ask("open = ye")}`)).status, 422);
});

test("a timeline shows requests of the view in its order, with their tasks", async () => {
  const agent = await server.signIn("agent");
  const items = (await api("agent", "GET", `/requests?limit=25&query=${ask("team = workplace and open = yes")}`)).body.items.map((r) => r.number);
  const page = await agent.get(`/work/timeline?q=${ask("team = workplace and open = yes")}`);
  const rows = [...page.text.matchAll(/<tr class="whole"><th scope="row"><a href="\/work\/([^"]+)"/g)].map((m) => m[1]);
  assert.deepEqual(rows, items);
  const { tasks } = (await api("agent", "GET", `/requests/${items[0]}`)).body;
  const shown = page.text.split('<tr class="whole">')[1];
  for (const task of tasks.filter((one) => !["skipped", "cancelled"].includes(one.state)))
    assert.ok(shown.includes(`<span class="span-task">${task.title}</span>`), task.title);
});

test("calendar and timeline over the API are what their pages show", async () => {
  const agent = await server.signIn("agent");
  await view("agent", "By time", "team = workplace");
  const get = (path, status = 200, login = "agent") => api(login, "GET", `/views/by-time/${path}`, undefined, {}, status).then((answer) => answer.body);
  for (const query of ["", "?show=week", "?by=fulfil_by", "?by=agreed&show=week", "?on=2031-02-01"]) {
    const calendar = await get(`calendar${query}`);
    const page = (await agent.get(`/work/calendar${query}${query ? "&" : "?"}view=by-time`)).text;
    const shown = [...page.matchAll(/<a[^>]* href="\/work\/((?:REQ|INC|PRB|CHG)-\d+)"/g)].map((m) => m[1]);
    const days = new Map(); /* a day of a month shows five */
    const listed = calendar.items.filter(({ day }) => days.set(day, (days.get(day) ?? 0) + 1).get(day) <= (query.includes("week") ? 30 : 5));
    assert.deepEqual(listed.map((one) => one.request.number), shown, query);
    assert.ok(calendar.items.every(({ day }) => day >= calendar.from && day <= calendar.to));
    assert.equal(new Date(calendar.from).getUTCDay(), 1);
  }
  for (const [part, field] of [["by=created", "by"], ["show=year", "show"], ["on=2026-02-30", "on"]])
    assert.equal((await get(`calendar?${part}`, 422)).errors[0].pointer, `/${field}`);
  const timeline = await get("timeline");
  const page = (await agent.get("/work/timeline?view=by-time")).text;
  assert.deepEqual(timeline.items.map((one) => one.request.number), [...page.matchAll(/<tr class="whole"><th scope="row"><a href="\/work\/([^"]+)"/g)].map((m) => m[1]));
  assert.deepEqual(timeline.items.flatMap((one) => one.tasks.map((task) => task.title)),
    [...page.matchAll(/<span class="span-task">([^<]*)<\/span>/g)].map((m) => m[1].replaceAll("&amp;", "&").replaceAll("&#39;", "'")));
  assert.ok(timeline.items.every(({ span }) => span.from <= span.to));
  const next = await get(`timeline?cursor=${ask(timeline.next)}`);
  assert.ok(next.items.length > 0 && !next.items.some((one) => timeline.items.some((other) => other.request.number === one.request.number)));
  await get("timeline?cursor=x", 422);
  const groups = await get("groups?by=team");
  assert.deepEqual(groups.groups.map(({ key }) => key), ["workplace"]);
  assert.equal((await get("groups?by=title", 422)).errors[0].pointer, "/by");
  await get("groups", 422); /* the view has none of its own */
  for (const path of ["calendar", "timeline", "groups?by=team"])
    await get(path, 404, "agent2");
});

test("a card is dragged, goes back when the move is refused, and moves by the keyboard alone", { skip: noChromium }, async () => {
  const { number } = await question("Dragged");
  await view("agent", "Dragged", `number = ${number}`);
  const page = await signedIn(browser, server, "agent");
  await page.goto("/work/board?view=dragged&by=assignee");
  const inLane = (key) => page.locator(`[data-lane="${key}"] #card-${number}`);
  await page.locator(`#card-${number} > a`).dragTo(page.locator('[data-lane="agent"]'));
  await inLane("agent").waitFor();
  await page.goto("/work/board?view=dragged&by=state");
  await page.locator(`#card-${number} > a`).dragTo(page.locator('[data-lane="assessing"]'));
  await page.locator("#board-note .bar-note").waitFor();
  assert.equal(await inLane("fulfilling").count(), 1);
  await page.locator(`#card-${number} > a`).dragTo(page.locator('[data-lane="pending"]'));
  await page.waitForURL(/board\/move/);
  await page.fill("#text", "A part is missing");
  await Promise.all([page.waitForNavigation(), page.locator("main form button.main").click()]);
  assert.equal(await inLane("pending").count(), 1);
  await page.focus(`#card-${number} summary`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /In work/);
  await page.keyboard.press("Enter");
  await inLane("fulfilling").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest(".card")?.id), `card-${number}`);
  await page.context().close();
});

test("the board follows what others do", { skip: noChromium }, async () => {
  const { number } = await question("Followed");
  await view("agent", "Followed", `number = ${number}`);
  const page = await signedIn(browser, server, "agent");
  await page.goto("/work/board?view=followed&by=assignee");
  await page.locator(`[data-lane="-"] #card-${number}`).waitFor();
  await page.waitForTimeout(500);
  await api("lead", "POST", `/requests/${number}/actions/assign`, { assignee: "agent" });
  await page.locator(`[data-lane="agent"] #card-${number}`).waitFor({ timeout: 10000 });
  await page.context().close();
});

const wrong = ask("open = yes and tem = x");
const pages = ["/work/board", "/work/board?by=assignee", `/work/board?q=${ask("open = yes")}&by=priority`, `/work/board?q=${ask("model = laptop")}&by=answer.device`,
  `/work/board?q=${wrong}`, `/work/board?q=${ask("title ~ \"zebra\"")}`, "/work/calendar?view=unassigned", "/work/calendar?q=&show=week",
  `/work/calendar?q=${wrong}`, `/work/timeline?q=${ask("open = yes")}`, "/work/timeline?q=&show=half", `/work/timeline?q=${ask("title ~ \"zebra\"")}`];

for (const lang of ["en", "sv", "zh"])
  test(`boards are valid, accessible and fit a phone: ${lang}`, { skip: noChromium }, async () => {
    await question(`Looked at ${lang}`);
    const { key } = await view("agent", `Looked at ${lang}`, `team = workplace and open = yes`);
    const page = await signedIn(browser, server, "agent");
    const findings = [];
    await choose(page, lang);
    for (const path of [...pages, `/work/board?view=${key}`]) {
      await page.goto(path);
      findings.push(...await pageFindings(page, { dark: lang === "en" })); /* colours do not depend on the language */
    }
    await page.context().close();
    assert.deepEqual(findings, []);
  });

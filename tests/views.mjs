// views.mjs - lists by a query: API and page agree, views are shared as their author said, and tell nothing hidden.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startServer } from "./support/server.mjs";

let server;
before(async () => { server = await startServer(); });
after(() => server.end());

const ask = encodeURIComponent;
const numbersOf = (html) => [...html.matchAll(/name="id" value="([^"]+)"/g)].map((m) => m[1]);
const api = async (login, method, path, body, headers, status = 200) => {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer;
};

test("page, API and CSV list the same requests in the same order", async () => {
  const agent = await server.signIn("agent");
  for (const query of ["", "open = yes", "team = my_teams order by updated desc", "priority >= high order by priority desc, created"]) {
    const items = (await api("agent", "GET", `/requests?limit=50&query=${ask(query)}`)).body.items.map((r) => r.number);
    const page = await agent.get(`/work/list?q=${ask(query)}`);
    assert.equal(page.status, 200);
    assert.deepEqual(numbersOf(page.text), items, query);
    const csv = await agent.get(`/work/list.csv?q=${ask(query)}&c=number&c=title`);
    assert.equal(csv.headers["content-type"], "text/csv; charset=utf-8");
    const lines = csv.text.split("\r\n");
    assert.equal(lines[0], "number,title");
    assert.deepEqual(lines.slice(1, items.length + 1).map((line) => line.split(",")[0].replaceAll('"', "")), items);
  }
});

test("pages by key show each request once", async () => {
  const seen = [];
  for (let cursor = ""; cursor !== null;) {
    const { items, next } = (await api("agent", "GET", `/requests?limit=3&query=${ask("open = yes")}&cursor=${ask(cursor)}`)).body;
    seen.push(...items.map((r) => r.number));
    cursor = next;
  }
  assert.equal(new Set(seen).size, seen.length);
  const all = (await api("agent", "GET", `/requests?limit=100&query=${ask("open = yes")}`)).body.items.map((r) => r.number);
  assert.deepEqual(seen.slice(0, 100), all);
});

test("a refusal names the field and the character, on the page too", async () => {
  const wrong = (await api("agent", "GET", `/requests?query=${ask("open = yes and tem = x")}`, undefined, {}, 422)).body.errors[0];
  assert.equal(wrong.pointer, "/query");
  assert.equal(wrong.code, "unknown_name");
  assert.match(wrong.detail, /character 16.*team/);
  await api("agent", "GET", "/requests?query=&team=workplace", undefined, {}, 422);
  await api("agent", "GET", `/requests?query=${ask("open = yes")}&cursor=abc`, undefined, {}, 422);
  const page = await (await server.signIn("agent")).get(`/work/list?q=${ask("open = yes and tem = x")}`);
  assert.equal(page.status, 422);
  assert.match(page.text, /open = yes and <mark>tem = x<\/mark>/);
});

test("a view is used by those whom its author named, and changed with If-Match", async () => {
  const made = await api("agent", "POST", "/views", { name: "Ours", query: "team = my_teams  and (open=yes)", sharing: "team",
    team: "workplace", columns: ["number", "title"] }, {}, 201);
  assert.equal(made.body.query, "team = my_teams and open = yes");
  assert.equal(made.body.key, "ours");
  const mine = (await api("agent", "POST", "/views", { name: "Mine alone" }, {}, 201)).body.key;
  await api("lead", "GET", "/views/ours");
  for (const login of ["agent2", "owner", "supplier"])
    await api(login, "GET", "/views/ours", undefined, {}, 404);
  await api("lead", "GET", `/views/${mine}`, undefined, {}, 404);
  await api("agent", "PATCH", "/views/ours", { name: "Ours, all" }, {}, 428);
  const changed = await api("agent", "PATCH", "/views/ours", { name: "Ours, all" }, { "if-match": '"1"' });
  assert.equal(changed.headers.etag, '"2"');
  assert.deepEqual(changed.body.columns, ["number", "title"]);
  await api("agent", "PATCH", "/views/ours", { name: "Late" }, { "if-match": '"1"' }, 412);
  await api("agent", "PATCH", "/views/unassigned", { name: "x" }, { "if-match": '"0"' }, 403);
  await api("agent", "POST", "/views", { name: "x", key: "mine" }, {}, 409);
  await api("agent", "POST", "/views", { name: "x", sharing: "team", team: "finance" }, {}, 422);
  await api("agent", "POST", "/views", { name: "x", query: "open =" }, {}, 422);
  await api("agent", "POST", "/views", { name: "x", columns: ["secret"] }, {}, 422);
  await api("lead", "DELETE", "/views/ours", undefined, { "if-match": '"2"' }, 204);
  await api("agent", "GET", "/views/ours", undefined, {}, 404);
});

test("tabs are the reader's own", async () => {
  const tabs = async (login) => (await api(login, "GET", "/views")).body.items.filter((v) => v.pinned).map((v) => v.key);
  const before = await tabs("lead");
  await api("lead", "POST", "/views/overdue/actions/unpin");
  await api("lead", "POST", "/views/mine/actions/up");
  await api("lead", "POST", "/views/watched/actions/pin");
  const after = await tabs("lead");
  assert.equal(after[0], "mine");
  assert.equal(after[1], before[0]);
  assert.equal(after.at(-1), "watched");
  assert.ok(!after.includes("overdue"));
  assert.ok((await tabs("agent")).includes("overdue"));
  assert.deepEqual(await tabs("supplier"), []);
});

test("a view is saved, changed and dropped on its pages without script", async () => {
  const agent = await server.signIn("agent");
  const form = await agent.get(`/work/views/new?view=mine&q=${ask("open = yes and priority >= high")}&c=number&c=cost`);
  assert.match(form.text, /open = yes and priority &gt;= high/);
  const refused = await agent.post("/work/views", { name: "", query: "open = yes and tem = x", grouping: "", sharing: "private", team: "" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /At character 16/);
  const made = await agent.post("/work/views", [["name", "Urgent <b>"], ["query", "open = yes and priority >= high"], ["grouping", "priority"],
    ["sharing", "private"], ["team", ""], ["columns", "number"], ["columns", "title"], ["columns", "priority"]]);
  assert.equal(made.status, 303, made.text);
  assert.equal(made.headers.location, "/work/list?view=urgent-b");
  const list = await agent.get("/work/list?view=urgent-b");
  assert.match(list.text, /Urgent &lt;b&gt;/);
  assert.match(list.text, /class="group"/);
  assert.match(list.text, /aria-current="page"/);
  await agent.get("/work/views/urgent-b");
  const dropped = await agent.post("/work/views/urgent-b/drop", {});
  assert.equal(dropped.status, 303);
  assert.equal((await agent.get("/work/list?view=urgent-b")).status, 404);
});

test("a cell that a spreadsheet would calculate is text", async () => {
  const made = await api("requester", "POST", "/requests", { item: "question", answers: { question: "How?" }, title: "=1+1" }, {}, 201);
  const csv = await (await server.signIn("requester").then(() => server.signIn("lead"))).get(`/work/list.csv?q=${ask(`number = ${made.body.number}`)}&c=title`);
  assert.match(csv.text, /"'=1\+1"/);
});

test("why a request is here: each part with yes or no, and nothing about a hidden one", async () => {
  const agent = await server.signIn("agent");
  const [one] = (await api("agent", "GET", `/requests?limit=1&query=${ask("open = yes and team = workplace")}`)).body.items;
  const page = await agent.get(`/work/list/why?q=${ask("open = yes and (priority = critical or team = workplace) and state = closed")}&number=${one.number}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /It is not in this list/);
  assert.match(page.text, /At least one of these/);
  assert.match(page.text, new RegExp(`state = &quot;closed&quot;</code>[^]*state = ${one.state}`));
  const hidden = (await api("requester", "POST", "/requests", { item: "hr-concern",
    answers: { topic: "rules", details: "x", contact: "here" } }, {}, 201)).body.number;
  const same = async (number) => (await agent.get(`/work/list/why?q=&number=${number}`)).text.replaceAll(number, "N").replace(/(name="csrf" content|name="_csrf" value)="[^"]+"/g, "");
  assert.equal(await same(hidden), await same("REQ-999999"));
});

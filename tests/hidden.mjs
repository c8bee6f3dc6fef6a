// hidden.mjs - two databases that differ only in what the reader may not know answer byte for byte the same.
//
// Both begin as the same demo organisation.  One gets confidential requests (new, worked on, put aside, with
// an agreed day, closed), repeating requests of somebody, and other reasons of the same absence; the readers
// below see none of it, so no page, list, count, load, figure or file may tell the two apart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { run, startServer } from "./support/server.mjs";

let plain, more;
const hidden = { numbers: [], ids: {} };
const began = Date.now();

before(async () => {
  [plain, more] = await Promise.all([startServer(), startServer()]);
  const ok = async (...call) => {
    const answer = await more.api(...call);
    assert.ok(answer.status < 300, answer.text);
    return answer.body;
  };
  const later = new Date(began + 3 * 86400e3).toISOString();
  for (const details of ["Somebody shouts.", "Somebody whispers.", "Nobody answers."])
    hidden.numbers.push((await ok("requester", "POST", "/requests",
      { item: "hr-concern", answers: { topic: "rules", details, contact: "here" }, title: details })).number);
  const [open, aside, done] = hidden.numbers;
  await ok("hr", "POST", `/requests/${open}/actions/assign`, { assignee: "hr" });
  await ok("hr", "POST", `/requests/${open}/messages`, { text: "We look into it." });
  await ok("hr", "POST", `/requests/${open}/notes`, { text: "Twice this year." });
  await ok("hr", "PUT", `/requests/${open}/agreed`, { agreed: later, reason: "We need time." });
  await ok("hr", "POST", `/requests/${aside}/snooze`, { until: later, reason: "She is away.", everybody: true });
  await ok("hr", "POST", `/requests/${done}/actions/cancel`, { reason: "Told in person." });
  hidden.ids.task = (await ok("hr", "GET", `/requests/${open}`)).tasks[0].id;
  hidden.ids.schedule = (await ok("requester", "POST", "/schedules", { item: "question", answers: { question: "All well?" },
    every: 1, unit: "week", first: later })).id;
  for (const [server, kind, note] of [[plain, "holiday", ""], [more, "sick", "An operation."]]) {
    const answer = await server.api("requester2", "POST", "/people/requester2/absences",
      { from: later.slice(0, 10), to: later.slice(0, 10), kind, note });
    assert.equal(answer.status, 201, answer.text);
  }
});
after(() => Promise.all([plain?.end(), more?.end()]));

/* What differs between two servers and two calls: when it was asked, and the marks of a call. */
function bare(text) {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (at) => (Date.parse(at) >= began - 60000 && Date.parse(at) <= Date.now() ? "NOW" : at.replace(/\.\d+Z$/, "Z")))
    .replace(/"request_id":"[^"]*"/g, '"request_id":""')
    .replace(/(name="_(?:csrf|key)" value=")[^"]*/g, "$1")
    .replaceAll(plain.origin, "ORIGIN").replaceAll(more.origin, "ORIGIN");
}

const kept = (headers) => Object.fromEntries(Object.entries(headers)
  .filter(([name]) => !["date", "x-request-id", "set-cookie", "etag", "content-length"].includes(name)));

async function look(server, login, path) {
  const answer = await server.call("GET", path, { headers: { authorization: `Bearer ${server.token(login)}`, "accept-language": "en" } });
  return { status: answer.status, headers: kept(answer.headers), text: bare(answer.text) };
}

/* One of the calls may fall into another minute than the other: asked again then. */
async function same(login, path, there = path) {
  for (let i = 0; ; i++) {
    const [a, b] = [await look(plain, login, there), await look(more, login, path)];
    try {
      assert.deepEqual(b, a, `${login} ${path}`);
      return a.status;
    } catch (error) {
      if (i >= 3) {
        const k = [...a.text].findIndex((c, at) => c !== b.text[at]);
        throw new Error(`${login} ${path}: ${a.status} ${b.status}\n${a.text.slice(Math.max(0, k - 200), k + 200)}\n---\n${b.text.slice(Math.max(0, k - 200), k + 200)}`, { cause: error });
      }
    }
  }
}

/* Every page and call that needs no object, and those of time with one. */
const routes = JSON.parse(run("routes", "--json")).filter((one) => one.method === "GET" && !one.path.includes("{")
  && !["/live", "/metrics", "/readyz", "/sign-in", "/api/v1/openapi.json", "/profile"].includes(one.path)).map((one) => one.path);
const paths = [...routes,
  "/api/v1/requests?q=somebody", "/find?q=somebody", "/work/list?q=somebody", "/requests?q=somebody",
  "/insight?source=own", "/insight/requests?source=own", "/insight/requests?source=own&team=hr", "/insight/requests.csv?source=own", "/insight/figures.csv?source=own",
  "/work/teams/hr", "/api/v1/teams/hr/load", "/work/teams/workplace", "/api/v1/teams/workplace/load",
  "/api/v1/schedules?of=teams", "/api/v1/schedules?state=all", "/work/repeating",
  "/search?q=somebody", "/search?q=somebody%20-state:closed", "/api/v1/search?q=somebody", "/api/v1/search?q=12", "/api/v1/similar?text=somebody%20shouts%20whispers",
  "/work/list", "/work/list?q=", "/work/list?q=&group=due", "/work/list?q=&group=team", "/work/list?q=&group=requester", "/work/list?q=&group=model", "/work/list?q=&group=created", "/work/list?q=&group=answer.topic", "/work/list?q=&shown=REQ-12,REQ-1,INC-9", "/work/list?q=text%20~%20%22somebody%22", "/work/list.csv?q=", "/work/views",
  "/work/board?q=&by=state", "/work/board?q=&by=tasks.stage", "/work/board?q=&by=assignee", "/work/board?q=&by=priority",
  "/work/board?q=&by=answer.topic", "/work/calendar?q=", "/work/calendar?q=&show=week&by=not_before", "/work/timeline?q=", "/work/timeline?q=&show=half",
  "/api/v1/views/open/groups?by=team", "/api/v1/views/open/groups?by=requester", "/api/v1/views/open/calendar", "/api/v1/views/open/calendar?show=week&by=agreed", "/api/v1/views/open/timeline",
  "/api/v1/views/open/board", "/api/v1/views/unassigned/board?by=assignee",
  "/api/v1/requests?query=", "/api/v1/requests?query=link%20is%20empty%20order%20by%20updated", "/api/v1/views",
  "/people/requester2/presence", "/api/v1/people/requester2/presence", "/people/hr/presence", "/api/v1/people/hr/presence",
  "/catalog/hr-concern", "/catalog/hr-concern/order", "/catalog/hr-concern/preview", "/api/v1/catalog/items/hr-concern",
  "/api/v1/targets", "/admin/targets", "/api/v1/calendars/office", "/admin/calendars/office",
];

for (const login of ["agent", "agent2", "lead", "approver", "manager", "owner", "auditor", "supplier"])
  test(`${login} cannot tell them apart`, async () => {
    let shown = 0;
    for (const path of paths.filter((one) => login !== "manager" || !one.includes("requester2"))) /* who knows why they are away */
      shown += (await same(login, path)) === 200;
    assert.ok(shown > 10, `${shown} pages were shown`);
  });

test("what is hidden answers as what was never there", async () => {
  for (const login of ["agent", "lead", "auditor", "requester2", "supplier"]) {
    for (const part of ["", "/events", "/clocks", "/messages", "/notes", "/snooze", "/assignment", "/tasks"])
      await same(login, `/api/v1/requests/${hidden.numbers[0]}${part}`);
    for (const page of ["/requests/", "/work/"])
      for (const part of ["", "/clocks"])
        assert.notEqual(await same(login, `${page}${hidden.numbers[0]}${part}`), 200);
    assert.equal(await same(login, `/api/v1/schedules/${hidden.ids.schedule}`), 404);
    assert.equal(await same(login, `/repeating/${hidden.ids.schedule}`), 404);
    assert.equal(await same(login, `/repeating/new?from=${hidden.numbers[0]}`), 404);
  }
});

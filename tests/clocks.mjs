// clocks.mjs - clocks and targets as a program meets them: the contract's members, why, a reason, versions.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Contract } from "./support/contract.mjs";
import { startServer } from "./support/server.mjs";

let server, contract;

before(async () => {
  server = await startServer();
  contract = new Contract((await server.api(null, "GET", "/openapi.json")).body);
});

after(() => server?.end());

async function api(status, login, method, path, body, headers) {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path} as ${login}: ${answer.text.slice(0, 1500)}`);
  contract.check(method, `/api/v1${path}`, answer);
  return answer;
}

const ask = async (login, item = "laptop", answers = { device: "standard" }) =>
  (await api(201, login, "POST", "/requests", { item, answers })).body;
const clock = (request, target) => request.clocks.find((one) => one.target === target);

test("a request says how its clocks stand", async () => {
  const request = await ask("requester");
  const respond = clock(request, "respond"), fulfil = clock(request, "fulfil");
  assert.ok(respond.due && fulfil.due && Date.parse(fulfil.due) > Date.parse(respond.due));
  assert.equal(respond.stopped, null);
  assert.equal(respond.breached, false);
  assert.match(respond.remaining, /^PT/);

  await api(201, "agent", "POST", `/requests/${request.number}/messages`, { text: "I look into it." });
  const answered = (await api(200, "requester", "GET", `/requests/${request.number}`)).body;
  assert.ok(clock(answered, "respond").stopped);
  assert.equal(clock(answered, "respond").due, respond.due);

  // Asked back: it rests, and has no due time meanwhile.
  await api(200, "agent", "POST", `/requests/${request.number}/actions/ask`, { text: "Which keyboard?" });
  const asked = (await api(200, "agent", "GET", `/requests/${request.number}`)).body;
  assert.equal(clock(asked, "fulfil").due, null);
  assert.match(clock(asked, "fulfil").remaining, /^PT/);
  await api(201, "requester", "POST", `/requests/${request.number}/messages`, { text: "Swedish." });
  const went = (await api(200, "agent", "GET", `/requests/${request.number}`)).body;
  assert.ok(Date.parse(clock(went, "fulfil").due) >= Date.parse(fulfil.due));

  const { body: why } = await api(200, "requester", "GET", `/requests/${request.number}/clocks`);
  const told = why.items.find((one) => one.target === "fulfil");
  assert.deepEqual(told.facts.map((one) => one.what), ["began", "paused", "resumed"]);
  assert.equal(told.facts[1].why, "requester");
  assert.equal(told.goal, "5wd");
  assert.equal(told.calendar, "office");
  assert.equal(told.due, clock(went, "fulfil").due);
  await api(404, "requester2", "GET", `/requests/${request.number}/clocks`);
});

test("a reason is for late clocks, and the team's", async () => {
  const { number } = await ask("requester", "monitor", { size: "24" });
  const path = `/requests/${number}/clocks/respond/reason`;
  await api(403, "requester", "POST", path, { reason: "Who knows." });
  await api(409, "agent", "POST", path, { reason: "It rained." });
  await api(404, "agent", "POST", `/requests/${number}/clocks/nothing/reason`, { reason: "It rained." });
  await api(404, "requester2", "POST", path, { reason: "It rained." });
});

const target = {
  key: "first-look", name: { en: "A first look" }, measure: "task", team: "workplace",
  lines: [{ when: "level = critical", span: "1h" }, { span: "2wh", calendar: "office" }],
  warn: ["75%"], escalate: [{ at: "breach", to: "lead" }],
};

test("targets have versions, and a change rewrites nothing", async () => {
  await api(403, "agent", "POST", "/targets", target);
  const made = (await api(201, "owner", "POST", "/targets", target)).body;
  assert.equal(made.version, 1);
  await api(409, "owner", "POST", "/targets", target);
  const { number } = await ask("requester2");
  await api(200, "agent", "POST", `/requests/${number}/actions/assess`, { answers: { in_stock: true } });
  const before = (await api(200, "agent", "GET", `/requests/${number}`)).body;
  const due = clock(before, "first-look").due;
  assert.equal(clock(before, "first-look").task, "set_up");
  assert.equal(before.tasks.find((one) => one.key === "set_up").due, due);
  const theirs = (await api(200, "requester2", "GET", `/requests/${number}`)).body;
  assert.equal(clock(theirs, "first-look"), undefined);

  await api(428, "owner", "PATCH", "/targets/first-look", { retired: true });
  await api(412, "owner", "PATCH", "/targets/first-look", { retired: true }, { "If-Match": '"7"' });
  const changed = (await api(200, "owner", "PATCH", "/targets/first-look",
    { lines: [{ span: "5m" }], note: "Faster." }, { "If-Match": '"1"' })).body;
  assert.equal(changed.version, 2);
  assert.deepEqual(changed.versions.map((one) => one.version), [1, 2]);
  assert.deepEqual(changed.warn, ["75%"]);
  const after_ = (await api(200, "agent", "GET", `/requests/${number}`)).body;
  assert.equal(clock(after_, "first-look").due, due);
});

test("a target that cannot be measured is refused", async () => {
  const wrong = [
    [{ key: "a", lines: [] }, "/lines"],
    [{ key: "b", lines: [{ span: "2wh" }] }, "/lines/0/calendar"],
    [{ key: "c", lines: [{ span: "2wh", calendar: "nowhere" }] }, "/lines/0/calendar"],
    [{ key: "d", lines: [{ span: "1h", when: "weather = bad" }] }, "/lines/0/when"],
    [{ key: "e", escalate: [{ at: "breach", to: "team nobody" }] }, "/escalate/0"],
    [{ key: "f", from: "2020-01-01T00:00:00Z" }, "/from"],
    [{ key: "respond" }, "/key"],
  ];
  for (const [part, pointer] of wrong) {
    const { body } = await api(422, "owner", "POST", "/targets", { ...target, ...part });
    assert.ok(body.errors.some((one) => one.pointer === pointer), `${pointer}: ${JSON.stringify(body.errors)}`);
  }
});

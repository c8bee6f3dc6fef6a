// timers.mjs - what is due at an instant, with the whole program: it is killed before that instant, and started again
// after it, and killed while it catches up.  Everything happens, once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../support/server.mjs";

const REQUESTS = 24;
const SOON_MS = 2500; /* after the last thing that is prepared */

let server;
before(async () => { server = await startServer(); });
after(() => server?.end());

async function api(status, login, method, path, body) {
  const answer = await server.api(login, method, path, body);
  assert.equal(answer.status, status, `${method} ${path} as ${login}: ${answer.text.slice(0, 800)}`);
  return answer.body;
}

const rows = (sql) => server.rows(sql);
const soon = (ms) => new Date(Date.now() + ms).toISOString();

test("a kill before the moment, a standstill over it and kills while it is caught up: each thing happens once", async () => {
  /* A minute: two thresholds pass while the program is down, and are told as one. */
  await api(201, "owner", "POST", "/targets", { key: "a-minute", name: { en: "A minute" }, measure: "fulfil",
    lines: [{ span: "1m" }], warn: ["5%", "6%"] });
  await sleep(20);
  for (const login of ["requester", "agent"]) /* tokens take a process each */
    server.token(login);
  const serial = (number) => Number(number.slice(number.indexOf("-") + 1));
  const numbers = await Promise.all(Array.from({ length: REQUESTS }, async (_, i) =>
    (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: `No ${i}?` } })).number));
  numbers.sort((a, b) => serial(a) - serial(b));
  const at = soon(SOON_MS);
  await Promise.all([
    ...numbers.slice(0, 8).map((number) =>
      api(201, "agent", "POST", `/requests/${number}/snooze`, { until: at, reason: "In a moment" })),
    ...numbers.slice(8, 16).map((number) =>
      api(200, "agent", "POST", `/requests/${number}/actions/pend`, { kind: "date", until: at, reason: "In a moment" })),
  ]);
  await api(201, "agent", "POST", "/people/agent/absences", { from: at, to: soon(SOON_MS + 600000), kind: "training" });
  await api(201, "approver", "POST", "/people/approver/delegations", { to: "owner", what: "approvals", from: at, until: soon(SOON_MS + 1200) });
  await api(201, "requester", "POST", "/schedules", { item: "question", answers: { question: "Again?" }, title: "Repeated here",
    unit: "day", every: 1, first: at });
  assert.ok(Date.now() < Date.parse(at), "all of it was prepared in time");
  await server.kill();
  await sleep(Date.parse(at) + 2500 - Date.now()); /* the thresholds of the minute are past then, too */
  for (let i = 0; i < 4; i++) { /* catching up is interrupted, in another place each time */
    await server.start();
    await sleep(30 * i);
    await server.kill();
  }
  /* What a killed process had leased is free after a minute; here the minute is made to pass. */
  execFileSync("python3", ["-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('UPDATE timer SET until_ms = 1 WHERE until_ms > 0'); c.commit()",
    server.db.slice("sqlite:".length)]);
  await server.start();
  const due = "SELECT count(*) FROM timer WHERE due_ms <= CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 1000";
  const behind = "SELECT count(*) FROM follower WHERE event_id < (SELECT max(id) FROM event)";
  for (let i = 0; i < 600 && rows(due)[0][0] + rows(behind)[0][0] > 0; i++)
    await sleep(100);
  assert.deepEqual([...rows(due), ...rows(behind)], [[0], [0]], "everything was caught up with");
  await server.kill("SIGTERM");
  assert.deepEqual(rows("SELECT kind, object_id, why FROM timer WHERE tries > 0"), []);
  const serials = numbers.map(serial);
  const of = (kind, list) => rows(`SELECT r.serial, count(*) FROM event e JOIN request r ON r.id = e.request_id
    WHERE e.kind = '${kind}' AND r.record = 'request' AND r.serial IN (${list.join()}) GROUP BY r.serial ORDER BY r.serial`);
  const once = (list) => list.map((serial) => [serial, 1]);
  const told = rows(`SELECT r.serial, count(*) FROM event e JOIN request r ON r.id = e.request_id WHERE e.kind = 'clock.reached'
    AND e.data LIKE '%"target":"a-minute"%' AND r.serial IN (${serials.join()}) GROUP BY r.serial ORDER BY r.serial`);
  const paused = new Set(serials.slice(8, 16)); /* waits for a date: its clock runs on in this target */
  assert.deepEqual(told.filter(([serial]) => !paused.has(serial)), once(serials.filter((serial) => !paused.has(serial))));
  assert.ok(told.every(([, n]) => n === 1));
  assert.deepEqual(of("request.awake", serials.slice(0, 8)), once(serials.slice(0, 8)));
  assert.deepEqual(of("request.resumed", serials.slice(8, 16)), once(serials.slice(8, 16)));
  assert.deepEqual(rows("SELECT count(*) FROM request WHERE title = 'Repeated here'"), [[1]]);
  assert.deepEqual(rows("SELECT kind, count(*) FROM event WHERE kind IN ('absence.begun', 'absence.over') GROUP BY kind"), [["absence.begun", 1]]);
  assert.deepEqual(rows("SELECT kind, count(*) FROM event WHERE kind IN ('delegation.begun', 'delegation.over') GROUP BY kind"),
    [["delegation.over", 1]]);
  /* Whoever was told, was told once. */
  assert.deepEqual(rows(`SELECT person_id, event_id, count(*) FROM notification GROUP BY person_id, event_id HAVING count(*) > 1`), []);
  assert.deepEqual(rows(`SELECT n.person_id, r.serial, count(*) FROM notification n JOIN event e ON e.id = n.event_id
    JOIN request r ON r.id = e.request_id WHERE e.kind = 'clock.reached' AND e.data LIKE '%"target":"a-minute"%'
    GROUP BY n.person_id, r.serial HAVING count(*) > 1`), []);
  const doctor = execFileSync(process.env.PROGRAM_UNDER_TEST ?? "build/errand", ["doctor", "--clocks", "--db", server.db], { encoding: "utf8" });
  assert.match(doctor, / 0 differences/);
});

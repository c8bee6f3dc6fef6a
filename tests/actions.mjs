// actions.mjs - tasks that the program carries out, with executables, over stops and kills of the server.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "./support/server.mjs";

let server, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "errand-actions-"));
  process.env.ERRAND_ACTIONS = folder;
  server = await startServer();
});
after(async () => {
  delete process.env.ERRAND_ACTIONS;
  await server?.end();
  rmSync(folder, { recursive: true });
});
beforeEach(() => rmSync(join(folder, "orders"), { force: true }));

/* Each order is noted in the file "orders", one in a line; then it does as `script` says. */
const set = (script) => writeFileSync(join(folder, "change-mailing-list"), `#!/bin/sh\ncat >> orders; echo >> orders\n${script}\n`, { mode: 0o700 });
const orders = () => {
  try {
    return readFileSync(join(folder, "orders"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  } catch {
    return [];
  }
};

async function ask() {
  const answers = { mailing_list: "lunch", membership: "join" };
  const made = await server.api("requester", "POST", "/requests", { item: "mailing-list", answers });
  assert.equal(made.status, 201, made.text);
  return made.body.number;
}

async function until(what, about) {
  for (let i = 0; i < 300; i++) {
    const found = await what();
    if (found)
      return found;
    await sleep(50);
  }
  throw new Error(`never: ${about}\n${server.log.slice(-2000)}`);
}

const read = async (number) => (await server.api("agent", "GET", `/requests/${number}`)).body;
const inState = (number, state) => until(async () => { const one = await read(number); return one.state === state && one; }, `${number} ${state}`);
const noted = async (number, kind) => (await server.api("agent", "GET", `/requests/${number}/events`)).body.items
  .find((event) => event.kind === kind);

test("nobody lifts a finger, and the evidence is there", async () => {
  set("echo 'lunch: added requester'");
  const number = await ask();
  const done = await inState(number, "fulfilled");
  assert.equal(done.outcome, "fulfilled");
  assert.deepEqual(done.tasks[0].action, { key: "change-mailing-list", state: "done" });
  const [order] = orders();
  assert.equal(order.request, number);
  assert.equal(order.beneficiary.login, "requester");
  assert.deepEqual(order.with, { mailing_list: "lunch", membership: "join" });
  const event = await noted(number, "task.done_by_action");
  assert.equal(event.actor, null);
  assert.deepEqual(event.changes.find(({ field }) => field === "note"), { field: "note", from: null, to: "lunch: added requester" });
});

test("one that fails is for the team, in words", async () => {
  set("echo 'There is no such list.' >&2; exit 1");
  const number = await ask();
  const failed = await until(async () => { const one = await read(number); return one.tasks[0].action.state === "person" && one; }, "failed");
  assert.equal(failed.tasks[0].state, "ready");
  assert.equal(failed.next_step.code, "task");
  assert.match((await noted(number, "task.action_failed")).changes[0].to, /There is no such list\./);
  assert.equal((await server.api("agent", "POST", `/tasks/${failed.tasks[0].id}/actions/finish`, { note: "By hand." })).status, 200);
  assert.equal((await read(number)).state, "fulfilled");
});

test("what a killed server had in hand is done after the restart, under the same key", async () => {
  set("sleep 50");
  const number = await ask();
  await until(() => orders().length === 1, "handed out");
  await server.kill("SIGKILL");
  set("echo again");
  await server.start();
  await inState(number, "fulfilled");
  const keys = orders().map(({ key }) => key);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.match(keys[0], new RegExp(`^${number}/change_list/1/[0-9a-f]{12}$`));
});

test("a server that stops breaks off what runs, and does it after the restart", async () => {
  set("sleep 50");
  const number = await ask();
  await until(() => orders().length === 1, "handed out");
  const begin = performance.now();
  assert.equal((await server.kill("SIGTERM")).code, 0);
  assert.ok(performance.now() - begin < 10000, "it does not wait for the executable");
  set("echo again");
  await server.start();
  await inState(number, "fulfilled");
  assert.deepEqual(orders().map(({ key }) => key).filter((key, i, all) => key !== all[0]), []);
});

test("whoever starts the task takes it over", async () => {
  set("sleep 2; echo too late");
  const number = await ask();
  await until(() => orders().length === 1, "handed out");
  const { tasks: [task] } = await read(number);
  assert.equal((await server.api("agent", "POST", `/tasks/${task.id}/actions/start`, {})).status, 200);
  await until(() => noted(number, "task.action_late"), "told to the staff");
  const { tasks: [mine] } = await read(number);
  assert.equal(mine.state, "started");
  assert.equal(mine.assignee.login, "agent");
  const seen = (await server.api("requester", "GET", `/requests/${number}/events`)).body.items;
  assert.ok(!seen.some(({ kind }) => kind === "task.action_late"), "only the staff reads of it");
});

// kill.mjs - the program is killed in the middle of its work, again and again: what it said "created"
// to is there afterwards, once, and an act on a thousand requests goes on where it stopped.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../support/server.mjs";

const KILLS = 10;
const CLIENTS = 16;
const MANY = 1000; /* requests of one act, which takes many turns of the writer */
const BACK_MS = 2000; /* from the kill to the first answer, the end of the broken connections included */

let server;
before(async () => { server = await startServer(); });
after(() => server?.end());

function create(key) {
  return server.api("requester", "POST", "/requests", { item: "question", answers: { question: "Is it kept?" }, title: key },
    { "idempotency-key": key });
}

/** Sends requests until the server is gone; notes what was acknowledged and what was in flight. */
async function load(client, round, acknowledged, open) {
  for (let i = 0; ; i++) {
    const key = `kill ${round}-${client}-${i}`;
    open.add(key);
    try {
      const answer = await create(key);
      assert.equal(answer.status, 201, answer.text);
      acknowledged.set(key, answer.body.number);
      open.delete(key);
    } catch (error) {
      if (error instanceof assert.AssertionError)
        throw error;
      return; /* the connection broke */
    }
  }
}

async function everything() {
  const found = new Map();
  for (let cursor = ""; cursor !== null;) {
    const { body } = await server.api("requester", "GET", `/requests?limit=100${cursor && `&cursor=${cursor}`}`);
    for (const { title, number } of body.items)
      found.set(title, [...(found.get(title) ?? []), number]);
    cursor = body.next;
  }
  return found;
}

test(`${KILLS} kills under load lose nothing that was acknowledged and double nothing`, async (t) => {
  const acknowledged = new Map();
  const back = [];
  let repeated = 0;
  server.token("requester");
  for (let round = 0; round < KILLS; round++) {
    const open = new Set(), before = acknowledged.size;
    const clients = Array.from({ length: CLIENTS }, (_, client) => load(client, round, acknowledged, open));
    while (acknowledged.size < before + 20)
      await sleep(5);
    await sleep(20 * round); /* not always in the same phase of the writer's turns */
    const killed = performance.now();
    await server.kill();
    await Promise.all(clients);
    assert.ok(open.size > 0, "calls were in flight");
    await server.start();
    back.push(performance.now() - killed);
    assert.ok(back.at(-1) < BACK_MS, `back after ${back.at(-1)} ms`);
    /* A client that got no answer sends the same call again, with the same key. */
    for (const key of open) {
      const answer = await create(key);
      assert.equal(answer.status, 201, answer.text);
      acknowledged.set(key, answer.body.number);
      repeated++;
    }
  }
  const found = await everything();
  for (const [key, number] of acknowledged)
    assert.deepEqual(found.get(key), [number], `${key} is there once, under the number that was said`);
  for (const key of found.keys())
    assert.ok(!key.startsWith("kill ") || acknowledged.has(key), `${key} was asked for`);
  t.diagnostic(`${acknowledged.size} requests, ${repeated} sent again, back within ${Math.round(Math.max(...back))} ms at most`);
});

async function api(status, method, path, body, headers) {
  const answer = await server.api("lead", method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 800)}`);
  return answer.body;
}

/** Makes the call, and kills the program when the act has come some way further; what was left of it then, at the most. */
async function killWithin(id, left, call) {
  let ended = false;
  const broken = assert.rejects(call(), "the act was at its end before the kill").finally(() => { ended = true; });
  while (!ended) {
    const answer = await server.api("lead", "GET", `/requests/bulk/${id}`);
    if (answer.status === 200 && answer.body.left > 0 && answer.body.left < left) {
      await server.kill();
      await broken;
      await server.start();
      return answer.body.left;
    }
    await sleep(2);
  }
  return broken;
}

test("an act on a thousand requests that was killed goes on, does nothing twice, and is taken back whole", async (t) => {
  server.token("lead");
  const numbers = [...(await everything())].filter(([title]) => title.startsWith("kill ")).map(([, [number]]) => number).slice(0, MANY);
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    for (let i = numbers.length + client; i < MANY; i += CLIENTS) {
      const { status, body } = await create(`many ${i}`);
      assert.equal(status, 201);
      numbers[i] = body.number;
    }
  }));
  const act = { requests: numbers, act: "tag", value: "killed" };
  const id = (await api(201, "POST", "/requests/bulk", { requests: numbers.slice(0, 1), act: "watch" })).id + 1;
  const key = { "idempotency-key": "a thousand" }, back = { "idempotency-key": "and back" };
  const tagged = "SELECT count(*) FROM request_tag WHERE tag = 'killed'";
  const events = (kind) => `SELECT count(*), count(DISTINCT request_id) FROM event WHERE kind = '${kind}'`;
  const whole = (kind) => server.rows(`SELECT count(*) FROM event WHERE kind = '${kind}' AND object_id = ${id}`);

  const first = await killWithin(id, MANY, () => server.api("lead", "POST", "/requests/bulk", act, key));
  const { left } = await api(200, "GET", `/requests/bulk/${id}`);
  assert.ok(left > 0 && left <= first, `${left} left of ${first}`);
  assert.deepEqual([...server.rows(tagged), ...server.rows(events("tag.added"))], [[MANY - left], [MANY - left, MANY - left]]);
  /* The same call again finds the act; what is left goes on when it is asked to, whatever comes between. */
  const again = await api(201, "POST", "/requests/bulk", act, key);
  assert.deepEqual([again.id, again.left], [id, left]);
  await killWithin(id, left, () => server.api("lead", "POST", `/requests/bulk/${id}/continue`));
  const done = await api(200, "POST", `/requests/bulk/${id}/continue`);
  assert.deepEqual([done.done, done.left, done.may_undo], [MANY, 0, true]);
  assert.deepEqual((await api(201, "POST", "/requests/bulk", act, key)).done, MANY);
  assert.deepEqual([...server.rows(tagged), ...server.rows(events("tag.added")), ...whole("bulk.done")], [[MANY], [MANY, MANY], [1]]);

  const rest = await killWithin(id, MANY, () => server.api("lead", "POST", `/requests/bulk/${id}/undo`, undefined, back));
  const half = await api(200, "POST", `/requests/bulk/${id}/undo`, undefined, back);
  assert.ok(half.left > 0 && half.left <= rest, `${half.left} left of ${rest}`);
  assert.deepEqual(server.rows(tagged), [[half.left]]);
  const undone = await api(200, "POST", `/requests/bulk/${id}/continue`);
  assert.equal(undone.left, 0);
  assert.ok(undone.results.every((one) => one.undone));
  assert.deepEqual([...server.rows(tagged), ...server.rows(events("tag.removed")), ...whole("bulk.undone")], [[0], [MANY, MANY], [1]]);
  t.diagnostic(`left at the first kill: ${left}; on the way back: ${half.left}`);
});

// kill.mjs - the program is killed in the middle of its work, again and again: what it said "created"
// to is there afterwards, once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../support/server.mjs";

const KILLS = 10;
const CLIENTS = 16;
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

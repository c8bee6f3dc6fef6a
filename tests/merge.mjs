// merge.mjs - two requests become one and go back, a part becomes one of its own: over pages without script and the API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, noChromium, picture, sideways, signedIn, startBrowser } from "./support/browser.mjs";
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

const api = async (login, method, path, body, headers, status = 200) => {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer.body;
};
let keys = 0;
const fresh = () => ({ "idempotency-key": `merge-${++keys}` });
const ask = async (login, details) =>
  (await api(login, "POST", "/requests", { item: "question", answers: { question: details } }, fresh(), 201)).number;

/* Two questions of two people; the second one has a message. */
const pair = async () => {
  const stays = await ask("requester2", "No mail since nine");
  const gone = await ask("requester", "Mail is dead");
  await api("requester", "POST", `/requests/${gone}/messages`, { text: "It says 550." }, fresh(), 201);
  return { stays, gone };
};

test("the page merges, the old number leads on, and the merge goes back", async () => {
  const { stays, gone } = await pair();
  const agent = await server.signIn("agent");
  await agent.get(`/work/${gone}`);
  assert.equal((await agent.post(`/work/${gone}/acts/merge`, { into: stays })).status, 303);
  const old = await agent.get(`/work/${gone}`);
  assert.equal(old.status, 303);
  assert.equal(old.headers.location, `/work/${stays}`);
  const page = await agent.get(`/work/${stays}`);
  assert.match(page.text, new RegExp(`${gone} was merged into this request`));
  assert.match(page.text, /It says 550\./);
  const requester = await server.signIn("requester");
  const led = await requester.get(`/requests/${gone}`);
  assert.equal(led.headers.location, `/requests/${stays}`);
  assert.match((await requester.get(`/requests/${stays}`)).text, /It says 550\./);
  const itself = await agent.get(`/work/${gone}?itself=1`);
  assert.equal(itself.status, 200);
  assert.match(itself.text, /acts\/unmerge/);
  assert.equal((await agent.post(`/work/${gone}/acts/unmerge`, {})).status, 303);
  assert.equal((await agent.get(`/work/${gone}`)).status, 200);
  assert.doesNotMatch((await agent.get(`/work/${stays}`)).text, /It says 550\./);
  assert.equal((await requester.get(`/requests/${stays}`)).status, 404);
});

test("what is refused stands in the page with what was typed", async () => {
  const { gone } = await pair();
  const agent = await server.signIn("agent");
  await agent.get(`/work/${gone}`);
  const page = await agent.post(`/work/${gone}/acts/merge`, { into: "REQ-999999" });
  assert.equal(page.status, 422);
  assert.match(page.text, /There is no such request\./);
  assert.match(page.text, /REQ-999999/);
});

test("the API says where it goes on, to those who see that", async () => {
  const { stays, gone } = await pair();
  await api("agent", "POST", `/requests/${gone}/actions/merge`, { into: stays }, fresh());
  const merged = await api("agent", "GET", `/requests/${gone}`);
  assert.equal(merged.outcome, "merged");
  assert.equal(merged.merged_into, stays);
  assert.equal((await api("agent", "GET", `/requests/${stays}`)).merged_into, null);
  await api("requester", "POST", `/requests/${gone}/messages`, { text: "Well?" }, fresh(), 409);
  const found = await api("agent", "GET", `/requests?query=${encodeURIComponent("outcome = merged")}`);
  assert.ok(found.items.some((r) => r.number === gone));
});

test("many are merged at once, each with its result", async () => {
  const { stays, gone } = await pair();
  const done = await api("agent", "POST", "/requests/bulk", { act: "merge", value: stays, requests: [gone, stays] }, fresh(), 201);
  assert.deepEqual(done.results.map((r) => r.ok), [true, false]);
  const back = await api("agent", "POST", `/requests/bulk/${done.id}/undo`, {}, fresh());
  assert.equal(back.results[0].undone, true);
  assert.equal((await api("agent", "GET", `/requests/${gone}`)).merged_into, null);
});

test("a part becomes a request of its own", async () => {
  const { gone } = await pair();
  const agent = await server.signIn("agent");
  const form = await agent.get(`/work/${gone}/split`);
  const id = form.text.match(/name="message" value="(\d+)"/)[1];
  const refused = await agent.post(`/work/${gone}/split`, { item: "question" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Choose at least one message\./);
  const made = await agent.post(`/work/${gone}/split`, { item: "question", message: id, title: "The code 550" });
  assert.equal(made.status, 303);
  const page = await agent.get(made.headers.location);
  assert.match(page.text, /The code 550/);
  assert.match(page.text, /It says 550\./);
  assert.ok(page.text.includes(gone));
});

test("the pages have no findings on a desk and on a phone", { skip: noChromium }, async () => {
  const { stays, gone } = await pair();
  await api("agent", "POST", `/requests/${gone}/actions/merge`, { into: stays }, fresh());
  const page = await signedIn(browser, server, "agent");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [`/work/${gone}?itself=1`, `/work/${stays}`, `/work/${stays}/split`]) {
      await page.goto(path);
      assert.deepEqual(await axeFindings(page), [], `${path} ${width}`);
      assert.deepEqual(await sideways(page), [], `${path} ${width}`);
      await picture(page, `merge${path.replaceAll(/\W/g, "_")}_${width}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/work/${stays}`);
  await page.evaluate(() => document.getElementById("act-merge").showPopover());
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, "merge.dialog");
  await page.context().close();
});

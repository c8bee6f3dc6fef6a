// merge.mjs - two requests become one and go back, a part becomes one of its own: over pages without script and the API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, enter, goBy, noChromium, picture, sideways, signedIn, startBrowser, tabTo } from "./support/browser.mjs";
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

test("with the keyboard alone: merged from the offer, taken back, merged by its number, and a part split off", { skip: noChromium }, async () => {
  const [stays, gone] = [await ask("requester2", "The gable clock stands still"), await ask("requester", "The gable clock is wrong")];
  await api("requester", "POST", `/requests/${gone}/messages`, { text: "And the lift squeaks." }, fresh(), 201);
  const page = await signedIn(browser, server, "agent");
  const merged = async () => (await api("agent", "GET", `/requests/${gone}`)).merged_into;
  await page.goto(`/work/${gone}`);
  const offer = `#similar a[href*="/merge?into=${stays}"]`;
  await page.waitForSelector(offer);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, offer);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, "main form button.main");
  assert.ok(page.url().endsWith(`/work/${stays}`), page.url());
  assert.equal(await merged(), stays);
  await enter(page, `a[href="/work/${gone}?itself=1"]`);
  await enter(page, "form[action$='/acts/unmerge'] button");
  assert.equal(await merged(), null);
  await page.goto(`/work/${gone}`);
  await tabTo(page, ".thread-head details.menu summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "button[popovertarget=act-merge]");
  await page.keyboard.press("Enter");
  await tabTo(page, "#merge-n");
  assert.deepEqual(await axeFindings(page), []);
  await page.keyboard.type("REQ-999999");
  await goBy(page);
  assert.match(await page.textContent("main"), /There is no such request\./);
  await page.goto(`/work/${gone}`);
  await tabTo(page, ".thread-head details.menu summary");
  await page.keyboard.press("Space");
  await enter(page, `a[href="/work/${gone}/split"]`);
  assert.deepEqual(await axeFindings(page), []);
  assert.equal(await page.inputValue("#split-item"), "question");
  await tabTo(page, "[name=message]");
  await page.keyboard.press("Space");
  await tabTo(page, "#split-title");
  await page.keyboard.type("The lift squeaks");
  await goBy(page);
  assert.equal(await page.textContent("h1"), "The lift squeaks");
  assert.match(await page.textContent("#live-talk"), /And the lift squeaks\./);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test("who asks for what somebody else has already says so: with the keyboard alone, and without script", { skip: noChromium }, async () => {
  const number = await ask("requester2", "The gargoyle on the roof drips");
  await api("requester2", "POST", `/requests/${number}/participants`, { login: "requester", kind: "participant" }, {}, 201);
  const others = async () => (await api("agent", "GET", `/requests/${number}`)).me_too;
  const page = await signedIn(browser, server, "requester");
  await page.goto("/catalog/question/order");
  await tabTo(page, "[name=question]");
  await page.keyboard.type("The gargoyle drips on the roof");
  const me_too = `form[action="/requests/${number}/me-too"] button`;
  await page.waitForSelector(me_too);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, me_too);
  assert.ok(page.url().endsWith(`/requests/${number}`), page.url());
  assert.equal(await others(), 1);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, "form[action$='/me-too'] button");
  assert.equal(await others(), 0);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
  const plain = await server.signIn("lead");
  assert.match((await plain.get(`/requests/${number}`)).text, /I have this too/);
  assert.equal((await plain.post(`/requests/${number}/me-too`, {})).headers.location, `/requests/${number}`);
  assert.equal(await others(), 1);
  assert.match((await plain.get(`/requests/${number}`)).text, /You have this too\./);
  await plain.post(`/requests/${number}/me-too`, { take_back: "1" });
  assert.equal(await others(), 0);
});

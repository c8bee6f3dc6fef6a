// desk.mjs - working on a request: drafts, ready replies, two who write at once, acts taken back, from one to the next.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, choose, noChromium, phone, picture, sideways, signedIn, startBrowser } from "./support/browser.mjs";
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
const ask = async (title, login = "requester") =>
  (await api(login, "POST", "/requests", { item: "question", answers: { question: title }, title }, {}, 201)).number;
const typed = (html) => /<textarea id="say"[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1].trim();
const hidden = (html, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];

test("a draft is found again by its author alone, and goes when it is sent", async () => {
  const number = await ask("A draft");
  const one = await server.signIn("agent"), other = await server.signIn("agent"), lead = await server.signIn("lead");
  await one.get(`/work/${number}`);
  assert.equal((await one.post(`/work/${number}/unsent`, { text: "Half a sent", _kind: "say" })).status, 303);
  assert.equal(typed((await other.get(`/work/${number}`)).text), "Half a sent");
  await one.post(`/work/${number}/unsent`, { text: "Between us", _kind: "note" });
  assert.match((await other.get(`/work/${number}`)).text, /value="note" checked/); /* a note comes back as a note */
  await one.post(`/work/${number}/unsent`, { text: "Half a sent", _kind: "say" });
  assert.equal(typed((await lead.get(`/work/${number}`)).text), "");
  assert.deepEqual((await api("lead", "GET", `/requests/${number}/writers`)).items.map((w) => w.person.login), ["agent"]);
  assert.equal((await api("lead", "GET", `/requests/${number}/unsent`)).text, "");
  assert.match((await one.get("/work")).text, new RegExp(`Typed and not sent[^]*href="/work/${number}#say"`));
  assert.doesNotMatch((await lead.get("/work")).text, /Typed and not sent/);
  assert.deepEqual((await api("agent", "GET", "/unsent")).items.map((line) => line.request), [number]);
  assert.equal((await other.post(`/work/${number}/messages`, { text: "A whole sentence.", _kind: "say" })).status, 303);
  assert.equal(typed((await one.get(`/work/${number}`)).text), "");
});

test("a message that crosses another one comes back with both, and goes at the second try", async () => {
  const number = await ask("Crossing");
  const agent = await server.signIn("agent");
  const seen = hidden((await agent.get(`/work/${number}`)).text, "seen");
  await api("requester", "POST", `/requests/${number}/messages`, { text: "It works again by itself." }, {}, 201);
  const held = await agent.post(`/work/${number}/messages`, { text: "We come at ten.", _kind: "say", seen });
  assert.equal(held.status, 409);
  assert.equal(typed(held.text), "We come at ten.");
  assert.match(held.text, /It works again by itself\./);
  assert.match(held.text, /wrote while you were writing/);
  const again = await agent.post(`/work/${number}/messages`, { text: "We come at ten.", _kind: "say", seen: hidden(held.text, "seen") });
  assert.equal(again.status, 303);
  assert.equal((await api("agent", "GET", `/requests/${number}/messages`)).items.length, 2);
  const problem = await api("agent", "POST", `/requests/${number}/messages`, { text: "x", seen: 1 }, {}, 409);
  assert.match(problem.type, /answered_meanwhile/);
});

test("ready replies are written by leads, changed with If-Match and filled for one request", async () => {
  const number = await ask("Ready");
  await api("agent", "POST", "/ready-replies", { team: "workplace", name: "Thanks", en: "x" }, {}, 403);
  await api("lead", "POST", "/ready-replies", { team: "workplace", name: "Thanks", en: "Dear {requester}" }, {}, 422);
  const { id } = await api("lead", "POST", "/ready-replies",
    { team: "workplace", name: "On our way", en: "Dear {requester.name}, we look into {number} by {due}.", sv: "Hej {requester.first_name}!" }, {}, 201);
  await api("lead", "PATCH", `/ready-replies/${id}`, { name: "On the way" }, {}, 428);
  await api("lead", "PATCH", `/ready-replies/${id}`, { name: "On the way" }, { "if-match": '"1"' });
  await api("lead", "PATCH", `/ready-replies/${id}`, { name: "Too late" }, { "if-match": '"1"' }, 412);
  const [filled] = (await api("agent", "GET", `/requests/${number}/ready-replies?q=WAY`)).items;
  assert.ok(filled.text.includes(number) && !filled.text.includes("{requester"), filled.text);
  assert.equal(filled.language, "en");
  const agent = await server.signIn("agent");
  const page = await agent.get(`/work/${number}/replies`);
  assert.match(page.text, /On the way/);
  assert.ok(typed((await agent.get(`/work/${number}?reply=${id}`)).text).includes(number));
  assert.equal((await agent.get("/work/replies/new")).status, 403);
  assert.equal((await agent.get(`/work/replies/${id}`)).status, 403);
  const lead = await server.signIn("lead");
  const form = await lead.get(`/work/replies/${id}`);
  const refused = await lead.post(`/work/replies/${id}`, { version: hidden(form.text, "version"), name: "", "words.en": "Kept {nothing}" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Kept \{nothing\}/);
  assert.equal((await lead.post(`/work/replies/${id}/drop`, {})).status, 303);
  await api("agent", "GET", `/ready-replies/${id}`, undefined, {}, 404);
});

test("an act on one request is taken back from its notice, unless it was changed since", async () => {
  const number = await ask("Undo");
  const agent = await server.signIn("agent");
  const undo = async () => /action="(\/work\/bulk\/\d+\/undo)"/.exec((await agent.get(`/work/${number}`)).text)?.[1];
  const assignee = async () => (await api("agent", "GET", `/requests/${number}`)).assignee?.login ?? null;
  await agent.get(`/work/${number}`);
  assert.equal((await agent.post(`/work/${number}/acts/assign`, { assignee: "agent" })).status, 303);
  const back = await undo();
  assert.ok(back);
  assert.equal((await agent.post(back, {})).headers.location, `/work/${number}`);
  assert.equal(await assignee(), null);
  assert.match((await agent.get(`/work/${number}`)).text, /Taken back/);
  await agent.post(`/work/${number}/acts/assign`, { assignee: "agent" });
  const late = await undo();
  await api("lead", "POST", `/requests/${number}/actions/assign`, { assignee: "lead" });
  await agent.post(late, {});
  assert.equal(await assignee(), "lead");
  assert.match((await agent.get(`/work/${number}`)).text, /changed since/);
  await agent.post(`/work/${number}/tags`, { tag: "vpn" });
  await agent.post(await undo(), {});
  assert.deepEqual((await api("agent", "GET", `/requests/${number}/tags`)).items, []);
  await agent.post(`/work/${number}/acts/pend`, { text: "A part is missing.", pending: "supplier" });
  const goOn = new RegExp(`class="toast"[^]*?action="(/work/${number}/acts/resume)"`).exec((await agent.get(`/work/${number}`)).text)[1];
  await agent.post(goOn, {});
  assert.equal((await api("agent", "GET", `/requests/${number}`)).state, "fulfilling");
  assert.equal((await agent.post(`/work/${number}/tags`, { tag: "no tag at all" })).status, 422);
  const lead = await server.signIn("lead");
  await lead.get(`/work/${number}`);
  assert.equal((await lead.post(`/work/${number}/acts/assign`, { assignee: "no-such-person" })).status, 422);
});

test("the next one of a list is the one below it; behind one that left it, the first", async () => {
  const agent = await server.signIn("agent");
  const query = "open = yes and title = \"Walking along\" order by created";
  const numbers = [];
  for (let i = 0; i < 3; i++)
    numbers.push(await ask("Walking along"));
  const q = encodeURIComponent(query);
  const list = await agent.get(`/work/list?q=${q}`);
  assert.equal(list.status, 200, list.text.slice(0, 300));
  const step = async (from, way) => (await agent.get(`/work/list/step?q=${q}&from=${from}&way=${way}`)).headers.location;
  assert.ok((await step(numbers[0], "next")).startsWith(`/work/${numbers[1]}?q=`));
  assert.ok((await step(numbers[2], "previous")).startsWith(`/work/${numbers[1]}?q=`));
  assert.ok((await step(numbers[2], "next")).startsWith("/work/list?q="));
  assert.ok((await step("REQ-999999", "next")).startsWith(`/work/${numbers[0]}?q=`));
  const page = await agent.get(`/work/${numbers[0]}?q=${q}`);
  assert.match(page.text, /way=next/);
  const kept = await agent.post(`/work/${numbers[0]}/tags`, { tag: "walked" }, { referer: `${server.origin}/work/${numbers[0]}?q=${q}` });
  assert.equal(kept.headers.location, `/work/${numbers[0]}?q=${q}`);
  const alone = (await agent.get(`/work/${numbers[1]}`)).text; /* newest first in the pane beside it */
  assert.match(alone, new RegExp(`href="/work/${numbers[2]}" rel="prev"`));
  assert.match(alone, new RegExp(`href="/work/${numbers[0]}" rel="next"`));
  const foreign = await agent.post(`/work/${numbers[0]}/tags`, { tag: "walked2" }, { referer: `${server.origin}/work/x?view=a"b` });
  assert.equal(foreign.headers.location, `/work/${numbers[0]}`);
});

test("a macro does all of its steps or none, and says which one was refused", async () => {
  const number = await ask("Macro");
  const reply = (await api("lead", "POST", "/ready-replies", { team: "workplace", name: "Taken", en: "{assignee.name} has {number}." }, {}, 201)).id;
  const steps = [{ act: "assign", value: "me" }, { act: "reply", ready: reply }, { act: "tag", value: "taken" }];
  await api("agent", "POST", "/macros", { team: "workplace", name: "Take it", steps }, {}, 403);
  const bad = await api("lead", "POST", "/macros", { team: "workplace", name: "Take it", steps: [{ act: "reply" }] }, {}, 422);
  assert.equal(bad.errors[0].pointer, "/steps/0/ready");
  const { id } = await api("lead", "POST", "/macros", { team: "workplace", name: "Take it", steps }, {}, 201);
  await api("lead", "PATCH", `/macros/${id}`, { name: "Take it at once" }, {}, 428);
  await api("lead", "PATCH", `/macros/${id}`, { name: "Take it at once" }, { "if-match": '"1"' });
  const after = await api("agent", "POST", `/requests/${number}/macros/${id}`, {});
  assert.equal(after.assignee.login, "agent");
  assert.match((await api("agent", "GET", `/requests/${number}/messages`)).items[0].text, new RegExp(`has ${number}`));
  const raise = (await api("lead", "POST", "/macros", { team: "workplace", name: "Raise", steps: [{ act: "tag", value: "raised" },
    { act: "priority", value: "high", text: "Many ask." }] }, {}, 201)).id;
  const agent = await server.signIn("agent");
  assert.match((await agent.get(`/work/${number}/macros`)).text, /Take it at once/);
  assert.equal((await agent.get(`/work/macros/${raise}`)).status, 403);
  const refused = await agent.post(`/work/${number}/macros/${raise}`, {});
  assert.equal(refused.status, 403);
  assert.match(refused.text, /Step 2/);
  assert.deepEqual((await api("agent", "GET", `/requests/${number}/tags`)).items.map((t) => t.tag), ["taken"]);
  const lead = await server.signIn("lead");
  await lead.get("/work/macros/new");
  const wrong = await lead.post("/work/macros", { team: "workplace", name: "By form", "steps.0.act": "note", "steps.0.value": "", "steps.0.ready": "", "steps.0.text": "" });
  assert.equal(wrong.status, 422);
  const made = await lead.post("/work/macros", { team: "workplace", name: "By form", "steps.0.act": "note", "steps.0.text": "Seen." });
  assert.equal(made.status, 303);
  assert.equal((await api("lead", "GET", "/macros")).items.find((m) => m.name === "By form").steps[0].text, "Seen.");
  await api("lead", "DELETE", `/ready-replies/${reply}`, undefined, { "if-match": '"1"' }, 409);
});

test("with the keyboard alone: a ready reply, a draft that survives, acts, undo and the list of keys", { skip: noChromium }, async () => {
  const number = await ask("Keyboard");
  await api("lead", "POST", "/ready-replies", { team: "workplace", name: "By keyboard", en: "Dear {requester.name}, {number} is ours." }, {}, 201);
  const page = await signedIn(browser, server, "agent");
  await page.goto(`/work/${number}`);
  await page.keyboard.press("?");
  await page.waitForSelector("#keys:popover-open");
  assert.match(await page.textContent("#keys"), /Next in the list|Internal note/);
  await picture(page, "desk.keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  await page.keyboard.press("/");
  await page.waitForSelector("#ready-found a");
  await page.keyboard.type("keyboard");
  await page.waitForFunction(() => document.querySelectorAll("#ready-found a").length === 1);
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, "desk.ready");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "say");
  assert.ok((await page.inputValue("#say")).includes(number));
  await page.keyboard.type(" And a / b zw");
  assert.ok((await page.inputValue("#say")).endsWith("And a / b zw")); /* no key fires while typing */
  await page.waitForSelector("#draft-kept:not([hidden])");
  await picture(page, "desk.composer");
  const other = await signedIn(browser, server, "agent");
  await other.goto(`/work/${number}`);
  assert.ok((await other.inputValue("#say")).endsWith("And a / b zw"));
  await other.context().close();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/work\//);
  await page.waitForFunction(() => document.getElementById("say").value === "");
  await page.evaluate(() => document.activeElement.blur());
  await Promise.all([page.waitForNavigation(), page.keyboard.press("a")]);
  await page.waitForSelector(".toast [data-key=z]");
  await picture(page, "desk.undo");
  await page.evaluate(() => document.activeElement.blur());
  await Promise.all([page.waitForNavigation(), page.keyboard.press("z")]);
  assert.equal((await api("agent", "GET", `/requests/${number}`)).assignee, null);
  await api("lead", "POST", "/macros", { team: "workplace", name: "Mark by key", steps: [{ act: "tag", value: "by-key" }] }, {}, 201);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("m");
  await page.waitForSelector("#macros-found button");
  await page.keyboard.type("by key");
  await picture(page, "desk.macros");
  assert.deepEqual(await axeFindings(page), []);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.deepEqual((await api("agent", "GET", `/requests/${number}/tags`)).items.map((t) => t.tag), ["by-key"]);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("t");
  await page.keyboard.type("second");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Tag it"); /* the focus stays where it was */
  await page.context().close();
});

test("colleagues see who else is there and who writes, and when they leave; the requester learns nothing", { skip: noChromium }, async () => {
  const number = await ask("Together");
  const agent = await signedIn(browser, server, "agent"), lead = await signedIn(browser, server, "lead");
  await agent.goto(`/work/${number}`);
  await lead.goto(`/work/${number}`);
  const says = (page, words) => page.waitForFunction((text) => document.getElementById("live-here").textContent.includes(text), words);
  await says(agent, "Also here");
  await lead.focus("#say");
  await lead.keyboard.type("I look into it");
  await says(agent, "is writing a message");
  assert.ok(!(await agent.content()).includes("I look into it"));
  await picture(agent, "desk.here");
  assert.deepEqual(await axeFindings(agent), []);
  await lead.keyboard.press("Control+a");
  await lead.keyboard.press("Delete");
  await says(agent, "Also here");
  await lead.context().close();
  await agent.waitForFunction(() => document.getElementById("live-here").textContent === "");
  const requester = await server.signIn("requester");
  assert.equal((await requester.get(`/work/${number}/here`)).status, 403);
  assert.doesNotMatch((await requester.get(`/requests/${number}`)).text, /live-here|Also here/);
  const { id } = await api("requester", "GET", `/requests/${number}`);
  assert.equal((await requester.get(`/live?names=desk:${id}`)).status, 404);
  await agent.context().close();
});

test("pages of ready replies and macros have no findings and fit a phone, in three languages, light and dark", { skip: noChromium }, async () => {
  const number = await ask("Look");
  for (const [lang, scheme] of [["en", "light"], ["sv", "dark"], ["zh", "light"]]) {
    const page = await signedIn(browser, server, "lead", { viewport: phone, colorScheme: scheme });
    await choose(page, lang);
    for (const path of ["/work/macros", "/work/macros/new", `/work/${number}/macros`, "/work/replies", "/work/replies/new", `/work/${number}/replies`, `/work/${number}`]) {
      await page.goto(path);
      assert.deepEqual(await axeFindings(page), [], `${path} ${lang}`);
      assert.deepEqual(await sideways(page), [], `${path} ${lang}`);
      await picture(page, `desk.phone-${lang}-${path.replace(/\W+/g, "-")}`);
    }
    await page.context().close();
  }
});

// fields.mjs - fields of teams from their making to a column of a list, what is unread, and what was before.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { choose, noChromium, pageFindings, picture, signedIn, startBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

let server, browser, number;
before(async () => {
  server = await startServer();
  if (!noChromium)
    browser = await startBrowser();
  number = (await api("requester", "POST", "/requests", { item: "question", answers: { question: "How?" } }, {}, 201)).body.number;
});
after(async () => {
  await browser?.close();
  await server.end();
});

const ask = encodeURIComponent;
const api = async (login, method, path, body, headers, status = 200) => {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer;
};
const found = async (login, query) => (await api(login, "GET", `/requests?limit=100&query=${ask(query)}`)).body.items.map((one) => one.number);
const values = async (login) => Object.fromEntries((await api(login, "GET", `/requests/${number}/fields`)).body.items.map((one) => [one.key, one.value]));

test("a field is made with the API, once for one key, and changed with If-Match", async () => {
  const colour = { team: "workplace", key: "colour", kind: "choice", name: { en: "Colour", sv: "Färg", zh: "颜色" },
    options: [{ key: "blue", name: { en: "Blue", sv: "Blå", zh: "蓝" } }, { key: "red", name: { en: "Red" } }] };
  const once = { "idempotency-key": "make-colour" };
  const made = await api("lead", "POST", "/fields", colour, once, 201);
  assert.equal(made.body.key, "colour");
  assert.equal((await api("lead", "POST", "/fields", colour, once, 201)).body.version, 1);
  await api("lead", "POST", "/fields", colour, {}, 409);
  await api("agent", "POST", "/fields", { ...colour, key: "other" }, {}, 403);
  await api("lead", "POST", "/fields", { ...colour, key: "other", team: "finance" }, {}, 403);
  const wrong = (await api("lead", "POST", "/fields", { ...colour, key: "other", options: [] }, {}, 422)).body.errors[0];
  assert.equal(wrong.pointer, "/options");
  await api("lead", "PATCH", "/fields/colour", { name: { en: "Color" } }, {}, 428);
  await api("agent", "PATCH", "/fields/colour", { name: { en: "Mine" } }, { "if-match": '"1"' }, 403);
  const changed = await api("lead", "PATCH", "/fields/colour", { name: { en: "Colour", sv: "Kulör" } }, { "if-match": '"1"' });
  assert.equal(changed.headers.etag, '"2"');
  assert.equal(changed.body.options.length, 2);
  await api("lead", "PATCH", "/fields/colour", { retired: true }, { "if-match": '"1"' }, 412);
  assert.deepEqual((await api("agent", "GET", "/fields?team=workplace")).body.items.map((one) => one.key), ["colour"]);
  await api("requester", "GET", "/fields", undefined, {}, 403);
});

test("a field is made and changed on the team's pages without script", async () => {
  const lead = await server.signIn("lead");
  await lead.get("/work/teams/workplace/fields");
  const refused = await lead.post("/work/teams/workplace/fields", { key: "Asset", kind: "text", name_en: "", name_sv: "", name_zh: "", options: "" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Write the name in English/);
  for (const [key, kind, name] of [["asset", "text", "Asset <1>"], ["hours", "number", "Hours"], ["price", "money", "Price"], ["until", "date", "Until"],
    ["keeper", "person", "Keeper"], ["checked", "yes_no", "Checked"]])
    assert.equal((await lead.post("/work/teams/workplace/fields", { key, kind, name_en: name, name_sv: "", name_zh: "", options: "" })).status, 303);
  const list = await lead.get("/work/teams/workplace/fields");
  assert.match(list.text, /Asset &lt;1&gt;/);
  assert.match(list.text, /name="name_en"/);
  const looked = (await (await server.signIn("agent")).get("/work/teams/workplace/fields")).text; /* of the team, and no lead */
  assert.match(looked, /Asset &lt;1&gt;/);
  assert.doesNotMatch(looked, /name="name_en"/);
  const one = await lead.get("/work/teams/workplace/fields/colour");
  assert.match(one.text, /blue = Blue \/ Blå \/ 蓝/);
  assert.equal((await lead.post("/work/teams/workplace/fields/asset", { version: "1", name_en: "Asset", name_sv: "Inventarie", name_zh: "资产" })).status, 303);
  assert.equal((await lead.post("/work/teams/workplace/fields/asset", { version: "1", name_en: "Late", name_sv: "", name_zh: "" })).status, 412);
  const order = async () => (await api("agent", "GET", "/fields?team=workplace")).body.items.map((field) => field.key).join(" ");
  assert.equal(await order(), "colour asset hours price until keeper checked");
  assert.equal((await lead.post("/work/teams/workplace/fields/checked/place", { place: "2" })).status, 303);
  assert.equal(await order(), "colour checked asset hours price until keeper");
  const nowhere = await lead.post("/work/teams/workplace/fields/checked/place", { place: "8" });
  assert.equal(nowhere.status, 422);
  assert.match(nowhere.text, /Give a place from 1 to 7/);
  const { version } = (await api("lead", "GET", "/fields/checked")).body;
  assert.equal((await api("lead", "PATCH", "/fields/checked", { place: 7 }, { "if-match": `"${version}"` })).body.place, 7);
  await api("lead", "PATCH", "/fields/checked", { place: 8 }, { "if-match": `"${version + 1}"` }, 422);
  assert.equal(await order(), "colour asset hours price until keeper checked");
  const agent = await server.signIn("agent");
  assert.equal((await agent.post("/work/teams/workplace/fields/checked/place", { place: "1" })).status, 403);
  assert.equal((await lead.get("/work/teams/finance/fields")).status, 403);
  assert.equal((await lead.get("/work/teams/workplace/fields/none")).status, 404);
});

test("who works on a request writes its fields, and everybody who sees it reads them", async () => {
  const agent = await server.signIn("agent");
  const page = await agent.get(`/work/${number}`);
  assert.match(page.text, /name="field\.asset"/);
  const form = { "field.asset": "PC 7", "was.asset": "", "field.colour": "blue", "was.colour": "", "field.hours": "2.50", "was.hours": "" };
  assert.equal((await agent.post(`/work/${number}/fields`, form)).status, 303);
  assert.deepEqual(await values("requester"), { asset: "PC 7", checked: null, colour: "blue", hours: "2.5", keeper: null, price: null, until: null });
  const refused = await agent.post(`/work/${number}/fields`, { "field.price": "much", "was.price": "" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /value="much"/);
  assert.match(refused.text, /as in 1500 EUR/);
  const late = await agent.post(`/work/${number}/fields`, { "field.asset": "PC 9", "was.asset": "" });
  assert.equal(late.status, 412);
  assert.match(late.text, /just now: PC 7/);
  assert.match(late.text, /value="PC 9"/);
  assert.equal((await agent.post(`/work/${number}/fields`, { "field.asset": "PC 9", "was.asset": "PC 7" })).status, 303);
  assert.match((await (await server.signIn("requester")).get(`/requests/${number}`)).text, /PC 9/);
  const timeline = (await api("requester", "GET", `/requests/${number}/events`)).body.items.filter((one) => one.kind.startsWith("field."));
  assert.equal(timeline.length, 4);
});

test("a board has columns of a field, and a move writes it until it is taken back", async () => {
  const agent = await server.signIn("agent");
  const at = `/work/board?q=${ask(`number = ${number}`)}&by=field.colour`;
  const lane = (html) => html.split('data-lane="').find((part) => part.includes(`id="card-${number}"`))?.split('"')[0];
  const board = await agent.get(at);
  assert.equal(lane(board.text), "blue");
  assert.match(board.text, /<option value="field\.colour" selected>|By “Colour”/);
  const to = (from, key) => agent.post(at.replace("board?", "board/move?"), { number, from, to: key });
  assert.equal((await to("blue", "red")).status, 303);
  const moved = await agent.get(at);
  assert.equal(lane(moved.text), "red");
  assert.equal((await agent.post(/action="(\/work\/bulk\/\d+\/undo)"/.exec(moved.text)[1], {})).status, 303);
  assert.equal((await values("agent")).colour, "blue");
  assert.equal((await to("red", "blue")).status, 412);
  assert.equal((await to("blue", "-")).status, 303);
  assert.equal((await values("agent")).colour, null);
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { colour: "blue" } });
});

test("values come with the API in their one form, and the version of the request is looked at", async () => {
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { price: "1500.00 EUR", checked: true, until: "2031-02-28", keeper: "agent2", hours: 3 } });
  assert.deepEqual(await values("agent"), { asset: "PC 9", checked: "yes", colour: "blue", hours: "3", keeper: "agent2", price: "1500 EUR", until: "2031-02-28" });
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { asset: "x" }, version: 1 }, {}, 412);
  const wrong = (await api("agent", "PATCH", `/requests/${number}/fields`, { values: { colour: "green" } }, {}, 422)).body.errors[0];
  assert.equal(wrong.pointer, "/field.colour");
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { asset: [] } }, {}, 422);
  await api("requester", "PATCH", `/requests/${number}/fields`, { values: { asset: "x" } }, {}, 403);
  await api("requester2", "PATCH", `/requests/${number}/fields`, { values: { asset: "x" } }, {}, 404);
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { until: null } });
  assert.equal((await values("agent")).until, null);
});

test("a field is asked for, shown as a column and exported", async () => {
  for (const query of ["field.asset = \"pc 9\"", "field.colour = blue", "field.hours > 2", "field.price >= 1500 EUR", "field.keeper = agent2", "field.checked = yes",
    "field.until is empty and field.asset is not empty", "field.colour in (red, blue)"])
    assert.deepEqual(await found("agent", query), [number], query);
  for (const query of ["field.asset = \"PC\"", "field.colour = red", "field.hours > 3", "field.until is not empty"])
    assert.ok(!(await found("agent", query)).includes(number), query);
  assert.deepEqual(await found("requester2", "field.colour = blue"), []);
  await api("agent", "GET", `/requests?query=${ask("field.size = 1")}`, undefined, {}, 422);
  const green = (await api("agent", "GET", `/requests?query=${ask("field.colour = green")}`, undefined, {}, 422)).body.errors[0];
  assert.match(green.detail, /blue, red/);
  const agent = await server.signIn("agent");
  const list = await agent.get(`/work/list?q=${ask("field.colour = blue")}&c=number&c=field.colour&c=field.price`);
  assert.match(list.text, /<th scope="col"[^>]*>Colour/);
  assert.match(list.text, />Blue</);
  const csv = await agent.get(`/work/list.csv?q=${ask("field.colour = blue")}&c=number&c=field.colour&c=field.price`);
  assert.equal(csv.text.split("\r\n")[0], "number,field.colour,field.price");
  assert.match(csv.text.split("\r\n")[1], /"blue","1500 EUR"/);
  const view = (await api("agent", "POST", "/views", { name: "Blue ones", query: "field.colour = blue", columns: ["number", "field.colour"] }, {}, 201)).body;
  assert.deepEqual(view.columns, ["number", "field.colour"]);
  await api("agent", "POST", "/views", { name: "x", columns: ["field.none"] }, {}, 422);
  const names = (await api("agent", "GET", "/query/names")).body.items;
  assert.equal(names.find((one) => one.name === "field.colour").about, "Colour");
  assert.deepEqual(names.find((one) => one.name === "field.colour").keys, ["blue", "red"]);
  assert.match((await agent.get("/help/query")).text, /Fields of teams[^]*field\.colour[^]*blue, red/);
});

test("a retired field is no longer filled in, and what was written is found", async () => {
  const { version } = (await api("lead", "GET", "/fields/checked")).body;
  await api("lead", "PATCH", "/fields/checked", { retired: true }, { "if-match": `"${version}"` });
  await api("agent", "PATCH", `/requests/${number}/fields`, { values: { checked: false } }, {}, 422);
  assert.deepEqual(await found("agent", "field.checked = yes"), [number]);
  assert.ok(!(await (await server.signIn("agent")).get(`/work/${number}`)).text.includes("name=\"field.checked\""));
});

test("a request is unread until its page was opened, for each person by themselves", async () => {
  const is = async (login) => (await found(login, "unread = yes")).includes(number);
  const agent = await server.signIn("agent");
  await agent.get(`/work/${number}`);
  assert.equal(await is("agent"), false);
  await api("requester", "POST", `/requests/${number}/messages`, { text: "One thing more." }, {}, 201);
  assert.equal(await is("agent"), true);
  assert.equal(await is("requester"), true); /* the agent wrote fields */
  await (await server.signIn("requester")).get(`/requests/${number}`);
  assert.equal(await is("requester"), false);
  await agent.get(`/work/${number}`);
  assert.equal(await is("agent"), false);
  const again = await agent.post(`/work/${number}/unread`, {});
  assert.equal(again.headers.location, "/work/list?view=unread");
  assert.equal(await is("agent"), true);
  await api("agent", "PUT", `/requests/${number}/read`, undefined, {}, 204);
  assert.equal(await is("agent"), false);
  await api("agent", "DELETE", `/requests/${number}/read`, undefined, {}, 204);
  assert.equal(await is("agent"), true);
  await api("requester2", "PUT", `/requests/${number}/read`, undefined, {}, 404);
});

test("a confidential request is marked and its view recorded", async () => {
  const secret = (await api("requester", "POST", "/requests", { item: "hr-concern", answers: { topic: "rules", details: "x", contact: "here" } }, {}, 201)).body.number;
  assert.ok((await found("hr", "unread = yes")).includes(secret));
  await (await server.signIn("hr")).get(`/work/${secret}`);
  assert.ok(!(await found("hr", "unread = yes")).includes(secret));
  assert.ok(!(await found("requester", "unread = yes")).includes(secret)); /* being looked at is no news */
  assert.deepEqual(await found("agent", `number = ${secret}`), []);
});

test("what a request was is asked for with a field that keeps its past", async () => {
  const was = async (query) => (await found("lead", query)).includes(number);
  await api("lead", "POST", `/requests/${number}/actions/assign`, { assignee: "agent" });
  await api("lead", "POST", `/requests/${number}/actions/assign`, { assignee: "lead" });
  assert.equal(await was("assignee was agent"), true);
  assert.equal(await was("assignee was agent before now - 1h"), false);
  assert.equal(await was("assignee was me and assignee = me"), true);
  assert.equal(await was("assignee was agent2"), false);
  assert.equal(await was("state was draft before now - 1y"), false);
  const wrong = (await api("lead", "GET", `/requests?query=${ask("title was \"x\"")}`, undefined, {}, 422)).body.errors[0];
  assert.match(wrong.detail, /character 7: What title was before is not kept/);
});

for (const lang of ["en", "sv", "zh"])
  test(`pages of fields are valid, accessible and fit a phone: ${lang}`, { skip: noChromium }, async () => {
    const page = await signedIn(browser, server, "lead");
    const findings = [];
    await choose(page, lang);
    for (const path of ["/work/teams/workplace/fields", "/work/teams/workplace/fields/colour", `/work/${number}`, `/requests/${number}`, "/work/teams/workplace",
      `/work/list?q=${ask("field.colour = blue")}&c=number&c=title&c=field.colour&c=field.keeper`, "/work/list?view=unread", `/work/board?q=${ask(`number = ${number}`)}&by=field.colour`, "/help/query"]) {
      await page.goto(path);
      if (path.startsWith("/work/REQ"))
        await page.evaluate(() => document.querySelector("#fields-h")?.scrollIntoView());
      await picture(page, `fields.${lang}${path.replace(/[^a-z]+/gi, "-").slice(0, 40)}`, { fullPage: false });
      findings.push(...await pageFindings(page, { dark: lang === "en" })); /* colours do not depend on the language */
    }
    await page.context().close();
    assert.deepEqual(findings, []);
  });

test("a field is written with the keyboard alone", { skip: noChromium }, async () => {
  const page = await signedIn(browser, server, "agent");
  await page.goto(`/work/${number}`);
  await page.focus("[name='field.asset']");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("PC 11");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal((await values("agent")).asset, "PC 11");
  await page.context().close();
});

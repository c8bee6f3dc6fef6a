// views.mjs - lists by a query: API and page agree, views are shared as their author said, and tell nothing hidden.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, choose, enter, goBy, noChromium, pageFindings, phone, sideways, signedIn, startBrowser, tabTo } from "./support/browser.mjs";
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

const ask = encodeURIComponent;
const numbersOf = (html) => [...html.matchAll(/name="id" form="bulk" value="([^"]+)"/g)].map((m) => m[1]);
const api = async (login, method, path, body, headers, status = 200) => {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer;
};

test("page, API and CSV list the same requests in the same order", async () => {
  const agent = await server.signIn("agent");
  for (const query of ["", "open = yes", "team = my_teams order by updated desc", "priority >= high order by priority desc, created"]) {
    const items = (await api("agent", "GET", `/requests?limit=50&query=${ask(query)}`)).body.items.map((r) => r.number);
    const page = await agent.get(`/work/list?q=${ask(query)}`);
    assert.equal(page.status, 200);
    assert.deepEqual(numbersOf(page.text), items, query);
    const csv = await agent.get(`/work/list.csv?q=${ask(query)}&c=number&c=title`);
    assert.equal(csv.headers["content-type"], "text/csv; charset=utf-8");
    const lines = csv.text.split("\r\n");
    assert.equal(lines[0], "number,title");
    assert.deepEqual(lines.slice(1, items.length + 1).map((line) => line.split(",")[0].replaceAll('"', "")), items);
  }
});

test("pages by key show each request once", async () => {
  const seen = [];
  for (let cursor = ""; cursor !== null;) {
    const { items, next } = (await api("agent", "GET", `/requests?limit=3&query=${ask("open = yes")}&cursor=${ask(cursor)}`)).body;
    seen.push(...items.map((r) => r.number));
    cursor = next;
  }
  assert.equal(new Set(seen).size, seen.length);
  const all = (await api("agent", "GET", `/requests?limit=100&query=${ask("open = yes")}`)).body.items.map((r) => r.number);
  assert.deepEqual(seen.slice(0, 100), all);
});

test("a refusal names the field and the character, on the page too", async () => {
  const wrong = (await api("agent", "GET", `/requests?query=${ask("open = yes and tem = x")}`, undefined, {}, 422)).body.errors[0];
  assert.equal(wrong.pointer, "/query");
  assert.equal(wrong.code, "unknown_name");
  assert.match(wrong.detail, /character 16.*team/);
  await api("agent", "GET", "/requests?query=&team=workplace", undefined, {}, 422);
  await api("agent", "GET", `/requests?query=${ask("open = yes")}&cursor=abc`, undefined, {}, 422);
  const page = await (await server.signIn("agent")).get(`/work/list?q=${ask("open = yes and tem = x")}`);
  assert.equal(page.status, 422);
  assert.match(page.text, /open = yes and <mark>tem = x<\/mark>/);
});

test("a view is used by those whom its author named, and changed with If-Match", async () => {
  const made = await api("agent", "POST", "/views", { name: "Ours", query: "team = my_teams  and (open=yes)", sharing: "team",
    team: "workplace", columns: ["number", "title"] }, {}, 201);
  assert.equal(made.body.query, "team = my_teams and open = yes");
  assert.equal(made.body.key, "ours");
  const mine = (await api("agent", "POST", "/views", { name: "Mine alone" }, {}, 201)).body.key;
  await api("lead", "GET", "/views/ours");
  for (const login of ["agent2", "owner", "supplier"])
    await api(login, "GET", "/views/ours", undefined, {}, 404);
  await api("lead", "GET", `/views/${mine}`, undefined, {}, 404);
  await api("agent", "PATCH", "/views/ours", { name: "Ours, all" }, {}, 428);
  const changed = await api("agent", "PATCH", "/views/ours", { name: "Ours, all" }, { "if-match": '"1"' });
  assert.equal(changed.headers.etag, '"2"');
  assert.deepEqual(changed.body.columns, ["number", "title"]);
  await api("agent", "PATCH", "/views/ours", { name: "Late" }, { "if-match": '"1"' }, 412);
  await api("agent", "PATCH", "/views/unassigned", { name: "x" }, { "if-match": '"0"' }, 403);
  await api("agent", "POST", "/views", { name: "x", key: "mine" }, {}, 409);
  await api("agent", "POST", "/views", { name: "x", sharing: "team", team: "finance" }, {}, 422);
  await api("agent", "POST", "/views", { name: "x", query: "open =" }, {}, 422);
  await api("agent", "POST", "/views", { name: "x", columns: ["secret"] }, {}, 422);
  await api("lead", "DELETE", "/views/ours", undefined, { "if-match": '"2"' }, 204);
  await api("agent", "GET", "/views/ours", undefined, {}, 404);
});

test("tabs are the reader's own", async () => {
  const tabs = async (login) => (await api(login, "GET", "/views")).body.items.filter((v) => v.pinned).map((v) => v.key);
  const before = await tabs("lead");
  await api("lead", "POST", "/views/overdue/actions/unpin");
  await api("lead", "POST", "/views/mine/actions/up");
  await api("lead", "POST", "/views/watched/actions/pin");
  const after = await tabs("lead");
  assert.equal(after[0], "mine");
  assert.equal(after[1], before[0]);
  assert.equal(after.at(-1), "watched");
  assert.ok(!after.includes("overdue"));
  assert.ok((await tabs("agent")).includes("overdue"));
  assert.deepEqual(await tabs("supplier"), []);
});

test("a view is saved, changed and dropped on its pages without script", async () => {
  const agent = await server.signIn("agent");
  const form = await agent.get(`/work/views/new?view=mine&q=${ask("open = yes and priority >= high")}&c=number&c=cost`);
  assert.match(form.text, /open = yes and priority &gt;= high/);
  const refused = await agent.post("/work/views", { name: "", query: "open = yes and tem = x", grouping: "", sharing: "private", team: "" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /At character 16/);
  const made = await agent.post("/work/views", [["name", "Urgent <b>"], ["query", "open = yes and priority >= high"], ["grouping", "priority"],
    ["sharing", "private"], ["team", ""], ["columns", "number"], ["columns", "title"], ["columns", "priority"]]);
  assert.equal(made.status, 303, made.text);
  assert.equal(made.headers.location, "/work/list?view=urgent-b");
  const list = await agent.get("/work/list?view=urgent-b");
  assert.match(list.text, /Urgent &lt;b&gt;/);
  assert.match(list.text, /class="group"/);
  assert.match(list.text, /aria-current="page"/);
  await agent.get("/work/views/urgent-b");
  const dropped = await agent.post("/work/views/urgent-b/drop", {});
  assert.equal(dropped.status, 303);
  assert.equal((await agent.get("/work/list?view=urgent-b")).status, 404);
});

test("a cell that a spreadsheet would calculate is text", async () => {
  const made = await api("requester", "POST", "/requests", { item: "question", answers: { question: "How?" }, title: "=1+1" }, {}, 201);
  const csv = await (await server.signIn("requester").then(() => server.signIn("lead"))).get(`/work/list.csv?q=${ask(`number = ${made.body.number}`)}&c=title`);
  assert.match(csv.text, /"'=1\+1"/);
});

test("why a request is here: each part with yes or no, and nothing about a hidden one", async () => {
  const agent = await server.signIn("agent");
  const [one] = (await api("agent", "GET", `/requests?limit=1&query=${ask("open = yes and team = workplace")}`)).body.items;
  const page = await agent.get(`/work/list/why?q=${ask("open = yes and (priority = critical or team = workplace) and state = closed")}&number=${one.number}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /It is not in this list/);
  assert.match(page.text, /At least one of these/);
  assert.match(page.text, new RegExp(`state = &quot;closed&quot;</code>[^]*state = ${one.state}`));
  const hidden = (await api("requester", "POST", "/requests", { item: "hr-concern",
    answers: { topic: "rules", details: "x", contact: "here" } }, {}, 201)).body.number;
  const same = async (number) => (await agent.get(`/work/list/why?q=&number=${number}`)).text.replaceAll(number, "N").replace(/(name="csrf" content|name="_csrf" value)="[^"]+"/g, "");
  assert.equal(await same(hidden), await same("REQ-999999"));
});

test("words are looked for, and choices beside the query line change a part of it", async () => {
  const agent = await server.signIn("agent");
  const shown = async (address) => {
    const page = await agent.get(address);
    assert.equal(page.status, 200, address);
    return page.text.match(/id="fq"[^>]* value="([^"]*)"/)[1].replaceAll("&quot;", '"');
  };
  assert.equal(await shown("/work/list?q=laptop"), 'text ~ "laptop"');
  assert.equal(await shown(`/work/list?q=${ask("open = yes order by due")}&team=workplace&team0=`), "open = yes and team = workplace order by due");
  assert.equal(await shown(`/work/list?q=${ask("open = yes and team = workplace")}&team=finance&team0=workplace`), "open = yes and team = finance");
  assert.equal(await shown(`/work/list?q=${ask("open = yes and assignee = me")}&assignee=&assignee0=me`), "open = yes");
  assert.equal(await shown(`/work/list?q=${ask("open = yes")}&state=closed&state0=`), 'open = yes and state = "closed"');
  const chosen = (await agent.get(`/work/list?q=${ask('open = yes and state = "closed"')}`)).text;
  assert.match(chosen, /<option value="closed" selected>/);
  assert.match(chosen, /name="state0" value="closed"/);
  assert.equal((await agent.get(`/work/list?q=&team=${ask('x" or open = yes')}&team0=`)).status, 200);
  assert.equal((await agent.get("/work/list?q=&team=nowhere&team0=")).status, 422);
});

test("a cell becomes a form; what it did is told above the list and can be taken back", async () => {
  const agent = await server.signIn("agent");
  const made = (await api("requester", "POST", "/requests", { item: "question", answers: { question: "Cell?" } }, {}, 201)).body.number;
  const q = ask(`number = ${made}`);
  const level = async () => (await api("agent", "GET", `/requests/${made}`)).body;
  const list = await agent.get(`/work/list?q=${q}`);
  assert.match(list.text, new RegExp(`<button class="cell" form="edit" name="edit" value="assignee.${made}"`));
  const form = await agent.get(`/work/list?q=${q}&edit=assignee.${made}`);
  assert.match(form.text, /<select[^>]* autofocus>[^]*<option value="agent">/);
  const back = `/work/list?q=${q}`;
  const send = (fields) => agent.post("/work/bulk", { id: made, confirmed: "1", back, ...fields });
  const done = await send({ act: "assign", value: "agent" });
  assert.equal(done.status, 303, done.text);
  assert.equal(done.headers.location, back);
  assert.equal((await level()).assignee.login, "agent");
  const undo = (await agent.get(back)).text.match(/action="(\/work\/bulk\/\d+\/undo)"/)[1];
  assert.equal((await agent.post(undo, {})).headers.location, `/work/${made}`);
  assert.equal((await level()).assignee, null);
  /* Refused: nothing typed is lost, and a list is the only place to go back to. */
  const refused = await send({ act: "priority", value: "high", text: "" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /<option value="high" selected>/);
  assert.match((await send({ act: "assign", value: "nobody-of-this-name" })).headers.location, /^\/work\/bulk\/\d+$/);
  assert.match((await send({ act: "assign", value: "agent", back: "//evil.example/work/list" })).headers.location, /^\/work\/bulk\/\d+$/);
  /* Who does not work in the team gets no button. */
  assert.doesNotMatch((await (await server.signIn("auditor")).get(back)).text, /class="cell"/);
});

test("the help of the language has an example for each field, and each finds or finds nothing without a complaint", async () => {
  const examples = (html) => [...html.matchAll(/<a class="small" href="(\/search\?q=[^"]+)"/g)].map((m) => m[1]);
  const names = (await api("agent", "GET", "/query/names")).body.items;
  for (const login of ["agent", "requester", "supplier"]) {
    const person = await server.signIn(login);
    const page = await person.get("/help/query");
    assert.equal(page.status, 200);
    assert.match((await person.get("/search")).text, /href="\/help\/query"/);
    const links = examples(page.text);
    const shown = names.filter((one) => one.example !== null && (login === "agent" || !/^(answer|field)\./.test(one.name)));
    assert.deepEqual(links.map((url) => decodeURIComponent(url.split("q=")[1])).sort(), shown.map((one) => one.example).sort());
    for (const url of login === "supplier" ? links.slice(0, 5) : links) {
      const found = await person.get(url);
      assert.equal(found.status, 200);
      assert.doesNotMatch(found.text, /bar-note bad/, url);
    }
    for (const [, code] of page.text.matchAll(/<dt><code>([^<]*[:<>=~ -][^<]*)<\/code>/g)) /* filters and queries of the help */
      assert.doesNotMatch((await person.get(`/search?q=${ask(code.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&#34;", '"'))}`)).text, /bar-note bad/, code);
  }
});

test("somebody is told of a view: by page and API, at hours that there are, of views that they may use", async () => {
  const agent = await server.signIn("agent");
  const set = (body, status = 200, key = "unassigned") => api("agent", "PUT", `/views/${key}/digest`, body, {}, status).then((answer) => answer.body);
  const made = await set({ every: "week", weekday: 4, hour: 7 });
  assert.deepEqual([made.view, made.every, made.weekday, made.hour, made.last], ["unassigned", "week", 4, 7, null]);
  const at = new Date(made.next).toLocaleString("en-GB", { timeZone: "Europe/Stockholm", weekday: "long", hour: "2-digit", minute: "2-digit" });
  assert.match(at, /^Friday.*07:00$/);
  assert.equal((await set({ every: "day", hour: 8 })).every, "day");
  assert.deepEqual((await api("agent", "GET", "/digests")).body.items.map((one) => one.view), ["unassigned"]);
  for (const [body, field] of [[{ every: "month", hour: 8 }, "every"], [{ every: "day", hour: 24 }, "hour"], [{ every: "week", weekday: 7, hour: 8 }, "weekday"], [{ every: "day" }, "hour"]])
    assert.equal((await set(body, 422)).errors[0].pointer, `/${field}`);
  await set({ every: "day", hour: 8 }, 404, "nothing");
  await api("lead", "GET", "/views/unassigned/digest", undefined, {}, 404); /* it is somebody else's */
  /* By hand: the form shows what was chosen, and again what was wrong. */
  const shown = await agent.get("/work/digests?view=unassigned");
  assert.match(shown.text, /Each day that you work, 08:00/);
  assert.match(shown.text, /Nothing was said yet/);
  assert.match(shown.text, /<option value="8" selected>08:00/);
  const send = (form, path = "/work/digests") => agent.post(path, form);
  assert.equal((await send({ view: "mine", every: "week", weekday: "0", hour: "9" })).headers.location, "/work/digests");
  assert.match((await agent.get("/work/digests")).text, /Monday, 09:00/);
  assert.equal((await send({ view: "mine", every: "day", hour: "99" })).status, 422);
  assert.equal((await send({}, "/work/digests/mine/end")).headers.location, "/work/digests");
  assert.equal((await send({}, "/work/digests/mine/end")).status, 404);
  await api("agent", "DELETE", "/views/unassigned/digest", undefined, {}, 204);
  await api("agent", "DELETE", "/views/unassigned/digest", undefined, {}, 404);
});

test("what is to be done with all that fit is asked in the order of the list", async () => {
  const admin = await server.signIn("admin"); /* who sees more than a page */
  const q = encodeURIComponent("state != draft order by created");
  const list = (await admin.get(`/work/list?q=${q}`)).text;
  const url = list.match(/href="(\/work\/list\/all\?[^"]*)"/)[1].replaceAll("&amp;", "&");
  const page = (await admin.get(url)).text;
  const numbers = [...page.matchAll(/<input type="hidden" name="id" value="([^"]+)">/g)].map((m) => m[1]);
  const all = [];
  for (let next = ""; next !== undefined && next !== null; ) {
    const answer = (await api("admin", "GET", `/requests?limit=100&query=${q}&cursor=${encodeURIComponent(next)}`)).body;
    all.push(...answer.items.map((one) => one.number));
    next = answer.next;
  }
  assert.ok(all.length > 50);
  assert.deepEqual(numbers, all);
  assert.ok(page.includes(`${all.length} requests are chosen.`));
  assert.equal((await admin.get("/work/list/all?q=team+%3D")).status, 422);
  assert.ok(!(await admin.get(`/work/list?q=${encodeURIComponent("number = 1")}`)).text.includes("/work/list/all?"));
});

test("groups have heads with counts; pages, CSV and the next request keep to them", async () => {
  const agent = await server.signIn("agent");
  const q = ask("open = yes and team = workplace");
  const all = (await api("agent", "GET", `/requests?limit=100&query=${q}`)).body.items;
  const heads = (html) => [...html.matchAll(/<th scope="rowgroup"[^>]*>(.*?) <span class="count">(\d+)<\/span>/g)].map((m) => [m[1], Number(m[2])]);
  const page = (await agent.get(`/work/list?q=${q}&group=state`)).text;
  const counts = heads(page);
  assert.ok(counts.length > 2, page);
  assert.equal(counts.reduce((sum, [, n]) => sum + n, 0), all.length);
  const csv = await agent.get(`/work/list.csv?q=${q}&group=state&c=number&c=state`);
  const lines = csv.text.trim().split("\r\n").slice(1).map((line) => line.replaceAll('"', "").split(","));
  assert.deepEqual(lines.map(([number]) => number).slice(0, 50), numbersOf(page));
  assert.deepEqual(lines.map(([, state]) => state).filter((state, i, list) => state !== list[i - 1]).length, counts.length);
  assert.match((await agent.get(`/work/list/step?q=${q}&group=state&from=${lines[0][0]}`)).headers.location, new RegExp(`^/work/${lines[1][0]}\\?`));
  for (const group of ["assignee", "requester", "model", "created", "team", "due"])
    assert.equal(heads((await agent.get(`/work/list?q=${q}&group=${group}`)).text).reduce((sum, [, n]) => sum + n, 0), all.length, group);
  assert.equal((await agent.get(`/work/list?q=${q}&group=title`)).status, 422);
  await api("agent", "POST", "/views", { name: "Grouped", query: "open = yes", grouping: "title" }, {}, 422);
  const { body } = await api("agent", "POST", "/views", { name: "Grouped", query: "open = yes", grouping: "assignee" }, {}, 201);
  assert.equal(body.grouping, "assignee");
  assert.match((await agent.get(`/work/list?view=${body.key}`)).text, /<th scope="rowgroup"/);
  assert.equal((await api("agent", "DELETE", `/views/${body.key}`, undefined, { "if-match": `"${body.version}"` }, 204)).status, 204);
});

const question = async (title) => (await api("requester", "POST", "/requests", { item: "question", answers: { question: "How?" }, title }, {}, 201)).body.number;

test("a list tells what differs from the rows that somebody has, and nothing of hidden requests", async () => {
  const agent = await server.signIn("agent");
  const [one, two] = [await question("Shown first"), await question("Shown second")];
  const secret = (await api("requester", "POST", "/requests", { item: "hr-concern", answers: { topic: "rules", details: "Shown", contact: "here" }, title: "Shown never" }, {}, 201)).body.number;
  const q = ask('title in ("Shown first", "Shown second", "Shown never") order by created');
  const news = async (shown) => /id="list-news"[^>]*>(.*?)<\/p>/s.exec((await agent.get(`/work/list?q=${q}${shown === null ? "" : `&shown=${shown}`}`)).text)[1];
  assert.equal(await news(null), "");
  assert.equal(await news(`${one},${two}`), "");
  assert.match(await news(one), /1 new request\./);
  assert.match(await news(""), /2 new requests\..*href="[^"]*"/s);
  assert.doesNotMatch(await news(""), /shown=/);
  assert.match(await news(`${two},${one}`), /<span>The order has changed\.<\/span>/);
  assert.match(await news(`${one},${two},REQ-99999`), /<span>1 is no longer on this page\. <\/span>/);
  assert.equal(await news(`${one},${secret}`), await news(`${one},REQ-99999`)); /* as one that was never there */
  assert.match(await news(`${one},,x,${"REQ-1,".repeat(400)}`), /1 new request\. \d+ are no longer/);
});

test("an open list marks what changed, counts what came, and holds still under the pointer and while a row is chosen", { skip: noChromium }, async () => {
  const [one, two] = [await question("Stays here"), await question("Moves on")];
  const q = ask('title in ("Stays here", "Moves on", "Comes later") order by created');
  const page = await signedIn(browser, server, "agent");
  await Promise.all([page.waitForResponse((answer) => answer.url().includes("/live?")), page.goto(`/work/list?q=${q}`)]);
  const is = (text) => page.waitForFunction((wanted) => document.getElementById("list-news").textContent.includes(wanted), text);
  const marked = (number) => page.waitForFunction((id) => document.querySelector(`#r-${id} .mark-word`) !== null, number);
  const order = () => page.$$eval("#list-rows tr[id]", (rows) => rows.map((row) => row.id.slice(2)));
  await api("lead", "POST", `/requests/${two}/actions/assign`, { assignee: "agent" });
  await marked(two);
  assert.match(await page.textContent(`#r-${two}`), /changed/);
  assert.equal(await page.$(`#r-${one} .mark-word`), null);
  /* Chosen: news wait until the choice is given up. */
  await page.check(`#r-${one} .pick input`);
  const asked = [];
  page.on("request", (one) => one.url().includes("shown=") && asked.push(one.url()));
  const later = await question("Comes later");
  await api("lead", "PATCH", `/requests/${one}`, { title: "Elsewhere" }, { "if-match": `"${(await api("lead", "GET", `/requests/${one}`)).body.version}"` });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500))); /* longer than the script waits after news */
  assert.deepEqual(asked, [], "asked while a row is chosen");
  assert.equal(await page.textContent("#list-news"), "");
  await page.uncheck(`#r-${one} .pick input`);
  await is("1 new request. 1 is no longer on this page.");
  assert.deepEqual(await order(), [one, two], "nothing moved");
  assert.match(await page.textContent(`#r-${one}`), /no longer here/);
  assert.match(await page.textContent("#live"), /1 new request/);
  assert.deepEqual(await axeFindings(page), []);
  /* The pointer: the row below it waits. */
  await page.hover(`#r-${two} .name a`);
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().includes("shown=")),
    api("lead", "POST", `/requests/${two}/actions/assign`, { assignee: "lead" })]);
  await answer.finished();
  await page.mouse.move(5, 5);
  await page.waitForFunction(([id, name]) => document.querySelector(`#r-${id}`).textContent.includes(name),
    [two, (await api("lead", "GET", `/requests/${two}`)).body.assignee.name]);
  await Promise.all([page.waitForNavigation(), page.click("#list-news a")]);
  assert.deepEqual(await order(), [two, later]);
  assert.equal(await page.$(".mark-word"), null);
  await page.context().close();
});

test("rows are chosen with a thumb and without script, and each leads to its request whatever columns are chosen", { skip: noChromium }, async () => {
  const numbers = [await question("Under a thumb"), await question("Under a thumb")];
  const page = await signedIn(browser, server, "agent", { viewport: phone, hasTouch: true, isMobile: true, javaScriptEnabled: false });
  for (const columns of ["", "&c=model", "&c=number&c=requester"]) {
    await page.goto(`/work/list?q=${ask('title = "Under a thumb" order by created')}${columns}`);
    assert.equal(await page.isVisible(".bulk button"), false, "nothing is chosen");
    for (const number of numbers) {
      const box = await page.locator(`#r-${number} .pick input`).boundingBox();
      assert.ok(box.width >= 24 && box.height >= 24, JSON.stringify(box));
      await page.tap(`#r-${number} .pick input`);
      assert.ok(await page.isVisible(`#r-${number} .name a[href^="/work/${number}"]`), columns);
    }
    assert.ok(await page.isVisible(".bulk button"));
    assert.deepEqual(await sideways(page), []);
  }
  await Promise.all([page.waitForURL((url) => url.pathname === "/work/bulk"), page.tap(".bulk button")]);
  assert.match(await page.textContent("main"), /2 requests are chosen\./);
  await page.context().close();
});

const wrong = ask("open = yes and tem = x");
const pages = ["/work/list", `/work/list?q=${ask("open = yes")}&group=due`, `/work/list?q=${ask("open = yes")}&group=assignee`, "/work/list?q=&group=priority&c=number&c=title&c=cost&c=next_step&c=channel&c=model",
  `/work/list?q=${wrong}`, `/work/list?q=${ask("title ~ \"zebra\"")}`, `/work/list/why?q=${ask("open = yes and (priority = high or not (team = my_teams and assignee = me))")}&number=REQ-22`,
  "/work/list/why?q=", "/work/views", "/work/digests", "/help/query", "/work/views/new?view=overdue"];

for (const lang of ["en", "sv", "zh"])
  test(`pages of views are valid, accessible and fit a phone: ${lang}`, { skip: noChromium }, async () => {
    const page = await signedIn(browser, server, "agent");
    await choose(page, lang);
    const findings = [];
    for (const path of pages) {
      await page.goto(path);
      findings.push(...await pageFindings(page, { dark: lang === "en" })); /* colours do not depend on the language */
    }
    await page.context().close();
    assert.deepEqual(findings, []);
  });

test("a list is asked for, sorted, saved and put in order with the keyboard alone", { skip: noChromium }, async () => {
  const page = await signedIn(browser, server, "lead");
  await page.goto("/work/list");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "fq");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("priority >= normal");
  await goBy(page);
  await enter(page, "thead a[href*='by%20priority']");
  assert.match(await page.inputValue("#fq"), /^priority >= normal order by priority desc/);
  assert.equal(await page.getAttribute("th[aria-sort]", "aria-sort"), "descending");
  await enter(page, ".desk-head a[href^='/work/views/new?']");
  await tabTo(page, "#name");
  await page.keyboard.type("By keyboard");
  await goBy(page);
  assert.equal(await page.textContent(".view-tabs [aria-current]").then((text) => text.startsWith("By keyboard")), true);
  await page.goto("/work/views");
  await enter(page, "form[action='/work/views/by-keyboard/place'] button[value=up]");
  const tabs = (await api("lead", "GET", "/views")).body.items.filter((v) => v.pinned).map((v) => v.key);
  assert.equal(tabs.at(-2), "by-keyboard");
  await page.context().close();
});

test("columns are made wider with pointer and keys, and stay so", { skip: noChromium }, async () => {
  const page = await signedIn(browser, server, "lead");
  const address = `/work/list?q=${ask("open = yes")}`;
  await page.goto(address);
  const width = () => page.evaluate(() => Math.round(document.querySelector("#list thead th.name, #list thead th:nth-child(4)").getBoundingClientRect().width));
  const was = await width();
  await page.focus("#list thead th:nth-child(4) .grip");
  for (let i = 0; i < 4; i++)
    await page.keyboard.press("ArrowRight");
  assert.equal(await width(), was + 64);
  const grip = await page.locator("#list thead th:nth-child(4) .grip").boundingBox();
  await page.mouse.move(grip.x + 3, grip.y + 5);
  await page.mouse.down();
  await page.mouse.move(grip.x + 43, grip.y + 5, { steps: 4 });
  await page.mouse.up();
  assert.equal(await width(), was + 104);
  assert.equal(page.url().endsWith(address), true, "a border is no link");
  await page.reload();
  assert.equal(await width(), was + 104);
  await page.focus("#list thead th:nth-child(4) .grip");
  await page.keyboard.press("Home");
  assert.equal(await width(), was);
  await page.context().close();
});

/** A page of somebody in English, and a look at it that finds nothing wrong. */
async function quiet(login) {
  const page = await signedIn(browser, server, login);
  await choose(page, "en");
  page.is = async (address) => {
    assert.ok(page.url().endsWith(address), page.url());
    assert.deepEqual(await axeFindings(page), [], page.url());
    assert.deepEqual(page.wrong, []);
  };
  return page;
}

test("with the keyboard alone somebody is told of a view, at another time, and no longer", { skip: noChromium }, async () => {
  const page = await quiet("agent2");
  const told = async () => (await api("agent2", "GET", "/digests")).body.items.map((one) => [one.view, one.every, one.weekday, one.hour]);
  const put = async (name, key) => { await tabTo(page, `[name=${name}]`); await page.keyboard.type(key); };
  await page.goto("/work/views");
  await enter(page, "a[href='/work/digests?view=overdue']");
  assert.equal(await page.inputValue("[name=view]"), "overdue");
  await put("every", "O");
  await put("weekday", "T");
  await put("hour", "09");
  await enter(page, "main form button.main");
  await page.is("/work/digests");
  assert.deepEqual(await told(), [["overdue", "week", 1, 9]]);
  await enter(page, "a[href='/work/digests?view=overdue']");
  assert.equal(await page.inputValue("[name=hour]"), "9");
  await put("hour", "07");
  await enter(page, "main form button.main");
  assert.deepEqual(await told(), [["overdue", "week", 1, 7]]);
  await enter(page, "form[action='/work/digests/overdue/end'] button");
  assert.deepEqual(await told(), []);
  await page.is("/work/digests");
  await page.context().close();
});

test("with the keyboard alone a view is shared, put before another, and no tab any more", { skip: noChromium }, async () => {
  const page = await quiet("agent");
  const tabs = async () => (await api("agent", "GET", "/views")).body.items.filter((v) => v.pinned).map((v) => v.key);
  const place = (key, move) => enter(page, `form[action='/work/views/${key}/place'] button[value=${move}]`);
  await page.goto("/work/views");
  await enter(page, "main a[href='/work/views/new']");
  await tabTo(page, "#name");
  await page.keyboard.type("Ours by keys");
  await tabTo(page, "[name=query]");
  await page.keyboard.type("team = workplace");
  await tabTo(page, "[name=sharing]");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "[name=team]");
  await page.keyboard.type(await page.textContent("[name=team] option[value=workplace]"));
  await enter(page, "main form button.main");
  await page.is("/work/list?view=ours-by-keys");
  await api("lead", "GET", "/views/ours-by-keys");
  await page.goto("/work/views");
  await place("ours-by-keys", "up");
  assert.equal((await tabs()).at(-2), "ours-by-keys");
  await place("ours-by-keys", "unpin");
  assert.ok(!(await tabs()).includes("ours-by-keys"));
  await place("ours-by-keys", "pin");
  assert.ok((await tabs()).includes("ours-by-keys"));
  await page.is("/work/views");
  await enter(page, "main a[href='/work/views/ours-by-keys']");
  await enter(page, "form[action$='/drop'] button");
  await api("lead", "GET", "/views/ours-by-keys", undefined, {}, 404);
  await page.context().close();
  /* Without script. */
  const plain = await server.signIn("agent");
  for (const [move, there] of [["unpin", false], ["pin", true]]) {
    await plain.get("/work/views");
    assert.equal((await plain.post("/work/views/watched/place", { move })).status, 303);
    assert.equal((await tabs()).includes("watched"), there);
  }
});

test("with the keyboard alone a list is put into groups, and its chosen ones get a tag and lose it", { skip: noChromium }, async () => {
  const [one, two] = [await question("Tagged by keys"), await question("Tagged by keys")];
  const tags = async (number) => (await api("agent", "GET", `/requests/${number}/tags`)).body.items.map((tag) => tag.tag);
  const page = await quiet("agent");
  await page.goto(`/work/list?q=${ask('title = "Tagged by keys" order by created')}`);
  await tabTo(page, "form.query details summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "#f-group");
  await page.keyboard.type(await page.textContent("#f-group option[value=state]"));
  await enter(page, "form.query details button");
  assert.equal(await page.inputValue("#f-group"), "state");
  assert.equal(await page.textContent(".group .count"), "2");
  assert.deepEqual(await axeFindings(page), []);
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.closest("tr").id), `r-${one}`);
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  assert.equal(await page.locator(".pick input:checked").count(), 2);
  assert.deepEqual(await axeFindings(page), []);
  await goBy(page, "b");
  await page.is("/work/bulk");
  await tabTo(page, "[name=act]");
  await page.keyboard.type(await page.textContent("[name=act] option[value=tag]"));
  await enter(page, "main form button.main");
  await tabTo(page, "[name=value]");
  await page.keyboard.type("by-keys");
  await goBy(page);
  assert.deepEqual([await tags(one), await tags(two)], [["by-keys"], ["by-keys"]]);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, "form[action$='/undo'] button");
  assert.deepEqual([await tags(one), await tags(two)], [[], []]);
  assert.deepEqual(await axeFindings(page), []);
  await page.context().close();
  /* Without script. */
  const plain = await server.signIn("agent");
  await plain.get("/work/list");
  const words = await plain.post("/work/bulk", [["id", one], ["id", two], ["act", "tag"]]);
  assert.match(words.text, /2 requests are chosen\./);
  const done = await plain.post("/work/bulk", [["id", one], ["id", two], ["act", "tag"], ["confirmed", "1"], ["value", "by-hand"]]);
  assert.deepEqual(await tags(two), ["by-hand"]);
  assert.match((await plain.get(done.headers.location)).text, /It worked for 2 requests\./);
  await plain.post(`${done.headers.location}/undo`, {});
  assert.deepEqual(await tags(two), []);
});

test("with the keyboard alone all that fit are chosen", { skip: noChromium }, async () => {
  for (let i = 0; i < 51; i++)
    await question("One of many");
  const tagged = async () => (await api("agent", "GET", `/requests?limit=100&query=${ask('tag = of-many')}`)).body.items.length;
  const page = await quiet("agent");
  await page.goto(`/work/list?q=${ask('title = "One of many"')}`);
  await enter(page, "a[href^='/work/list/all?']");
  assert.match(await page.textContent(".desk-head"), /51 requests are chosen\./);
  await tabTo(page, "[name=act]");
  await page.keyboard.type(await page.textContent("[name=act] option[value=tag]"));
  await enter(page, "main form button.main");
  await tabTo(page, "[name=value]");
  await page.keyboard.type("of-many");
  await goBy(page);
  while (await page.locator("#waiting button").count() > 0)
    await enter(page, "#waiting button");
  assert.equal(await tagged(), 51);
  assert.deepEqual(await axeFindings(page), []);
  await enter(page, "form[action$='/undo'] button");
  while (await page.locator("#waiting button").count() > 0)
    await enter(page, "#waiting button");
  assert.equal(await tagged(), 0);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

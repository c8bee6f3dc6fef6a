// people.mjs - signing in, one's own page, people and teams, as people and programs meet them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, noChromium, sideways, startBrowser } from "./support/browser.mjs";
import { Contract } from "./support/contract.mjs";
import { password, run, startServer } from "./support/server.mjs";

let server, contract;

before(async () => {
  server = await startServer();
  contract = new Contract((await server.api(null, "GET", "/openapi.json")).body);
});

after(() => server?.end());

const words = (html) => html.replace(/<svg.*?<\/svg>/gs, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const main = ({ text }) => words(text.slice(text.indexOf("<main"), text.indexOf("</main>")));
const own = "gravel-onion-tree";

async function api(status, login, method, path, body, headers) {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path} as ${login}: ${answer.text.slice(0, 1500)}`);
  contract.check(method, `/api/v1${path}`, answer);
  return answer;
}

/** Somebody new who can sign in; a visitor with their session. */
async function newcomer(login) {
  const link = run("user", "add", login, "--name", `New ${login}`, "--db", server.db).trim().split(/\s/).at(-1);
  const visitor = server.visitor();
  const path = new URL(link).pathname;
  await visitor.get(path);
  assert.equal((await visitor.post(path, { password: own })).status, 303);
  await visitor.get("/sign-in");
  assert.equal((await visitor.post("/sign-in", { login, password: own })).status, 303);
  return visitor;
}

/* --- signing in ------------------------------------------------------------------------------- */

test("a stranger is led to the sign-in page and then to where they wanted to go", async () => {
  const visitor = server.visitor();
  const away = await visitor.get("/requests?show=all");
  assert.equal(away.status, 303);
  assert.equal(away.headers.location, "/sign-in?next=/requests%3Fshow%3Dall");
  const page = await visitor.get(away.headers.location);
  assert.match(page.text, /name="next" value="\/requests\?show=all"/);
  const answer = await visitor.post("/sign-in", { login: "requester", password, next: "/requests?show=all" });
  assert.equal(answer.headers.location, "/requests?show=all");
  assert.equal((await visitor.get("/requests?show=all")).status, 200);
});

test("the sign-in page leads nowhere but to our own pages", async () => {
  for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "/nothing-here", "/signout", "/live",
                      "/api/v1/people", "javascript:alert(1)", "/requests\r\nSet-Cookie: a=b"]) {
    const visitor = server.visitor();
    const page = await visitor.get(`/sign-in?next=${encodeURIComponent(next)}`);
    assert.match(page.text, /name="next" value=""/, next);
    const answer = await visitor.post("/sign-in", { login: "requester", password, next });
    assert.equal(answer.headers.location, "/", next);
  }
});

test("everybody begins where their work is", async () => {
  for (const [login, home] of [["requester", "/"], ["agent", "/work"], ["lead", "/work"], ["supplier", "/work"],
                               ["admin", "/admin/people"], ["auditor", "/work/list"]]) {
    const visitor = server.visitor();
    await visitor.get("/sign-in");
    assert.equal((await visitor.post("/sign-in", { login, password })).headers.location, home, login);
  }
});

test("a wrong password and an unknown login answer alike, and the login stays typed", async () => {
  const texts = [];
  for (const login of ["manager", "nobody-at-all"]) {
    const visitor = server.visitor();
    await visitor.get("/sign-in");
    const answer = await visitor.post("/sign-in", { login, password: "not the password" });
    assert.equal(answer.status, 422);
    assert.match(answer.text, new RegExp(`name="login"[^>]*value="${login}"`));
    assert.doesNotMatch(answer.text, /not the password/);
    texts.push(main(answer));
    assert.match(texts.at(-1), /This login and this password do not belong together\./);
  }
  assert.equal(texts[0], texts[1]);
});

test("guessing is slowed down and the way to go on is said", async () => {
  run("user", "add", "guessed", "--name", "Guessed", "--db", server.db);
  const visitor = server.visitor();
  await visitor.get("/sign-in");
  for (let i = 0; i < 5; i++)
    assert.equal((await visitor.post("/sign-in", { login: "guessed", password: "wrong" })).status, 422);
  const answer = await visitor.post("/sign-in", { login: "guessed", password: "wrong" });
  assert.equal(answer.status, 429);
  assert.ok(answer.headers["retry-after"] >= 1);
  assert.match(main(answer), /There were too many tries\. Wait 1 second, then try again\./);
  assert.match(answer.text, /value="guessed"/);
});

test("a form of the sign-in page from elsewhere is refused", async () => {
  const visitor = server.visitor();
  await visitor.get("/sign-in");
  const foreign = await visitor.post("/sign-in", { login: "requester", password }, { origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  visitor.csrf = "";
  const bare = await visitor.post("/sign-in", { login: "requester", password });
  assert.equal(bare.status, 403);
});

test("pages before sign-in are kept by no cache", async () => {
  const visitor = server.visitor();
  for (const path of ["/sign-in", "/sign-in?lang=sv", "/reset/none", "/setup/none"])
    for (let i = 0; i < 2; i++)
      assert.equal((await visitor.get(path)).headers["cache-control"], "no-store", path);
});

test("signing out ends the session on the server", async () => {
  const visitor = await server.signIn("requester");
  await visitor.get("/profile");
  const kept = server.visitor();
  Object.assign(kept, visitor);
  const answer = await visitor.post("/signout", {});
  assert.equal(answer.headers.location, "/sign-in");
  assert.match(words((await visitor.get("/sign-in")).text), /You are signed out\./);
  assert.equal((await visitor.get("/profile")).status, 303);
});

/* --- links ------------------------------------------------------------------------------------- */

test("a link sets a password once", async () => {
  run("user", "add", "linked", "--name", "Linked Person", "--db", server.db);
  const link = run("user", "password", "linked", "--db", server.db).trim().split(/\s/).at(-1);
  const path = new URL(link).pathname;
  const visitor = server.visitor();
  const page = await visitor.get(path);
  assert.match(main(page), /For Linked Person\./);
  const short = await visitor.post(path, { password: "short" });
  assert.equal(short.status, 422);
  assert.match(main(short), /Use at least 12 characters\./);
  assert.equal((await visitor.post(path, { password: "linked-gravel-onion" })).status, 422);
  assert.equal((await visitor.post(path, { password: own })).headers.location, "/sign-in");
  const next = await visitor.get("/sign-in");
  assert.match(next.text, /name="login"[^>]*value="linked"/);
  assert.match(words(next.text), /Your new password is set\./);
  const again = await visitor.get(path);
  assert.equal(again.status, 404);
  assert.match(main(again), /This link has ended/);
  assert.equal((await server.visitor().get("/reset/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).status, 404);
  assert.equal((await server.visitor().get("/setup/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).status, 404);
});

/* --- one's own page ---------------------------------------------------------------------------- */

test("settings hold from the next page on", async () => {
  const visitor = await newcomer("settled");
  await visitor.get("/profile");
  const wrong = await visitor.post("/profile", { language: "sv", zone: "Nowhere", theme: "dark" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="Nowhere"/);
  assert.equal((await visitor.post("/profile", { language: "sv", zone: "Asia/Shanghai", theme: "dark" })).status, 303);
  const page = await visitor.get("/profile");
  assert.match(page.text, /<html lang="sv" data-theme="dark">/);
  assert.match(page.text, /value="Asia\/Shanghai"/);
  assert.equal((await visitor.post("/profile/language", { lang: "en", next: "/catalog" })).headers.location, "/catalog");
  assert.equal((await visitor.post("/profile/theme", { theme: "", next: "//evil.example" })).headers.location, "/profile");
  assert.match((await visitor.get("/profile")).text, /<html lang="en">/);
});

test("a new password signs out everywhere else", async () => {
  const here = await newcomer("changer");
  const there = server.visitor();
  await there.get("/sign-in");
  await there.post("/sign-in", { login: "changer", password: own });
  assert.equal((await there.get("/profile")).status, 200);
  await here.get("/profile");
  const wrong = await here.post("/profile/password", { old_password: "wrong", new_password: "turnip-violin-sea" });
  assert.equal(wrong.status, 422);
  assert.match(main(wrong), /This is not your password\./);
  const common = await here.post("/profile/password", { old_password: own, new_password: "Password1234!" });
  assert.equal(common.status, 422);
  assert.match(main(common), /This is easy to guess\./);
  assert.equal((await here.post("/profile/password", { old_password: own, new_password: "turnip-violin-sea" })).status, 303);
  assert.equal((await here.get("/profile")).status, 200);
  assert.equal((await there.get("/profile")).status, 303);
});

test("sessions are listed and ended, one or all", async () => {
  const here = await newcomer("roamer");
  const there = server.visitor();
  await there.get("/sign-in");
  await there.post("/sign-in", { login: "roamer", password: own });
  const page = await here.get("/profile");
  const ids = [...page.text.matchAll(/\/profile\/sessions\/(\d+)\/end"/g)].map(([, id]) => id);
  assert.equal(ids.length, 2);
  const other = await (await server.signIn("requester")).get("/profile");
  const foreign = /\/profile\/sessions\/(\d+)\/end"/.exec(other.text)[1];
  assert.equal((await here.post(`/profile/sessions/${foreign}/end`, {})).status, 404);
  assert.equal((await here.post("/profile/sessions/end-all", {})).headers.location, "/sign-in");
  assert.equal((await here.get("/profile")).status, 303);
  assert.equal((await there.get("/profile")).status, 303);
});

test("a token is shown once, works within its scopes and ends when it is revoked", async () => {
  const visitor = await newcomer("maker");
  await visitor.get("/profile");
  const nameless = await visitor.post("/profile/tokens", { name: "", days: "many" });
  assert.equal(nameless.status, 422);
  const made = await visitor.post("/profile/tokens", [["name", "nightly job"], ["scopes", "read"], ["days", "30"]]);
  assert.equal(made.status, 200);
  const token = /<code>(errand_[A-Za-z0-9_-]+)<\/code>/.exec(made.text)[1];
  const page = await visitor.get("/profile");
  assert.doesNotMatch(page.text, new RegExp(token));
  assert.match(main(page), /nightly job/);
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal((await server.api(null, "GET", "/people/maker", undefined, bearer)).status, 200);
  assert.equal((await server.api(null, "POST", "/requests", { item: "question", answers: {} }, bearer)).status, 403);
  /* A token is for the API; what belongs to the signed-in person stays with them. */
  const ended = await server.call("POST", "/profile/sessions/end-all",
    { headers: { ...bearer, "content-type": "application/x-www-form-urlencoded" }, body: "" });
  assert.equal(ended.status, 403);
  assert.equal((await visitor.get("/profile")).status, 200);
  const id = /\/profile\/tokens\/(\d+)\/revoke"/.exec(page.text)[1];
  assert.equal((await visitor.post(`/profile/tokens/${id}/revoke`, {})).status, 303);
  assert.equal((await server.api(null, "GET", "/people/maker", undefined, bearer)).status, 401);
});

/* --- people and teams -------------------------------------------------------------------------- */

const person = { name: "Sam", email: "", kind: "employee", org: "Larkfield", manager: "lead", site: "stockholm",
                 language: "en", zone: "Europe/Stockholm" };

test("an administrator adds a person, changes them, and both sides are seen when two edit", async () => {
  const admin = await server.signIn("admin"), other = await server.signIn("admin");
  await admin.get("/admin/people/new");
  const wrong = await admin.post("/admin/people", { ...person, login: "Not A Login", email: "nowhere", zone: "Mars" });
  assert.equal(wrong.status, 422);
  assert.match(main(wrong), /3 answers need another look/);
  assert.match(wrong.text, /value="nowhere"/);
  const added = await admin.post("/admin/people", { ...person, login: "sam-new" });
  assert.equal(added.status, 303);
  const path = added.headers.location;
  const version = /name="version" value="(\d+)"/.exec((await admin.get(path)).text)[1];
  await other.get(path);
  assert.equal((await other.post(path, { ...person, version, name: "Sam by the other" })).status, 303);
  const stale = await admin.post(path, { ...person, version, name: "Sam by me" });
  assert.equal(stale.status, 409);
  assert.match(main(stale), /Somebody else saved this while you wrote/);
  assert.match(main(stale), /Name Sam by the other Sam by me/);
  assert.match(stale.text, /name="name"[^>]*value="Sam by me"/);
  const newer = /name="version" value="(\d+)"/.exec(stale.text)[1];
  assert.notEqual(newer, version);
  assert.equal((await admin.post(path, { ...person, version: newer, name: "Sam by me" })).status, 303);
  assert.match(main(await admin.get(path)), /Sam by me/);
});

/* --- forms with a version ------------------------------------------------------------------------ */

test("hours, skills, a team's way and what repeats: an older form is refused, shows both and keeps what was typed", async () => {
  const first = new Date(Date.now() + 864e5).toISOString().slice(0, 16);
  const made = (await api(201, "lead", "POST", "/schedules", { item: "question", answers: { question: "Well?" }, every: 1, unit: "week",
    first: `${first}:00Z`, until: "2199-01-01T00:00:00Z" })).body;
  const forms = [
    ["/people/agent2/presence", "/people/agent2/presence/hours", "admin", { weekly_min: "20", calendar: "" }, { weekly_min: "30", calendar: "" },
      /Hours in a week 20 30 /, /name="weekly_min"[^>]*value="30"/],
    ["/people/agent2/presence", "/people/agent2/presence/skills", "lead", { skills: "networks" }, { skills: "phones" }, /Can do \S+.* \S+/, /value="phones" checked/],
    ["/work/teams/procurement", "/work/teams/procurement", "lead", { way: "least_loaded", limit: "90" }, { way: "fair", limit: "80" },
      /Way To who has least Fairly Too much, in percent 90 80 /, /name="limit"[^>]*value="80"/],
    [`/repeating/${made.id}`, `/repeating/${made.id}`, "lead", { every: "2", unit: "week", first, until: "2199-01-01T00:00" },
      { every: "3", unit: "day", first, until: "" }, /Repeat it every 2 3 .*weeks days .*For the last time \(?.*2199-01-01T00:00 /, /name="every"[^>]*value="3"/],
  ];
  for (const [page, path, login, theirs, mine, both, kept] of forms) {
    const one = await server.signIn(login), other = await server.signIn(login);
    const form = ({ text }) => new RegExp(`action="${path}"[^>]*>.*?name="version" value="(\\d+)"`, "s").exec(text)[1];
    const version = form(await one.get(page));
    await other.get(page);
    assert.equal((await one.post(path, mine)).status, 400, `${path} without a version`);
    assert.equal((await other.post(path, { ...theirs, version })).status, 303, path);
    const stale = await one.post(path, { ...mine, version });
    assert.equal(stale.status, 409, path);
    assert.match(main(stale), /Somebody else saved this while you wrote/);
    assert.match(main(stale), both);
    assert.match(stale.text, kept);
    const newer = form(stale);
    assert.notEqual(newer, version);
    assert.equal((await one.post(path, { ...mine, version: newer })).status, 303, path);
  }
  const repeats = (await api(200, "lead", "GET", `/schedules/${made.id}`)).body;
  assert.deepEqual([repeats.every, repeats.unit, repeats.until], [3, "day", null]); /* the end was emptied on the page */
  await api(204, "lead", "DELETE", `/schedules/${made.id}`);
  const hours = (await api(200, "agent2", "GET", "/people/agent2/presence")).body;
  assert.deepEqual([hours.weekly_minutes, hours.skills], [1800, ["phones"]]);
});

test("roles, a first link, deactivation with undo; nobody does it to themselves", async () => {
  const admin = await server.signIn("admin");
  await admin.get("/admin/people/new");
  const { headers: { location: path } } = await admin.post("/admin/people", { ...person, login: "kim-new" });
  assert.equal((await admin.post(`${path}/roles`, { role: "owner", team: "workplace" })).status, 303);
  assert.match(main(await admin.get(path)), /Owner for Workplace/);
  assert.equal((await admin.post(`${path}/roles/drop`, { role: "owner", team: "workplace" })).status, 303);
  const none = await admin.post(`${path}/roles`, { role: "", team: "" });
  assert.equal(none.status, 422);
  assert.match(main(none), /Choose a role\./);

  const linked = await admin.post(`${path}/link`, {});
  assert.equal(linked.status, 200);
  const link = new URL(/<code>(http[^<]+)<\/code>/.exec(linked.text)[1]).pathname;
  assert.doesNotMatch((await admin.get(path)).text, new RegExp(link));
  const kim = server.visitor();
  await kim.get(link);
  assert.equal((await kim.post(link, { password: own })).status, 303);
  await kim.get("/sign-in");
  assert.equal((await kim.post("/sign-in", { login: "kim-new", password: own })).status, 303);
  assert.equal((await admin.post(`${path}/link`, {})).status, 409, "an administrator cannot take over an account");

  assert.equal((await admin.post(`${path}/deactivate`, {})).status, 303);
  assert.equal((await kim.get("/profile")).status, 303);
  const page = await admin.get(path);
  assert.match(page.text, new RegExp(`class="toast".*?action="${path}/activate"`, "s"));
  assert.equal((await admin.post(`${path}/activate`, {})).status, 303);

  const me = /href="(\/admin\/people\/\d+)">Mika Jansson/.exec((await admin.get("/admin/people?q=mika")).text)[1];
  for (const [act, fields] of [["/roles", { role: "auditor" }], ["/roles/drop", { role: "admin" }], ["/deactivate", {}]]) {
    const answer = await admin.post(me + act, fields);
    assert.equal(answer.status, 403, act);
    assert.match(main(answer), /Nobody changes their own rights\./);
  }
});

test("teams are made, changed and filled", async () => {
  const admin = await server.signIn("admin");
  const blank = (await admin.get("/admin/teams/new")).text;
  assert.match(blank, /<option value="office">office<\/option>/);
  assert.match(blank, /<option value="acme">Acme, computers and screens<\/option>/);
  assert.match((await admin.get("/admin/people/new")).text, /<option value="lund">Lund, works<\/option>/);
  const texts = { name_en: "Gardens", name_sv: "Trädgård", name_zh: "园艺组", summary_en: "", summary_sv: "", summary_zh: "",
                  calendar: "", supplier: "" };
  const added = await admin.post("/admin/teams", { ...texts, key: "gardens" });
  assert.equal(added.status, 303);
  const path = added.headers.location;
  const twice = await admin.post("/admin/teams", { ...texts, key: "gardens" });
  assert.equal(twice.status, 422);
  assert.match(main(twice), /There is a team with this key already\./);
  const nameless = await admin.post(path, { ...texts, version: "1", name_en: "", name_sv: "", name_zh: "", summary_sv: "x".repeat(501) });
  assert.equal(nameless.status, 422);
  assert.match(nameless.text, /href="#name_en"/);
  assert.match(nameless.text, /href="#summary_sv"/);
  assert.equal((await admin.post(`${path}/members`, { login: "grace", part: "lead" })).status, 303);
  const ghost = await admin.post(`${path}/members`, { login: "ghost", part: "member" });
  assert.equal(ghost.status, 422);
  assert.match(main(ghost), /Nobody active signs in as ghost\./);
  assert.equal((await admin.post(`${path}/members`, { login: "admin", part: "lead" })).status, 403);
  assert.match(main(await admin.get(path)), /Grace Whitfield leads/);
  const stale = await admin.post(path, { ...texts, version: "1", name_en: "Garden" });
  assert.equal(stale.status, 409);
  assert.match(main(stale), /Name in English Gardens Garden/);
});

test("who may only read sees no form, and others not even the page", async () => {
  const lead = await server.signIn("lead");
  const people = await lead.get("/admin/people");
  assert.equal(people.status, 200);
  assert.doesNotMatch(people.text, /admin\/people\/new/);
  const path = /href="(\/admin\/people\/\d+)"/.exec(people.text)[1];
  assert.doesNotMatch((await lead.get(path)).text, new RegExp(`action="${path}`));
  assert.equal((await lead.get("/admin/people/new")).status, 403);
  assert.equal((await lead.post(path, { ...person, version: "1" })).status, 403);
  for (const login of ["requester", "agent", "supplier"]) {
    const visitor = await server.signIn(login);
    assert.equal((await visitor.get("/admin/people")).status, 403, login);
    assert.equal((await visitor.get("/admin/teams")).status, 403, login);
  }
});

test("people are suggested while a name is typed, outsiders only to their own", async () => {
  const robin = await server.signIn("requester");
  assert.match((await robin.get("/people/suggest?q=noor")).text, /^<option value="approver">Noor Haddad<\/option>\s*$/);
  const claire = await server.signIn("claire");
  assert.equal((await claire.get("/people/suggest?q=noor")).text.trim(), "");
  assert.match((await claire.get("/people/suggest?q=claire")).text, /Claire Donnelly/);
});

/* --- the API ----------------------------------------------------------------------------------- */

test("people over the API: paging, making, changing, refusing", async () => {
  const seen = new Set();
  for (let cursor = ""; cursor !== null;) {
    const { body } = await api(200, "admin", "GET", `/people?limit=7${cursor && `&cursor=${cursor}`}`);
    body.items.forEach(({ login }) => { assert.ok(!seen.has(login)); seen.add(login); });
    cursor = body.next;
  }
  assert.ok(seen.size >= 38 && seen.has("requester"));
  const vendors = (await api(200, "auditor", "GET", "/people?kind=vendor")).body.items;
  assert.deepEqual(vendors.map(({ login }) => login), ["dana", "supplier"]);
  assert.deepEqual(vendors[0].teams, [{ team: "acme", lead: false }]);
  assert.equal((await api(200, "lead", "GET", "/people?team=hr")).body.items.length, 3);
  await api(422, "admin", "GET", "/people?team=nowhere");
  await api(422, "admin", "GET", "/people?limit=101");

  await api(403, "requester", "POST", "/people", { login: "x", name: "X" });
  await api(400, "admin", "POST", "/people", { login: "x", name: "X", role: "admin" });
  const { body: faults } = await api(422, "admin", "POST", "/people", { login: "?", name: "X", zone: "Mars", manager: "nobody" });
  assert.deepEqual(faults.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
    ["/login malformed", "/manager unknown", "/zone unknown"]);
  const made = await api(201, "admin", "POST", "/people", { login: "api.person", name: "Api", manager: "lead", org: "Acme" });
  assert.equal(made.headers.location, "/api/v1/people/api.person");
  await api(422, "admin", "POST", "/people", { login: "api.person", name: "Api" });

  const path = "/people/api.person";
  const { headers: { etag } } = await api(200, "admin", "GET", path);
  await api(428, "admin", "PATCH", path, { name: "B" });
  const changed = await api(200, "admin", "PATCH", path, { name: "B", manager: "" }, { "if-match": etag });
  assert.equal(changed.body.manager, null);
  await api(412, "admin", "PATCH", path, { name: "C" }, { "if-match": etag });
  const off = await api(200, "admin", "PATCH", path, { active: false }, { "if-match": changed.headers.etag ?? `"${changed.body.version}"` });
  assert.equal(off.body.active, false);
  await api(404, "admin", "PATCH", "/people/nobody", { name: "C" }, { "if-match": etag });
  await api(404, "admin", "GET", "/people/nobody");
});

test("a colleague gets a name, an outsider nothing, oneself everything", async () => {
  const { body: short } = await api(200, "requester", "GET", "/people/approver");
  assert.equal(short.name, "Noor Haddad");
  assert.equal(short.email, null);
  const { body: self } = await api(200, "requester", "GET", "/people/requester");
  assert.equal(self.email, "robin.birch@larkfield.example");
  assert.deepEqual(self.manager, { login: "manager", name: "Kim Alder" });
  const hidden = await api(404, "claire", "GET", "/people/approver");
  const unknown = await api(404, "claire", "GET", "/people/nobody");
  delete hidden.body.request_id;
  delete unknown.body.request_id;
  assert.deepEqual(hidden.body, unknown.body);
  assert.deepEqual((await api(200, "claire", "GET", "/people?q=noor")).body.items, []);
});

test("roles over the API", async () => {
  const path = "/people/tom/actions";
  const { body } = await api(200, "admin", "POST", `${path}/grant`, { role: "owner", team: "support" });
  assert.deepEqual(body.roles, [{ role: "owner", team: "support" }]);
  assert.deepEqual((await api(200, "admin", "POST", `${path}/revoke`, { role: "owner", team: "support" })).body.roles, []);
  await api(404, "admin", "POST", `${path}/revoke`, { role: "owner", team: "support" });
  await api(422, "admin", "POST", `${path}/grant`, { role: "agent", team: "support" });
  await api(422, "admin", "POST", `${path}/grant`, { role: "king" });
  await api(422, "admin", "POST", `${path}/grant`, { role: "owner", team: "nowhere" });
  await api(403, "admin", "POST", "/people/admin/actions/grant", { role: "auditor" });
  await api(403, "lead", "POST", `${path}/grant`, { role: "owner" });
});

test("teams over the API", async () => {
  const { body: list } = await api(200, "requester", "GET", "/teams");
  const names = list.items.map(({ name }) => name);
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en")));
  assert.equal((await api(200, "requester", "GET", "/teams/hr")).body.members, null);
  assert.equal((await api(200, "agent", "GET", "/teams/hr")).body.members.length, 3);
  await api(404, "agent", "GET", "/teams/nowhere");
  const swedish = await api(200, "agent", "GET", "/teams/hr", undefined, { "accept-language": "sv" });
  assert.equal(swedish.body.name, "Personal");

  const { body: made } = await api(201, "admin", "POST", "/teams",
    { key: "crew", names: { en: "Crew" }, members: ["agent"], leads: ["lead"] });
  assert.deepEqual(made.leads.map(({ login }) => login), ["lead"]);
  const { headers: { etag } } = await api(200, "admin", "GET", "/teams/crew");
  await api(422, "admin", "PATCH", "/teams/crew", { names: "Crew" }, { "if-match": etag });
  await api(422, "admin", "PATCH", "/teams/crew", { names: { fr: "Équipe" } }, { "if-match": etag });
  await api(422, "admin", "PATCH", "/teams/crew", { members: ["nobody"] }, { "if-match": etag });
  await api(403, "admin", "PATCH", "/teams/crew", { members: ["admin"] }, { "if-match": etag });
  const { body: changed } = await api(200, "admin", "PATCH", "/teams/crew",
    { names: { sv: "Laget" }, members: ["agent2"], leads: [] }, { "if-match": etag });
  assert.deepEqual(changed.names, { en: "Crew", sv: "Laget" });
  assert.deepEqual(changed.members.map(({ login }) => login), ["agent2"]);
  await api(412, "admin", "PATCH", "/teams/crew", { names: { en: "C" } }, { "if-match": etag });
  await api(428, "admin", "PATCH", "/teams/crew", { names: { en: "C" } });
  await api(403, "lead", "POST", "/teams", { key: "mine", names: { en: "Mine" } });
});

/* --- in a browser ------------------------------------------------------------------------------ */

test("the pages please axe, light and dark, and fit a phone", { skip: noChromium }, async () => {
  const browser = await startBrowser();
  const errors = [];
  try {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
      page.on("pageerror", (error) => errors.push(String(error)));
      const look = async (path) => {
        if (path !== null)
          await page.goto(server.origin + path);
        assert.deepEqual(await axeFindings(page), [], `${path ?? page.url()} ${colorScheme}`);
        assert.deepEqual(await sideways(page), [], `${path ?? page.url()} ${colorScheme}`);
      };
      await look("/sign-in");
      await page.fill("#login", "admin");
      await page.fill("#password", "wrong");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#errors");
      await look(null);
      await page.fill("#password", password);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/admin/people");
      for (const path of ["/admin/people", "/admin/people?q=zzzz", "/admin/people/new", "/admin/people/1", "/admin/teams",
                          "/admin/teams/new", "/admin/teams/1", "/profile", "/reset/none"])
        await look(path);
      await context.close();
    }
    /* The answer 422 to the wrong password and 404 to the ended link are meant. */
    assert.deepEqual(errors.filter((text) => !/status of (422|404)/.test(text)), []);
  } finally {
    await browser.close();
  }
});

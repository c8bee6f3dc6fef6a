// calendars.mjs - calendars of a running server: over the API, on the pages, from the command line, from files.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { program, startServer } from "./support/server.mjs";

let server;
const folder = mkdtempSync(join(tmpdir(), "feeds-"));

before(async () => { server = await startServer(); });
after(async () => { await server?.end(); rmSync(folder, { recursive: true }); });

const night = { key: "night", zone: "Pacific/Chatham", hours: { mon: ["22:00-06:00"], sun: ["00:00-12:00"] },
  holidays: ["2030-01-01 New Year's Day"], yearly_holidays: ["12-25"], breaks: ["2030-03-04 23:00-01:00 Drill"],
  feeds: [], day_hours: "7.5" };
const ics = (...days) => ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test",
  ...days.flatMap((day, i) => ["BEGIN:VEVENT", `UID:${i}`, `DTSTART;VALUE=DATE:${day}`, "SUMMARY:Feast", "END:VEVENT"]),
  "END:VCALENDAR", ""].join("\r\n");

test("a calendar is made, read and changed over the API, from a moment on", async () => {
  const made = await server.api("owner", "POST", "/calendars", night);
  assert.equal(made.status, 201, made.text);
  const { versions, version, hours, ...rest } = made.body;
  assert.deepEqual({ ...rest, hours: { mon: hours.mon, sun: hours.sun } }, night);
  assert.deepEqual(hours.tue, []);
  assert.equal(version, 1);
  assert.deepEqual(versions, [{ number: 1, from: null, cause: "published", in_force: true }]);
  assert.equal((await server.api("owner", "POST", "/calendars", night)).status, 409);

  const from = new Date(Date.now() + 86400e3).toISOString().replace(/\.\d+/, "");
  const changed = await server.api("owner", "PATCH", "/calendars/night", { hours: { tue: ["08:00-24:00"] }, from }, { "if-match": '"1"' });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(changed.body.hours.tue, ["08:00-24:00"]);
  assert.deepEqual(changed.body.hours.mon, []);
  assert.deepEqual(changed.body.holidays, night.holidays);
  assert.deepEqual(changed.body.versions.map(({ number, from: at, in_force }) => [number, at, in_force]), [[1, null, true], [2, from, false]]);
  assert.equal((await server.api("owner", "PATCH", "/calendars/night", { zone: "UTC" }, { "if-match": '"1"' })).status, 412);
  assert.equal((await server.api("owner", "PATCH", "/calendars/night", { zone: "UTC" })).status, 428);
  assert.ok((await server.api("agent", "GET", "/calendars")).body.items.some(({ key }) => key === "night"));
});

test("what can be no calendar is refused, and the past", async () => {
  const refused = async (member, pointer) => {
    const answer = await server.api("owner", "POST", "/calendars", { ...night, key: "other", ...member });
    assert.equal(answer.status, 422, `${JSON.stringify(member)}: ${answer.text}`);
    assert.ok(answer.body.errors.some((error) => error.pointer === pointer && error.detail.length > 10), answer.text);
  };
  await refused({ zone: "Europe/Atlantis" }, "/zone");
  await refused({ hours: {} }, "/hours");
  await refused({ hours: { mon: ["20:00-09:01"], tue: ["09:00-10:00"] } }, "/hours");
  await refused({ hours: { mon: ["8-12"] } }, "/hours/mon");
  await refused({ hours: { monday: [] } }, "/hours/monday");
  await refused({ holidays: ["2030-02-29"] }, "/holidays");
  await refused({ yearly_holidays: ["13-01"] }, "/yearly_holidays");
  await refused({ breaks: ["2030-03-04"] }, "/breaks");
  await refused({ feeds: ["../etc/passwd"] }, "/feeds");
  await refused({ day_hours: "25" }, "/day_hours");
  await refused({ from: "2020-01-01T00:00:00Z" }, "/from");
  assert.equal((await server.api("owner", "GET", "/calendars/other")).status, 404);
});

test("the form keeps what was typed, and the page says when something is due", async () => {
  const owner = await server.signIn("owner");
  await owner.get("/admin/calendars/london/edit");
  const fields = { version: "1", zone: "Europe/London", "hours.mon": "09:00-25:00", holidays: "2030-01-01 First\nnever", breaks: "" };
  const refused = await owner.post("/admin/calendars/london", fields);
  assert.equal(refused.status, 422);
  assert.ok(refused.text.includes('value="09:00-25:00"') && refused.text.includes("2030-01-01 First\nnever"));
  const saved = await owner.post("/admin/calendars/london", { ...fields, "hours.mon": "09:00-12:00", holidays: "2030-01-01 First" });
  assert.equal(saved.status, 303, saved.text);
  const page = await owner.get("/admin/calendars/london?year=2030&start=2030-01-07T09:00&span=4wh");
  assert.ok(page.text.includes("First"));
  /* three hours a week, on Mondays: the fourth is a week later, in the reader's zone an hour on */
  assert.match(page.text, /Due [^<]*<time[^>]*>[^<]*14 Jan/);
  for (const wrong of ["?year=1", "?year=x"])
    assert.equal((await owner.get(`/admin/calendars/london${wrong}`)).status, 404);
  assert.match((await owner.get("/admin/calendars/london?start=2030-01-07T09:00&span=soon")).text, /is no span of time/);
});

test("a file of holidays over the API, for those who may change calendars", async () => {
  const send = (login, bytes, name = "london.ics", key = "london") =>
    server.api(login, "POST", `/calendars/${key}/feeds/${name}`, Buffer.from(bytes), { "content-type": "text/calendar" });
  const versions = async () => (await server.api("agent", "GET", "/calendars/london")).body.versions.length;
  const before = await versions();
  const taken = await send("owner", ics("20300507", "20300508"));
  assert.equal(taken.status, 200, JSON.stringify(taken.body));
  assert.equal(taken.body.versions.at(-1).cause, "feed");
  assert.equal(await versions(), before + 1);
  assert.equal((await send("owner", ics("20300507", "20300508"))).status, 200); /* the same again */
  assert.equal((await send("owner", "BEGIN:VCALENDAR\r\n")).status, 422);
  assert.equal((await send("owner", "")).status, 422);
  assert.equal((await send("owner", "x".repeat(5_000_001))).status, 422);
  assert.equal((await send("owner", ics("20300507", "20300508"), "..%2Fup.ics")).status, 400);
  assert.equal((await send("owner", ics("20300507", "20300508"), "a.ics", "nowhere")).status, 404);
  assert.equal((await send("agent", ics("20300507", "20300508"))).status, 403);
  assert.equal(await versions(), before + 1);
});

test("a file of holidays by the command line; a broken one changes nothing", async () => {
  const feed = (name, text) => {
    writeFileSync(join(folder, name), text);
    return spawnSync(program, ["calendar", "feed", "shanghai", join(folder, name), "--db", server.db], { encoding: "utf8" });
  };
  const holidays = async () => (await server.api("agent", "GET", "/calendars/shanghai")).body.versions.length;
  const before = await holidays();
  assert.equal(feed("cn.ics", ics("20300204", "20300205")).status, 0);
  assert.equal(await holidays(), before + 1);
  const broken = feed("cn.ics", "BEGIN:VCALENDAR\r\n");
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /cut off/);
  const large = feed("large.ics", `BEGIN:VCALENDAR\r\n${"x".repeat(50_000_000)}\r\nEND:VCALENDAR\r\n`);
  assert.equal(large.status, 1);
  assert.match(large.stderr, /too large/);
  assert.equal(await holidays(), before + 1);
  assert.match((await (await server.signIn("owner")).get("/admin/calendars/shanghai?year=2030")).text, /Feast/);
});

/* Calendars and targets are nobody's in particular: they take an owner for all. */
test("an owner for one team changes neither calendars nor targets", async () => {
  assert.equal((await server.api("admin", "POST", "/people/requester2/actions/grant", { role: "owner", team: "workplace" })).status, 200);
  const token = { authorization: `Bearer ${server.token("requester2")}`, "if-match": '"1"' };
  const json = (method, path, body) => server.call(method, `/api/v1${path}`,
    { headers: { ...token, "content-type": "application/json" }, body: JSON.stringify(body) });
  const form = (path, fields, type = "application/x-www-form-urlencoded") => server.call("POST", path,
    { headers: { ...token, "content-type": type }, body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString() });
  const target = { key: "theirs", name: { en: "Theirs" }, measure: "fulfil", lines: [{ span: "1h" }] };
  const targetForm = { key: "theirs", measure: "fulfil", name_en: "Theirs", name_sv: "Deras", name_zh: "他们的", "lines.0.span": "1h" };
  assert.equal((await json("GET", "/calendars/office")).status, 200, "they are read");
  for (const [about, answer] of Object.entries({
    make: await json("POST", "/calendars", { ...night, key: "theirs" }), change: await json("PATCH", "/calendars/office", { day_hours: "8" }),
    feed: await server.call("POST", "/api/v1/calendars/office/feeds/x", { headers: { ...token, "content-type": "application/octet-stream" }, body: ics("20300101") }),
    makePage: await form("/admin/calendars", { key: "theirs", zone: "UTC", "hours.mon": "09:00-17:00" }),
    changePage: await form("/admin/calendars/office", { version: "1", zone: "UTC", "hours.mon": "09:00-17:00" }),
    feedPage: await form("/admin/calendars/office/feeds", "--x--\r\n", "multipart/form-data; boundary=x"),
    removePage: await form("/admin/calendars/office/feeds/remove", { name: "none.ics" }),
    makeTarget: await json("POST", "/targets", target), changeTarget: await json("PATCH", "/targets/acme-delivery", { note: "no" }),
    makeTargetPage: await form("/admin/targets", targetForm),
    changeTargetPage: await form("/admin/targets/acme-delivery", { version: "1" }),
    newForm: await server.call("GET", "/admin/calendars/new", { headers: token }),
    editForm: await server.call("GET", "/admin/calendars/office/edit", { headers: token }),
    newTargetForm: await server.call("GET", "/admin/targets/new", { headers: token }) }))
    assert.equal(answer.status, 403, `${about}: ${answer.text.slice(0, 300)}`);
  const owner = await server.call("POST", "/admin/targets", { headers: { authorization: `Bearer ${server.token("owner")}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(targetForm).toString() });
  assert.equal(owner.status, 303, "the form itself is right");
});

// matrix.mjs - who may do what, over every route of the program.
//
// The tables below were written by hand from docs/rights.md; they know nothing of the program's own
// tables.  Every row of `errand routes` must stand here, so a new route cannot come without its line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { run, startServer } from "./support/server.mjs";

const persons = ["requester", "requester2", "manager", "approver", "agent", "agent2", "lead", "hr", "owner", "admin", "auditor",
  "supplier"];
const all = (...but) => persons.filter((login) => !but.includes(login));

/* The right of a route: who may use this kind of thing at all.  approver is an agent of finance. */
const rights = {
  public: persons,
  signed_in: persons,
  staff: all("requester", "requester2", "manager"),
  catalog_read: all("requester", "requester2", "manager", "supplier"),
  catalog_write: ["owner"],
  people_read: ["lead", "admin", "auditor"],
  people_write: ["admin"],
  audit: ["auditor"],
};

/* What people may with three requests of `requester`.
 *   ordinary      a laptop, approved by manager and approver; procurement has to order it
 *   asked         a screen that waits for the manager
 *   confidential  a concern for the team hr */
const may = {
  ordinary: {
    see: ["requester", "manager", "approver", "agent", "agent2", "lead", "owner", "admin", "auditor"],
    say: ["requester", "manager", "approver", "agent", "agent2", "lead"],
    ask: ["requester"],
    work: ["agent", "lead"],
    edit: ["requester", "agent", "lead"],
    lead: ["lead"],
    wait: ["agent", "agent2", "lead"], /* also those with an open task in it */
    notes: ["agent", "agent2", "lead", "owner", "admin", "auditor"],
    note: ["agent", "agent2", "lead"],
    link: ["requester", "agent", "agent2", "lead"],
    task: ["agent2", "lead"],
    nobody: [],
  },
  asked: { see: ["requester", "manager", "agent", "lead", "owner", "admin", "auditor"], decide: ["manager"] },
  confidential: {
    see: ["requester", "hr"], say: ["requester", "hr"], ask: ["requester"], edit: ["requester", "hr"], work: ["hr"], lead: [], wait: ["hr"],
    notes: ["hr"], note: ["hr"], link: ["requester", "hr"], task: ["hr"], nobody: [],
  },
};

/* What each row needs of the request besides seeing it, and what those get who may.  The bodies are such
 * that nothing changes: a version that is none, words left out, somebody who does not exist.  `no` is what
 * those get who see the request and may not: 403 unless it says otherwise.  Rows without a request say in
 * `to` what everybody with the right gets; nothing said: anything but a refusal or a fault.  A login as key: what that person gets instead. */
const stale = { version: 999999 };
const act = (word, needs) => ({ act: word, needs, body: stale, gets: 412 });
/* About requester2, whom nobody leads and a supplier does not know: those named get `gets`. */
const about = (gets, who, rest) => ({ to: 403, supplier: 404, ...Object.fromEntries(who.map((login) => [login, gets])), ...rest });
const theirs = ["requester2", "admin"];
/* Of the team workplace. */
const crew = (gets, who, rest) => ({ to: 403, key: "workplace", ...Object.fromEntries(who.map((login) => [login, gets])), ...rest });
const table = {
  "GET /people/{login}/presence": { to: 200, supplier: 404 },
  "POST /people/{login}/presence/absences": about(422, theirs, { form: { from: "" } }),
  "POST /people/{login}/presence/absences/{id}/end": about(404, theirs),
  "POST /people/{login}/presence/hours": about(422, theirs, { form: { weekly_min: "many", version: "0" } }),
  "POST /people/{login}/presence/skills": about(422, ["admin"], { form: { skills: "none-of-ours", version: "0" } }),
  "POST /people/{login}/presence/delegations": about(422, theirs, { form: { delegate: "" } }),
  "POST /people/{login}/presence/delegations/{id}/end": about(404, theirs),
  "GET /api/v1/people/{login}/presence": { to: 200, supplier: 404 },
  "POST /api/v1/people/{login}/absences": about(422, theirs, { body: {} }),
  "POST /api/v1/people/{login}/absences/{id}/actions/end": about(404, theirs),
  "PATCH /api/v1/people/{login}/hours": about(422, theirs, { body: { weekly_minutes: 999999 }, headers: { "if-match": '"0"' } }),
  "PUT /api/v1/people/{login}/skills": about(422, ["admin"], { body: { skills: ["none-of-ours"] }, headers: { "if-match": '"0"' } }),
  "POST /api/v1/people/{login}/delegations": about(422, theirs, { body: {} }),
  "POST /api/v1/people/{login}/delegations/{id}/actions/end": about(404, theirs),
  "GET /work/{number}/assignment": { needs: "notes", gets: 200 },
  "GET /api/v1/requests/{number}/assignment": { needs: "notes", gets: 200 },
  "GET /work/teams/{key}": crew(200, ["agent", "lead", "admin", "auditor"]),
  "POST /work/teams/{key}": crew(422, ["lead", "admin"], { form: { way: "nothing", version: "0" } }),
  "GET /api/v1/teams/{key}/load": crew(200, ["agent", "lead", "admin", "auditor"]),
  "PUT /api/v1/teams/{key}/assignment": crew(422, ["lead", "admin"], { body: { way: "nothing" }, headers: { "if-match": '"0"' } }),
  "GET /work/teams/{key}/fields": crew(200, ["agent", "lead", "admin", "auditor"]),
  "POST /work/teams/{key}/fields": crew(422, ["lead", "admin"], { form: { key: "" } }),
  "GET /work/teams/{key}/fields/{field}": crew(404, ["agent", "lead", "admin", "auditor"]),
  "POST /work/teams/{key}/fields/{field}": crew(404, ["agent", "lead", "admin", "auditor"], { form: {} }),
  "POST /work/teams/{key}/fields/{field}/place": crew(404, ["lead", "admin"], { form: { place: "1" } }),
  "GET /api/v1/fields": { to: 200 },
  "POST /api/v1/fields": { to: 403, lead: 422, admin: 422, body: { team: "workplace", key: "x", kind: "choice" } },
  "GET /api/v1/fields/{key}": { to: 404 },
  "PATCH /api/v1/fields/{key}": { to: 404, headers: { "if-match": '"0"' }, body: {} },
  "GET /api/v1/requests/{number}/fields": { needs: "see", gets: 200 },
  "PATCH /api/v1/requests/{number}/fields": { needs: "work", body: { values: { nothing: 1 } }, gets: 422 },
  "POST /work/{number}/fields": { needs: "work", form: { "field.nothing": "1" }, gets: 422 },
  "GET /api/v1/priority-matrices/{org}": { to: 404 },
  "PUT /api/v1/priority-matrices/{org}": { to: 404, headers: { "if-match": '"0"' },
    body: Object.fromEntries(["person", "team", "site", "organisation"].map((word) => [word, ["low", "low", "low", "low"]])) },
  "POST /api/v1/priority-matrices/{org}/actions/drop": { to: 404, headers: { "if-match": '"0"' } },
  "POST /api/v1/requests": { to: 422, body: { item: "nothing" } },
  "GET /api/v1/requests": { to: 200 },
  "GET /api/v1/views": { to: 200 },
  "POST /api/v1/views": { to: 422, body: { name: "x", query: "open =" } },
  "GET /api/v1/views/{key}": { to: 404 },
  "PATCH /api/v1/views/{key}": { to: 404, headers: { "if-match": '"0"' }, body: {} },
  "DELETE /api/v1/views/{key}": { to: 404, headers: { "if-match": '"0"' } },
  "POST /api/v1/views/{key}/actions/{act}": { to: 404 },
  "GET /api/v1/views/{key}/board": { to: 404 },
  "PATCH /api/v1/views/{key}/board": { to: 404, headers: { "if-match": '"0"' }, body: {} },
  "POST /api/v1/views/{key}/board/moves": { to: 404, body: { request: "REQ-999999", to: "pending" } },
  "GET /api/v1/views/{key}/groups": { to: 404 },
  "GET /api/v1/digests": { to: 200 },
  "GET /api/v1/views/{key}/digest": { to: 404 },
  "PUT /api/v1/views/{key}/digest": { to: 404, body: { every: "day", hour: 8 } },
  "DELETE /api/v1/views/{key}/digest": { to: 404 },
  "GET /work/digests": { to: 200 },
  "POST /work/digests": { to: 404, form: { view: "nothing", every: "day", hour: "8" } },
  "POST /work/digests/{key}/end": { to: 404 },
  "GET /api/v1/views/{key}/calendar": { to: 404 },
  "GET /api/v1/views/{key}/timeline": { to: 404 },
  "GET /work/board": { to: 200 },
  "GET /work/calendar": { to: 200 },
  "GET /work/timeline": { to: 200 },
  "POST /work/board/move": { to: 404, form: { number: "REQ-999999", to: "pending" } },
  "POST /work/views/{key}/board": { to: 404, form: { board: "state" } },
  "GET /work/views/{key}": { to: 404 },
  "POST /work/views": { to: 422, form: { name: "" } },
  "POST /work/views/{key}": { to: 404, form: { name: "x" } },
  "POST /work/views/{key}/place": { to: 404, form: { move: "pin" } },
  "POST /work/views/{key}/drop": { to: 404, form: {} },
  "GET /api/v1/requests/{number}": { needs: "see", gets: 200 },
  "PATCH /api/v1/requests/{number}": { needs: "edit", body: { title: "x" }, headers: { "if-match": '"999999"' }, gets: 412 },
  "POST /api/v1/requests/{number}/actions/{act}": [
    ...["submit", "confirm", "not_solved", "withdraw"].map((word) => act(word, "ask")),
    ...["assess", "transfer", "reject", "fulfil", "cancel", "adhoc", "convert", "assign", "merge", "unmerge"].map((word) => act(word, "work")),
    ...["ask", "pend", "resume"].map((word) => act(word, "wait")),
    ...["accept_transfer", "decline_transfer"].map((word) => act(word, "nobody")),
    act("reopen", "edit"),
  ],
  "POST /api/v1/requests/{number}/split": { needs: "work", body: { item: "nothing", messages: [] }, gets: 422 },
  "GET /api/v1/requests/{number}/events": { needs: "see", gets: 200 },
  "GET /api/v1/requests/{number}/clocks": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/clocks/{target}/reason": { needs: "work", body: { reason: "" }, gets: 404 },
  "GET /api/v1/requests/{number}/tasks": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/tasks": { needs: "work", body: { title: "More" }, gets: 409 },
  "GET /api/v1/requests/{number}/messages": { needs: "see", gets: 200 },
  "GET /api/v1/requests/{number}/messages/{id}": { needs: "see", part: "message", gets: 200 },
  "POST /api/v1/requests/{number}/messages": { needs: "say", body: { text: "" }, gets: 422 },
  "GET /api/v1/requests/{number}/notes": { needs: "notes", gets: 200 },
  "GET /api/v1/requests/{number}/notes/{id}": { needs: "notes", part: "note", gets: 200 },
  "POST /api/v1/requests/{number}/notes": { needs: "note", body: { text: "" }, gets: 422 },
  "GET /api/v1/requests/{number}/attachments": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/attachments": { needs: "say", body: { uploads: ["none"] }, gets: 404 },
  "GET /api/v1/requests/{number}/links": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/links": { needs: "link", body: { request: "REQ-999999", kind: "related" }, gets: 422 },
  "DELETE /api/v1/requests/{number}/links/{id}": { needs: "link", gets: 404 },
  "GET /api/v1/requests/{number}/participants": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/participants": { needs: "say", body: { login: "no-such-person", kind: "participant" }, gets: 404 },
  "DELETE /api/v1/requests/{number}/participants/{login}/{kind}": { needs: "edit", gets: 404 },
  "GET /api/v1/requests/{number}/ready-replies": { needs: "say", gets: 200 },
  "GET /work/{number}/replies": { needs: "say", gets: 200 },
  "GET /work/{number}/macros": { needs: "note", gets: 200 },
  "POST /work/{number}/macros/{id}": { needs: "note", form: {}, gets: 404 },
  "POST /api/v1/requests/{number}/macros/{id}": { needs: "note", body: {}, gets: 404 },
  "GET /work/macros": { to: 200 },
  "POST /work/macros": { to: 403, lead: 422, admin: 422, form: { name: "" } },
  "GET /work/macros/new": { to: 403, lead: 200, admin: 200 },
  "GET /work/macros/{id}": { to: 404 },
  "POST /work/macros/{id}": { to: 404, form: { name: "x" } },
  "POST /work/macros/{id}/drop": { to: 404, form: {} },
  "GET /api/v1/macros": { to: 200 },
  "POST /api/v1/macros": { to: 403, admin: 422, body: { name: "x", steps: [] } },
  "GET /api/v1/macros/{id}": { to: 404 },
  "PATCH /api/v1/macros/{id}": { to: 404, headers: { "if-match": '"0"' }, body: {} },
  "DELETE /api/v1/macros/{id}": { to: 404, headers: { "if-match": '"0"' } },
  "GET /work/replies": { to: 200 },
  "POST /work/replies": { to: 403, lead: 422, admin: 422, form: { name: "" } },
  "GET /work/replies/new": { to: 403, lead: 200, admin: 200 },
  "GET /work/replies/{id}": { to: 404 },
  "POST /work/replies/{id}": { to: 404, form: { name: "x" } },
  "POST /work/replies/{id}/drop": { to: 404, form: {} },
  "GET /api/v1/ready-replies": { to: 200 },
  "POST /api/v1/ready-replies": { to: 403, admin: 422, body: { name: "x" } },
  "GET /api/v1/ready-replies/{id}": { to: 404 },
  "PATCH /api/v1/ready-replies/{id}": { to: 404, headers: { "if-match": '"0"' }, body: {} },
  "DELETE /api/v1/ready-replies/{id}": { to: 404, headers: { "if-match": '"0"' } },
  "GET /api/v1/unsent": { to: 200 },
  "GET /api/v1/requests/{number}/unsent": { needs: "see", gets: 200 },
  "PUT /api/v1/requests/{number}/unsent": { needs: "say", body: { text: "" }, gets: 200 },
  "DELETE /api/v1/requests/{number}/unsent": { needs: "say", gets: 204 },
  "GET /api/v1/requests/{number}/writers": { needs: "notes", gets: 200 },
  "GET /api/v1/requests/{number}/tags": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/tags": { needs: "note", body: { tag: "" }, gets: 422 },
  "DELETE /api/v1/requests/{number}/tags/{tag}": { needs: "note", gets: 404 },
  "PUT /api/v1/requests/{number}/read": { needs: "see", gets: 204 },
  "DELETE /api/v1/requests/{number}/read": { needs: "see", gets: 204 },
  "GET /api/v1/requests/{number}/snooze": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/snooze": { needs: "note", body: {}, gets: 422 },
  "DELETE /api/v1/requests/{number}/snooze": { needs: "note", gets: 404 },
  "PUT /api/v1/requests/{number}/agreed": { needs: "work", body: stale, gets: 412 },
  "GET /api/v1/tasks": { to: 200 },
  "GET /api/v1/tasks/{id}": { needs: "see", part: "task", gets: 200, supplier: 200 },
  "POST /api/v1/tasks/{id}/actions/{act}": { act: "start", needs: "task", part: "task", body: {}, gets: [200, 409], supplier: [200, 409] },
  "PUT /api/v1/tasks/{id}/checklist/{position}": { needs: "task", part: "task", body: { done: true }, gets: [404, 409], supplier: [404, 409] },
  "GET /api/v1/approvals/{id}": { needs: "see", on: "asked", part: "approval", gets: 200 },
  "POST /api/v1/approvals/{id}/decision": { needs: "decide", on: "asked", part: "approval",
    body: { decision: "approve", shown_hash: "another" }, gets: 412 },
  "GET /requests/{number}": { needs: "see", gets: 200 },
  "GET /requests/{number}/who": { needs: "see", gets: 200 },
  "GET /requests/{number}/clocks": { needs: "see", gets: 200 },
  "GET /requests/{number}/edit": { needs: "edit", gets: 200 },
  "POST /requests/{number}/edit": { needs: "edit", form: { _version: "999999", _act: "save" }, gets: 409 },
  "POST /requests/{number}/messages": { needs: "say", form: { text: "" }, gets: 422 },
  "POST /requests/{number}/acts/{act}": { act: "not_solved", needs: "ask", form: { text: "" }, gets: [409, 422] },
  "POST /requests/{number}/tasks/{task}/finish": { needs: "ask", part: "last", form: {}, gets: [403, 409], no: [403, 409] },
  "GET /work/{number}": { needs: "see", gets: 200 },
  "POST /work/{number}/acts/{act}": { act: "reject", needs: "work", form: { text: "" }, gets: [409, 422] },
  "POST /work/{number}/clocks/{target}/reason": { needs: "work", form: { reason: "" }, gets: 404 },
  "POST /work/{number}/priority": { needs: "lead", form: { level: "high", reason: "" }, gets: 422 },
  "POST /work/{number}/messages": { needs: "say", form: { text: "" }, gets: 422 },
  "POST /work/{number}/notes": { needs: "note", form: { text: "" }, gets: 422 },
  "GET /work/{number}/here": { needs: "note", gets: 200 },
  "POST /work/{number}/unsent": { needs: "say", form: { text: "" }, gets: 303 },
  "POST /work/{number}/tasks/{task}/{act}": { act: "start", needs: "task", part: "task", form: {}, gets: [303, 409] },
  "POST /work/{number}/checks/{task}": { needs: "task", part: "task", form: { position: "99", done: "1" }, gets: [404, 409] },
  "POST /work/{number}/tasks": { needs: "work", form: { title: "More" }, gets: 409 },
  "POST /work/{number}/participants": { needs: "say", form: { login: "no-such-person", kind: "participant" }, gets: 404 },
  "GET /work/{number}/split": { needs: "work", gets: 200 },
  "POST /work/{number}/split": { needs: "work", form: { item: "nothing" }, gets: 422 },
  "POST /work/{number}/links": { needs: "link", form: { number_of: "REQ-999999", kind: "related" }, gets: 422 },
  "POST /work/{number}/tags": { needs: "note", form: { tag: "" }, gets: 422 },
  "POST /work/{number}/unread": { needs: "see", gets: 303 },
  "POST /work/{number}/snooze": { needs: "note", form: { reason: "" }, gets: 422 },
  "POST /work/{number}/awake": { needs: "note", form: {}, gets: 404 },
  "POST /work/{number}/agreed": { needs: "work", form: { reason: "" }, gets: 422 },
  "POST /work/tasks/{task}/{act}": { act: "start", needs: "task", part: "task", form: {}, gets: [303, 409], supplier: [303, 409] },
  "POST /approvals/{id}": { needs: "decide", on: "asked", part: "approval", form: { decision: "approve", hash: "another" }, gets: 412 },
  /* What repeats is its owner's, or its team's: for everybody else it is not there. */
  "GET /api/v1/schedules": { to: 200 },
  "POST /api/v1/schedules": { to: 422, body: { item: "nothing" } },
  "GET /api/v1/schedules/{id}": { to: 404 },
  "PATCH /api/v1/schedules/{id}": { to: 404, body: { state: "paused" } },
  "DELETE /api/v1/schedules/{id}": { to: 404 },
  "GET /repeating": { to: 200 },
  "GET /work/repeating": { to: 200 },
  "GET /search": { to: 200 },
  "GET /api/v1/similar": { to: 422 },
  "GET /api/v1/requests/{number}/similar": { needs: "see", gets: 200 },
  "GET /work/{number}/similar": { needs: "see", gets: 200 },
  "POST /requests/{number}/follow": { needs: "say", form: {}, gets: 303 },
  "GET /work/{number}/merge": { needs: "work", gets: 404 },
  "POST /requests/{number}/me-too": { needs: "see", form: { take_back: "1" }, gets: 404 },
  "GET /api/v1/requests/{number}/me-too": { needs: "see", gets: 200 },
  "POST /api/v1/requests/{number}/me-too": { needs: "say", gets: [200, 409] },
  "DELETE /api/v1/requests/{number}/me-too": { needs: "see", gets: [204, 404] },
  "GET /api/v1/search": { to: 200 },
  "GET /work/list": { to: 200 },
  "GET /teams/suggest": { to: 200 },
  "GET /work/list.csv": { to: 200 },
  "GET /work/list/all": { to: 200 },
  "GET /work/list/why": { to: 200 },
  "GET /work/views": { to: 200 },
  "GET /work/views/new": { to: 200 },
  "GET /repeating/new": { to: 404 },
  "POST /repeating": { to: 404, form: { from: "REQ-999999" } },
  "GET /repeating/{id}": { to: 404 },
  "POST /repeating/{id}": { to: 404, form: {} },
  "POST /repeating/{id}/{act}": { to: 404, form: {} },
  "GET /work/list/step": { to: 303 },
  "GET /work/bulk": { to: 200 },
  "POST /work/bulk": { to: 422, form: { act: "watch", confirmed: "1" } },
  "GET /work/bulk/{id}": { to: 404 },
  "POST /work/bulk/{id}/undo": { to: 404, form: {} },
  "POST /work/bulk/{id}/continue": { to: 404, form: {} },
  "POST /api/v1/requests/bulk": { to: 422, body: { requests: [], act: "watch" } },
  "GET /api/v1/requests/bulk/{id}": { to: 404 },
  "POST /api/v1/requests/bulk/{id}/undo": { to: 404 },
  "POST /api/v1/requests/bulk/{id}/continue": { to: 404 },
  "POST /api/v1/uploads": { to: 201, bytes: "x" },
  "GET /api/v1/catalog/items/{key}": { to: 200, key: "question" },
  "POST /api/v1/bundles/{key}/orders": { to: 422, key: "onboarding", body: { answers: {} } },
  "GET /api/v1/bundles/{key}/orders/{id}": { to: 404, key: "onboarding" },
  "GET /catalog/{key}/orders/{id}": { to: 404, key: "onboarding" },
  "GET /api/v1/models/{key}": { to: 200, key: "laptop" },
  "GET /api/v1/lists/{key}": { to: 200, key: "sites" },
  "GET /catalog/{key}": { to: 200, key: "question" },
  "GET /catalog/{key}/order": { to: 200, key: "question" },
  "GET /catalog/{key}/preview": { to: 200, key: "question" },
  "GET /procedures/{key}": { to: 200, key: "set-up-laptop" },
  "GET /catalog/manage/{kind}/{key}": { to: 200, key: "laptop" },
  "GET /api/v1/calendars/{key}": { to: 200, key: "office" },
  "PATCH /api/v1/calendars/{key}": { to: 412, key: "office", body: { day_hours: "8" }, headers: { "if-match": '"999999"' } },
  "POST /api/v1/calendars": { to: 422, body: { key: "never", zone: "Europe/Atlantis" } },
  "POST /api/v1/calendars/{key}/feeds/{name}": { to: 422, key: "office", bytes: "no calendar" },
  "GET /admin/calendars/{key}": { to: 200, key: "office" },
  "GET /admin/calendars/{key}/edit": { to: 200, key: "office" },
  "POST /admin/calendars": { to: 422, form: { key: "never", zone: "Europe/Atlantis" } },
  "POST /admin/calendars/{key}": { to: 412, key: "office", form: { version: "999999", zone: "UTC", "hours.mon": "09:00-17:00" } },
  "POST /admin/calendars/{key}/feeds": { to: 422, key: "office", form: {} },
  "POST /admin/calendars/{key}/feeds/remove": { to: 404, key: "office", form: { name: "none.ics" } },
  "GET /api/v1/targets/{key}": { to: 200, key: "acme-delivery" },
  "PATCH /api/v1/targets/{key}": { to: 412, key: "acme-delivery", body: { note: "no" }, headers: { "if-match": '"999999"' } },
  "POST /api/v1/targets": { to: 422, body: { key: "never", measure: "task", lines: [] } },
  "GET /admin/targets/{key}": { to: 200, key: "acme-delivery" },
  "POST /admin/targets": { to: 422, form: { key: "never", measure: "task" } },
  "POST /admin/targets/{key}": { to: 412, key: "acme-delivery", form: { version: "999999" } },
  "GET /api/v1/people/{login}": { to: 200, supplier: 404 }, /* suppliers know their own people */
  "GET /api/v1/teams/{key}": { to: 200, key: "workplace" },
  "GET /help/query": { to: 200 },
  "GET /api/v1/query/names": { to: 200 },
  "GET /insight": { to: 200 },
  "GET /insight/figures.csv": { to: 200 },
  "GET /insight/requests": { to: 200 },
  "GET /insight/requests.csv": { to: 200 },
  "POST /profile/theme": { to: 303, form: { theme: "", next: "/" } },
  "POST /profile/language": { to: 303, form: { lang: "en", next: "/" } },
  /* With a token nobody makes passwords, sessions or tokens. */
  "POST /profile/password": { to: 403 },
  "POST /profile/tokens": { to: 403 },
  "POST /profile/tokens/{id}/revoke": { to: 403 },
  "POST /profile/sessions/{id}/end": { to: 403 },
  "POST /sign-in": { to: 422, form: { login: "nobody", password: "nothing" } },
};
const open = ["/live", "/signout", "/sign-in", "/setup/{token}", "/reset/{token}", "/profile/sessions/end-all"]; /* asked elsewhere */
/* Read with a filter of their own: signed in is enough, what is in them is asked below. */
const plain = new Set("/ /requests /approvals /notifications /profile /presence /api/v1/priority-matrices /catalog /work /work/new /people/suggest /find /admin/people /admin/people/new /admin/teams /admin/teams/new /admin/calendars /admin/calendars/new /api/v1/calendars /admin/targets /admin/targets/new /api/v1/targets /catalog/manage /healthz /readyz /metrics /api/v1/openapi.json /api/v1/approvals /api/v1/people /api/v1/teams /api/v1/models /api/v1/lists /api/v1/catalog/items".split(" "));

const routes = JSON.parse(run("routes", "--json"));
const secretWords = { ordinary: "Zirconium8231", asked: "Zirconium4410", confidential: "Molybdenum5512" };
let server;
const objects = {};

before(async () => {
  server = await startServer();
  const api = async (...call) => {
    const answer = await server.api(...call);
    assert.ok(answer.status < 300, answer.text);
    return answer.body;
  };
  const make = (name, item, answers) => api("requester", "POST", "/requests", { item, answers, title: `${secretWords[name]} here` });
  const decide = async (login, number) => {
    const { items } = await api(login, "GET", "/approvals?limit=100");
    await api(login, "POST", `/approvals/${items.find((one) => one.request === number).id}/decision`, { decision: "approve" });
  };
  const laptop = await make("ordinary", "laptop", { device: "developer", reason: secretWords.ordinary });
  await api("agent", "POST", `/requests/${laptop.number}/actions/assess`, { answers: { in_stock: false } });
  await decide("manager", laptop.number);
  await decide("approver", laptop.number);
  const concern = await make("confidential", "hr-concern", { topic: "rules", details: secretWords.confidential, contact: "here" });
  for (const [name, number, staff] of [["ordinary", laptop.number, "agent"], ["confidential", concern.number, "hr"]]) {
    const { tasks } = await api(staff, "GET", `/requests/${number}`);
    objects[name] = { number, task: tasks[0].id, last: tasks.at(-1).id,
      message: (await api(staff, "POST", `/requests/${number}/messages`, { text: `${secretWords[name]} said` })).id,
      note: (await api(staff, "POST", `/requests/${number}/notes`, { text: `${secretWords[name]} noted` })).id };
  }
  const screen = await make("asked", "monitor", { size: "27" });
  objects.asked = { number: screen.number, approval: screen.approvals[0].id };
  objects.unknown = { number: "REQ-999999", task: 999999, last: 999999, message: 999999, note: 999999, approval: 999999 };
  may.unknown = {};
});
after(() => server?.end());

const list = (status) => [status].flat();

async function call(login, route, row, object) {
  const values = { number: object.number, id: object[row.part] ?? 999999, task: object[row.part] ?? 999999, act: row.act, position: 0,
    login: "requester2", kind: route.path.startsWith("/catalog") ? "model" : "watcher", key: row.key ?? "nothing", person: 999999, token: "nothing", tag: "nothing" };
  const path = route.path.replace(/\{([^}]+)\}/g, (_, name) => values[name]);
  const headers = { ...(login ? { authorization: `Bearer ${server.token(login)}` } : {}), ...row.headers };
  let body;
  if (route.method !== "GET" && route.method !== "DELETE") {
    body = route.body === "json" ? JSON.stringify(row.body ?? {}) : route.body === "upload" ? row.bytes : new URLSearchParams(row.form ?? {}).toString();
    headers["content-type"] = { json: "application/json", upload: "application/octet-stream" }[route.body] ?? "application/x-www-form-urlencoded";
    if (route.body === "none")
      body = undefined;
  }
  return server.call(route.method, path, { headers, body });
}

const rowsOf = (route) => [table[`${route.method} ${route.path}`] ?? {}].flat();

test("every route has its line", () => {
  for (const route of routes) {
    const known = table[`${route.method} ${route.path}`] || plain.has(route.path) || open.includes(route.path)
      || /^\/(profile|admin|catalog\/manage|api\/v1\/(people|teams|uploads)|notifications|files|catalog\/\{key\})/.test(route.path);
    assert.ok(known, `${route.method} ${route.path} is missing in tests/matrix.mjs`);
    assert.ok(rights[route.right], `${route.right} is a right`);
    assert.ok(!route.path.includes("{number}") || rowsOf(route).every((row) => row.needs), `${route.path} says what it needs`);
  }
  for (const key of Object.keys(table))
    assert.ok(routes.some((route) => `${route.method} ${route.path}` === key), `${key} is a route`);
});

test("strangers get in nowhere", async () => {
  for (const route of routes.filter((one) => one.right !== "public" && one.path !== "/live")) {
    for (const name of ["ordinary", "unknown"]) {
      const answer = await call(null, route, rowsOf(route)[0], objects[name]);
      const about = `${route.method} ${route.path}`;
      if (route.api)
        assert.equal(answer.status, 401, about);
      else if (route.method === "GET")
        assert.match(`${answer.status} ${answer.headers.location}`, /^303 \/sign-in/, about);
      else
        assert.ok([401, 403].includes(answer.status), `${about}: ${answer.status}`);
    }
  }
});

/* Faults are collected, so that one run shows all of them. */
async function faultsOf(login) {
  const faults = [];
  const expect = (about, answer, wanted, object) => {
    if (!list(wanted).includes(answer.status))
      faults.push(`${login}: ${about}: ${answer.status} instead of ${list(wanted).join(" or ")}`);
    for (const [name, words] of Object.entries(secretWords))
      if (!may[name].see.includes(login) && answer.text.includes(words))
        faults.push(`${login}: ${about}: shows words of the ${name} request`);
    if (object && answer.status === 404 && answer.text.includes(objects[object].number) && object !== "unknown" && !/href|action|value/.test(answer.text))
      faults.push(`${login}: ${about}: says the number`);
  };
  for (const route of routes.filter(({ path }) => !open.includes(path))) {
    const admitted = rights[route.right].includes(login);
    for (const row of rowsOf(route)) {
      const about = `${route.method} ${route.path}${row.act ? ` ${row.act}` : ""}`;
      if (!row.needs) {
        const answer = await call(login, route, row, objects.unknown);
        expect(about, answer, !admitted ? 403 : row[login] ?? row.to ?? [200, 204, 303, 400, 404, 409, 412, 422, 428]);
        continue;
      }
      for (const name of row.on ? [row.on, "unknown"] : ["ordinary", "confidential", "unknown"]) {
        const sees = may[name].see?.includes(login), allowed = sees && may[name][row.needs]?.includes(login);
        const answer = await call(login, route, row, objects[name]);
        expect(`${about}, ${name}`, answer, !admitted ? 403 : name === "ordinary" && row[login] ? row[login] : !sees ? 404 : allowed ? row.gets : row.no ?? 403, name);
      }
    }
  }
  return faults;
}

for (const login of persons)
  test(`${login} gets exactly what is theirs`, async () => {
    assert.deepEqual(await faultsOf(login), []);
  });

/* A form that is refused whatever is in it is not shown. */
test("no page offers what its reader may not do", async () => {
  const acts = routes.filter(({ method, api }) => method === "POST" && !api).map((route) =>
    ({ route, like: new RegExp(`^${route.path.replace(/\{([^}]+)\}/g, "(?<$1>[^/]+)")}$`) }));
  const { number } = objects.ordinary;
  const pages = ["/admin/people", "/admin/people/1", "/admin/teams", "/admin/teams/1", "/admin/calendars", "/admin/calendars/office",
    "/admin/targets", "/admin/targets/acme-delivery", "/catalog/manage", "/catalog/manage/model/laptop", "/people/requester2/presence",
    "/work/teams/workplace", `/work/${number}`, `/work/${number}/assignment`, `/requests/${number}`];
  const faults = [];
  for (const path of pages) {
    let shown = 0;
    for (const login of persons) {
      const page = await server.call("GET", path, { headers: { authorization: `Bearer ${server.token(login)}` } });
      shown += page.status === 200;
      if (page.status !== 200)
        continue;
      const forms = [...page.text.matchAll(/<form\b[^>]*method="post"[^>]*/g)].map(([tag]) => / action="([^"?#]+)/.exec(tag)[1]);
      const buttons = [...page.text.matchAll(/ formaction="([^"?#]+)/g)].map(([, to]) => to);
      for (const to of new Set([...forms, ...buttons])) {
        const { route, like } = acts.find(({ like }) => like.test(to)) ?? assert.fail(`${path}: there is no ${to}`);
        const { act } = like.exec(to).groups ?? {};
        const row = route.path.includes("/acts/") ? table["POST /api/v1/requests/{number}/actions/{act}"].find((one) => one.act === act)
          : rowsOf(route).find((one) => !one.act) ?? {};
        const allowed = row.needs ? may.ordinary[row.needs].includes(login) : ![403, 404].includes(row[login] ?? row.to);
        if (!rights[route.right].includes(login) || !allowed)
          faults.push(`${login}: ${path} sends to ${to}`);
      }
      for (const [, to] of page.text.matchAll(/ href="(\/admin\/[^"?#]+)/g)) {
        const leads = routes.find((one) => one.method === "GET" && one.path === to.replace("/office/", "/{key}/"));
        if (leads && !rights[leads.right].includes(login))
          faults.push(`${login}: ${path} leads to ${to}`);
      }
    }
    assert.ok(shown > 0, path);
  }
  assert.deepEqual(faults, []);
});

test("other methods are not possible", async () => {
  for (const path of new Set(routes.map((route) => route.path))) {
    const taken = routes.filter((route) => route.path === path).map((route) => route.method);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((one) => !taken.includes(one))) {
      const others = routes.some((route) => route.method === method && new RegExp(`^${route.path.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path));
      if (others)
        continue;
      const answer = await call("lead", { path, method, body: "none", right: "public" }, {}, objects.unknown);
      assert.equal(answer.status, 405, `${method} ${path}`);
    }
  }
});

/* Acts on an object, from the routes themselves: whoever sees it and may not act, and whoever does not
 * see it, learns that and nothing about what is wrong with the words. */
const openToSeers = {
  "POST /catalog/{key}/order": "everybody asks for themselves",
  "POST /api/v1/bundles/{key}/orders": "everybody asks for themselves",
  "PUT /api/v1/requests/{number}/read": "what one has read is one's own",
  "DELETE /api/v1/requests/{number}/read": "what one has read is one's own",
  "POST /work/{number}/unread": "what one has read is one's own",
};
const actWords = [...new Set(Object.values(table).flat().map((row) => row.act).filter(Boolean)),
  "finish", "skip", "assign", "sign_off", "reopen", "no_such_act"];

function* actsOn(route, object) {
  const id = /\/(tasks|approvals)\/\{id\}/.exec(route.path)?.[1];
  const values = { number: object.number, task: object.task ?? 999999, position: 0, login: "manager", kind: "watcher",
    id: { tasks: object.task, approvals: object.approval }[id] ?? 999999, key: "laptop", person: 1, team: 1 };
  for (const act of route.path.includes("{act}") ? actWords : [""])
    yield route.path.replace(/\{([^}]+)\}/g, (_, name) => name === "act" ? act : values[name] ?? 999999);
}

for (const [login, why] of [["auditor", "sees it and may not act"], ["requester2", "does not see it"], ["hr", "has another team"]])
  test(`who ${why} learns nothing about the words`, async () => {
    const faults = [];
    const acts = routes.filter((one) => one.method !== "GET" && one.path.includes("{") && one.right !== "public"
      && !openToSeers[`${one.method} ${one.path}`]);
    assert.ok(acts.length > 20, "the routes are there");
    for (const route of acts)
      for (const name of ["ordinary", "asked", "unknown"])
        for (const path of actsOn(route, objects[name]))
          for (const body of [{}, { no_such_field: 1 }, { text: 1, reason: [], version: "x" }]) {
            const json = route.body === "json";
            const answer = await server.call(route.method, path, {
              headers: { authorization: `Bearer ${server.token(login)}`,
                "content-type": json ? "application/json" : "application/x-www-form-urlencoded" },
              body: route.body === "none" ? undefined : json ? JSON.stringify(body) : new URLSearchParams(body).toString() });
            if (![403, 404].includes(answer.status) || (answer.body?.errors ?? []).length > 0)
              faults.push(`${login}: ${route.method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`);
          }
    assert.deepEqual(faults, []);
  });

test("the task of an address belongs to the request of the address", async () => {
  const { tasks } = (await server.api("agent", "GET", `/requests/${objects.asked.number}`)).body;
  for (const [login, path, form] of [["lead", `/work/${objects.asked.number}/tasks/${objects.ordinary.task}/start`, {}],
    ["lead", `/work/${objects.ordinary.number}/tasks/${tasks[0].id}/start`, {}],
    ["lead", `/work/${objects.asked.number}/checks/${objects.ordinary.task}`, { position: "1", done: "1" }],
    ["requester", `/requests/${objects.asked.number}/tasks/${objects.ordinary.last}/finish`, {}]]) {
    const answer = await server.call("POST", path, {
      headers: { authorization: `Bearer ${server.token(login)}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString() });
    assert.equal(answer.status, 404, path);
  }
});

/* Whose act it is, the state, and last the words: on a closed request nobody hears of a faulty body first. */
test("what is over is told before what is wrong with the words", async () => {
  const { number } = (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const { tasks, approvals } = (await server.api("requester", "POST", `/requests/${number}/actions/withdraw`, {})).body;
  const here = { number, task: tasks[0].id, approval: approvals[0].id };
  const still = [/\/(participants|links|notes|tags|read|fields)/, /\/requests\/[^/]+\/messages/, / (reopen|not_solved)$/]; /* possible when it is over */
  const faults = [];
  for (const route of routes.filter((one) => one.method !== "GET" && one.method !== "DELETE" && one.api && /\{(number|id)\}/.test(one.path)
    && /requests|tasks|approvals/.test(one.path)))
    for (const path of actsOn(route, here))
      for (const [login, body] of [["agent", { no_such_field: 1 }], ["requester", { text: 1 }], ["manager", { reason: [] }]]) {
        if (still.some((one) => one.test(path)) || /(reopen|not_solved|no_such_act)$/.test(path))
          continue;
        const answer = await server.call(route.method, path, {
          headers: { authorization: `Bearer ${server.token(login)}`, "content-type": "application/json" }, body: JSON.stringify(body) });
        if (![403, 404, 409].includes(answer.status))
          faults.push(`${login}: ${route.method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
  assert.deepEqual(faults, []);
});

test("after all that nothing has changed", async () => {
  for (const [name, login, states] of [["ordinary", "agent", "fulfilling"], ["asked", "agent", "awaiting_approval"], ["confidential", "hr", "fulfilling"]]) {
    const { body } = await server.api(login, "GET", `/requests/${objects[name].number}`);
    assert.equal(body.state, states, name);
    assert.ok(body.title.startsWith(secretWords[name]), name);
  }
});

// api.mjs - the JSON API as a program meets it: a laptop's whole life, and every way to be refused.
// Each answer is checked against the OpenAPI document of the same server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Contract } from "./support/contract.mjs";
import { startServer } from "./support/server.mjs";

let server, contract;

before(async () => {
  server = await startServer();
  contract = new Contract((await server.api(null, "GET", "/openapi.json")).body);
});

after(() => server?.end());

/** A call whose answer must be as the document says, with this status. */
async function api(status, login, method, path, body, headers) {
  const answer = await server.api(login, method, path, body, headers);
  assert.equal(answer.status, status, `${method} ${path} as ${login}: ${answer.text.slice(0, 1500)}`);
  contract.check(method, `/api/v1${path}`, answer);
  return answer;
}

const laptop = { item: "laptop", answers: { device: "developer", reason: "I build the firmware" } };
const names = (list) => list.map((one) => one.login).sort();

/** The problem of an answer: its word, and [pointer, code] of each field. */
const problem = ({ body }) => [body.type.split(":").at(-1), body.errors.map(({ pointer, code }) => `${pointer} ${code}`)];

async function task(login, number, key) {
  const { body } = await api(200, login, "GET", `/requests/${number}/tasks`);
  const found = body.items.find((one) => one.key === key);
  assert.ok(found, `${number} has the task ${key}`);
  return found;
}

async function finish(login, number, key, body = {}) {
  const { id } = await task("lead", number, key);
  return (await api(200, login, "POST", `/tasks/${id}/actions/finish`, body)).body;
}

async function decide(login, number, body) {
  const { body: page } = await api(200, login, "GET", "/approvals?state=asked&limit=100");
  const asked = page.items.find((one) => one.request === number);
  assert.ok(asked, `${login} is asked about ${number}`);
  return (await api(200, login, "POST", `/approvals/${asked.id}/decision`, body)).body;
}

test("the document is sound", () => {
  const { document } = contract;
  assert.match(document.openapi, /^3\.1\.\d$/);
  const ids = [], refs = [];
  (function walk(node) {
    if (node === null || typeof node !== "object")
      return;
    if (typeof node.$ref === "string")
      refs.push(node.$ref);
    Object.values(node).forEach(walk);
  })(document);
  for (const ref of refs) {
    const found = ref.slice(2).split("/").reduce((node, key) => node?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
    assert.ok(found, `${ref} leads somewhere`);
  }
  const used = new Set(refs);
  for (const name of Object.keys(document.components.schemas))
    assert.ok(used.has(`#/components/schemas/${name}`), `the schema ${name} is used`);
  assert.ok(document.tags.every(({ description }) => description?.length > 0), "every tag is described");
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const [path, methods] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
    for (const [method, operation] of Object.entries(methods)) {
      const about = `${method} ${path}`;
      ids.push(operation.operationId);
      assert.ok(operation.summary?.length > 0, `${about} has a summary`);
      assert.ok(operation.tags.every((tag) => tags.has(tag)), `${about}: its tags are declared`);
      assert.deepEqual(operation.parameters.filter((p) => p.in === "path").map((p) => p.name).sort(), inPath, about);
      const all = operation.parameters.map((p) => `${p.in} ${p.name}`);
      assert.equal(new Set(all).size, all.length, `${about}: no parameter twice`);
      assert.ok(operation.responses["4XX"] && operation.responses.default, `${about} tells how it fails`);
      assert.ok(Object.keys(operation.responses).some((code) => /^2/.test(code)), `${about} tells how it succeeds`);
      for (const response of Object.values(operation.responses))
        assert.ok(response.description?.length > 0, `${about}: each response is described`);
    }
  }
  assert.equal(new Set(ids).size, ids.length, "operation ids are unique");
  assert.ok(ids.every((id) => /^[a-z][a-z0-9_]*$/.test(id)), "operation ids are plain words");
});

test("the whole life of a laptop", async () => {
  const item = (await api(200, "requester", "GET", "/catalog/items/laptop", undefined, { "accept-language": "sv" })).body;
  assert.equal(item.name, "Ny bärbar dator");
  assert.deepEqual(item.form.map(({ id, type }) => `${id} ${type}`), ["device choice", "reason text"]);
  assert.equal(item.prerequisites.length, 2);

  const made = await api(201, "requester", "POST", "/requests", laptop);
  const { number } = made.body;
  const path = `/requests/${number}`;
  assert.match(number, /^REQ-[1-9]\d*$/);
  assert.equal(made.headers.location, `/api/v1${path}`);
  assert.equal(made.body.state, "assessing");
  assert.equal(made.body.outcome, null);
  assert.deepEqual(made.body.cost, { amount: "2400.00", currency: "EUR" });
  assert.deepEqual(made.body.answers, laptop.answers);
  assert.equal(made.body.requester.login, "requester");
  assert.equal(made.body.beneficiary.login, "requester");
  assert.equal(made.body.team.key, "workplace");
  assert.equal(made.body.channel, "api");
  assert.ok(made.body.next_step.text.length > 0);
  const seen = await api(200, "requester", "GET", path);
  assert.equal(seen.headers.etag, `"${seen.body.version}"`);

  // The manager approves while the assessment is open; the budget is asked after that.
  const asked = await decide("manager", number, { decision: "approve" });
  assert.equal(asked.stage, "manager");
  assert.equal(asked.state, "approved");
  await api(200, "agent", "POST", `${path}/actions/assign`, { assignee: "agent" });
  const assessed = await api(200, "agent", "POST", `${path}/actions/assess`, { answers: { in_stock: false } });
  assert.equal(assessed.body.state, "awaiting_approval");
  assert.deepEqual(names(assessed.body.approvals.filter((a) => a.stage === "budget").map((a) => a.approver)),
    ["approver", "erik", "fatima"]);
  await decide("approver", number, { decision: "approve", reason: "in the budget" });
  const approved = (await api(200, "requester", "GET", path)).body;
  assert.equal(approved.state, "fulfilling");
  assert.deepEqual(approved.approvals.map((a) => `${a.stage} ${a.approver.login} ${a.state}`).sort(),
    ["budget approver approved", "budget erik withdrawn", "budget fatima withdrawn", "manager manager approved"]);
  assert.deepEqual(approved.tasks.map((t) => `${t.key} ${t.state}`),
    ["order ready", "set_up waiting", "check waiting", "hand_over waiting"]);

  // Two teams: procurement orders, workplace sets up, the lead signs it off.
  const order = await task("agent2", number, "order");
  await api(403, "agent", "POST", `/tasks/${order.id}/actions/finish`, {});
  await api(200, "agent2", "POST", `/tasks/${order.id}/actions/start`, {});
  assert.equal((await finish("agent2", number, "order", { note: "arrives on Monday" })).state, "finished");
  const setUp = await task("agent", number, "set_up");
  assert.equal(setUp.state, "ready");
  for (const { position } of setUp.checklist)
    await api(204, "agent", "PUT", `/tasks/${setUp.id}/checklist/${position}`, { done: true });
  assert.ok((await task("agent", number, "set_up")).checklist.every((line) => line.done_by.login === "agent"));
  await finish("agent", number, "set_up");
  assert.equal((await task("agent", number, "set_up")).sign_off.state, "asked");
  assert.equal((await task("agent", number, "check")).state, "waiting", "nothing goes on before the sign-off");
  await api(403, "agent", "POST", `/tasks/${setUp.id}/actions/sign_off`, { ok: true });
  const signed = await api(200, "lead", "POST", `/tasks/${setUp.id}/actions/sign_off`, { ok: true });
  assert.equal(signed.body.sign_off.state, "signed");

  // A failed test sends the work back; passed, it is handed over.
  assert.equal((await task("agent", number, "check")).test, true);
  await finish("agent", number, "check", { passed: true });
  const handOver = await task("requester", number, "hand_over");
  assert.equal(handOver.state, "ready");
  assert.equal(handOver.accept, true);
  assert.equal(handOver.owner.login, "requester");
  await api(200, "requester", "POST", `/tasks/${handOver.id}/actions/finish`, {});
  const closed = (await api(200, "requester", "GET", path)).body;
  assert.equal(closed.state, "closed");
  assert.equal(closed.outcome, "fulfilled");
  assert.ok(closed.tasks.every((t) => t.state === "finished"));

  const events = (await api(200, "requester", "GET", `${path}/events?limit=100`)).body;
  assert.equal(events.next, null);
  assert.deepEqual(events.items.map((e) => e.id), events.items.map((e) => e.id).sort((a, b) => a - b));
  const kinds = new Set(events.items.map((e) => e.kind));
  for (const kind of ["request.submitted", "request.assessed", "approval.approved", "task.signed", "request.confirmed"])
    assert.ok(kinds.has(kind), `${kind} among ${[...kinds].join(" ")}`);
  await api(409, "requester", "POST", `${path}/actions/withdraw`, { reason: "too late" });
});

test("a second laptop is refused with the sentence of the model", async () => {
  await api(201, "huangtao", "POST", "/requests", laptop);
  const refused = await api(422, "huangtao", "POST", "/requests", laptop, { "accept-language": "sv" });
  assert.match(refused.body.detail + JSON.stringify(refused.body.errors), /redan fått en bärbar dator/);
});

test("messages are for all, notes for the staff", async () => {
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const path = `/requests/${number}`;
  const note = (await api(201, "agent", "POST", `${path}/notes`, { text: "Waits for the secret delivery" })).body;
  const message = (await api(201, "agent", "POST", `${path}/messages`, { text: "Hello Robin" })).body;
  await api(201, "requester", "POST", `${path}/messages`, { text: "Hello Sam" });
  assert.deepEqual((await api(200, "requester", "GET", `${path}/messages`)).body.items.map((m) => m.text), ["Hello Robin", "Hello Sam"]);
  assert.deepEqual((await api(200, "agent", "GET", `${path}/messages/${message.id}`)).body, message);
  assert.deepEqual((await api(200, "lead", "GET", `${path}/notes/${note.id}`)).body, note);
  for (const login of ["requester", "manager"]) {
    await api(403, login, "GET", `${path}/notes`);
    await api(403, login, "GET", `${path}/notes/${note.id}`);
    await api(403, login, "POST", `${path}/notes`, { text: "no" });
    for (const part of ["", "/events?limit=100", "/messages", "/tasks", "/attachments", "/links", "/participants"])
      assert.doesNotMatch((await api(200, login, "GET", path + part)).text, /secret delivery|note\./, path + part);
  }
  assert.match((await api(200, "agent", "GET", `${path}/events?limit=100`)).text, /note\.added/);
});

test("the pages of a request lead to the first words of a long conversation", async () => {
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  for (let i = 0; i < 210; i++)
    await server.api(i % 2 ? "agent" : "requester", "POST", `/requests/${number}/${i % 7 === 1 ? "notes" : "messages"}`, { text: `number ${i} of them` });
  for (const [login, path, notes] of [["requester", `/requests/${number}`, false], ["agent", `/requests/${number}`, false], ["agent", `/work/${number}`, true]]) {
    const seen = new Set();
    let query = "", pages = 0;
    for (; query !== undefined; pages++) {
      const answer = await server.call("GET", `${path}${query}`, { headers: { authorization: `Bearer ${server.token(login)}` } });
      assert.equal(answer.status, 200, path);
      for (const [, i] of answer.text.matchAll(/number (\d+) of them/g))
        seen.add(Number(i));
      assert.equal(/\d+ messages?</.test(answer.text), false, "what is not whole is not counted");
      assert.equal(answer.text.includes('href="?#live-talk"'), query !== "");
      query = /href="(\?before=\d+)#live-talk"/.exec(answer.text)?.[1];
    }
    const wanted = Array.from({ length: 210 }, (_, i) => i).filter((i) => i % 7 !== 1 || (notes && i % 2 === 1));
    assert.deepEqual([...seen].sort((a, b) => a - b), wanted, `${login} ${path}`);
    assert.ok(pages >= 2 && pages <= 4, `${pages} pages`);
  }
  for (const query of ["?before=x", "?before=-1", "?before=0"])
    assert.equal((await server.call("GET", `/requests/${number}${query}`, { headers: { authorization: `Bearer ${server.token("requester")}` } })).status, 404, query);
});

test("files are uploaded, attached once, and listed", async () => {
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "See the file" } })).body;
  const path = `/requests/${number}`;
  const upload = (await api(201, "requester", "POST", "/uploads?name=r%C3%A4kning.txt", Buffer.from("plain words\n"),
    { "content-type": "application/octet-stream" })).body;
  assert.equal(upload.name, "räkning.txt");
  assert.equal(upload.size, 12);
  assert.deepEqual((await api(200, "requester", "GET", `/uploads/${upload.id}`)).body, upload);
  await api(404, "agent", "POST", `${path}/attachments`, { uploads: [upload.id] });
  const files = (await api(201, "requester", "POST", `${path}/attachments`, { uploads: [upload.id] })).body;
  assert.deepEqual(files.items.map((f) => f.name), ["räkning.txt"]);
  await api(404, "requester", "POST", `${path}/attachments`, { uploads: [upload.id] });
  const page = await server.call("GET", `/files/${files.items[0].id}`, { headers: { authorization: `Bearer ${server.token("agent")}` } });
  assert.equal(page.text, "plain words\n");
  assert.match(page.headers["content-disposition"], /^attachment;/);
  assert.equal((await server.call("GET", `/files/${files.items[0].id}`,
    { headers: { authorization: `Bearer ${server.token("requester2")}` } })).status, 404);
});

test("requests about the same thing are merged, and a part is split off", async () => {
  const ask = async (login) =>
    (await api(201, login, "POST", "/requests", { item: "question", answers: { question: "No mail" } })).body.number;
  const [stays, gone] = [await ask("requester2"), await ask("requester")];
  const { id } = (await api(201, "requester", "POST", `/requests/${gone}/messages`, { text: "And my mouse is dead." })).body;
  const part = (await api(201, "agent", "POST", `/requests/${gone}/split`, { item: "question", title: "Mouse", messages: [String(id)] })).body;
  assert.equal(part.title, "Mouse");
  assert.equal(part.requester.login, "requester");
  assert.deepEqual(problem(await api(422, "agent", "POST", `/requests/${stays}/split`, { item: "question", messages: [String(id)] })),
    ["invalid", ["/messages not_found"]]);
  assert.deepEqual(problem(await api(422, "agent", "POST", `/requests/${gone}/actions/merge`, { into: "REQ-999999" })),
    ["invalid", ["/into not_found"]]);
  const { body } = await api(200, "agent", "POST", `/requests/${gone}/actions/merge`, { into: stays });
  assert.deepEqual([body.outcome, body.merged_into], ["merged", stays]);
  const links = (await api(200, "agent", "GET", `/requests/${gone}/links`)).body.items;
  assert.deepEqual(links.map((l) => [l.kind, l.outgoing, l.request]), [["split_from", false, part.number], ["merged_into", true, stays]]);
  assert.equal(problem(await api(409, "requester", "POST", `/requests/${gone}/messages`, { text: "Well?" }))[0], "merged");
  assert.equal((await api(200, "agent", "POST", `/requests/${gone}/actions/unmerge`, {})).body.merged_into, null);
});

test("lists are read to the end, each request once", async () => {
  const all = new Map();
  for (let cursor = "", pages = 0; cursor !== null; pages++) {
    assert.ok(pages < 200, "the list ends");
    const { body } = await api(200, "auditor", "GET", `/requests?limit=7${cursor && `&cursor=${cursor}`}`);
    assert.ok(body.items.length <= 7);
    for (const one of body.items) {
      assert.ok(!all.has(one.number), `${one.number} came once`);
      all.set(one.number, one);
    }
    if (pages === 2) // what is new while somebody reads stands before the first page
      await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "Meanwhile?" } });
    cursor = body.next;
  }
  const { body } = await api(200, "auditor", "GET", "/requests?limit=100");
  assert.ok(all.size > 20, `${all.size} requests`);
  assert.ok(body.items.slice(1).filter((one) => all.has(one.number)).length >= Math.min(all.size, 90));
  assert.deepEqual(problem(await api(422, "auditor", "GET", "/requests?cursor=AAAA")), ["invalid", ["/cursor malformed"]]);
  assert.deepEqual(problem(await api(422, "auditor", "GET", "/requests?limit=101")), ["invalid", ["/limit out_of_range"]]);
  const mine = (await api(200, "requester2", "GET", "/requests?limit=100")).body.items;
  assert.ok(mine.every((one) => [one.requester.login, one.beneficiary.login].includes("requester2")));
});

test("a repeated call is done once", async () => {
  const body = { item: "question", answers: { question: "Once?" } };
  const headers = { "idempotency-key": "the same key" };
  const first = await api(201, "requester", "POST", "/requests", body, headers);
  const again = await api(201, "requester", "POST", "/requests", body, headers);
  assert.equal(again.body.number, first.body.number);
  assert.equal(again.headers.location, first.headers.location);
  const other = await api(422, "requester", "POST", "/requests", { ...body, title: "another" }, headers);
  assert.equal(problem(other)[0], "idempotency_key_reused");
  const hers = await api(201, "requester2", "POST", "/requests", body, headers);
  assert.notEqual(hers.body.number, first.body.number, "a key is the person's own");
});

test("a change names the version it is a change of", async () => {
  const { number, version } = (await api(201, "requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const path = `/requests/${number}`;
  assert.equal(problem(await api(428, "requester", "PATCH", path, { title: "A screen" }))[0], "precondition_required");
  const changed = await api(200, "requester", "PATCH", path, { title: "A screen" }, { "if-match": `"${version}"` });
  assert.equal(changed.body.title, "A screen");
  assert.equal(changed.headers.etag, `"${changed.body.version}"`);
  assert.notEqual(changed.body.version, version);
  assert.equal(problem(await api(412, "requester", "PATCH", path, { title: "Another" }, { "if-match": `"${version}"` }))[0], "stale");
  assert.equal((await api(200, "requester", "GET", path)).body.title, "A screen");
  const unchanged = await server.api("requester", "GET", path, undefined, { "if-none-match": changed.headers.etag });
  assert.equal(unchanged.status, 304);
});

test("an edit after the decision asks again", async () => {
  const { number } = (await api(201, "requester2", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const path = `/requests/${number}`;
  await decide("manager", number, { decision: "approve" });
  const { version, state } = (await api(200, "requester2", "GET", path)).body;
  assert.equal(state, "fulfilling");
  const edited = (await api(200, "requester2", "PATCH", path, { answers: { size: "34" } }, { "if-match": `"${version}"` })).body;
  assert.equal(edited.state, "awaiting_approval");
  assert.deepEqual(edited.cost, { amount: "620.00", currency: "EUR" });
  await decide("manager", number, { decision: "reject", reason: "Take the smaller one" });
  const rejected = (await api(200, "requester2", "GET", path)).body;
  assert.equal(rejected.outcome, "rejected");
});

test("what is wrong with a call is said in one shape", async () => {
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "Shapes?" } })).body;
  const path = `/requests/${number}`;
  const json = { "content-type": "application/json" };
  assert.equal(problem(await api(400, "requester", "POST", "/requests", "{", json))[0], "malformed");
  assert.equal(problem(await api(400, "requester", "POST", "/requests", "[]", json))[0], "malformed");
  const unknown = await api(400, "requester", "POST", "/requests", { item: "question", colour: "red" });
  assert.deepEqual(unknown.body.errors.map(({ pointer }) => pointer), ["/colour"]);
  const nobody = await api(401, null, "GET", "/requests");
  assert.equal(problem(nobody)[0], "not_signed_in");
  await api(401, null, "POST", "/requests", { item: "question" });
  const forged = await server.call("GET", "/api/v1/requests", { headers: { authorization: "Bearer nonsense" } });
  assert.equal(forged.status, 401);
  contract.check("GET", "/api/v1/requests", forged);
  await api(403, "requester", "POST", `${path}/actions/assess`, { answers: {} });
  await api(404, "requester", "GET", "/requests/REQ-999999");
  assert.equal((await server.api("requester", "GET", "/no-such-thing")).body.type, "urn:errand:problem:not_found");
  assert.equal((await server.api("requester", "DELETE", "/requests")).status, 405);
  await api(409, "requester", "POST", `${path}/actions/confirm`, {});
  const big = JSON.stringify({ item: "question", answers: { question: "x".repeat(1100000) } });
  assert.equal((await server.api("requester", "POST", "/requests", big, json)).status, 413);
  assert.equal(problem(await api(415, "requester", "POST", "/requests", "item=question",
    { "content-type": "application/x-www-form-urlencoded" }))[0], "unsupported_media_type");
  for (const [answers, pointer] of [[{ device: "gold", reason: "it shines" }, "/answers/device"],
    [{ device: "light" }, "/answers/reason"], [{ device: "standard", shape: "round" }, "/answers/shape"], [{ device: 7, reason: "lucky" }, "/answers/device"]]) {
    const wrong = await api(422, "chenjing", "POST", "/requests", { item: "laptop", answers });
    assert.deepEqual(wrong.body.errors.map((e) => e.pointer), [pointer], JSON.stringify(answers));
  }
  assert.equal((await api(422, "requester", "POST", "/requests", { item: "moon" })).body.errors[0].pointer, "/item");
  const chinese = await api(404, "requester", "GET", "/requests/REQ-999999", undefined, { "accept-language": "zh-CN,zh;q=0.9" });
  assert.match(chinese.body.title, /[\u4e00-\u9fff]/);
  assert.notEqual((await api(404, "requester", "GET", "/requests/REQ-999999")).body.request_id,
    (await api(404, "requester", "GET", "/requests/REQ-999999")).body.request_id);
});

test("requests of others answer exactly as numbers that do not exist", async () => {
  const mine = (await api(201, "requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const secret = (await api(201, "requester", "POST", "/requests",
    { item: "hr-concern", answers: { topic: "rules", details: "Not for others", contact: "here" } })).body;
  const tries = [["GET", ""], ["GET", "/events"], ["GET", "/messages"], ["GET", "/messages/1"], ["GET", "/notes"], ["GET", "/notes/1"],
    ["GET", "/tasks"], ["GET", "/attachments"], ["GET", "/links"], ["GET", "/participants"], ["PATCH", "", { title: "mine now" }],
    ["POST", "/messages", { text: "hello" }], ["POST", "/notes", { text: "hello" }], ["POST", "/tasks", { title: "work" }],
    ["POST", "/attachments", { uploads: ["x"] }], ["POST", "/links", { request: "REQ-1", kind: "related" }],
    ["POST", "/participants", { login: "requester2", kind: "participant" }], ["POST", "/actions/withdraw", {}],
    ["POST", "/actions/assess", { answers: {} }], ["GET", "/snooze"], ["POST", "/snooze", { until: "2099-01-01T00:00Z", reason: "later" }],
    ["DELETE", "/snooze"], ["PUT", "/agreed", { agreed: "2099-01-01T00:00Z", reason: "later" }], ["DELETE", "/links/1"], ["DELETE", "/participants/requester2/watcher"]];
  const bare = (answer) => {
    const { date, ...headers } = answer.headers;
    return { status: answer.status, headers, text: answer.text.replace(/"request_id":"[0-9a-f]+"/, "") };
  };
  for (const [login, number] of [["requester2", mine.number], ["hr", mine.number], ["agent", secret.number], ["admin", secret.number],
    ["auditor", secret.number], ["owner", secret.number], ["supplier", mine.number]]) {
    for (const [method, part, body] of tries) {
      const headers = method === "PATCH" ? { "if-match": '"1"' } : {};
      const theirs = await api(404, login, method, `/requests/${number}${part}`, body, headers);
      const none = await api(404, login, method, `/requests/REQ-999999${part}`, body, headers);
      assert.deepEqual(bare(theirs), bare(none), `${method} ${part} as ${login}`);
    }
  }
  for (const { id } of mine.approvals)
    assert.deepEqual(bare(await api(404, "requester2", "GET", `/approvals/${id}`)), bare(await api(404, "requester2", "GET", "/approvals/999999")));
  for (const { id } of mine.tasks)
    assert.deepEqual(bare(await api(404, "requester2", "GET", `/tasks/${id}`)), bare(await api(404, "requester2", "GET", "/tasks/999999")));
  for (const login of ["agent", "admin", "auditor", "owner", "requester2"])
    assert.doesNotMatch((await api(200, login, "GET", "/requests?limit=100")).text, new RegExp(secret.number));
  assert.match((await api(200, "hr", "GET", "/requests?limit=100")).text, new RegExp(secret.number));
});

test("a supplier does its task and sees nothing of the request", async () => {
  const { number } = (await api(201, "priya", "POST", "/requests", { item: "laptop", answers: { device: "standard" } })).body;
  await api(200, "agent", "POST", `/requests/${number}/actions/assess`, { answers: { in_stock: false } });
  const order = await task("agent2", number, "order");
  assert.equal(order.state, "ready");
  await api(404, "supplier", "GET", `/requests/${number}`);
  assert.doesNotMatch((await api(200, "supplier", "GET", "/requests")).text, new RegExp(number));
  const work = await server.call("GET", "/work", { headers: { authorization: `Bearer ${server.token("supplier")}` } });
  assert.equal(work.status, 200);
  assert.match(work.text, new RegExp(`/work/tasks/${order.id}/`));
  assert.doesNotMatch(work.text, /standard|Priya/i);
  const others = await task("agent", number, "set_up");
  await api(404, "supplier", "GET", `/tasks/${others.id}`);
  await api(404, "supplier", "POST", `/tasks/${others.id}/actions/finish`, {});
  const mine = async (state) => (await api(200, "supplier", "GET", `/tasks${state}`)).body.items.find(({ id }) => id === order.id);
  const own = await mine("");
  assert.deepEqual(own.supplied, { item: "laptop", answers: { in_stock: false }, attachments: [] });
  assert.deepEqual((await api(200, "supplier", "GET", `/tasks/${order.id}`)).body, own);
  assert.equal((await task("agent2", number, "order")).supplied, null);
  assert.deepEqual((await api(200, "agent2", "GET", "/tasks")).body.items, []);
  assert.equal(problem(await api(422, "supplier", "GET", "/tasks?state=all"))[0], "invalid");
  for (const act of ["skip", "assign", "sign_off"])
    await api(403, "supplier", "POST", `/tasks/${order.id}/actions/${act}`, {});
  assert.equal((await api(200, "supplier", "POST", `/tasks/${order.id}/actions/finish`, { note: "shipped" })).body.state, "finished");
  assert.equal(await mine("?state=open"), undefined);
  assert.equal((await mine("?state=done")).state, "finished");
  assert.equal((await task("agent", number, "set_up")).state, "ready");
});

test("a token does no more than its scopes", async () => {
  const reader = server.token("requester", "read");
  const headers = { authorization: `Bearer ${reader}`, "content-type": "application/json" };
  const read = await server.call("GET", "/api/v1/requests?limit=1", { headers });
  assert.equal(read.status, 200);
  const write = await server.call("POST", "/api/v1/requests", { headers, body: JSON.stringify({ item: "question", answers: { question: "?" } }) });
  assert.equal(write.status, 403);
});

test("nobody asks for people who are not theirs, not even in a draft, a preview or what repeats", async () => {
  const theirs = { item: "monitor", answers: { size: "27" }, beneficiary: "requester2" };
  const had = async () => (await api(200, "requester2", "GET", "/requests?limit=100")).body.items.map(({ number }) => number);
  const before = await had();
  const made = (await api(201, "manager", "POST", "/requests", { ...theirs, beneficiary: "requester", draft: true })).body;
  assert.equal(made.beneficiary.login, "requester");
  await api(403, "requester", "POST", "/requests", theirs);
  await api(403, "requester", "POST", "/requests", { ...theirs, draft: true });
  await api(403, "requester", "POST", "/schedules", { ...theirs, title: "Again", unit: "month", every: 1,
    first: new Date(Date.now() + 864e5).toISOString() });
  const page = (login, method, path, form) => server.call(method, path, { headers: { authorization: `Bearer ${server.token(login)}`,
    "content-type": "application/x-www-form-urlencoded" }, body: form && new URLSearchParams(form).toString() });
  const refused = /You can ask for yourself and for people who report to you/;
  assert.match((await page("requester", "GET", "/catalog/monitor/preview?_for=requester2&size=27")).text, refused);
  assert.doesNotMatch((await page("manager", "GET", "/catalog/monitor/preview?_for=requester&size=27")).text, refused);
  for (const act of ["send", "save"]) {
    const answer = await page("requester", "POST", "/catalog/monitor/order", { _for: "requester2", size: "27", _act: act });
    assert.equal(answer.status, 403, act);
    assert.match(answer.text, refused);
  }
  assert.deepEqual(await had(), before);
});

test("a bundle is one order of several requests", async () => {
  const listed = (await api(200, "requester", "GET", "/catalog/items")).body.items;
  assert.equal(listed.find(({ key }) => key === "onboarding").type, "bundle");
  assert.equal(listed.find(({ key }) => key === "laptop").type, "item");
  const detail = (await api(200, "requester", "GET", "/catalog/items/onboarding", undefined, { "accept-language": "zh" })).body;
  assert.equal(detail.name, "新同事入职");
  assert.deepEqual(detail.parts.map(({ part, applies }) => `${part} ${applies}`),
    ["new-account true", "laptop true", "monitor false", "badge true", "app-access false"]);

  const answers = { first_day: "2031-02-03", device: "light", reason: "I travel", size: "27", areas: ["office"] };
  const wrong = (await api(422, "manager", "POST", "/requests", { item: "onboarding", answers })).body;
  assert.equal(wrong.errors[0].code, "is_bundle");
  const faults = (await api(422, "manager", "POST", "/bundles/onboarding/orders", { answers: { ...answers, areas: [] }, parts: { boat: {} } })).body.errors;
  assert.deepEqual(faults.map(({ pointer, code }) => `${pointer} ${code}`), ["/answers/areas required", "/parts/boat unknown_part"]);
  await api(422, "manager", "POST", "/bundles/onboarding/orders", { answers, parts: [] });
  await api(422, "manager", "POST", "/bundles/onboarding/orders", { answers, parts: { laptop: 1 } });
  await api(404, "manager", "POST", "/bundles/laptop/orders", { answers });
  await api(403, "requester", "POST", "/bundles/onboarding/orders", { answers, beneficiary: "requester2" });

  const key = { "idempotency-key": "one-order" };
  const made = await api(201, "manager", "POST", "/bundles/onboarding/orders", { answers }, key);
  assert.equal(made.headers.location, `/api/v1/bundles/onboarding/orders/${made.body.id}`);
  assert.deepEqual(made.body.requests.map(({ item }) => item), ["new-account", "laptop", "monitor", "badge"]);
  assert.equal((await api(201, "manager", "POST", "/bundles/onboarding/orders", { answers }, key)).body.id, made.body.id);
  const numbers = made.body.requests.map(({ number }) => number);
  const laptop = (await api(200, "manager", "GET", `/requests/${numbers[1]}`)).body;
  assert.deepEqual(laptop.bundle, { order: made.body.id, key: "onboarding", name: "New colleague", requests: numbers.filter((one) => one !== numbers[1]) });
  assert.equal(laptop.answers.reason, "I travel");

  /* A second one: the laptop is refused, and can be left out. */
  const refused = (await api(422, "manager", "POST", "/bundles/onboarding/orders", { answers })).body.errors;
  assert.deepEqual(refused.map(({ pointer, code }) => `${pointer} ${code}`), ["/parts/laptop refused"]);
  const rest = (await api(201, "manager", "POST", "/bundles/onboarding/orders", { answers, without: ["laptop"] })).body;
  assert.deepEqual(rest.requests.map(({ item }) => item), ["new-account", "monitor", "badge"]);
  assert.deepEqual((await api(422, "manager", "POST", "/bundles/onboarding/orders", { answers, without: ["laptop", "badge"] })).body.errors
    .map(({ pointer, code }) => `${pointer} ${code}`), ["/parts/badge not_refused"]);

  /* Others see of an order what they see of its requests, and nothing of it when that is nothing. */
  const path = `/bundles/onboarding/orders/${made.body.id}`;
  assert.equal((await api(200, "admin", "GET", path)).body.requests.length, 4);
  const seen = (await api(200, "agent2", "GET", path)).body.requests;
  assert.ok(seen.length > 0 && seen.length < 4, `${seen.length} of 4`);
  const said = ({ body: { request_id, ...rest } }) => rest; /* all but the number of the call */
  assert.deepEqual(said(await api(404, "requester2", "GET", path)), said(await api(404, "requester2", "GET", "/bundles/onboarding/orders/999999")));
  await api(404, "manager", "GET", `/bundles/laptop/orders/${made.body.id}`);
});

test("work is put aside and comes back, and a day is agreed", async () => {
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "monitor", answers: { size: "27" } })).body;
  const until = new Date(Date.now() + 86400000).toISOString();
  assert.deepEqual((await api(200, "agent", "GET", `/requests/${number}/snooze`)).body.items, []);
  const aside = (await api(201, "agent", "POST", `/requests/${number}/snooze`, { until, reason: "The part comes tomorrow", everybody: true })).body.items;
  assert.deepEqual(aside.map(({ everybody, task, reason, by }) => [everybody, task, reason, by.login]), [[true, null, "The part comes tomorrow", "agent"]]);
  assert.deepEqual((await api(200, "requester", "GET", `/requests/${number}/snooze`)).body.items, []);
  await api(403, "requester", "POST", `/requests/${number}/snooze`, { until, reason: "x" });
  await api(422, "agent", "POST", `/requests/${number}/snooze`, { until: "2020-01-01T00:00Z", reason: "x" });
  await api(201, "requester", "POST", `/requests/${number}/messages`, { text: "It is here" });
  assert.deepEqual((await api(200, "agent", "GET", `/requests/${number}/snooze`)).body.items, []);
  await api(404, "agent", "DELETE", `/requests/${number}/snooze`);
  await api(201, "agent", "POST", `/requests/${number}/snooze`, { until, reason: "Again" });
  await api(204, "agent", "DELETE", `/requests/${number}/snooze`);
  assert.ok((await api(200, "requester", "GET", `/requests/${number}/clocks`)).body.items.length > 0);
  await api(409, "agent", "POST", `/requests/${number}/clocks/fulfil/reason`, { reason: "It is not late" });
  const moved = (await api(200, "agent", "PUT", `/requests/${number}/agreed`, { agreed: until, reason: "The part is late" })).body;
  assert.equal(moved.agreed, until);
  await api(403, "requester", "PUT", `/requests/${number}/agreed`, { agreed: until, reason: "x" });
  await api(422, "agent", "PUT", `/requests/${number}/agreed`, { agreed: until });
  assert.equal((await api(200, "agent", "PUT", `/requests/${number}/agreed`, { reason: "As promised after all" })).body.agreed, null);
});

test("a request repeats until it is ended", async () => {
  const first = new Date(Math.floor(Date.now() / 1000) * 1000 + 3600000).toISOString().replace(".000", "");
  const body = { item: "question", answers: { question: "Is all well?" }, every: 2, unit: "week", first };
  const item = (await api(200, "requester", "GET", "/catalog/items/question")).body;
  body.answers = Object.fromEntries(item.form.filter(({ required }) => required).map(({ id, options }) => [id, options?.length ? options[0].key : "Is all well?"]));
  const made = (await api(201, "requester", "POST", "/schedules", body)).body;
  assert.deepEqual([made.state, made.next, made.owner.login, made.made, made.last_request], ["active", first, "requester", 0, null]);
  assert.deepEqual(made.answers, body.answers);
  assert.ok((await api(200, "requester", "GET", "/schedules")).body.items.some(({ id }) => id === made.id));
  await api(404, "requester2", "GET", `/schedules/${made.id}`);
  for (const wrong of [{ every: 0 }, { unit: "moon" }, { first: "2020-01-01T00:00Z" }, { until: "2020-01-01T00:00Z" }, { team: "finance" }, { item: "moon" }])
    await api(422, "requester", "POST", "/schedules", { ...body, ...wrong });
  const match = (version) => ({ "if-match": `"${version}"` });
  const paused = (await api(200, "requester", "PATCH", `/schedules/${made.id}`, { state: "paused" }, match(made.version))).body;
  assert.deepEqual([paused.state, paused.next], ["paused", null]);
  await api(412, "requester", "PATCH", `/schedules/${made.id}`, { every: 3 }, match(made.version));
  const changed = (await api(200, "requester", "PATCH", `/schedules/${made.id}`, { every: 3, state: "active" }, match(paused.version))).body;
  assert.deepEqual([changed.every, changed.state, changed.next], [3, "active", first]);
  const bounded = (await api(200, "requester", "PATCH", `/schedules/${made.id}`, { until: "2199-01-01T00:00:00Z" }, match(changed.version))).body;
  assert.equal(bounded.until, "2199-01-01T00:00:00Z");
  const kept = (await api(200, "requester", "PATCH", `/schedules/${made.id}`, { title: "Well?" }, match(bounded.version))).body;
  assert.equal(kept.until, bounded.until);
  const endless = (await api(200, "requester", "PATCH", `/schedules/${made.id}`, { until: null }, match(kept.version))).body;
  assert.deepEqual([endless.until, endless.every, endless.next], [null, 3, first]);
  await api(204, "requester", "DELETE", `/schedules/${made.id}`);
  assert.equal((await api(200, "requester", "GET", `/schedules/${made.id}`)).body.state, "ended");
  await api(409, "requester", "DELETE", `/schedules/${made.id}`);
  assert.ok(!(await api(200, "requester", "GET", "/schedules")).body.items.some(({ id }) => id === made.id));
  assert.ok((await api(200, "requester", "GET", "/schedules?state=all")).body.items.some(({ id }) => id === made.id));
});

test("time away, who stands in, who gets the work, and what makes a priority", async () => {
  const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
  const away = (await api(201, "agent2", "POST", "/people/agent2/absences", { from: day(0), to: day(3), kind: "sick", note: "Flu" })).body;
  assert.deepEqual(away.absences.map(({ kind, note }) => [kind, note]), [["sick", "Flu"]]);
  const seen = (await api(200, "requester", "GET", "/people/agent2/presence")).body;
  assert.equal(seen.away_until, away.away_until);
  assert.ok(seen.away_until);
  assert.equal(seen.absences, null); /* until when, and not why */
  await api(409, "agent2", "POST", "/people/agent2/absences", { from: day(1), to: day(1), kind: "holiday" });
  const given = (await api(201, "agent2", "POST", "/people/agent2/delegations", { to: "agent", what: "both", from: day(0), until: day(3) })).body;
  assert.equal(given.delegations[0].running, true);
  await api(409, "agent", "POST", "/people/agent/delegations", { to: "agent2", what: "tasks", from: day(2), until: day(9) });
  assert.equal((await api(200, "agent", "GET", "/people/agent/presence")).body.stands_in_for[0].principal.login, "agent2");
  await api(200, "admin", "POST", `/people/agent2/delegations/${given.delegations[0].id}/actions/end`);
  await api(200, "agent2", "POST", `/people/agent2/absences/${away.absences[0].id}/actions/end`);
  const match = (version) => ({ "if-match": `"${version}"` });
  const { hours_version: never, skills_version: untouched } = (await api(200, "agent2", "GET", "/people/agent2/presence")).body;
  assert.deepEqual([never, untouched, seen.hours_version, seen.skills_version], [0, 0, null, null]);
  await api(428, "agent2", "PATCH", "/people/agent2/hours", { weekly_minutes: 1200 });
  const part = (await api(200, "agent2", "PATCH", "/people/agent2/hours", { weekly_minutes: 1200 }, match(never))).body;
  assert.deepEqual([part.weekly_minutes, part.hours_version, part.skills_version], [1200, 1, 0]);
  await api(412, "agent2", "PATCH", "/people/agent2/hours", { weekly_minutes: 600 }, match(never));
  await api(412, "agent2", "PATCH", "/people/agent2/hours", { weekly_minutes: 600 }, { "if-match": "*" });
  assert.equal((await api(200, "agent2", "PATCH", "/people/agent2/hours", { full_time: true }, match(1))).body.weekly_minutes, null);
  await api(428, "lead", "PUT", "/people/agent2/skills", { skills: ["phones"] });
  assert.deepEqual((await api(200, "lead", "PUT", "/people/agent2/skills", { skills: ["phones"] }, match(untouched))).body.skills, ["phones"]);
  await api(412, "lead", "PUT", "/people/agent2/skills", { skills: [] }, match(untouched));
  await api(403, "agent2", "PUT", "/people/agent2/skills", { skills: ["networks"] }, match(1));

  const load = (await api(200, "agent", "GET", "/teams/workplace/load")).body;
  assert.deepEqual([load.way, load.version], ["manual", 0]);
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "Who takes this?" } })).body;
  const { suggestion } = (await api(200, "agent", "GET", `/requests/${number}/assignment`)).body;
  assert.equal(suggestion.candidates.length, suggestion.record.candidates.length);
  await api(428, "lead", "PUT", "/teams/workplace/assignment", { way: "least_loaded" });
  const shared = (await api(200, "lead", "PUT", "/teams/workplace/assignment", { way: "least_loaded" }, match(0))).body;
  assert.deepEqual([shared.way, shared.version], ["least_loaded", 1]);
  await api(412, "lead", "PUT", "/teams/workplace/assignment", { way: "fair" }, match(0));
  let choices = [];
  for (let i = 0; i < 50 && choices.length === 0; i++) {
    await new Promise((done) => setTimeout(done, 100));
    ({ choices } = (await api(200, "agent", "GET", `/requests/${number}/assignment`)).body);
  }
  assert.ok(choices.length > 0, "it was given to somebody, or it says why not");
  for (const one of choices.at(-1).candidates)
    assert.ok(one.why.length > 0);
  await api(200, "lead", "PUT", "/teams/workplace/assignment", { way: "manual" }, match(1));

  const matrix = (await api(200, "admin", "GET", "/priority-matrices/default")).body;
  assert.deepEqual(matrix.levels.person, ["low", "normal", "high", "high"]);
  const levels = { ...matrix.levels, person: ["low", "low", "low", "low"] };
  await api(412, "admin", "PUT", "/priority-matrices/default", levels, { "if-match": '"7"' });
  await api(200, "admin", "PUT", "/priority-matrices/default", levels, { "if-match": '"0"' });
  const lower = (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "And this?" } })).body;
  assert.equal(lower.level ?? lower.priority?.level, "low");
  assert.ok((await api(200, "admin", "GET", "/priority-matrices")).body.items.length >= 1);
  await api(200, "admin", "POST", "/priority-matrices/default/actions/drop", undefined, { "if-match": '"1"' });
});

test("one act on many requests tells for each what came of it, and is taken back", async () => {
  const numbers = [];
  for (let i = 0; i < 2; i++)
    numbers.push((await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "How?" } })).body.number);
  const { body: done } = await api(201, "lead", "POST", "/requests/bulk", { requests: [...numbers, "REQ-999999"], act: "tag", value: "Floor-3" });
  assert.deepEqual(done.results.map(({ request, ok }) => [request, ok]), [[numbers[0], true], [numbers[1], true], ["REQ-999999", false]]);
  assert.match(done.results[2].why, /no such request/);
  const { body: tags } = await api(200, "requester", "GET", `/requests/${numbers[0]}/tags`);
  assert.deepEqual(tags.items.map((one) => one.tag), ["floor-3"]);
  await api(404, "agent", "POST", `/requests/bulk/${done.id}/undo`);
  const { body: undone } = await api(200, "lead", "POST", `/requests/bulk/${done.id}/undo`);
  assert.deepEqual(undone.results.map((one) => one.undone), [true, true, false]);
  assert.deepEqual((await api(200, "requester", "GET", `/requests/${numbers[1]}/tags`)).body.items, []);
  await api(409, "lead", "POST", `/requests/bulk/${done.id}/undo`);
  assert.equal((await api(200, "lead", "GET", `/requests/bulk/${done.id}`)).body.may_undo, false);
  await api(403, "requester", "POST", "/requests/bulk", { requests: numbers, act: "watch" });
  /* A thousand take more than one turn of the writer; the same key does it once, and nothing is left. */
  const many = [...numbers, ...Array.from({ length: 998 }, (_, i) => `REQ-${900000 + i}`)];
  const key = { "idempotency-key": "a thousand" };
  const thousand = (await api(201, "lead", "POST", "/requests/bulk", { requests: many, act: "watch" }, key)).body;
  assert.deepEqual([thousand.done, thousand.left, thousand.results.length], [2, 0, 1000]);
  assert.ok(thousand.results.every((one) => !one.waits));
  assert.equal((await api(201, "lead", "POST", "/requests/bulk", { requests: many, act: "watch" }, key)).body.id, thousand.id);
  assert.equal((await api(200, "lead", "POST", `/requests/bulk/${thousand.id}/continue`)).body.left, 0);
  await api(404, "agent", "POST", `/requests/bulk/${thousand.id}/continue`);
  const page = await (await server.signIn("lead")).get(`/work/bulk/${thousand.id}`);
  assert.ok(page.text.length < 250_000, `${page.text.length} bytes`);
  assert.match(page.text, /Done for 2 requests/);
  const past = await api(422, "lead", "POST", "/requests/bulk", { requests: [...many, "REQ-1"], act: "watch" });
  assert.deepEqual(problem(past), ["invalid", ["/requests too_many"]]);
  const refused = await api(422, "lead", "POST", "/requests/bulk", { requests: numbers, act: "reject" });
  assert.deepEqual(problem(refused), ["invalid", ["/text required"]]);
  await api(201, "lead", "POST", `/requests/${numbers[0]}/tags`, { tag: "vpn" });
  await api(204, "lead", "DELETE", `/requests/${numbers[0]}/tags/vpn`);
  await api(404, "lead", "DELETE", `/requests/${numbers[0]}/tags/vpn`);
});

/** The index of words follows a moment behind the acts. */
async function searched(login, words, wanted) {
  for (let tries = 0; ; tries++) {
    const { body } = await api(200, login, "GET", `/search?q=${encodeURIComponent(words)}`);
    const numbers = body.requests.map(({ request }) => request.number);
    if (tries === 50 || JSON.stringify(numbers) === JSON.stringify(wanted)) {
      assert.deepEqual(numbers, wanted, `${login} looks for ${words}`);
      return body;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

test("search finds titles first, narrows by fields, marks, and knows nothing of what is hidden", async () => {
  const make = async (item, answers, title) => (await api(201, "requester", "POST", "/requests", { item, answers, title })).body.number;
  const inTitle = await make("question", { question: "Help" }, "A numbat on the roof");
  const elsewhere = await make("question", { question: "There is a numbat in the cellar" }, "Another animal");
  const hidden = await make("hr-concern", { topic: "rules", details: "The numbat", contact: "here" }, "A numbat in confidence");
  const found = await searched("agent", "numbat", [inTitle, elsewhere]);
  assert.deepEqual(found.requests[0].title, [{ text: "A ", hit: false }, { text: "numbat", hit: true }, { text: " on the roof", hit: false }]);
  assert.deepEqual(found.requests.map(({ found_in: place }) => place), ["title", "answer"]);
  assert.equal(found.requests[1].snippet.find(({ hit }) => hit).text, "numbat");
  assert.equal(found.query, 'text ~ "numbat"');
  await searched("requester", "numbat", [hidden, inTitle, elsewhere]);
  await searched("requester2", "numbat", []);
  const numbers = async (words) => (await api(200, "agent", "GET", `/search?q=${words}`)).body.requests;
  assert.ok((await numbers(hidden)).every(({ request }) => request.number !== hidden));
  assert.deepEqual((await numbers(elsewhere)).slice(0, 1).map(({ request, found_in: place }) => [request.number, place]), [[elsewhere, "number"]]);
  await searched("agent", "-title:roof numbat", [elsewhere]);
  const { body: first } = await api(200, "agent", "GET", "/search?q=numbat&limit=1");
  const { body: second } = await api(200, "agent", "GET", `/search?q=numbat&limit=1&cursor=${first.next}`);
  assert.deepEqual([first, second].map(({ requests }) => requests[0].request.number), [inTitle, elsewhere]);
  assert.equal(second.next, null);
  assert.deepEqual(problem(await api(422, "agent", "GET", "/search?q=team:nobodys")), ["invalid", ["/q wrong_filter"]]);
  assert.deepEqual(problem(await api(422, "agent", "GET", "/search?q=numbat&cursor=x")), ["invalid", ["/cursor unknown_page"]]);
  assert.ok((await api(200, "requester", "GET", "/search?q=laptop")).body.items.some(({ item }) => item === "laptop"));
  assert.deepEqual((await api(200, "requester", "GET", "/search?q=agent")).body.people, []);
  assert.ok((await api(200, "agent", "GET", "/search?q=requester")).body.people.length > 0);
});

test("similar open requests are named with the words in common", async () => {
  const make = async (login, details) => (await api(201, login, "POST", "/requests", { item: "question", answers: { question: details } })).body.number;
  const first = await make("requester", "A bilby digs under the greenhouse");
  const second = await make("requester2", "Bilby seen beside the greenhouse again");
  await searched("requester", "bilby", [first]);
  await searched("requester2", "bilby", [second]);
  const { body } = await api(200, "lead", "GET", `/requests/${second}/similar`);
  for (const one of body.items)
    assert.deepEqual([one.request.number, one.shared, one.same_item, one.own], [first, ["greenhouse", "bilby"], true, false]);
  const { body: mine } = await api(200, "requester", "GET", "/similar?item=question&text=bilby%20greenhouse");
  assert.deepEqual(mine.items.map(({ request, own }) => [request.number, own]), [[first, true]]);
  assert.deepEqual((await api(200, "manager", "GET", "/similar?text=bilby%20greenhouse")).body.items, []);
  assert.deepEqual(problem(await api(422, "requester", "GET", "/similar?text=")), ["invalid", ["/text required"]]);
  assert.deepEqual(problem(await api(422, "requester", "GET", "/similar?text=x&item=nothing")), ["invalid", ["/item not_found"]]);
  assert.deepEqual(problem(await api(404, "requester2", "GET", `/requests/${first}/similar`)), ["not_found", []]);

  /* Who has it too is counted once; names are for the staff. */
  const path = `/requests/${first}/me-too`;
  const own = (await api(200, "lead", "POST", path, {})).body;
  assert.deepEqual({ ...own, people: names(own.people) }, { count: 1, self: true, may: false, people: ["lead"] });
  assert.equal((await api(200, "lead", "POST", path, {})).body.count, 1);
  assert.deepEqual((await api(200, "requester", "GET", path)).body, { count: 1, self: false, may: false, people: [] });
  assert.deepEqual(problem(await api(409, "requester", "POST", path, {})), ["own", []]);
  await api(404, "requester2", "POST", path, {});
  assert.equal((await api(200, "lead", "GET", `/requests/${first}`)).body.me_too, 1);
  const found = async (q) => (await api(200, "lead", "GET", `/requests?query=${encodeURIComponent(q)}`)).body.items.map((one) => one.number);
  assert.deepEqual(await found(`number = ${first} and me_too = 1`), [first]);
  assert.deepEqual(await found(`number = ${first} and me_too > 1`), []);
  const said = (await api(200, "lead", "GET", `/requests/${second}/similar`)).body.items[0];
  assert.deepEqual([said.me_too, said.may_me_too, said.may_merge], [true, false, true]);
  const lead = await server.signIn("lead");
  assert.match((await (await server.signIn("requester")).get(`/requests/${first}`)).text, /1 other has this too\./);
  assert.match((await lead.get(`/work/${first}`)).text, /You have this too\./);
  assert.match((await lead.get(`/work/${second}/similar`)).text, new RegExp(`href="/work/${second}/merge\\?into=${first}"`));
  const before = (await lead.get(`/work/${second}/merge?into=${first}`)).text;
  assert.match(before, /bilby/);
  assert.match(before, new RegExp(`action="/work/${second}/acts/merge"`));
  assert.equal((await lead.get(`/work/${second}/merge?into=REQ-999999`)).status, 404);
  assert.equal((await lead.get(`/work/${second}/merge`)).status, 404);
  /* On the page it is said and taken back. */
  assert.equal((await lead.post(`/requests/${first}/me-too`, { take_back: "1" })).headers.location, `/requests/${first}`);
  await api(404, "lead", "DELETE", path);
  await lead.post(`/requests/${first}/me-too`, {});
  await api(204, "lead", "DELETE", path);
  assert.equal((await api(200, "requester", "GET", path)).body.count, 0);
});

test("drafts, ready replies and macros answer as they are described", async () => {
  const { body: { number } } = await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "How?" } });
  const draft = `/requests/${number}/unsent`;
  assert.equal((await api(200, "agent", "GET", draft)).body.at, null);
  assert.equal((await api(200, "agent", "PUT", draft, { text: "Half a", internal: true })).body.internal, true);
  assert.deepEqual((await api(200, "lead", "GET", `/requests/${number}/writers`)).body.items.map((one) => one.person.login), ["agent"]);
  assert.equal((await api(200, "agent", "GET", "/unsent")).body.items[0].request, number);
  await api(403, "requester", "GET", draft);
  await api(204, "agent", "DELETE", draft);
  const { body: reply } = await api(201, "lead", "POST", "/ready-replies", { team: "workplace", name: "Here", en: "{number} is here.", sv: "{number} finns." });
  assert.deepEqual((await api(200, "agent", "GET", `/ready-replies/${reply.id}`)).body.words, { en: "{number} is here.", sv: "{number} finns." });
  assert.ok((await api(200, "agent", "GET", "/ready-replies?q=finns")).body.items.length === 1);
  assert.equal((await api(200, "agent", "GET", `/requests/${number}/ready-replies?q=finns`)).body.items[0].text, `${number} is here.`);
  assert.equal((await api(200, "lead", "PATCH", `/ready-replies/${reply.id}`, { sv: "" }, { "if-match": '"1"' })).body.words.sv, undefined);
  const { body: macro } = await api(201, "lead", "POST", "/macros", { team: "workplace", name: "Say it", steps: [{ act: "reply", ready: reply.id }] });
  assert.equal((await api(200, "agent", "GET", `/macros/${macro.id}`)).body.steps[0].ready, reply.id);
  await api(200, "lead", "PATCH", `/macros/${macro.id}`, { name: "Say it now" }, { "if-match": '"1"' });
  await api(200, "agent", "GET", "/macros");
  assert.equal((await api(200, "agent", "POST", `/requests/${number}/macros/${macro.id}`, {})).body.number, number);
  assert.equal((await api(200, "requester", "GET", `/requests/${number}/messages`)).body.items[0].text, `${number} is here.`);
  await api(403, "requester", "POST", `/requests/${number}/macros/${macro.id}`, {});
  await api(204, "lead", "DELETE", `/macros/${macro.id}`, undefined, { "if-match": '"2"' });
  await api(204, "lead", "DELETE", `/ready-replies/${reply.id}`, undefined, { "if-match": '"2"' });
  await api(201, "requester", "POST", `/requests/${number}/messages`, { text: "Thanks" });
  assert.deepEqual(problem(await api(409, "agent", "POST", `/requests/${number}/messages`, { text: "Late", seen: 1 }))[0], "answered_meanwhile");
});

test("fields of a team and read marks of a request", async () => {
  const made = await api(201, "lead", "POST", "/fields", { team: "workplace", key: "shelf", kind: "number", name: { en: "Shelf", sv: "Hylla" } });
  assert.equal(made.headers.location, "/api/v1/fields/shelf");
  await api(200, "lead", "PATCH", "/fields/shelf", { name: { en: "Shelf number" } }, { "if-match": '"1"' });
  assert.equal((await api(200, "agent", "GET", "/fields/shelf")).body.name.en, "Shelf number");
  assert.equal((await api(200, "agent", "GET", "/fields?team=workplace")).body.items.length, 1);
  const { number } = (await api(201, "requester", "POST", "/requests", { item: "question", answers: { question: "Where?" } })).body;
  const { body: set } = await api(200, "agent", "PATCH", `/requests/${number}/fields`, { values: { shelf: 3 } });
  assert.deepEqual(set.items.map(({ key, kind, value }) => [key, kind, value]), [["shelf", "number", "3"]]);
  assert.equal((await api(200, "requester", "GET", `/requests/${number}/fields`)).body.items[0].by.login, "agent");
  const refused = await api(422, "agent", "PATCH", `/requests/${number}/fields`, { values: { shelf: "high" } });
  assert.deepEqual(problem(refused), ["invalid", ["/field.shelf malformed"]]);
  await api(204, "agent", "PUT", `/requests/${number}/read`);
  await api(204, "agent", "DELETE", `/requests/${number}/read`);
});

test("every call of requests was met by a checked answer", () => {
  const missing = Object.entries(contract.document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((row) => /requests|tasks|approvals|uploads|bundles/.test(row) && !contract.met.has(row));
  assert.deepEqual(missing, []);
});

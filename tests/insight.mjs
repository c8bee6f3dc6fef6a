// insight.mjs - a log of another system is replayed while the server runs; its figures and who sees them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { noChromium, pageFindings, phone, signedIn, startBrowser } from "./support/browser.mjs";
import { program, root, run, startServer } from "./support/server.mjs";

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.end());

const log = [`${root}/tests/logs/desk.csv`, "--map", `${root}/tests/logs/desk.yaml`];

test("a log is replayed through the running server, and again without adding anything", async () => {
  assert.match(run("import", "events", ...log, "--db", server.db), /9 new events, 3 new requests, 0 known, 0 bad/);
  assert.match(run("import", "events", ...log, "--db", server.db), /0 new events, 0 new requests, 9 known, 0 bad/);
  const figures = JSON.parse(run("report", "kpi", "--json", "--db", server.db));
  assert.equal(figures.incidents, 3);
  assert.deepEqual(figures.hours_open_to_resolved, { n: 3, mean: 17, median: 4, max: 48, negative: 1 });
});

test("the number of the log leads to the request, and nobody changes it", async () => {
  const found = await server.api("admin", "GET", "/requests/T-1");
  assert.equal(found.status, 200);
  assert.equal(found.body.item, "imported-incident");
  const { items } = (await server.api("admin", "GET", "/requests/T-1/events")).body;
  assert.deepEqual(items.map((event) => event.kind),
                   ["request.imported", "request.imported_state", "request.imported_state", "request.imported_state"]);
  assert.deepEqual(items[0].changes.find((change) => change.field === "assignee"),
                   { field: "assignee", from: null, to: "Ann" });
  const number = found.body.number;
  for (const [act, body] of [["assign", { assignee: "lead" }], ["cancel", { reason: "x" }], ["reopen", { reason: "x" }]])
    assert.ok([403, 409].includes((await server.api("admin", "POST", `/requests/${number}/actions/${act}`, body)).status), act);
});

test("who does not see the log does not learn that there is one", async () => {
  assert.equal((await server.api("agent", "GET", "/requests/T-1")).status, 404);
  const agent = await server.signIn("agent"), auditor = await server.signIn("auditor");
  assert.equal((await agent.get("/insight?source=desk")).status, 404);
  assert.equal((await agent.get("/insight/requests?source=desk")).status, 404);
  assert.equal((await agent.get("/insight?source=nothing")).status, 404);
  assert.doesNotMatch((await agent.get("/insight")).text, /source=desk/);
  assert.equal((await auditor.get("/insight?source=desk")).status, 200);
  const csv = await auditor.get("/insight/figures.csv?source=desk");
  assert.match(csv.headers["content-type"], /^text\/csv/);
  assert.match(csv.text, /^kind,key,value\r\ntotal,"requests",3\r\n/);
  assert.match(csv.text, /category,"'=Mail",1\r\n/);
  const requester = await server.signIn("requester");
  assert.equal((await requester.get("/insight")).status, 403);
});

test("behind an hour of the week stand the requests that arrived in it, also as CSV", async () => {
  const auditor = await server.signIn("auditor");
  for (const path of ["/insight?source=desk", "/insight?source=desk&calendar=office", "/insight?source=own"]) {
    const page = (await auditor.get(path)).text;
    const hours = [...page.matchAll(/<a href="(\/insight\/requests\?[^"]*hour=[a-z]{3}-\d\d[^"]*)">(\d+)<\/a>/g)];
    assert.ok(hours.length > 0, path);
    for (const [, url, n] of hours.filter(([, , count]) => Number(count) <= 50).slice(0, 5)) {
      const there = url.replaceAll("&amp;", "&");
      const list = (await auditor.get(there)).text;
      assert.equal([...list.matchAll(/<td class="fit c-num soft">/g)].length, Number(n), url);
      const csv = await auditor.get(there.replace("/requests?", "/requests.csv?"));
      assert.match(csv.headers["content-type"], /^text\/csv/);
      assert.equal(csv.text.trimEnd().split("\r\n").length, Number(n) + 1, url);
      assert.ok(list.includes("/insight/requests.csv?"));
    }
  }
  for (const wrong of ["hour=mon-24", "hour=someday-01", "hour=mon-1", "hour=mon-01&calendar=none"])
    assert.equal((await auditor.get(`/insight/requests?source=own&${wrong}`)).status, 404, wrong);
  const agent = await server.signIn("agent");
  assert.equal((await agent.get("/insight/requests.csv?source=desk&hour=mon-01")).status, 404);
});

test("behind a figure stand as many requests as it says", async () => {
  const auditor = await server.signIn("auditor");
  const page = (await auditor.get("/insight?source=own")).text;
  const rows = [...page.matchAll(/<th scope="row"><a href="(\/insight\/requests[^"]*)">[^<]*<\/a><\/th><td class="bar">.*?<\/td><td class="n">(\d+)<\/td>/g)];
  assert.ok(rows.length > 10);
  for (const [, url, n] of rows.filter(([, , count]) => Number(count) <= 50)) {
    const list = (await auditor.get(url.replaceAll("&amp;", "&"))).text;
    assert.equal([...list.matchAll(/<td class="fit c-num soft">/g)].length, Number(n), url);
  }
});

/** Resolves when this program has written so many bytes to its database, wherever they are by now. */
async function written(file, child, size) {
  const bytes = () => [file, `${file}-wal`].reduce((sum, name) => sum + (existsSync(name) ? statSync(name).size : 0), 0);
  const before = bytes();
  while (bytes() < before + size) {
    assert.equal(child.exitCode, null, "it had ended before it was killed");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("an import that is killed loses nothing committed, and the same import again completes it", { timeout: 120000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "errand-import-"));
  try {
    const [head, ...lines] = readFileSync(`${root}/tests/logs/desk.csv`, "utf8").trimEnd().split("\n");
    const copies = Array.from({ length: 6000 }, (_, n) => lines.map((line) => line.replace(/^T-/, `T-${n}-`)).join("\n"));
    writeFileSync(join(folder, "log.csv"), `${[head, ...copies].join("\n")}\n`);
    const words = (db) => ["import", "events", join(folder, "log.csv"), "--map", log[2], "--db", db];
    const whole = `sqlite:${join(folder, "whole.sqlite")}`, broken = `sqlite:${join(folder, "broken.sqlite")}`;
    for (const db of [whole, broken])
      run("init", "--db", db);
    run(...words(whole));
    /* 54,000 lines are three batches: with half of it written the first one is there, and the second one on its way. */
    const half = statSync(join(folder, "whole.sqlite")).size / 2;
    for (const size of [half, 2e6]) {
      const child = spawn(program, words(broken), { cwd: root, stdio: "ignore" });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await written(join(folder, "broken.sqlite"), child, size);
      child.kill("SIGKILL");
      await ended;
    }
    const [, , known] = run(...words(broken)).match(/(\d+) new events, \d+ new requests, (\d+) known, 0 bad/);
    assert.ok(Number(known) > 0, "the first ones were killed before they had written anything");
    const figures = (db) => run("report", "kpi", "--json", "--full", "--db", db);
    assert.equal(figures(broken), figures(whole));
    assert.match(run(...words(broken)), / 0 new events, 0 new requests, 54000 known, 0 bad/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the pages of figures please axe, light and dark, and fit a phone", { skip: noChromium }, async () => {
  const browser = await startBrowser();
  try {
    const page = await signedIn(browser, server, "admin", { viewport: phone });
    const findings = [];
    for (const path of ["/insight", "/insight?source=desk&calendar=office", "/insight/requests?source=desk&team=Desk",
                        "/insight/requests?source=desk&team=Nobody"]) {
      await page.goto(path);
      findings.push(...await pageFindings(page));
    }
    assert.deepEqual(findings, []);
  } finally {
    await browser.close();
  }
});

// server.mjs - the program under test with the demo organisation, on a free port of this machine.
//
//   const server = await startServer();
//   const answer = await server.api("agent", "GET", "/requests?limit=2");     // paths below /api/v1
//   await server.kill(); await server.start();                                // SIGKILL, and up again
//   await server.end();                                                       // stops and removes everything
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = resolve(import.meta.dirname, "../..");
export const program = process.env.PROGRAM_UNDER_TEST ?? join(root, "build/errand");
export const password = "errand-demo-only";

/** Runs a command of the program to its end; what it printed. */
export function run(...words) {
  return execFileSync(program, words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/* Loading the demo organisation takes seconds, so it is done once for a program and its demo files. */
function demoDatabase() {
  const files = [program, ...readdirSync(join(root, "demo"), { recursive: true }).map((name) => join(root, "demo", name))];
  const marks = files.map((name) => `${name} ${statSync(name).size} ${statSync(name).mtimeMs}`).sort().join("\n");
  const folder = join(root, "build/test-demo");
  const ready = join(folder, `${createHash("sha256").update(marks).digest("hex").slice(0, 16)}`);
  if (existsSync(ready))
    return ready;
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, "new-"));
  run("init", "--demo", "--db", `sqlite:${join(made, "db.sqlite")}`);
  try {
    renameSync(made, ready);
  } catch (error) {
    if (!existsSync(ready)) /* another test was as fast */
      throw error;
    rmSync(made, { recursive: true });
  }
  return ready;
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => probe.on("listening", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

class Server {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #tokens = new Map();
  #child;

  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.db = `sqlite:${join(folder, "db.sqlite")}`;
    this.log = "";
  }

  /** Starts the program and waits until it is ready; milliseconds that took. */
  async start() {
    const begin = performance.now();
    this.#child = spawn(program, ["serve", "--listen", `127.0.0.1:${this.port}`, "--db", this.db],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ERRAND_API_RATE: "1000000" } });
    const child = this.#child;
    child.stdout.on("data", (chunk) => { this.log += chunk; });
    child.stderr.on("data", (chunk) => { this.log += chunk; });
    child.ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server ended:\n${this.log}`);
      try {
        if ((await this.call("GET", "/readyz")).status === 200)
          return performance.now() - begin;
      } catch { /* not yet */ }
      if (performance.now() - begin > 60000)
        throw new Error(`the server does not answer:\n${this.log}`);
      await sleep(5);
    }
  }

  async kill(signal = "SIGKILL") {
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64 });
    if (this.#child === undefined)
      return { code: 0 };
    this.#child.kill(signal);
    const ended = await this.#child.ended;
    this.#child = undefined;
    return ended;
  }

  /** Ends the server as an administrator would; a fault it hid (sanitizers) is said now. */
  async end() {
    const { code } = await this.kill("SIGTERM");
    rmSync(this.folder, { recursive: true });
    assert.equal(code, 0, `exit status of the server:\n${this.log.slice(-4000)}`);
    assert.doesNotMatch(this.log, /runtime error|AddressSanitizer/);
  }

  /** One HTTP call: { status, headers, text, body } where body is parsed when it is JSON. */
  call(method, path, { headers = {}, body } = {}) {
    return new Promise((done, fail) => {
      const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(body);
      const call = request(`${this.origin}${path}`, { method, agent: this.#agent,
        headers: { ...headers, ...(bytes === undefined ? {} : { "content-length": bytes.length }) } });
      call.on("error", fail);
      call.on("response", (response) => {
        const chunks = [];
        response.on("error", fail);
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const json = /json/.test(response.headers["content-type"] ?? "");
          try {
            done({ status: response.statusCode, headers: response.headers, text, body: json ? JSON.parse(text) : undefined });
          } catch {
            fail(new Error(`${method} ${path}: not JSON: ${text.slice(0, 300)}`));
          }
        });
      });
      call.end(bytes);
    });
  }

  /** Rows of the database, each an array. */
  rows(sql) {
    const code = "import json,sqlite3,sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))";
    return JSON.parse(execFileSync("python3", ["-c", code, this.db.slice("sqlite:".length), sql], { encoding: "utf8" }));
  }

  /** An API token of this person, made by the command line while the server runs. */
  token(login, scopes) {
    const key = `${login} ${scopes ?? ""}`;
    if (!this.#tokens.has(key)) {
      const words = ["token", "create", "--person", login, "--db", this.db, ...(scopes ? ["--scope", scopes] : [])];
      this.#tokens.set(key, run(...words).trim().split(/\s/).at(-1));
    }
    return this.#tokens.get(key);
  }

  /** A call of the API as this person; login null: without a token. A body that is no string is sent as JSON. */
  api(login, method, path, body, headers = {}) {
    const all = { ...(login === null ? {} : { authorization: `Bearer ${this.token(login)}` }), ...headers };
    if (body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body)) {
      body = JSON.stringify(body);
      all["content-type"] ??= "application/json";
    }
    return this.call(method, `/api/v1${path}`, { headers: all, body });
  }

  /** A browser without script, as far as forms need one: cookies, the token of the page, redirects. */
  visitor() {
    return new Visitor(this);
  }

  async signIn(login) {
    const visitor = this.visitor();
    await visitor.get("/sign-in");
    const answer = await visitor.post("/sign-in", { login, password });
    assert.equal(answer.status, 303, `sign-in of ${login}: ${answer.text.slice(0, 500)}`);
    return visitor;
  }
}

class Visitor {
  #server;
  #cookies = new Map();
  csrf = "";

  constructor(server) {
    this.#server = server;
  }

  async #call(method, path, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...options.headers, ...(cookie ? { cookie } : {}) };
    const answer = await this.#server.call(method, path, { ...options, headers });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0/i.test(line))
        this.#cookies.delete(name);
      else
        this.#cookies.set(name, value);
    }
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(answer.text)?.[1] ?? this.csrf;
    return answer;
  }

  get(path) {
    return this.#call("GET", path);
  }

  /** Sends a form; `fields` an object or [[name, value], ...], with the token of the page last seen. */
  post(path, fields, headers = {}) {
    const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
    const body = new URLSearchParams([["_csrf", this.csrf], ...pairs]).toString();
    return this.#call("POST", path, { body,
      headers: { "content-type": "application/x-www-form-urlencoded", origin: this.#server.origin, ...headers } });
  }
}

/** A running server with its own copy of the demo organisation. */
export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), "errand-"));
  const demo = demoDatabase();
  for (const name of readdirSync(demo)) {
    if (statSync(join(demo, name)).isDirectory())
      cpSync(join(demo, name), join(folder, name), { recursive: true });
    else
      copyFileSync(join(demo, name), join(folder, name));
  }
  const server = new Server(folder, await freePort());
  await server.start();
  return server;
}

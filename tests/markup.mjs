// markup.mjs - frames and questions as rendered by src/web/page_test.c: valid markup, no findings of
// axe-core in light and dark, on wide and narrow screens, and the scripts of web/js at work.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { axeFindings, noChromium, sideways, startBrowser } from "./support/browser.mjs";

const root = resolve(import.meta.dirname ?? ".", "..");
const tests = join(dirname(process.env.PROGRAM_UNDER_TEST ?? join(root, "build/errand")), "errand-tests");
const samples = mkdtempSync(join(tmpdir(), "errand-pages-"));
execFileSync(tests, ["widgets_show", "frames_come", "assets_are"], { env: { ...process.env, ERRAND_SAMPLES: samples } });
const pages = readdirSync(samples).filter((name) => name.endsWith(".html")).sort();

/* The policy that the server sends with every page. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

let server, origin, browser;
const calls = [];

function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://x");
  const say = (status, type, body) => {
    response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy });
    response.end(body);
  };
  let body = "";
  request.on("data", (chunk) => { body += chunk; });
  request.on("end", () => {
    calls.push({ method: request.method, pathname, searchParams, body });
    if (pathname === "/catalog/laptop/preview") {
      const developer = searchParams.get("device") === "developer";
      say(200, types[".html"], `<aside class="sheet pad" id="preview" aria-label="What happens next" data-shown="${
        developer ? "reason" : "never"}">now ${developer ? 2400 : 900}</aside>`);
    } else if (pathname === "/suggest/people") {
      say(200, types[".html"], `<option value="kim">Kim Alder for ${searchParams.get("q")}</option>`);
    } else {
      try {
        say(200, types[extname(pathname)] ?? "application/octet-stream", readFileSync(join(samples, pathname)));
      } catch {
        say(404, types[".html"], "<!doctype html><html lang=en><title>none</title>");
      }
    }
  });
}

before(async () => {
  server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((done) => server.on("listening", done));
  origin = `http://127.0.0.1:${server.address().port}`;
  if (!noChromium)
    browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
  rmSync(samples, { recursive: true });
});

async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on("console", (message) => { if (message.type() === "error") page.wrong.push(message.text()); });
  page.on("pageerror", (error) => page.wrong.push(error.message));
  await page.goto(`${origin}/${name}`);
  return page;
}

test("every sample is valid markup", async () => {
  const config = createRequire(import.meta.url)(join(root, "web/htmlvalidate.cjs"));
  const checker = new HtmlValidate(config);
  assert.ok(pages.length >= 10, "the samples were written");
  for (const name of pages) {
    const report = await checker.validateString(readFileSync(join(samples, name), "utf8"), name);
    const found = report.results.flatMap((result) => result.messages.map((m) => `${name}:${m.line}: ${m.message} [${m.ruleId}]`));
    assert.deepEqual(found, []);
  }
});

/* Each frame in another language, each width and each scheme at least once. */
const looks = [
  ["light", 1440, 900, ["form.html", "portal.sv.html", "work.zh.html", "gate.en.html"]],
  ["light", 390, 844, ["form.html", "work.sv.html", "portal.zh.html", "gate.sv.html"]],
  ["light", 320, 640, ["form.html", "work.en.html"]],
  ["dark", 1440, 900, ["form.html", "work.en.html", "gate.zh.html"]],
  ["dark", 390, 844, ["form.html", "portal.en.html"]],
];
for (const [colorScheme, width, height, names] of looks)
  test(`no findings at ${width} px, ${colorScheme}`, { skip: noChromium }, async () => {
    const page = await open(names[0], { viewport: { width, height }, colorScheme });
    for (const name of names) {
      await page.goto(`${origin}/${name}`);
      assert.deepEqual(await axeFindings(page), [], name);
      assert.deepEqual(await sideways(page), [], name);
      assert.deepEqual(page.wrong, [], name);
    }
    await page.context().close();
  });

test("a form asks the server what follows, and shows or hides questions without touching the rest", { skip: noChromium }, async () => {
  const page = await open("form.html");
  await page.fill("#reason", "half a sentence");
  await page.check("input[name=device][value=standard]");
  await page.waitForFunction(() => document.getElementById("preview").textContent === "now 900");
  assert.equal(await page.isVisible("#reason"), false);
  assert.equal(await page.isVisible("#never"), true);
  await page.check("input[name=device][value=developer]");
  await page.waitForFunction(() => document.getElementById("preview").textContent === "now 2400");
  assert.equal(await page.inputValue("#reason"), "half a sentence");
  const sent = calls.findLast((call) => call.pathname.endsWith("/preview"));
  assert.equal(sent.method, "GET");
  assert.equal(sent.searchParams.get("_csrf"), null);
  assert.equal(sent.searchParams.get("reason"), "half a sentence");
  await page.context().close();
});

test("what was typed survives a reload, until the form was sent", { skip: noChromium }, async () => {
  const page = await open("form-new.html");
  await page.fill("#reason", "half a sentence");
  await page.check("input[name=extras][value=dock]");
  await page.click("[data-add=lines]");
  await page.fill("[name='lines.3.what']", "Lamps");
  await page.waitForFunction(() => sessionStorage.length > 0 && sessionStorage.getItem(sessionStorage.key(0)).includes("Lamps"));
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  assert.equal(await page.inputValue("#reason"), "half a sentence");
  assert.equal(await page.isChecked("input[name=extras][value=dock]"), true);
  assert.equal(await page.inputValue("[name='lines.3.what']"), "Lamps");
  await page.click("text=Check and send");
  await page.waitForURL("**/requests");
  await page.goto(`${origin}/form-new.html`);
  assert.equal(await page.inputValue("#reason"), "");
  await page.context().close();
});

test("a table gets another row, named after the last", { skip: noChromium }, async () => {
  const page = await open("form.html");
  await page.fill("[name='lines.2.what']", "Lamps");
  await page.click("[data-add=lines]");
  assert.equal(await page.inputValue("[name='lines.2.what']"), "Lamps");
  assert.equal(await page.inputValue("[name='lines.3.what']"), "");
  assert.equal(await page.getAttribute("[name='lines.3.what']", "aria-labelledby"), "lines.row4 lines.what");
  assert.equal(await page.evaluate(() => document.activeElement.name), "lines.3.what");
  assert.equal(await page.locator("[id='lines.row4']").count(), 1);
  await page.click("[data-drop]");
  assert.equal(await page.locator("input[name=files][value=U1]").count(), 0);
  await page.context().close();
});

test("names are suggested while typing", { skip: noChromium }, async () => {
  const page = await open("form.html");
  await page.fill("#for", "ki");
  await page.waitForFunction(() => document.querySelector("#for-l option")?.value === "kim");
  await page.context().close();
});

test("keys: help, palette, places, and none of them while typing", { skip: noChromium }, async () => {
  const page = await open("work.en.html");
  await page.keyboard.press("?");
  assert.equal(await page.isVisible("#keys"), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#keys"), false);
  await page.keyboard.press("Control+k");
  assert.equal(await page.isVisible("#palette"), true);
  await page.keyboard.type("catal");
  assert.deepEqual(await page.locator("#palette li:visible").allTextContents(), ["Catalog G C"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/catalog");
  await page.goto(`${origin}/work.en.html`);
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.waitForURL("**/approvals");
  await page.goto(`${origin}/form.html`);
  await page.focus("#reason");
  await page.keyboard.type("gac?");
  assert.ok(page.url().endsWith("/form.html"));
  assert.equal(await page.isVisible("#keys"), false);
  await page.context().close();
});

test("without script everything is there: menus, popovers, all fields", { skip: noChromium }, async () => {
  const page = await open("work.en.html", { javaScriptEnabled: false });
  await page.click(".me");
  await page.click("#person-menu >> text=Dark");
  await page.waitForURL("**/profile/theme");
  const sent = calls.findLast((call) => call.pathname === "/profile/theme");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(sent.body)),
    { _csrf: "token", next: "/catalog/laptop?a=1&lang=sv", theme: "dark" });
  await page.context().close();
});

// browser.mjs - Chromium for tests: Debian's own, without its calls home; people signed in, and pages looked at.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { password, root } from "./server.mjs";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const noChromium = existsSync(chromiumPath) ? false : "Chromium is not installed";

export const desk = { width: 1440, height: 900 }, phone = { width: 390, height: 844 };

export function startBrowser() {
  return chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
  });
}

/** A page of a browser in which this person is signed in, through the real page; what its console complains of is in page.wrong. */
export async function signedIn(browser, server, login, options = {}) {
  const context = await browser.newContext({ viewport: desk, baseURL: server.origin, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.wrong = [];
  page.on("console", (message) => { if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.wrong.push(message.text()); });
  page.on("pageerror", (error) => page.wrong.push(error.message));
  await page.goto("/sign-in");
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.press("[name=password]", "Enter")]);
  return page;
}

/** This person reads this language from now on: chosen in the menu of the frame. */
export async function choose(page, lang) {
  await page.goto("/");
  await page.click("details.menu:has(.av) > summary");
  await page.click(`button[name=lang][value=${lang}]`);
  await page.waitForSelector(`html[lang^=${lang}]`);
}

/** Presses Tab until the focus is there, as somebody without a mouse would. */
export async function tabTo(page, selector) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate((wanted) => {
      const box = document.activeElement.matches(wanted) && document.activeElement.getBoundingClientRect();
      return box && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    }, selector);
    if (seen !== false) {
      assert.ok(seen, `${selector} is in view when it has the focus`);
      return;
    }
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

/** Presses a key that leads to another page. */
export function goBy(page, key = "Enter") {
  return Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

/** Tab to something, then Enter, which leads to another page. */
export async function enter(page, selector) {
  await tabTo(page, selector);
  await goBy(page);
}

/** A picture of the whole page, where somebody wants to see them: PICTURES=build/screens. */
export async function picture(page, name, options = {}) {
  if (process.env.PICTURES)
    await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), fullPage: true, ...options });
}

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds on the page (WCAG 2.2 AA and best practice), one line each. */
export async function axeFindings(page) {
  // What is still fading in has no colour of its own yet.
  await page.evaluate(() => Promise.race([
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
    new Promise((done) => setTimeout(done, 2000)),
  ]));
  // Evaluated by the debugger, so the page's content policy stays as it is; once, while the page stays.
  if (!await page.evaluate(() => "axe" in window))
    await page.evaluate(`(() => { ${axeSource} })()`);
  // Every rule is asked; what passes is not written down node by node.
  const { rules, findings } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }).then(({ passes, violations }) => ({
    rules: passes.length,
    findings: violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`),
  })));
  if (rules === 0)
    throw new Error("axe-core looked at nothing");
  return findings;
}

const checker = new HtmlValidate(createRequire(import.meta.url)(join(root, "web/htmlvalidate.cjs")));

/** What is not valid in the markup of the page as it was sent. */
export async function markupFindings(page) {
  const { status, text } = await page.evaluate(async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    return { status: answer.status, text: await answer.text() };
  }).catch(async () => { /* without script */
    const answer = await page.request.get(page.url());
    return { status: answer.status(), text: await answer.text() };
  });
  assert.ok([200, 422].includes(status), `${page.url()}: ${status}`);
  const report = await checker.validateString(text, page.url());
  return report.results.flatMap((result) => result.messages.map((m) => `${m.line}:${m.column} ${m.message} [${m.ruleId}]`));
}

/** All that is wrong with the page shown: markup, axe-core in light and, unless it is the same in another language, in dark, a phone's
 *  width, console.  With a `name` it leaves pictures. */
export async function pageFindings(page, { dark = true, name } = {}) {
  const found = [];
  const note = (where, lines) => found.push(...lines.map((line) => `${page.url()} ${where}: ${line}`));
  const pictureOf = (look) => name !== undefined && picture(page, `${name}.${look}`);
  const size = page.viewportSize();
  note("markup", await markupFindings(page));
  note("light", await axeFindings(page));
  await pictureOf("light");
  if (dark) {
    await page.emulateMedia({ colorScheme: "dark" });
    note("dark", await axeFindings(page));
    await pictureOf("dark");
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.setViewportSize(phone);
  note("on a phone", await sideways(page));
  await pictureOf("phone");
  await page.setViewportSize(size);
  note("console", page.wrong.splice(0));
  return found;
}

/** Whether the page scrolls sideways, and what sticks out. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll, .list, .board"))
      .map((element) => element.outerHTML.slice(0, 80)));
}

// browser.mjs - Chromium for tests: Debian's own, without its calls home.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const noChromium = existsSync(chromiumPath) ? false : "Chromium is not installed";

export function startBrowser() {
  return chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
  });
}

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds on the page (WCAG 2.2 AA and best practice), one line each. */
export async function axeFindings(page) {
  // What is still fading in has no colour of its own yet.
  await page.evaluate(() => Promise.race([
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
    new Promise((done) => setTimeout(done, 2000)),
  ]));
  // Evaluated by the debugger, so the page's content policy stays as it is.
  const findings = await page.evaluate(`(() => { ${axeSource}; return axe.run(); })()`);
  if (findings.passes.length === 0)
    throw new Error("axe-core looked at nothing");
  return findings.violations.map((violation) =>
    `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** Whether the page scrolls sideways, and what sticks out. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll, .list, .board"))
      .map((element) => element.outerHTML.slice(0, 80)));
}

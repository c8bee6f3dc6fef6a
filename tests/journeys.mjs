// journeys.mjs - the five minutes of the README in Chromium, in every language, with and without script,
// with the keyboard alone and on a phone.  Every page on the way is looked at: valid markup, no findings of
// axe-core in light and dark, nothing wider than a phone.  PICTURES=build/screens leaves pictures of them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axeFindings, choose, desk, noChromium, pageFindings, phone, picture, sideways, signedIn, startBrowser, tabTo } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";

const skip = noChromium;
let browser;

before(async () => {
  if (!noChromium)
    browser = await startBrowser();
});
after(() => browser?.close());

/* What people read in the demo models. */
const languages = {
  en: { laptop: "New laptop", search: "notebook", ask: "Why this one?", price: /1,400/ },
  sv: { laptop: "Ny bärbar dator", search: "dator", ask: "Varför just den?", price: /1.400/ },
  zh: { laptop: "新笔记本电脑", search: "电脑", ask: "为什么选择这一项？", price: /1,400/ },
};

const looked = new Set(); /* a page is examined once in each language */

/** Examines the page; what is wrong is collected in server.findings. */
async function look(server, page, name) {
  if (looked.has(name))
    return;
  looked.add(name);
  /* Colours do not depend on the language. */
  server.findings.push(...(await pageFindings(page, { dark: name.startsWith("en."), name })).map((line) => `${name}: ${line}`));
}

/** Presses a button that sends a form and waits for the page that follows. */
async function send(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

async function numberOf(page) {
  await page.waitForURL(/\/requests\/REQ-\d+/);
  return /REQ-\d+/.exec(page.url())[0];
}

/* --- the whole way, in each language -------------------------------------------------------------- */

/* English on every landing, all three languages with ./dev test --long. */
const otherTime = (lang) => lang !== "en" && !process.env.TEST_LONG && "with ./dev test --long";

for (const [lang, words] of Object.entries(languages))
  test(`five minutes in ${lang}`, { skip: skip || otherTime(lang) }, async () => {
    const server = await startServer();
    server.findings = [];
    const as = async (login) => {
      const page = await signedIn(browser, server, login);
      if (lang !== "en")
        await choose(page, lang);
      return page;
    };
    const shot = (page, name) => look(server, page, `${lang}.${name}`);
    try {
      const requester = await as("requester");
      await requester.goto("/");
      await shot(requester, "home");
      await requester.fill("main [role=search] input[name=q]", words.search);
      await send(requester, "main [role=search] button");
      await shot(requester, "search");
      await requester.click(`.items >> text="${words.laptop}"`);
      await requester.waitForURL("**/catalog/laptop");
      assert.equal(await requester.textContent("h1"), words.laptop);
      await shot(requester, "item");
      await requester.click(".form-end a.main");
      await requester.waitForURL("**/order");
      assert.equal(await requester.isVisible("[name=reason]"), false, "nothing is asked about a choice that is not made");
      await requester.check("[name=device][value=standard]");
      await requester.waitForSelector("[name=reason]", { state: "hidden" });
      await requester.check("[name=device][value=light]");
      await requester.waitForSelector("[name=reason]", { state: "visible" });
      assert.ok((await requester.textContent("form.form")).includes(words.ask));
      await requester.waitForFunction(() => document.querySelector("#preview .total") !== null);
      assert.match(await requester.textContent("#preview"), words.price);
      assert.match(await requester.textContent("#preview"), /Kim Alder/);
      await shot(requester, "form");
      await requester.fill("[name=reason]", "I visit customers every week");
      await send(requester, "button[name=_act][value=send]");
      const number = await numberOf(requester);
      await shot(requester, "sent");
      await requester.goto("/requests");
      await shot(requester, "mine");

      const manager = await as("manager");
      await manager.goto("/approvals");
      const card = `.ask-card:has(a[href='/requests/${number}'])`;
      assert.match(await manager.textContent(card), /I visit customers every week/);
      await shot(manager, "approvals");
      await send(manager, `${card} button[name=decision][value=approve]`);
      await shot(manager, "approved");

      const agent = await as("agent");
      await agent.goto("/work");
      await shot(agent, "work");
      await agent.goto("/work/list");
      await shot(agent, "queue");
      await agent.goto(`/work/${number}`);
      await shot(agent, "assess");
      await agent.check("[name=in_stock][value=false]");
      await send(agent, "form[action$='/acts/assess'] button.main");
      await agent.fill("#say", "Hello Robin, we order it.");
      await send(agent, ".composer button.main.if-say");
      await agent.check(".composer [name=_kind][value=note]");
      await agent.fill("#say", "Acme has three left.");
      await send(agent, ".composer button.main.if-note");
      assert.match(await agent.textContent("li.said.note"), /Acme has three left/);
      await shot(agent, "conversation");

      const agent2 = await as("agent2");
      await agent2.goto(`/work/${number}`);
      await agent2.click(".task button[popovertarget^=finish-]");
      await send(agent2, ".dlg:popover-open button.main");
      await shot(agent2, "ordered");

      await agent.goto(`/work/${number}`);
      await agent.click(".task button[popovertarget^=finish-]");
      await send(agent, ".dlg:popover-open button.main");
      const lead = await as("lead");
      await lead.goto("/work");
      await shot(lead, "sign-off");
      await lead.goto(`/work/${number}`);
      await send(lead, "form[action$='/sign_off'] button[name=ok][value='1']");
      await agent.goto(`/work/${number}`);
      await send(agent, "form[action$='/finish'] button[name=passed][value='1']");
      await shot(agent, "tested");

      await requester.goto("/");
      await shot(requester, "home-waiting");
      await requester.goto(`/requests/${number}`);
      assert.doesNotMatch(await requester.textContent("body"), /Acme has three left/);
      await shot(requester, "hand-over");
      await send(requester, `form[action*='/requests/${number}/tasks/'] button.main`);
      assert.equal(await requester.locator("#live-status .state use[href$='#s-closed']").count(), 1);
      await shot(requester, "closed");
      assert.equal((await server.api("requester", "GET", `/requests/${number}`)).body.state, "closed");

      const owner = await as("owner");
      for (const [name, path] of [["manage", "/catalog/manage"], ["model", "/catalog/manage/model/laptop"], ["procedure", "/procedures/set-up-laptop"],
        ["notifications", "/notifications"], ["profile", "/profile"], ["who", `/requests/${number}/who`],
        ["calendars", "/admin/calendars"], ["calendar", "/admin/calendars/office?start=2030-01-04T10:00&span=20wh"],
        ["calendar-edit", "/admin/calendars/office/edit"], ["calendar-new", "/admin/calendars/new"],
        ["targets", "/admin/targets"], ["target-new", "/admin/targets/new"]]) {
        await owner.goto(path);
        await shot(owner, name);
      }
      const admin = await as("admin");
      for (const [name, path] of [["people", "/admin/people"], ["teams", "/admin/teams"], ["priorities", "/admin/priorities"]]) {
        await admin.goto(path);
        await shot(admin, name);
      }
      const supplier = await as("supplier");
      await supplier.goto("/work");
      await shot(supplier, "supplier");
      assert.deepEqual(server.findings, []);
    } finally {
      for (const context of browser.contexts())
        await context.close();
      await server.end();
    }
  });

/* --- time ------------------------------------------------------------------------------------------- */

const dayAfter = (days) => new Date(Date.now() + days * 86400e3).toISOString().slice(0, 10);

test("work is put aside, days are agreed, somebody stands in, a calendar changes, a request repeats, figures are read", { skip }, async () => {
  const server = await startServer();
  server.findings = [];
  try {
    const { number } = (await server.api("requester", "POST", "/requests", { item: "laptop", answers: { device: "standard" } })).body;
    /* An agent puts work aside and agrees a day; a refusal gives the reason back. */
    const agent = await signedIn(browser, server, "agent");
    await agent.goto(`/work/${number}`);
    const act = async (name, fields) => {
      await agent.click(".thread-head details.menu > summary");
      await agent.click(`button[popovertarget=act-${name}]`);
      for (const [field, value] of Object.entries(fields))
        await agent.fill(`#act-${name} [name=${field}]`, value);
      await send(agent, `#act-${name} button.main`);
    };
    await act("agree", { agreed: "2020-01-01", reason: "The shop is closed" });
    assert.match(await agent.textContent(".thread"), /The shop is closed/);
    await agent.goto(`/work/${number}`);
    await act("agree", { agreed: dayAfter(9), reason: "Robin is away until then" });
    assert.match(await agent.textContent("#live-head"), /Agreed for/);
    await act("aside", { until: dayAfter(5), reason: "The shop delivers then" });
    await agent.waitForURL("**/work");
    await agent.goto(`/work/${number}`);
    assert.equal(await agent.locator(".thread form[action$='/awake']").count(), 1);
    assert.match(await agent.textContent("#live-clocks"), /working hours? left/);
    await look(server, agent, "en.aside");
    await send(agent, "#live-clocks a");
    await look(server, agent, "en.clocks");
    await send(agent, ".crumbs a");
    assert.ok(agent.url().endsWith(`/work/${number}`), "the way back");
    await send(agent, "a[href$='/assignment']");
    await look(server, agent, "en.assignment");
    await agent.goto("/work/list");
    await send(agent, "a[href='/work/repeating']");
    await look(server, agent, "en.work-repeating");

    /* An approver is away, somebody stands in, and decides. */
    const manager = await signedIn(browser, server, "manager");
    const wanted = (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "34" } })).body.number;
    await manager.click("details.menu:has(.av) > summary");
    await send(manager, ".pop a[href='/presence']");
    await manager.click("details:has(form[action$='/absences']) > summary");
    await manager.fill("[name=from]", dayAfter(0));
    await manager.fill("[name=to]", dayAfter(6));
    await send(manager, "form[action$='/absences'] button.main");
    await manager.click("details:has(form[action$='/delegations']) > summary");
    await manager.check("[name=what][value=approvals]");
    await manager.fill("[name=delegate]", "approver");
    await manager.fill("[name=first]", dayAfter(0));
    await manager.fill("[name=last]", dayAfter(6));
    await send(manager, "form[action$='/delegations'] button.main");
    assert.equal(await manager.locator("form[action$='/end']").count(), 2);
    await look(server, manager, "en.presence");
    const deputy = await signedIn(browser, server, "approver");
    await deputy.goto("/approvals");
    await send(deputy, `.ask-card:has(a[href='/requests/${wanted}']) button[value=approve]`);
    assert.equal((await server.api("requester", "GET", `/requests/${wanted}`)).body.approvals[0].state, "approved");
    const lead = await signedIn(browser, server, "lead");
    await lead.goto("/work");
    await lead.click("main details.menu > summary");
    await send(lead, "main .pop a[href='/work/teams/workplace']");
    await look(server, lead, "en.team");
    await send(lead, "a[href='/people/agent/presence']");
    await look(server, lead, "en.presence-of");

    /* A calendar is published, and the preview counts by it. */
    const owner = await signedIn(browser, server, "owner");
    await owner.goto("/catalog/manage");
    await send(owner, ".tabs a[href='/admin/calendars']");
    const preview = "/admin/calendars/office?start=2030-01-07T09:00&span=9wh";
    await owner.goto(preview);
    const due = () => owner.textContent("main .cols section >> nth=0");
    const before = /Due [^.]*/.exec(await due())[0];
    await send(owner, ".desk-head a.main");
    await owner.fill("[name='hours.mon']", "08:00-12:00");
    await send(owner, ".form-end button.main");
    await owner.goto(preview);
    assert.notEqual(/Due [^.]*/.exec(await due())[0], before);

    /* A request is made to repeat. */
    const requester = await signedIn(browser, server, "requester");
    await requester.goto(`/requests/${number}`);
    assert.equal(await requester.locator(".expected").count(), 0, "the agreed day is the only one");
    await look(server, requester, "en.agreed");
    await send(requester, "a[href^='/repeating/new']");
    await requester.fill("[name=every]", "0");
    await send(requester, ".form-end button.main");
    assert.equal(await requester.isVisible("#errors"), true);
    assert.equal(await requester.inputValue("[name=every]"), "0");
    await look(server, requester, "en.repeat-refused");
    await requester.fill("[name=every]", "2");
    await send(requester, ".form-end button.main");
    assert.match(await requester.textContent("main ul.rows"), /every 2 weeks/);
    await look(server, requester, "en.repeating");

    /* Figures lead to the requests behind them. */
    await lead.goto("/work");
    await send(lead, ".rail a[href='/insight']");
    await look(server, lead, "en.insight");
    await send(lead, ".tile a >> nth=0");
    assert.ok(await lead.locator("table.list tbody tr").count() > 0);
    await look(server, lead, "en.behind");
    assert.deepEqual(server.findings, []);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

/* --- without script -------------------------------------------------------------------------------- */

test("the same way without script", { skip }, async () => {
  const server = await startServer();
  const as = (login) => signedIn(browser, server, login, { javaScriptEnabled: false });
  try {
    const requester = await as("requester");
    await requester.goto("/catalog/laptop/order");
    assert.equal(await requester.isVisible("[name=reason]"), false);
    await requester.check("[name=device][value=developer]");
    await send(requester, "button[name=_act][value=again]");
    assert.equal(await requester.isVisible("[name=reason]"), true);
    assert.equal(await requester.isChecked("[name=device][value=developer]"), true);
    assert.match(await requester.textContent("#preview"), /2,400/);
    await send(requester, "button[name=_act][value=send]");
    assert.equal(await requester.isVisible("#errors"), true);
    assert.equal(await requester.getAttribute("#errors a", "href"), "#reason");
    assert.equal(await requester.isChecked("[name=device][value=developer]"), true);
    await requester.fill("[name=reason]", "Large images");
    await send(requester, "button[name=_act][value=send]");
    const number = await numberOf(requester);
    await requester.fill("#msg", "One more word");
    await send(requester, "form[action$='/messages'] button.main");
    assert.match(await requester.textContent("#live-talk"), /One more word/);

    for (const login of ["manager", "agent", "approver"]) {
      const page = await as(login);
      if (login === "agent") {
        await page.goto(`/work/${number}`);
        await page.check("[name=in_stock][value=true]");
        await send(page, "form[action$='/acts/assess'] button.main");
      } else {
        await page.goto("/approvals");
        await send(page, `.ask-card:has-text("Large images") button[value=approve]`);
      }
    }
    const agent = await as("agent");
    await agent.goto(`/work/${number}`);
    await agent.click(".task button[popovertarget^=finish-]");
    await send(agent, ".dlg:popover-open button.main");
    const lead = await as("lead");
    await lead.goto(`/work/${number}`);
    await send(lead, "form[action$='/sign_off'] button[name=ok][value='1']");
    await agent.goto(`/work/${number}`);
    await send(agent, "form[action$='/finish'] button[name=passed][value='1']");
    await requester.goto(`/requests/${number}`);
    await send(requester, `form[action*='/requests/${number}/tasks/'] button.main`);
    assert.equal((await server.api("requester", "GET", `/requests/${number}`)).body.state, "closed");
    await requester.click("details.menu:has(.av) > summary");
    await send(requester, "button[name=lang][value=zh]");
    assert.match(await requester.getAttribute("html", "lang"), /^zh/);
    await requester.click("details.menu:has(.av) > summary");
    await send(requester, "form[action='/signout'] button");
    assert.match(requester.url(), /\/sign-in/);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

/* --- with the keyboard alone ------------------------------------------------------------------------ */

test("a request with the keyboard alone", { skip }, async () => {
  const server = await startServer();
  try {
    const page = await (await browser.newContext({ viewport: desk, baseURL: server.origin })).newPage();
    page.setDefaultTimeout(20000);
    const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await page.goto("/sign-in");
    await tabTo(page, "[name=login]");
    await page.keyboard.type("requester");
    await tabTo(page, "[name=password]");
    await page.keyboard.type(password);
    await enter();
    await tabTo(page, ".skip");
    await page.keyboard.press("Enter");
    await tabTo(page, "main [role=search] input");
    await page.keyboard.type("laptop");
    await enter();
    await tabTo(page, "a[href='/catalog/laptop']");
    await enter();
    await tabTo(page, "a[href='/catalog/laptop/order']");
    await enter();
    await tabTo(page, "[name=device]");
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector("[name=reason]", { state: "visible" });
    await tabTo(page, "[name=reason]");
    await page.keyboard.type("I travel");
    await tabTo(page, "button[name=_act][value=send]");
    await enter();
    const number = await numberOf(page);
    const { answers } = (await server.api("requester", "GET", `/requests/${number}`)).body;
    assert.deepEqual(answers, { device: "light", reason: "I travel" });
    await tabTo(page, "#msg");
    await page.keyboard.type("Thank you");
    await tabTo(page, "form[action$='/messages'] button.main");
    await enter();
    assert.match(await page.textContent("#live-talk"), /Thank you/);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("an agent and an approver with the keyboard alone", { skip }, async () => {
  const server = await startServer();
  try {
    const made = await server.api("requester", "POST", "/requests",
      { item: "laptop", answers: { device: "light", reason: "I travel" } });
    const { number } = made.body;
    const state = async () => (await server.api("agent", "GET", `/requests/${number}`)).body;

    const agent = await signedIn(browser, server, "agent");
    const enter = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await agent.goto(`/work/${number}`);
    await tabTo(agent, "form[action$='/acts/assess'] [name=in_stock]");
    await agent.keyboard.press("Space");
    await tabTo(agent, "form[action$='/acts/assess'] button.main");
    await enter(agent);
    assert.equal((await state()).state, "awaiting_approval");
    await tabTo(agent, "form[action$='/acts/assign'] button[data-key=a]");
    await enter(agent);
    assert.equal((await state()).assignee.login, "agent");
    // A dialog: opened, left with Escape, and the focus is where it was.
    await tabTo(agent, "button[popovertarget=act-wait]");
    await agent.keyboard.press("Enter");
    await tabTo(agent, "#act-wait [name=text]");
    await agent.keyboard.press("Escape");
    assert.ok(await agent.evaluate(() => document.activeElement.matches("button[popovertarget=act-wait]")));
    await tabTo(agent, "#say");
    await agent.keyboard.type("It is on its way");
    await tabTo(agent, "form[action$='/messages'] button.if-say");
    await enter(agent);
    assert.match(await agent.textContent("#live-talk"), /It is on its way/);

    const approver = await signedIn(browser, server, "manager");
    await approver.goto("/approvals");
    const card = `.ask-card:has(a[href="/requests/${number}"])`;
    await tabTo(approver, `${card} button[value=approve]`);
    await enter(approver);
    assert.equal((await state()).approvals[0].state, "approved");
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

/* --- on a phone -------------------------------------------------------------------------------------- */

test("approvals on a phone, and nothing typed is lost", { skip }, async () => {
  const server = await startServer();
  try {
    const { number } = (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "34" } })).body;
    const page = await signedIn(browser, server, "manager", { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
    await page.tap("nav.dock a[href='/approvals']");
    await page.waitForURL("**/approvals");
    const card = page.locator("article.ask-card", { has: page.locator(`a[href='/requests/${number}']`) });
    for (const button of await card.locator("button:visible").all()) {
      const box = await button.boundingBox();
      assert.ok(box.height >= 24 && box.width >= 24, "big enough for a finger");
    }
    await picture(page, "phone.approvals");
    await card.locator("button[popovertarget^=r]").tap();
    await picture(page, "phone.reject", { fullPage: false });
    assert.deepEqual(await axeFindings(page), []);
    // Meanwhile the request is withdrawn: the decision is refused, and the words are still there.
    await page.fill(".dlg:popover-open textarea", "Please take the 27 inch one");
    assert.equal((await server.api("requester", "POST", `/requests/${number}/actions/withdraw`, {})).status, 200);
    await Promise.all([page.waitForNavigation(), page.tap(".dlg:popover-open button[value=reject]")]);
    assert.match(await page.textContent("main"), /Please take the 27 inch one/);
    assert.deepEqual(await sideways(page), []);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("a table on a phone is read downwards, each cell under its name", { skip }, async () => {
  const server = await startServer();
  try {
    const page = await signedIn(browser, server, "requester", { viewport: phone, hasTouch: true, isMobile: true });
    await page.goto("/catalog/purchase/order");
    await page.click("[data-add]");
    const rows = page.locator("table.lines tbody tr");
    const names = await rows.last().locator(".cell-name:visible").allTextContents();
    assert.deepEqual(names, await page.locator("table.lines thead th:not(.vh)").allTextContents());
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("main *")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX))
      .map((element) => element.className)), [], "nothing scrolls sideways");
    const [upper, lower] = await Promise.all([0, 1].map((i) => rows.last().locator("td").nth(i).boundingBox()));
    assert.ok(lower.y >= upper.y + upper.height - 1 && lower.x === upper.x, "cells stand below each other");
    assert.deepEqual(await axeFindings(page), []);
    await page.setViewportSize(desk);
    assert.equal(await page.locator(".cell-name:visible").count(), 0, "a wide page has heads of columns");
    /* A form that asks for a password says that it keeps none. */
    await page.goto("/profile");
    await send(page, "form[action='/profile/password'] button.main, form[action='/profile/password'] .form-end button");
    assert.match(await page.textContent("#errors"), /kept, but no password/);
  } finally {
    await browser.contexts().at(-1)?.close();
    await server.end();
  }
});

test("a refused form comes back with everything in it", { skip }, async () => {
  const server = await startServer();
  try {
    const page = await signedIn(browser, server, "requester");
    await page.goto("/catalog/purchase/order");
    const fields = await page.$$eval("form.form input[type=text], form.form input:not([type]), form.form textarea",
      (all) => all.filter((one) => one.checkVisibility() && one.name && !one.name.startsWith("_")).map((one) => one.name));
    for (const name of fields)
      await page.fill(`[name="${name}"]`, `typed in ${name}`);
    await send(page, "button[name=_act][value=send]");
    assert.equal(await page.isVisible("#errors"), true);
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
    for (const name of fields)
      assert.equal(await page.inputValue(`[name="${name}"]`), `typed in ${name}`);
    for (const link of await page.$$eval("#errors a", (all) => all.map((one) => one.getAttribute("href"))))
      assert.equal(await page.locator(`[id="${link.slice(1)}"]`).count(), 1, `${link} leads to a question`);
    assert.deepEqual(await axeFindings(page), []);
    await picture(page, "en.refused.light");
    // A form that is too old keeps its words too.
    await page.evaluate(() => { document.querySelector("main form [name=_csrf]").value = "stale"; });
    await send(page, "button[name=_act][value=send]");
    for (const name of fields)
      assert.equal(await page.inputValue(`[name="${name}"]`), `typed in ${name}`, "after an expired form");
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

/* One order, several requests: with and without script, in every language. */
test("a bundle is ordered as a whole", { skip }, async () => {
  const server = await startServer();
  server.findings = [];
  try {
    const page = await signedIn(browser, server, "requester2");
    for (const lang of Object.keys(languages).reverse()) { /* ends in English */
      await choose(page, lang);
      await page.goto("/catalog/onboarding");
      await look(server, page, `${lang}.bundle`);
      await page.goto("/catalog/onboarding/order");
      await look(server, page, `${lang}.bundle-form`);
    }
    await page.check("[name=device][value=light]");
    await page.check("[name=size][value='27']");
    
    await send(page, "button[name=_act][value=send]");
    assert.equal(await page.isVisible("#errors"), true);
    assert.equal(await page.isChecked("[name=device][value=light]"), true, "nothing typed is lost");
    for (const link of await page.$$eval("#errors a", (all) => all.map((one) => one.getAttribute("href"))))
      assert.equal(await page.locator(`[id="${link.slice(1)}"]`).count(), 1, `${link} leads to a question`);
    await look(server, page, "en.bundle-refused");
    await page.fill("[name=first_day]", "2031-02-03");
    await page.fill("[name=reason]", "I travel");
    await page.check("[name=areas][value=office]");
    await page.waitForFunction(() => /1,690/.test(document.getElementById("preview").textContent), null, { timeout: 5000 });
    await send(page, "button[name=_act][value=send]");
    assert.match(page.url(), /\/catalog\/onboarding\/orders\/\d+$/);
    assert.equal(await page.locator("a.trip").count(), 4);
    await look(server, page, "en.bundle-order");
    await Promise.all([page.waitForNavigation(), page.click("a.trip >> nth=1")]);
    assert.equal(await page.locator("section:has(#bundleh) ul a").count(), 3, "the others are named");
    await look(server, page, "en.bundle-request");

    /* Without script: the laptop is refused now; the rest is ordered without it. */
    const plain = await signedIn(browser, server, "requester2", { javaScriptEnabled: false, viewport: phone });
    await plain.goto("/catalog/onboarding/order");
    await plain.fill("[name=first_day]", "2031-02-03");
    await plain.check("[name=device][value=standard]");
    await plain.check("[name=areas][value=office]");
    await send(plain, "button[name=_act][value=send]");
    assert.equal(await plain.locator("#errors a").getAttribute("href"), "#laptop:_without");
    await plain.check("[name='laptop:_without']");
    await send(plain, "button[name=_act][value=again]");
    assert.equal(await plain.isChecked("[name='laptop:_without']"), true);
    await send(plain, "button[name=_act][value=send]");
    assert.match(plain.url(), /\/orders\/\d+$/);
    assert.equal(await plain.locator("a.trip").count(), 2);
    assert.deepEqual(server.findings, []);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

/* --- what goes wrong says so, and costs nothing ----------------------------------------------------- */

test("too much at once is said in words, and what was typed comes back", { skip }, async () => {
  const server = await startServer();
  try {
    const page = await signedIn(browser, server, "requester");
    await page.goto("/catalog/building-fault/order");
    await page.fill("[name=symptom]", "The door does not close");
    writeFileSync(join(server.folder, "film.mp4"), Buffer.alloc(27 << 20)); /* by its path it need not go through the debugger */
    await page.setInputFiles("input[type=file]", join(server.folder, "film.mp4"));
    await send(page, "button[name=_act][value=send]");
    assert.match(await page.textContent("#errors"), /A file may have at most/);
    assert.equal(await page.inputValue("[name=symptom]"), "The door does not close");
    /* More than the server reads at all: a page of its own, and a way back to the words. */
    await page.goto("/catalog/question/order");
    await page.fill("[name=question]", "x".repeat(1200));
    await page.waitForFunction(() => Object.values(sessionStorage).some((kept) => kept.includes("x".repeat(1200))));
    await page.evaluate(() => {
      const more = document.createElement("textarea");
      more.name = "_more";
      more.value = "x".repeat(1 << 21);
      more.hidden = true;
      document.querySelector("form.form").append(more);
    });
    await send(page, "button[name=_act][value=send]");
    assert.equal(await page.locator("main [data-failed] h1").count(), 1);
    assert.deepEqual(await axeFindings(page), []);
    await picture(page, "en.too-large.light", { fullPage: false });
    await send(page, "[data-failed] a.main");
    assert.equal((await page.inputValue("[name=question]")).length, 1200);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("several requests get a tag at once, and lose it again", { skip }, async () => {
  const server = await startServer();
  server.findings = [];
  try {
    const numbers = [];
    for (let i = 0; i < 2; i++)
      numbers.push((await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "24" } })).body.number);
    for (const lang of ["en", "sv", "zh"]) {
      const page = await signedIn(browser, server, "lead");
      await choose(page, lang);
      await page.goto("/work/bulk");
      await page.evaluate((ids) => {
        for (const id of ids)
          document.querySelector("main form.form").insertAdjacentHTML("beforeend", `<input type="hidden" name="id" value="${id}">`);
      }, [...numbers, "REQ-999999"]);
      await page.selectOption("[name=act]", "tag");
      await send(page, "main form.form button.main");
      await picture(page, `${lang}.bulk-act`);
      server.findings.push(...await axeFindings(page));
      await send(page, "main form.form button.main"); /* without a tag it is refused, and nothing chosen is lost */
      assert.equal(await page.locator("main [name=id]").count(), 3);
      assert.equal(await page.locator("main [aria-invalid=true]").count(), 1);
      await page.fill("[name=value]", "floor-3");
      await send(page, "main form.form button.main");
      assert.equal(await page.locator("main tbody tr").count(), 1);
      await look(server, page, `${lang}.bulk-done`);
      await page.goto(`/work/${numbers[0]}`);
      await look(server, page, `${lang}.tags`);
      await page.goBack();
      await send(page, "main form button");
      assert.equal(await page.locator("main form").count(), 0);
      assert.deepEqual((await server.api("requester", "GET", `/requests/${numbers[1]}/tags`)).body.items, []);
    }
    assert.deepEqual(server.findings, []);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("the palette finds requests and items while somebody types", { skip }, async () => {
  const server = await startServer();
  try {
    const { number } = (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "24" } })).body;
    const page = await signedIn(browser, server, "agent");
    await page.goto("/work");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("dator");
    await page.waitForSelector("#palette-found a[href='/catalog/laptop']");
    assert.deepEqual(await axeFindings(page), []);
    const chosen = () => page.evaluate(() => document.querySelector("#palette a[aria-current=true]")?.getAttribute("href"));
    for (let i = 0; i < 20 && await chosen() !== "/catalog/laptop"; i++)
      await page.keyboard.press("ArrowDown");
    await Promise.all([page.waitForURL("**/catalog/laptop"), page.keyboard.press("Enter")]);
    await page.keyboard.press("Control+k");
    await page.keyboard.type(number.toLowerCase());
    await page.waitForSelector(`#palette-found a[href='/work/${number}'][aria-current=true]`);
    await Promise.all([page.waitForURL(`**/work/${number}`), page.keyboard.press("Enter")]);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("zzzz");
    await page.waitForSelector("#palette-found p:visible");
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("search by keyboard and without script: requests, people, pages, and nothing at all", { skip }, async () => {
  const server = await startServer();
  try {
    const { number } = (await server.api("requester", "POST", "/requests",
      { item: "question", answers: { question: "A numbat" }, title: "Numbat on the roof" })).body;
    const page = await signedIn(browser, server, "agent");
    await page.goto("/work");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("numbat");
    await Promise.all([page.waitForURL("**/search?q=numbat"), page.keyboard.press("Enter")]);
    for (let tries = 0; tries < 50 && await page.locator(".hits mark").count() === 0; tries++) {
      await page.waitForTimeout(100);
      await page.reload();
    }
    assert.equal(await page.locator(`.hits a[href='/work/${number}'] mark`).textContent(), "Numbat");
    assert.deepEqual(await axeFindings(page), []);
    await tabTo(page, `.hits a[href='/work/${number}']`);
    await Promise.all([page.waitForURL(`**/work/${number}`), page.keyboard.press("Enter")]);
    await page.goBack();
    await page.keyboard.press("/");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("team:nobodys");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=alert]");
    const plain = await server.signIn("requester");
    assert.match((await plain.get("/search?q=numbat")).text, new RegExp(`/requests/${number}`));
    assert.match((await plain.get("/search?q=zzzzqqq")).text, /Nothing found/);
    const owner = await server.signIn("owner");
    let gaps = "";
    for (let tries = 0; tries < 50 && !gaps.includes("zzzzqqq"); tries++) {
      await new Promise((done) => setTimeout(done, 100));
      gaps = (await owner.get("/catalog/manage/searches")).text;
    }
    assert.match(gaps, /zzzzqqq/);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("among many teams the one to hand over to is looked up", { skip }, async () => {
  const server = await startServer();
  try {
    const ask = async () => (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "24" } })).body.number;
    const [number, second] = [await ask(), await ask()];
    const agent = await server.signIn("agent");
    assert.match((await agent.get(`/work/${number}`)).text, /<select class="in mid" id="tr-team"/);
    for (let i = 1; i <= 30; i++)
      assert.equal((await server.api("admin", "POST", "/teams", { key: `site-${i}`, names: { en: `Site ${i}`, sv: `Plats ${i}` } })).status, 201);
    assert.match((await agent.get("/teams/suggest?q=site%203")).text, /<option value="site-3">Site 3<\/option>\s*<option value="site-30">/);
    assert.equal((await agent.get("/teams/suggest?q=zzz")).text.trim(), "");
    const refused = await agent.post(`/work/${number}/acts/transfer`, { team: "Site 99", text: "All of it", next_step: "Call them" });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /What you wrote[\s\S]*Site 99/);
    const wrong = await agent.post("/work/bulk", { act: "transfer", id: second, value: "Site 98", text: "Yours", next_step: "Call", confirmed: "1" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /There is no such team[\s\S]*value="Site 98"/);

    const page = await signedIn(browser, server, "agent");
    await page.goto(`/work/${number}`);
    assert.equal(await page.locator("#tr-team option").count(), 0);
    await page.locator("[popovertarget=act-transfer]").first().click();
    await page.locator("#tr-team").pressSequentially("plats 12");
    await page.waitForTimeout(400);
    assert.equal(await page.locator("#tr-team-l option").count(), 0); /* it has this name in Swedish */
    await page.locator("#tr-team").fill("");
    await page.locator("#tr-team").pressSequentially("site 1");
    await page.waitForSelector("#tr-team-l option[value=site-12]", { state: "attached" });
    assert.deepEqual(await axeFindings(page), []);
    await page.locator("#tr-team").fill("Site 12");
    await page.locator("#tr-sum").fill("It is yours");
    await page.locator("#tr-next").fill("Call them");
    await Promise.all([page.waitForNavigation(), page.locator("#act-transfer .btn.main").click()]);
    assert.match(await page.locator("main").textContent(), /Site 12/);

    const many = { act: "transfer", id: second, value: "Site 7", text: "It is yours", next_step: "Call them" };
    assert.match((await agent.post("/work/bulk", many)).text, /name="value"[^>]*data-suggest="\/teams\/suggest"/);
    assert.equal((await agent.post("/work/bulk", { ...many, confirmed: "1" })).status, 303);
    assert.match((await agent.get(`/work/${second}`)).text, /Site 7/);
  } finally {
    for (const context of browser.contexts())
      await context.close();
    await server.end();
  }
});

test("what was written for staff never comes back in the reply to the requester", { skip }, async () => {
  const server = await startServer();
  try {
    const { number } = (await server.api("requester", "POST", "/requests", { item: "monitor", answers: { size: "24" } })).body;
    const agent = await server.signIn("agent");
    await agent.get(`/work/${number}`);
    const offered = await agent.post(`/work/${number}/acts/transfer`, { team: "nowhere", text: "not for the requester", next_step: "call them" });
    assert.equal(offered.status, 422);
    assert.match(offered.text, /<textarea id="say"[^>]*>\s*<\/textarea>/);
    assert.match(offered.text, /What you wrote[\s\S]*not for the requester[\s\S]*call them/);
    const note = await agent.post(`/work/${number}/notes`, { text: "" });
    assert.equal(note.status, 422);
    assert.match(note.text, /value="note" checked/);
    const asker = await server.signIn("requester");
    await asker.get(`/requests/${number}`);
    assert.equal((await server.api("requester", "POST", `/requests/${number}/actions/withdraw`, {})).status, 200);
    const late = await asker.post(`/requests/${number}/acts/withdraw`, { text: "no need any more" });
    assert.equal(late.status, 409);
    assert.match(late.text, /<textarea id="msg"[^>]*>\s*<\/textarea>/);
    assert.match(late.text, /What you wrote[\s\S]*no need any more/);
  } finally {
    await server.end();
  }
});

// lengths.mjs - whatever the length of a text, the server answers and goes on: every member of every body
// of the API, every field of every form that some people meet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startServer } from "./support/server.mjs";

/* The longest that a field of a form may have, in one byte and in four for each character. */
const texts = ["x".repeat(65536), "\u{1F600}".repeat(16384), "<script>\"'&"];

let server;

before(async () => { server = await startServer(); });
after(() => server?.end());

function answered(answer, about) {
  assert.ok(answer.status < 500, `${about} -> ${answer.status} ${answer.text.slice(0, 300)}`);
  /* A file of values is no page: there a sign is what it is. */
  const page = /^text\/html/.test(answer.headers["content-type"] ?? "");
  assert.ok(!page || !answer.text.includes("<script>\""), `${about} writes markup that somebody typed`);
}

test("in any member of any body of the API", async () => {
  const document = (await server.api(null, "GET", "/openapi.json")).body;
  const resolve = (schema) => schema.$ref === undefined ? schema
    : resolve(schema.$ref.slice(2).split("/").reduce((node, key) => node[key], document));
  const { items } = (await server.api("agent", "GET", "/requests?limit=1")).body;
  const known = { number: items[0].number, login: "agent2", key: "workplace", kind: "model" };
  let calls = 0;
  for (const [template, methods] of Object.entries(document.paths)) {
    const path = template.replace("/api/v1", "").replace(/\{(\w+)\}/g, (_, name) => known[name] ?? "1");
    for (const [method, operation] of Object.entries(methods)) {
      const content = operation.requestBody && resolve(operation.requestBody).content["application/json"];
      if (!content)
        continue;
      const members = Object.keys(resolve(content.schema).properties ?? {});
      const values = [...texts, Array(600).fill(texts[0].slice(0, 1000)), { [texts[0]]: texts[0] }, [[texts[0]]], null, -1];
      const bodies = [{ [texts[0]]: 1 }, ...members.flatMap((name) => values.map((value) => ({ [name]: value })))];
      for (const login of ["agent", "admin", "owner"])
        for (const body of bodies) {
          answered(await server.api(login, method.toUpperCase(), path, body, { "if-match": '"1"' }),
            `${method} ${path} as ${login}: ${JSON.stringify(body).slice(0, 100)}`);
          calls++;
        }
    }
  }
  assert.ok(calls > 500, `${calls} calls`);
});

const attribute = (tag, name) => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1]
  .replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">");

/** The forms that are sent by POST: { action, fields } with what each field holds. */
function forms(html) {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)]
    .filter(([, head]) => attribute(head, "method") === "post")
    .map(([, head, body]) => ({
      action: attribute(head, "action"),
      fields: Object.fromEntries([...body.matchAll(/<(?:input|textarea|select|button)\b[^>]*>/g)]
        .map(([tag]) => [attribute(tag, "name"), attribute(tag, "value") ?? ""]).filter(([name]) => name !== undefined && name !== "_csrf")),
    }));
}

for (const login of ["requester", "agent", "owner", "admin"]) {
  test(`in any field of the forms that ${login} meets`, async () => {
    const visitor = await server.signIn(login);
    const kind = (path) => path.split("?")[0].replace(/\d+/g, "N");
    const waiting = ["/"], seen = new Set(), sent = new Set();
    while (waiting.length > 0) {
      const path = waiting.shift();
      if (seen.has(kind(path)))
        continue;
      seen.add(kind(path));
      const page = await visitor.get(path);
      answered(page, path);
      waiting.push(...[...page.text.matchAll(/<a\b[^>]*>/g)].map(([tag]) => attribute(tag, "href")?.split("#")[0])
        .filter((to) => to?.startsWith("/")));
      for (const { action = path, fields } of forms(page.text)) {
        const name = `${kind(action)} ${Object.keys(fields)}`;
        if (sent.has(name) || action === "/sign-out")
          continue;
        sent.add(name);
        for (const field of Object.keys(fields))
          for (const text of texts)
            answered(await visitor.post(action, { ...fields, [field]: text }), `${action} with ${field}: ${text.slice(0, 20)}`);
      }
    }
    assert.ok(sent.size > 5, `${sent.size} forms on ${seen.size} pages`);
  });
}

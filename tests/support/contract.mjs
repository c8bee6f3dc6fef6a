// contract.mjs - answers of the API against the OpenAPI document that the same server serves.
import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020.js";

const formats = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  duration: /^-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
  password: true,
};

const pointer = (...parts) => parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export class Contract {
  #ajv = new Ajv2020({ strict: false, allErrors: true, formats });
  #checks = new Map();

  constructor(document) {
    this.document = document;
    this.#ajv.addSchema({ ...document, $id: "api" });
    this.paths = Object.keys(document.paths).map((path) =>
      ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+").replaceAll(".", "\\.")}$`) }));
    this.met = new Set();
  }

  /** The operation that a call meets: literal segments win over parameters. */
  operation(method, path) {
    const fits = this.paths.filter(({ pattern }) => pattern.test(path.split("?")[0]))
      .sort((a, b) => a.path.split("{").length - b.path.split("{").length);
    assert.ok(fits.length > 0, `${path} stands in the document`);
    const operation = this.document.paths[fits[0].path][method.toLowerCase()];
    assert.ok(operation, `${method} ${fits[0].path} stands in the document`);
    return { path: fits[0].path, operation };
  }

  /** Whether `body` is what the schema at `where` (a JSON pointer) asks for. */
  conforms(where, body, about) {
    if (!this.#checks.has(where))
      this.#checks.set(where, this.#ajv.compile({ $ref: `api#${encodeURI(where)}` }));
    const check = this.#checks.get(where);
    assert.ok(check(body), `${about}: ${this.#ajv.errorsText(check.errors)}\n${JSON.stringify(body).slice(0, 2000)}`);
  }

  /** Checks status, media type and body of an answer; problems too. */
  check(method, path, answer) {
    const { path: template, operation } = this.operation(method, path);
    const code = [String(answer.status), `${Math.floor(answer.status / 100)}XX`, "default"].find((one) => operation.responses[one]);
    const about = `${method} ${path} -> ${answer.status}`;
    this.met.add(`${method} ${template}`);
    assert.ok(answer.status >= 400 || answer.status === 204 || code !== "default", `${about}: this status stands in the document`);
    if (answer.status === 204) {
      assert.equal(answer.text, "", about);
      return;
    }
    const type = (answer.headers["content-type"] ?? "").split(";")[0];
    assert.ok(operation.responses[code].content?.[type], `${about}: ${type} stands in the document`);
    this.conforms(pointer("paths", template, method.toLowerCase(), "responses", code, "content", type, "schema"), answer.body, about);
    if (answer.status >= 400) {
      assert.equal(answer.body.status, answer.status, about);
      assert.match(answer.body.type, /^urn:errand:problem:[a-z_]+$/, about);
      assert.ok(answer.body.title.length > 0 && answer.body.detail.length > 0, about);
    }
  }
}

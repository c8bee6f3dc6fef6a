// calendar.mjs - errand calendar due: the shared cases of working time, and what a broken line gives.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { program, root } from "./support/server.mjs";

const shared = [join(root, "data/sla"), join(root, "../shared/data/sla"), join(root, "../../shared/data/sla")]
  .find((folder) => existsSync(folder));

function due(lines) {
  const { status, stdout, stderr } = spawnSync(program, ["calendar", "due"],
    { input: lines.map((line) => `${line}\n`).join(""), encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr);
  return stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

function check(cases) {
  const results = due(cases.map((one) => JSON.stringify(one)));
  assert.equal(results.length, cases.length);
  cases.forEach((one, i) => {
    const { actual, error, ...rest } = results[i];
    assert.equal(error, undefined, one.id);
    assert.deepEqual(rest, one, "the case comes back as it was");
    const allowed = [one.expected_seconds ?? one.expected, ...(one.boundary ?? [])];
    assert.ok(allowed.includes(actual), `${one.id}: ${actual}, not ${allowed.join(" or ")}`);
  });
}

for (const file of ["cases.json", "cases_clock_change.json"])
  test(`every case of ${file}`, { skip: shared === undefined && "data/sla is not here" }, () => {
    check(JSON.parse(readFileSync(join(shared, file), "utf8")));
  });

const days = (hours) => Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, hours]));
const office = { tz: "Europe/Stockholm", hours: days([["09:00", "17:00"]]) };

test("a due time at closing time stays there, an opening on the way back too", () => {
  check([
    { calendar: office, op: "add", start: "2030-01-04T08:00:00Z", seconds: 28800, expected: "2030-01-04T16:00:00Z" },
    { calendar: office, op: "add", start: "2030-01-04T08:00:00Z", seconds: 28801, expected: "2030-01-07T08:00:01Z" },
    { calendar: office, op: "sub", start: "2030-01-07T16:00:00Z", seconds: 28800, expected: "2030-01-07T08:00:00Z" },
    { calendar: office, op: "sub", start: "2030-01-07T16:00:00Z", seconds: 28801, expected: "2030-01-04T15:59:59Z" },
    { calendar: office, op: "add", start: "2030-01-05T08:00:00Z", seconds: 0, expected: "2030-01-05T08:00:00Z" },
  ]);
});

test("windows over midnight, holidays, yearly holidays, breaks and pauses", () => {
  const night = { tz: "UTC", hours: days([["22:00", "06:00"]]), holidays: ["2030-01-08"], annual_holidays: ["01-10"],
    breaks: { "2030-01-09": [["23:00", "01:00"]] } };
  check([
    { calendar: night, op: "next_open", start: "2030-01-07T00:00:00Z", expected: "2030-01-07T22:00:00Z" },
    { calendar: night, op: "prev_close", start: "2030-01-08T22:30:00Z", expected: "2030-01-08T06:00:00Z" },
    { calendar: night, op: "between", start: "2030-01-09T00:00:00Z", end: "2030-01-11T12:00:00Z", expected_seconds: 21600 },
    { calendar: night, op: "add", start: "2030-01-07T22:00:00Z", seconds: 3600, expected: "2030-01-08T01:00:00Z",
      pauses: [["2030-01-07T22:30:00Z", "2030-01-08T00:00:00Z"], ["2030-01-07T23:00:00Z", "2030-01-08T00:30:00Z"]] },
    { calendar: night, op: "sub", start: "2030-01-08T06:00:00Z", seconds: 7200, expected: "2030-01-08T03:00:00Z",
      pauses: [["2030-01-08T05:00:00Z", "2030-01-08T08:00:00Z"]].map(([from, to]) => [from, to]) },
    { calendar: { tz: "UTC", hours: { sun: [["00:00", "24:00"]] } }, op: "between",
      start: "2030-01-01T00:00:00Z", end: "2430-01-01T00:00:00Z", expected_seconds: 20871 * 86400 },
  ]);
});

test("a broken line gives an error on that line and stops nothing", () => {
  const good = { calendar: office, op: "next_open", start: "2030-01-05T08:00:00Z" };
  const lines = [
    JSON.stringify(good), "{", "", "[]", "\u0001", "x".repeat(1_200_000),
    ...[
      { calendar: {} }, { calendar: { tz: "Europe/Atlantis", hours: {} } }, { calendar: { tz: "UTC", hours: {} } },
      { calendar: { tz: "UTC", hours: days([["09:00", "12:00"], ["11:00", "13:00"]]) } },
      { calendar: { tz: "UTC", hours: days([["09:00", "25:00"]]) } }, { calendar: { ...office, holidays: ["2030-02-30"] } },
      { calendar: { ...office, annual_holidays: ["02-30"] } }, { calendar: { ...office, breaks: { "2030-1-1": [] } } },
      { op: "divide" }, { op: undefined }, { start: "yesterday" }, { op: "add" }, { op: "add", seconds: -1 },
      { op: "add", seconds: 9e15 }, { op: "between" }, { pauses: [["2030-01-05T08:00:00Z"]] },
    ].map((wrong) => JSON.stringify({ ...good, ...wrong })),
    JSON.stringify(good),
  ];
  const results = due(lines);
  assert.equal(results.length, lines.length);
  assert.equal(results[0].actual, "2030-01-07T08:00:00Z");
  assert.equal(results.at(-1).actual, "2030-01-07T08:00:00Z");
  results.slice(1, -1).forEach((result, i) => {
    assert.equal(typeof result.error, "string", lines[i + 1].slice(0, 200));
    assert.equal(result.actual, undefined);
  });
});

test("the length of the input is no limit", () => {
  const line = JSON.stringify({ calendar: office, op: "add", start: "2030-01-04T08:00:00Z", seconds: 360000, note: "x".repeat(900) });
  const results = due(Array(12000).fill(line));
  assert.equal(results.length, 12000);
  assert.equal(results.at(-1).actual, results[0].actual);
});

#!/usr/bin/env python3
"""refgen.py - writes the references that follow from the program itself.

    tools/refgen.py build/errand           writes docs/schema.md and docs/api.md
    tools/refgen.py --check build/errand   says what is out of date, and fails then

docs/schema.md comes from the comments of sql/migrations, docs/api.md from the route rows, input rows and
schema rows that the program prints as its OpenAPI document.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MADE = "<!-- Made by tools/refgen.py. Change the source, not this file. -->\n"


# ---- schema ----

def columns_of(body):
    """(name, type, meaning) for each column; constraints of the table are left out."""
    rows = []
    for line in body.splitlines():
        match = re.match(r"    ([a-z_0-9]+) +(\{?[A-Za-z]+\}?)(.*)$", line)
        if not match or match[1].upper() in ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN"):
            continue
        name, kind, rest = match.groups()
        meaning = rest.split("--", 1)[1].strip() if "--" in rest else ""
        words = re.search(r"CHECK \(\w+ IN \(([^)]*)\)", rest)
        if words and not meaning:
            meaning = ", ".join(w.strip().strip("'") or "''" for w in words[1].split(","))
        to = re.search(r"REFERENCES (\w+)", rest)
        if to:
            meaning = f"→ `{to[1]}`" + (f"; {meaning}" if meaning else "")
        need = "" if "NOT NULL" in rest or kind == "{id}" else "may be empty"
        kind = {"{id}": "id", "{int}": "integer", "{bytes}": "bytes", "{tx}": "transaction",
                "{tx_position}": "transaction", "TEXT": "text", "REAL": "number"}.get(kind, kind)
        rows.append((name, kind, need, meaning))
    return rows


def schema():
    out = [MADE, "# Schema\n",
           "Every table and column, from the comments of `sql/migrations`. Instants are 64-bit counts of milliseconds "
           "since 1970-01-01T00:00Z and end in `_ms`; yes or no is 0 or 1.\n"]
    paths = sorted((ROOT / "sql/migrations").glob("*.sql"))
    dropped = {drop for path in paths
               for drop in re.findall(r"^ALTER TABLE (\w+) DROP COLUMN (\w+);", path.read_text(encoding="utf-8"), re.M)}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        head = re.match(r"((?:--.*\n)+)", text)
        title = head[1].splitlines()[0].lstrip("- ") if head else path.stem
        out.append(f"## {path.name}\n\n{title}\n")
        for match in re.finditer(r"((?:^--[^\n]*\n)*)^CREATE TABLE (\w+) \(\n(.*?)^\)", text, re.M | re.S):
            about = " ".join(line.lstrip("- ") for line in match[1].splitlines()).strip() if match.start() > 0 else ""
            out.append(f"### {match[2]}\n" + (f"\n{about}\n" if about else ""))
            out.append("| column | type | | meaning |\n|---|---|---|---|")
            out += [f"| `{n}` | {k} | {e} | {m.replace('|', chr(92) + '|')} |" for n, k, e, m in columns_of(match[3])
                    if (match[2], n) not in dropped]
            out.append("")
        added = re.findall(r"^ALTER TABLE (\w+) ADD COLUMN ([^;]*);(.*)$", text, re.M)
        for table in dict.fromkeys(a[0] for a in added):
            out.append(f"### {table}, more columns\n\n| column | type | | meaning |\n|---|---|---|---|")
            body = "\n".join(f"    {column}{about}" for name, column, about in added if name == table)
            out += [f"| `{n}` | {k} | {e} | {m.replace('|', chr(92) + '|')} |" for n, k, e, m in columns_of(body)]
            out.append("")
    return "\n".join(out).rstrip() + "\n"


# ---- API ----

def type_words(schema_):
    if not schema_:
        return "any"
    if "$ref" in schema_:
        name = schema_["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema_:
        return type_words(schema_["anyOf"][0]) + " or null"
    if "allOf" in schema_:
        return type_words(schema_["allOf"][0])
    if "enum" in schema_:
        return ", ".join(schema_["enum"])
    if schema_.get("type") == "array":
        return "list of " + type_words(schema_.get("items"))
    if schema_.get("type") == "object" and "properties" not in schema_:
        return "object of " + type_words(schema_.get("additionalProperties"))
    return schema_.get("format") or schema_.get("type", "any")


def reply_words(operation):
    for status, answer in operation["responses"].items():
        if status == "default":
            continue
        content = answer.get("content", {}).get("application/json")
        if not content:
            return f"{status}"
        shape = content["schema"]
        if shape.get("properties", {}).get("items"):
            return f"{status}, a page of {type_words(shape['properties']['items']['items'])}"
        return f"{status}, {type_words(shape)}"
    return ""


def api(document):
    out = [MADE, "# API\n",
           "Base `/api/v1`. Send `Authorization: Bearer TOKEN`; make tokens on your profile page or with `errand token "
           "create`. Failures are `application/problem+json`. Lists answer `{items, next}`: give `next` back as `?cursor=`. "
           "A change of an object needs `If-Match` with the ETag that you read. `Idempotency-Key` makes a POST safe to "
           "repeat for a day. Texts follow `Accept-Language`. The same as OpenAPI 3.1: `/api/v1/openapi.json`.\n"]
    tags = [tag["name"] for tag in document["tags"]]
    for tag in tags:
        rows = []
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag not in operation["tags"]:
                    continue
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                query = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
                sends = type_words(body["schema"]) if body else ""
                if query:
                    sends = (sends + " " if sends else "") + "?" + " ".join(query)
                rows.append(f"| `{method.upper()} {path}` | {operation['summary']} | {sends} | {reply_words(operation)} |")
        if rows:
            out.append(f"## {tag.capitalize()}\n\n| call | does | takes | answers |\n|---|---|---|---|\n" + "\n".join(rows) + "\n")
    out.append("## Shapes\n")
    for name, shape in sorted(document["components"]["schemas"].items()):
        out.append(f"### {name}\n\n| member | type | |\n|---|---|---|")
        for field, kind in shape.get("properties", {}).items():
            need = "" if "description" not in kind else kind["description"]
            out.append(f"| `{field}` | {type_words(kind)} | {need} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def main(words):
    check = words[:1] == ["--check"]
    program = words[1 if check else 0]
    document = json.loads(subprocess.run([program, "routes", "--openapi"], check=True, capture_output=True).stdout)
    stale = 0
    for name, text in (("schema.md", schema()), ("api.md", api(document))):
        path = ROOT / "docs" / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"docs/{name} is out of date: run tools/refgen.py build/errand")
                stale += 1
        else:
            path.write_text(text, encoding="utf-8")
    if check:
        print(f"{2 - stale} passed, {stale} failed, 0 skipped")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

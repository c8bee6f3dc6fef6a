#!/usr/bin/env python3
"""Checks what the compiler cannot: who includes whom, who makes grants, who talks to the database.

    check_layers.py [--root DIR] [--build DIR]

Four checks over src/ and tests/:
  includes  each file includes only what its layer may use (LAYERS, LIBRARIES below)
  grants    only src/domain/access makes Granted... and Scope... values or touches their members
  headers   each header says what it is for and compiles on its own
  objects   only the database drivers call the functions that run SQL text
The last two need the finished build of ./dev build.  Prints each finding as file:line: text and
ends with "N passed, N failed, 0 skipped", counted in files.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

# Layer -> the folders of src/ that it may include, besides itself.
LAYERS = {
    "core": [],
    "db": ["core"],
    "app": ["core", "db"],
    "http": ["core", "db", "app"],
    "web": ["core", "app", "http", "tmpl"],
    "api": ["core", "app", "http"],
    "domain": ["core", "db", "app"],
    "mail": ["core", "db", "app", "domain"],
    "jobs": ["core", "db", "app"],
    "cli": ["core", "db", "app", "http", "web", "api", "domain", "mail", "jobs"],
    "tmpl": [],  # what tools/tmplgen.py makes of templates; generated, so nothing of it is read here
}
# The outer faces of a concept, by the end of a file's name: what they may include besides.  A
# header of a face (order_web.h; order_page.h with the structs of templates) is for that face only.
FACES = {
    "_web": ["web", "http", "tmpl"],
    "_page": ["web", "http", "tmpl"],
    "_api": ["api", "http"],
}

# A concept's door is the header of its own name.  The model alone has three, because reading one
# document, filling one in and reading a whole folder have different callers.  How a request looks in a
# list is one thing for all concepts: the faces of those above use the request's own.  Its index of words, the items of
# the catalog, what teams write down on requests and what somebody has read of them is what queries and searches ask.
MORE_DOORS = {"model": ["answers", "folder"], "catalog": ["gap"],
              "request": ["bulk", "lists", "words", "items", "team_field", "read_mark", "bulk_web", "order_web", "portal_web",
                          "work_web", "request_json_api"]}

# Header of a library -> the only files that may see it.
LIBRARIES = {
    "uv.h": r"src/http/.*",
    "llhttp.h": r"src/http/.*",
    "sqlite3.h": r"src/db/db_sqlite\.c|tests/support/disk\.c",
    "libpq-fe.h": r"src/db/db_postgres\.c",
    "jansson.h": r"src/core/json\.c",
    "libical/ical.h": r"src/domain/calendar/feed\.c",
    "cmocka.h": r"tests/support/test\.c",
}

# Function that runs SQL text -> the only object that may call it.
SQL_FUNCTIONS = {
    r"sqlite3_(prepare|exec|get_table)\w*": "db_db_sqlite.c.o",
    r"PQ(exec|prepare|send(Query|Prepare))\w*": "db_db_postgres.c.o",
}

GRANT = r"(?:Granted|Scope)[A-Z]\w*"
GRANT_MADE = [
    (rf"\(\s*(?:const\s+)?{GRANT}\s*\)\s*\{{", "makes a grant or scope"),
    (rf"\b{GRANT}\s+\w+\s*(?:\[[^]]*\])?\s*=\s*\{{", "fills a grant or scope"),
    (rf"\(\s*(?:const\s+)?(?:struct\s+)?{GRANT}\s*\*+\s*\)", "casts to a grant or scope"),
    (rf"\bARENA_(?:NEW|ARRAY)\s*\([^,;]*,\s*{GRANT}\b", "makes a zeroed grant or scope"),
    (rf"\bstruct\s+{GRANT}\s*\{{", "defines a grant or scope"),
    (r"(?:\.|->)\s*access_\w+", "touches a member of a grant or scope"),
]


class Check:
    """Findings by file, and the files that were looked at."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.looked_at = set()
        self.findings = []

    def find(self, path, line, text):
        self.findings.append((str(path), line, text))

    def files(self, *endings):
        for top in ("src", "tests"):
            for path in sorted((self.root / top).glob("**/*")):
                if path.suffix in endings and "node_modules" not in path.parts:
                    yield path.relative_to(self.root).as_posix()

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")


def strip_comments(text):
    """The code with comments and texts blanked, so that lines keep their numbers."""

    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found[0] == "/" else '""'

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


# ---- includes ----


def concepts_of(root):
    """The list of src/domain/meson.build, lowest first."""
    text = (pathlib.Path(root) / "src/domain/meson.build").read_text(encoding="utf-8")
    listed = re.search(r"concepts\s*=\s*\[(.*?)\]", text, flags=re.S)
    return re.findall(r"'(\w+)'", listed.group(1))


def place_of(path):
    """src/domain/target/x.c -> ("domain", "target"); src/db/x.c -> ("db", None)."""
    parts = path.split("/")
    if parts[0] == "src":
        parts = parts[1:]
    if parts[0] == "domain" and len(parts) > 2:
        return "domain", parts[1]
    return parts[0], None


def include_fault(path, included, concepts):
    """Why `path` must not include the project header `included`, or None."""
    if "/" not in included:
        return "write the folder too, as core/str.h"
    if path.startswith("tests/"):
        return None
    layer, concept = place_of(path)
    to_layer, to_concept = place_of(included)
    is_test = path.endswith(("_test.c", "_fixture.h"))
    if to_layer in ("support", "fuzz") or included.endswith("_fixture.h"):
        return None if is_test else "only tests may include this"
    if to_layer not in LAYERS:
        return "no such layer"
    if to_layer == "domain" and concept != to_concept:
        if layer == "cli":
            return None
        doors = [to_concept, *MORE_DOORS.get(to_concept, [])]
        if included not in [f"domain/{to_concept}/{door}.h" for door in doors]:
            return f"of another concept only domain/{to_concept}/{to_concept}.h may be included"
        if layer == "domain" and not is_test:
            if concepts.index(to_concept) > concepts.index(concept):
                return f"{to_concept} stands above {concept} in src/domain/meson.build"
            if not face_of(included):
                return None
    mine, theirs = face_of(path), face_of(included)
    if theirs and layer == "domain" and mine != theirs and not is_test:
        return "only pages may include this" if "web" in theirs else "only the API may include this"
    if is_test or to_layer == layer or to_layer in LAYERS[layer]:
        return None
    if layer == "domain" and to_layer in mine:
        return None
    return f"{layer} may not use {to_layer}"


def face_of(path):
    """What the face that a file of a concept belongs to may include; nothing for its rules."""
    stem = pathlib.PurePath(path).stem.removesuffix("_test")
    if place_of(path)[0] == "domain":
        for end, layers in FACES.items():
            if stem.endswith(end):
                return layers
    return []


def check_includes(check):
    concepts = concepts_of(check.root)
    folders = {p.name for p in (check.root / "src/domain").iterdir() if p.is_dir()}
    for folder in sorted(folders - set(concepts)):
        check.find("src/domain/meson.build", 1, f"the folder {folder} is not in the list")
        concepts.append(folder)
    for path in check.files(".c", ".h"):
        check.looked_at.add(path)
        layer, concept = place_of(path)
        depth = path.count("/")
        if path.startswith("src/") and (
                layer not in LAYERS or depth != (3 if layer == "domain" else 2)
                or (layer == "domain" and concept is None)):
            check.find(path, 1, "the build takes no file from this folder")
            continue
        for number, line in enumerate(check.text(path).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if not match:
                continue
            quote, included = match.groups()
            if quote == '"':
                fault = include_fault(path, included, concepts)
            else:
                only = LIBRARIES.get(included)
                fault = None
                if only and not re.fullmatch(only, path):
                    fault = "only " + only.replace("\\", "").replace(".*", "*") + " may see this"
            if fault:
                check.find(path, number, f"{included}: {fault}")


# ---- grants ----


def check_grants(check):
    for path in check.files(".c", ".h"):
        if path.startswith(("src/domain/access/", "tests/support/")):
            continue
        text = strip_comments(check.text(path))
        for pattern, what in GRANT_MADE:
            for match in re.finditer(pattern, text):
                check.find(path, line_of(text, match.start()),
                           f"{what}; only src/domain/access may")


# ---- headers ----


def compile_command(build):
    """The compiler and the flags of the project's own code, without a file."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    words, searched = [], []
    for entry in commands:
        found = shlex.split(entry["command"])
        searched += [w for w in found if re.match(r"-(I|isystem|D)", w)]
        if not words and entry["file"].endswith("src/core/str.c"):
            words = found
    own = []
    skip = False
    for word in words:
        if skip or word in ("-MD", "-c") or word.endswith(".c"):
            skip = False
        elif word in ("-o", "-MQ", "-MF"):
            skip = True
        else:
            own.append(word)
    return own + list(dict.fromkeys(searched))


def check_headers(check, build):
    if not (build / "compile_commands.json").exists():
        check.find(build, 1, "nothing is built: run ./dev build")
        return
    command = compile_command(build) + ["-fsyntax-only", "-x", "c", "-"]

    def compile_alone(path):
        included = path.split("/", 1)[1]
        # The typedef makes it a translation unit even where the header only defines macros.
        source = f'#include "{included}"\ntypedef int not_empty;\n'
        done = subprocess.run(command, input=source, cwd=build, text=True, capture_output=True,
                              check=False)
        return path, done

    headers = list(check.files(".h"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, done in pool.map(compile_alone, headers):
            check.looked_at.add(path)
            if done.returncode != 0:
                check.find(path, 1, "does not compile on its own:\n" + done.stderr.rstrip())
    for path in headers:
        text = check.text(path)
        if not text.startswith(f"/* {pathlib.PurePath(path).name} - "):
            check.find(path, 1, "begin with a comment: /* name.h - what it is for")
        if "\n#pragma once\n" not in text:
            check.find(path, 1, "#pragma once is missing")


# ---- objects ----


def check_objects(check, build):
    objects = sorted(o for o in build.glob("**/*.o") if not o.parent.name.startswith("bench-"))  # the yardsticks are no part of it
    if not objects:
        check.find(build, 1, "no object files: run ./dev build")
        return
    listed = subprocess.run(["nm", "-A", "-u", *map(str, objects)], text=True,
                            capture_output=True, check=True)
    for line in listed.stdout.splitlines():
        path, _, symbol = line.partition(": ")
        symbol = symbol.split()[-1]
        for pattern, only in SQL_FUNCTIONS.items():
            name = pathlib.PurePath(path).name
            if re.fullmatch(pattern, symbol) and name != only:
                check.find(os.path.relpath(path, check.root), 1,
                           f"calls {symbol}; only {only} may")


def main(argv=None):
    args = argparse.ArgumentParser()
    args.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    args.add_argument("--build")
    a = args.parse_args(argv)
    check = Check(a.root)
    build = pathlib.Path(a.build or check.root / "build")
    check_includes(check)
    check_grants(check)
    check_headers(check, build)
    check_objects(check, build)
    for path, line, text in check.findings:
        print(f"{path}:{line}: {text}")
    faulty = {path for path, _, _ in check.findings}
    print(f"{len(check.looked_at - faulty)} passed, {len(faulty)} failed, 0 skipped")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())

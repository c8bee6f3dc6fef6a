#!/usr/bin/env python3
"""Catalogues of messages: collect them from the sources, check them, compile them.

    pogen.py --compile OUT.c    write the C table (src/app/i18n_table.h) from locale/*.po
    pogen.py --check            report what is missing, obsolete or does not fit; exit code 1 if any
    pogen.py --update           add new messages to locale/*.po, drop obsolete ones

A message is T("..."), TEXT("...", ...) or TEXT_N("...", "...", ...) in C and {{T "..."}} or
{{N "..." "..." n}} in templates; the English text is its id.  A translation must use the same
placeholders ({0}, %d) as its message.  Languages with one plural form (Chinese) have msgstr[0] only.
"""
import argparse
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tmplgen  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
LANGUAGES = {"sv": 2, "zh": 1}  # number of plural forms
C_STRING = r'"(?:[^"\\]|\\.)*"'
C_STRINGS = rf"{C_STRING}(?:\s*{C_STRING})*"
C_MESSAGE = re.compile(rf"\b(?:T|TEXT)\(\s*({C_STRINGS})|\bTEXT_N\(\s*({C_STRINGS})\s*,\s*({C_STRINGS})")
# a comment, or a string that may contain what looks like one
C_COMMENT = re.compile(rf"{C_STRING}|'(?:[^'\\]|\\.)*'|(/\*.*?\*/|//[^\n]*)", re.S)
PLACEHOLDER = re.compile(r"\{\d\}|%d")


class Message:
    def __init__(self, one, many=None):
        self.one, self.many = one, many
        self.files = set()
        self.forms = []  # translations, as many as the language has forms for this message


# -- collecting -----------------------------------------------------------------------------------

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'", "?": "?"}


def c_text(strings):
    """The text of adjacent C string literals."""
    pieces = re.findall(C_STRING, strings)
    text = "".join(re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), p[1:-1])
                   for p in pieces)
    return re.sub(r"\\(.)", lambda m: ESCAPES[m.group(1)], text)


def messages_of_c(text):
    text = C_COMMENT.sub(lambda m: " " if m.group(1) else m.group(0), text)
    for match in C_MESSAGE.finditer(text):
        if match.group(1):
            yield c_text(match.group(1)), None
        else:
            yield c_text(match.group(2)), c_text(match.group(3))


def messages_of_template(text):
    def walk(nodes):
        for node in nodes:
            if node.kind == "message":
                yield node.one, node.many
            for part in ("body", "other"):
                yield from walk(getattr(node, part, []))
    yield from walk(tmplgen.parse(text).nodes)


def collect(root):
    """All messages of the tree by id.  Tests are left out: their texts are made up."""
    found = {}
    sources = sorted(p for folder in ("src", "web") for p in (root / folder).rglob("*")
                     if p.suffix in (".c", ".h", ".html") and "node_modules" not in p.parts
                     and not re.search(r"_test\.|(^|/)test_", str(p.relative_to(root))))
    for path in sources:
        reader = messages_of_template if path.suffix == ".html" else messages_of_c
        try:
            pairs = list(reader(path.read_text(encoding="utf-8")))
        except tmplgen.Refused as refused:
            raise SystemExit(f"{path}:{refused.line}: error: {refused}") from refused
        for one, many in pairs:
            if not re.search(r"[^\W\d_]", PLACEHOLDER.sub("", one)):
                continue  # "{0}": nothing in it to translate
            message = found.setdefault(one, Message(one, many))
            if many is not None and message.many not in (None, many):
                raise SystemExit(f"{path}: error: two plural forms for {one!r}")
            message.many = message.many or many
            message.files.add(path.relative_to(root).as_posix())
    return found


# -- reading and writing .po ----------------------------------------------------------------------

def read_po(path):
    """Messages of a catalogue by id; the header entry is left out."""
    entries, entry, key = {}, None, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() + [""], 1):
        line = line.strip()
        match = re.fullmatch(rf"(msgid|msgid_plural|msgstr|msgstr\[(\d)\])\s+({C_STRING})", line)
        if match:
            key = match.group(1)
            if key == "msgid":
                entry = {}
            if entry is None:
                raise SystemExit(f"{path}:{number}: error: {key} without msgid")
            entry[key] = c_text(match.group(3))
        elif re.fullmatch(C_STRING, line) and entry is not None and key:
            entry[key] += c_text(line)
        elif not line:
            if entry and entry.get("msgid"):
                if entry["msgid"] in entries:
                    raise SystemExit(f"{path}:{number}: error: {entry['msgid']!r} stands twice")
                message = Message(entry["msgid"], entry.get("msgid_plural"))
                message.forms = [entry[k] for k in ("msgstr", "msgstr[0]", "msgstr[1]") if k in entry]
                entries[message.one] = message
            entry, key = None, None
        elif not line.startswith("#"):
            raise SystemExit(f"{path}:{number}: error: not understood: {line}")
    return entries


def po_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write_po(path, language, messages):
    plural = "nplurals=2; plural=(n != 1);" if LANGUAGES[language] == 2 else "nplurals=1; plural=0;"
    out = [f"# Errand in {language}.  Sorted by message; tools/pogen.py --update keeps it complete.",
           'msgid ""', 'msgstr ""', f'"Language: {language}\\n"', '"MIME-Version: 1.0\\n"',
           '"Content-Type: text/plain; charset=UTF-8\\n"', '"Content-Transfer-Encoding: 8bit\\n"',
           f'"Plural-Forms: {plural}\\n"', ""]
    for message in sorted(messages, key=lambda m: (m.one.lower(), m.one)):
        out += [f"#: {name}" for name in sorted(message.files)]
        out.append(f"msgid {po_string(message.one)}")
        if message.many is None:
            out.append(f"msgstr {po_string((message.forms or [''])[0])}")
        else:
            out.append(f"msgid_plural {po_string(message.many)}")
            for i in range(LANGUAGES[language]):
                form = message.forms[i] if i < len(message.forms) else ""
                out.append(f"msgstr[{i}] {po_string(form)}")
        out.append("")
    path.write_text("\n".join(out), encoding="utf-8")


# -- the three works ------------------------------------------------------------------------------

def problems(language, catalogue, found):
    for message in catalogue.values():
        if message.one not in found:
            yield f"obsolete: {message.one!r}"
    for message in found.values():
        entry = catalogue.get(message.one)
        wanted = 1 if message.many is None else LANGUAGES[language]
        if entry is None or len(entry.forms) < wanted or not all(entry.forms[:wanted]):
            yield f"missing: {message.one!r} ({', '.join(sorted(message.files))})"
            continue
        if entry.many != message.many or len(entry.forms) != wanted:
            yield f"other plural forms: {message.one!r}"
            continue
        allowed = set(PLACEHOLDER.findall(message.one + (message.many or "")))
        for form in entry.forms:
            used = PLACEHOLDER.findall(form)
            # "one task" may do without its number, nothing else may be left out or said twice
            optional = {"%d"} if message.many else set()
            if set(used) - allowed or allowed - set(used) - optional or len(used) != len(set(used)):
                yield f"placeholders: {message.one!r} against {form!r}"
            if (form[:1] in " \n") != (message.one[:1] in " \n") \
                    or (form[-1:] in " \n") != (message.one[-1:] in " \n"):
                yield f"blank at an end: {message.one!r} against {form!r}"


def check(root):
    found = collect(root)
    bad = 0
    for language in LANGUAGES:
        path = root / "locale" / f"{language}.po"
        for problem in problems(language, read_po(path), found):
            print(f"{path.relative_to(root)}: {problem}", file=sys.stderr)
            bad += 1
    return bad


def update(root):
    found = collect(root)
    for language in LANGUAGES:
        path = root / "locale" / f"{language}.po"
        old = read_po(path) if path.exists() else {}
        for message in found.values():
            entry = old.get(message.one)
            message.forms = list(entry.forms) if entry and entry.many == message.many else []
        path.parent.mkdir(exist_ok=True)
        write_po(path, language, found.values())
        empty = sum(1 for m in found.values() if not m.forms or not all(m.forms))
        gone = len(set(old) - set(found))
        print(f"{path.relative_to(root)}: {len(found)} messages, {empty} to translate, {gone} dropped")


def fnv1a(text):
    """str_hash of src/core/str.c."""
    value = 0xcbf29ce484222325
    for byte in text.encode("utf-8"):
        value = (value ^ byte) * 0x100000001b3 % 2 ** 64
    return value


def compile_table(root, out):
    catalogues = {language: read_po(root / "locale" / f"{language}.po") for language in LANGUAGES}
    ids = sorted(set().union(*catalogues.values()))
    size = 16
    while size < 2 * len(ids) + 2:
        size *= 2
    slots = [None] * size
    lines = ["/* Compiled from locale/ by tools/pogen.py.  Do not edit. */", '#include "app/i18n_table.h"', ""]
    if ids:
        lines.append("static const I18nEntry entries[] = {")
    for index, one in enumerate(ids):
        texts = []
        for language, catalogue in catalogues.items():
            forms = catalogue[one].forms if one in catalogue else []
            if forms and all(forms):
                texts.append(f"[LANG_{language.upper()}] = {{ {', '.join(map(tmplgen.c_string, forms))} }}")
        lines.append(f"    {{ {tmplgen.c_string(one)}, {{ {', '.join(texts) or '{ NULL }'} }} }},")
        at = fnv1a(one) % size
        while slots[at] is not None:
            at = (at + 1) % size
        slots[at] = index
    if ids:
        lines += ["};", ""]
    lines += [f"const size_t i18n_mask = {size - 1};", f"const I18nEntry *const i18n_slots[{size}] = {{"]
    lines += [f"    [{at}] = &entries[{index}]," for at, index in enumerate(slots) if index is not None]
    lines += ["};", ""]
    tmplgen.write_if_changed(out, "\n".join(lines))


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--root", type=pathlib.Path, default=ROOT)
    work = args.add_mutually_exclusive_group(required=True)
    work.add_argument("--compile", metavar="OUT.c")
    work.add_argument("--check", action="store_true")
    work.add_argument("--update", action="store_true")
    args = args.parse_args()
    if args.compile:
        compile_table(args.root, args.compile)
    elif args.update:
        update(args.root)
    elif check(args.root):
        print("Translate what is missing in locale/*.po; tools/pogen.py --update adds the entries.",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

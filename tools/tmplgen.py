#!/usr/bin/env python3
"""Compile page templates (.html) into C functions.  The language: docs/templates.md.

    tmplgen.py --out DIR [--icons SPRITE] [--root DIR] FILE...

writes DIR/<name>.h and DIR/<name>.c for each file; they are included as tmpl/<name>.h.  A file whose content would not change
is not touched, so that nothing is compiled again without need.

The work is done in three steps: `scan` cuts the text into markup and directives, `parse` nests the
sections, `Writer` walks the tree with a small HTML state machine at its side that knows in which
place every slot stands, and writes C.  What is wrong in the markup is refused here; what is wrong in
names and types is refused by the C compiler, which sees the template's own lines (#line).
"""
import argparse
import os
import re
import sys

VOID = set("area base br col embed hr img input link meta source track wbr".split())
RAW_TEXT = {"textarea", "title"}  # no tags inside, but entities count: escaped like text
KEEP_SPACE = {"pre", "textarea"}
REFUSED_TAGS = {"style", "base", "object", "embed", "applet", "frame", "frameset", "noembed", "plaintext"}
URL_ATTRS = set("href src action formaction poster cite hx-get hx-post hx-put hx-patch hx-delete "
                "hx-push-url hx-replace-url data-get data-suggest data-preview".split())
WORD_ATTRS = set("title placeholder aria-label aria-description aria-valuetext aria-roledescription "
                 "alt label data-words".split())
FORMATTERS = {"day": "when_day", "short": "when_short", "moment": "when_moment", "past": "when_past",
              "clock": "when_clock", "date": "when_date", "span": "span_ms", "size": "size_bytes",
              "grouped": "grouped_of"}

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
PATH = re.compile(rf"(?:\.|@(?:number|first|last|lang)|{NAME}(?:(?:\.|->){NAME})*)\Z")
LITERAL = r'"(?:[^"\\]|\\.)*"'
LITERAL_AT_START = re.compile(LITERAL)


class Refused(Exception):
    def __init__(self, line, message):
        super().__init__(message)
        self.line = line


# -- scanning and parsing -------------------------------------------------------------------------

class Node:
    """kind: text, slot, list, if, let, partial, do, message, icon, asset, csrf, body"""

    def __init__(self, kind, line, **more):
        self.kind, self.line = kind, line
        self.__dict__.update(more)


def scan(text):
    """Yields ("text", line, markup) and ("directive", line, content)."""
    at, line = 0, 1
    while at < len(text):
        start = text.find("{{", at)
        if start < 0:
            yield "text", line, text[at:]
            return
        if start > at:
            yield "text", line, text[at:start]
            line += text.count("\n", at, start)
        end = closing(text, start + 2)
        if end < 0:
            raise Refused(line, "{{ without }}")
        yield "directive", line, text[start + 2:end]
        line += text.count("\n", start, end)
        at = end + 2
        # a section mark alone on its line leaves no blank line in the page
        if re.match(r"[@#?^/=!>]|include ", text[start + 2:end].strip()) and \
                not text[text.rfind("\n", 0, start) + 1:start].strip():
            rest = re.compile(r"[ \t]*\n").match(text, at)
            if rest:
                at, line = rest.end(), line + 1


def closing(text, at):
    """The position of the }} that ends a directive; quoted text may contain one."""
    if text.startswith("!", at):
        return text.find("}}", at)
    while at < len(text):
        if text[at] == '"':
            match = LITERAL_AT_START.match(text, at)
            if not match:
                return -1
            at = match.end()
        elif text.startswith("}}", at):
            return at
        else:
            at += 1
    return -1


def unquote(literal):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), literal[1:-1])


def words_of(content, line):
    """Splits `"text" expr (fn expr)` into its pieces."""
    pieces, at = [], 0
    pattern = re.compile(rf"\s*(?:({LITERAL})|\(\s*({NAME})\s+([^()\s]+)\s*\)|([^\s()\"]+))")
    while content[at:].strip():
        match = pattern.match(content, at)
        if not match:
            raise Refused(line, f"not understood: {content[at:].strip()}")
        if match.group(1):
            pieces.append(("literal", unquote(match.group(1))))
        elif match.group(2):
            pieces.append(("call", match.group(2), match.group(3)))
        else:
            pieces.append(("path", match.group(4)))
        at = match.end()
    return pieces


def value_of(content, line):
    """`path` or `fn path` as a value."""
    parts = content.split()
    if len(parts) == 1 and PATH.match(parts[0]):
        return ("path", parts[0])
    if len(parts) == 2 and re.fullmatch(NAME, parts[0]) and PATH.match(parts[1]):
        return ("call", parts[0], parts[1])
    raise Refused(line, f"not a slot: {{{{{content}}}}}")


class Template:
    def __init__(self):
        self.type = self.name = None
        self.includes = []
        self.nodes = []


def parse(text):
    """The template as a tree of nodes."""
    template = Template()
    # each open section: (node, the word that closes it, the list that takes nodes now)
    stack = [(None, None, template.nodes)]

    def open_section(node, key):
        stack[-1][2].append(node)
        stack.append((node, key, node.body))

    for what, line, content in scan(text):
        here = stack[-1][2]
        if what == "text":
            here.append(Node("text", line, text=content))
            continue
        body = content.strip()
        mark, rest = body[:1], body[1:].strip()
        if mark == "!":
            continue
        if mark == "@" and " " in body:
            if template.type or here or len(stack) > 1:
                raise Refused(line, "{{@ Type name}} stands once, on the first line")
            match = re.fullmatch(rf"({NAME})\s+({NAME})", rest)
            if not match:
                raise Refused(line, "write {{@ Type name}}")
            template.type, template.name = match.groups()
        elif body.startswith("include "):
            literal = words_of(body[8:], line)
            if len(literal) != 1 or literal[0][0] != "literal":
                raise Refused(line, 'write {{include "folder/header.h"}}')
            template.includes.append(literal[0][1])
        elif mark == "#":
            parts = rest.split()
            if not 1 <= len(parts) <= 2 or not PATH.match(parts[0]) or parts[0][0] in ".@" \
                    or (len(parts) == 2 and not re.fullmatch(NAME, parts[1])):
                raise Refused(line, "write {{#list}} or {{#list item}}")
            open_section(Node("list", line, value=("path", parts[0]), body=[], other=[],
                              item=parts[1] if len(parts) == 2 else None), parts[0])
        elif mark == "?":
            open_section(Node("if", line, value=value_of(rest, line), negate=False, body=[], other=[]),
                         rest)
        elif mark == "^" and rest:
            open_section(Node("if", line, value=value_of(rest, line), negate=True, body=[], other=[]),
                         rest)
        elif mark == "^":
            node, key, nodes = stack[-1]
            if node is None or node.kind == "let" or nodes is node.other:
                raise Refused(line, "{{^}} without a section that it divides")
            stack[-1] = (node, key, node.other)
        elif mark == "=":
            if not re.fullmatch(NAME, rest):
                raise Refused(line, "write {{=name}}")
            open_section(Node("let", line, name=rest, body=[]), rest)
        elif mark == "/":
            node, key, _ = stack[-1]
            if node is None or key != rest:
                wanted = "nothing is open" if node is None else f"open is {key}, line {node.line}"
                raise Refused(line, f"{{{{/{rest}}}}} closes nothing: {wanted}")
            stack.pop()
        elif mark == ">":
            parts = rest.split()
            if not 1 <= len(parts) <= 2 or not re.fullmatch(NAME, parts[0]) \
                    or (len(parts) == 2 and not PATH.match(parts[1])):
                raise Refused(line, "write {{>partial}} or {{>partial value}}")
            here.append(Node("partial", line, name=parts[0],
                             value=("path", parts[1]) if len(parts) == 2 else None))
        elif body.startswith("do "):
            parts = body.split()
            if len(parts) != 3 or not re.fullmatch(NAME, parts[1]) or not PATH.match(parts[2]):
                raise Refused(line, "write {{do function value}}")
            here.append(Node("do", line, name=parts[1], value=("path", parts[2])))
        elif re.match(r"[TN]\s*\"", body):
            here.append(message_node(mark, body[1:], line))
        elif re.match(r"icon\s", body):
            pieces = words_of(body[5:], line)
            if len(pieces) != 1:
                raise Refused(line, 'write {{icon "name"}}')
            here.append(Node("icon", line, value=pieces[0]))
        elif re.match(r"asset\s", body):
            pieces = words_of(body[6:], line)
            if len(pieces) != 1 or pieces[0][0] != "literal":
                raise Refused(line, 'write {{asset "name"}}')
            here.append(Node("asset", line, name=pieces[0][1]))
        elif body in ("csrf", "body"):
            here.append(Node(body, line))
        else:
            here.append(Node("slot", line, value=value_of(body, line)))
    if len(stack) > 1:
        raise Refused(stack[-1][0].line, f"section {stack[-1][1]} is not closed")
    return template


def message_node(mark, content, line):
    pieces = words_of(content, line)
    if mark == "T":
        node = Node("message", line, one=pieces[0][1], many=None, count=None, args=pieces[1:])
    else:
        if len(pieces) < 3 or pieces[1][0] != "literal" or pieces[2][0] == "literal":
            raise Refused(line, 'write {{N "%d task" "%d tasks" count}}')
        node = Node("message", line, one=pieces[0][1], many=pieces[1][1], count=pieces[2],
                    args=pieces[3:])
    if len(node.args) > 4:
        raise Refused(line, "a message has at most four values")
    used = {int(n) for form in (node.one, node.many or "") for n in re.findall(r"\{(\d+)\}", form)}
    if used != set(range(len(node.args))):
        raise Refused(line, f"the message uses {sorted(used)} but has {len(node.args)} values")
    return node


# -- the place in the markup ----------------------------------------------------------------------

class Place:
    """Where in the HTML we are.  Fed with constant markup, asked before each slot."""

    TEXT, TAG_NAME, END_NAME, IN_TAG, ATTR_NAME, AFTER_NAME, BEFORE_VALUE, VALUE, COMMENT, DOCTYPE = \
        "text", "tag name", "end tag", "tag", "attribute name", "attribute", "value", "quoted value", \
        "comment", "doctype"

    def __init__(self):
        self.mode = self.TEXT
        self.stack = []       # open elements: [name, line, needs csrf]
        self.tag = ""         # name of the tag being read
        self.attrs = {}       # its attributes so far; a value with a slot in it is None
        self.attr = ""
        self.value = ""
        self.at_start = True  # in a value: nothing stands before; None: depends on a section
        self.quote = ""
        self.kept = False     # an element in which space counts was opened

    def snapshot(self):
        """What two branches of a section must agree on."""
        value = (self.attr, self.quote) if self.mode in (self.BEFORE_VALUE, self.VALUE) else ()
        tag = self.tag if self.mode != self.TEXT else ""
        return self.mode, [entry[0] for entry in self.stack], tag, value

    def copy(self):
        other = Place()
        other.__dict__.update(self.__dict__)
        other.stack = [list(entry) for entry in self.stack]
        other.attrs = dict(self.attrs)
        return other

    def settle(self, line):
        """A directive ends a tag or attribute name."""
        if self.mode == self.TAG_NAME:
            self.begin_tag(line)
            self.mode = self.IN_TAG
        elif self.mode in (self.ATTR_NAME, self.AFTER_NAME):
            self.end_attr(line)
            self.mode = self.IN_TAG

    def inside(self, *names):
        return any(entry[0] in names for entry in self.stack)

    def begin_tag(self, line):
        if not re.fullmatch(r"[a-z][a-zA-Z0-9-]*", self.tag):
            raise Refused(line, f"not a tag: <{self.tag}")
        if self.tag in REFUSED_TAGS:
            raise Refused(line, f"<{self.tag}> is not allowed")

    def end_attr(self, line, value=""):
        name = self.attr
        if name in self.attrs:
            raise Refused(line, f"attribute {name} twice")
        if not re.fullmatch(r"[a-zA-Z_:][-a-zA-Z0-9_:.]*", name):
            raise Refused(line, f"not an attribute: {name}")
        low = name.lower()
        if low == "style":
            raise Refused(line, "no style attribute: use a class (the content policy blocks it)")
        if low.startswith("on") or low.startswith("hx-on") or low in ("srcdoc", "ping", "nonce"):
            raise Refused(line, f"attribute {name} is not allowed")
        if low in ("hx-vals", "hx-headers", "hx-trigger", "hx-confirm", "hx-config") and value is not None \
                and re.search(r"js:|javascript:|\[", value):
            raise Refused(line, f"{name} with script in it (the content policy blocks it)")
        if low in URL_ATTRS and value is not None and re.match(r"\s*[a-z]+:", value.lower()) \
                and not re.match(r"(https?|mailto):", value.lower()):
            raise Refused(line, f"{name} may not lead to {value}")
        self.attrs[name] = value

    def end_tag(self, line, self_closing):
        tag = self.tag
        if tag == "script" and "src" not in self.attrs:
            raise Refused(line, "<script> without src")
        if self_closing and tag not in VOID and not self.inside("svg"):
            raise Refused(line, f"<{tag}/> does not close itself in HTML")
        if tag not in VOID and not self_closing:
            post = tag == "form" and (self.attrs.get("method") or "get").lower() != "get"
            self.stack.append([tag, line, post])
            self.kept = self.kept or tag in KEEP_SPACE
        self.mode = self.TEXT

    def close(self, tag, line):
        tag = tag.strip()
        if not self.stack or self.stack[-1][0] != tag:
            wanted = f"open is <{self.stack[-1][0]}>, line {self.stack[-1][1]}" if self.stack \
                else "nothing is open here"
            raise Refused(line, f"</{tag}> closes nothing: {wanted}")
        name, opened, needs_csrf = self.stack.pop()
        if needs_csrf:
            raise Refused(opened, "a form that is sent by POST needs {{csrf}}")

    def feed(self, text, line):
        i = 0
        while i < len(text):
            c = text[i]
            now = line + text.count("\n", 0, i)
            if self.mode == self.TEXT:
                raw = self.stack[-1][0] if self.stack and self.stack[-1][0] in RAW_TEXT | {"script"} \
                    else None
                end = text.find("<", i)
                chunk = text[i:end if end >= 0 else len(text)]
                if raw == "script" and chunk.strip():
                    raise Refused(now, "<script> with text: scripts are files in web/js")
                if end < 0:
                    return
                now = line + text.count("\n", 0, end)
                i = end + 1
                if raw and not text.startswith(f"/{raw}", i):
                    raise Refused(now, f"a tag inside <{raw}>")
                if text.startswith("!--", i):
                    self.mode, i = self.COMMENT, i + 3
                elif text[i:i + 8].lower() == "!doctype":
                    self.mode = self.DOCTYPE
                elif text.startswith("/", i):
                    self.mode, self.tag, i = self.END_NAME, "", i + 1
                elif i < len(text) and text[i].isalpha():
                    self.mode, self.tag, self.attrs = self.TAG_NAME, "", {}
                else:
                    raise Refused(now, "a bare < in text: write &lt;")
                continue
            i += 1
            if self.mode == self.TAG_NAME:
                if c.isspace() or c in ">/":
                    self.begin_tag(now)
                    self.mode = self.IN_TAG
                    i -= 1
                else:
                    self.tag += c
            elif self.mode == self.END_NAME:
                if c == ">":
                    self.close(self.tag, now)
                    self.mode = self.TEXT
                else:
                    self.tag += c
            elif self.mode in (self.IN_TAG, self.ATTR_NAME, self.AFTER_NAME):
                i = self.feed_tag(text, i, c, now)
            elif self.mode == self.BEFORE_VALUE:
                if c in "\"'":
                    self.mode, self.quote, self.value, self.at_start = self.VALUE, c, "", True
                elif not c.isspace():
                    raise Refused(now, f"attribute {self.attr} without quotes")
            elif self.mode == self.VALUE:
                if c == self.quote:
                    self.end_attr(now, self.value)
                    self.mode = self.IN_TAG
                else:
                    if c == "<":
                        raise Refused(now, "a bare < in an attribute: write &lt;")
                    self.at_start = False
                    if self.value is not None:
                        self.value += c
            elif self.mode == self.COMMENT:
                if text.startswith("-->", i - 1):
                    self.mode, i = self.TEXT, i + 2
            elif self.mode == self.DOCTYPE:
                if c == ">":
                    self.mode = self.TEXT

    def feed_tag(self, text, i, c, now):
        """One character between the tag's name and its end; returns the next position."""
        if c == ">":
            if self.mode != self.IN_TAG:
                self.end_attr(now)
            self.end_tag(now, False)
        elif c == "/":
            if self.mode != self.IN_TAG:
                self.end_attr(now)
            if not text.startswith(">", i):
                raise Refused(now, "a / inside a tag")
            self.end_tag(now, True)
            i += 1
        elif c == "=":
            if self.mode == self.IN_TAG:
                raise Refused(now, "= without an attribute name")
            self.mode = self.BEFORE_VALUE
        elif c.isspace():
            if self.mode == self.ATTR_NAME:
                self.mode = self.AFTER_NAME
        else:
            if self.mode == self.AFTER_NAME:
                self.end_attr(now)
                self.mode = self.IN_TAG
            if self.mode == self.IN_TAG:
                self.mode, self.attr = self.ATTR_NAME, ""
            self.attr += c
        return i

    def slot(self, line):
        """The context of a slot that stands here: text, words, attr, url or url part."""
        if self.mode == self.TEXT:
            if self.stack and self.stack[-1][0] == "script":
                raise Refused(line, "no slots in scripts")
            if self.inside("textarea"):
                return "attr"  # what is sent back must be what came in
            return "words" if self.inside("title", "option") else "text"  # no markup in there
        if self.mode != self.VALUE:
            raise Refused(line, f"a slot cannot stand in a {self.mode}")
        start, self.at_start, self.value = self.at_start, False, None
        if self.attr.lower() in URL_ATTRS:
            if start is None:
                raise Refused(line, "an address with a slot behind a section: build it in C")
            return "url" if start else "url part"
        return "words" if self.attr in WORD_ATTRS else "attr"


# -- writing C ------------------------------------------------------------------------------------

SINK = {"text": "OUT_TEXT", "words": "OUT_WORDS_ATTR", "attr": "OUT_ATTR", "url": "OUT_URL",
        "url part": "OUT_URL_PART"}


def c_string(text):
    out = []
    for c in text:
        if c in '"\\?':  # ? because of trigraphs
            out.append("\\" + c)
        elif c == "\n":
            out.append("\\n")
        elif c == "\t":
            out.append("\\t")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


class Writer:
    def __init__(self, template, path, name, icons):
        self.template, self.path, self.name, self.icons = template, path, name, icons
        self.lines = []
        self.parts = []      # constant output not yet written: C literals and macro names
        self.parts_line = 0
        self.parts_size = 0
        self.place = Place()
        self.count = 0       # numbers the variables of sections
        self.current = template.name
        self.names = {template.name} if template.name else set()
        self.lets = set()
        self.loops = []
        self.partials = []
        self.has_body = False

    # constants are gathered, so that neighbours become one literal
    def constant(self, text, line):
        if not text:
            return
        if not self.parts:
            self.parts_line = line
        # string literals over 4095 bytes are not portable C
        for i in range(0, len(text), 1000):
            piece = text[i:i + 1000]
            if self.parts_size + len(piece.encode()) > 3500:
                self.flush()
                self.parts_line = line
            self.parts.append(c_string(piece))
            self.parts_size += len(piece.encode())

    def macro(self, name, line):
        if not self.parts:
            self.parts_line = line
        self.parts.append(name)
        self.parts_size += 64

    def flush(self):
        if self.parts:
            self.statement(f"OUT_LIT(o, {' '.join(self.parts)});", self.parts_line)
        self.parts, self.parts_size = [], 0

    def statement(self, c, line):
        self.lines.append(f'#line {line} {c_string(self.path)}')
        self.lines.append(f"    {c}")

    def emit(self, c, line):
        self.flush()
        self.statement(c, line)

    def path_c(self, path, line):
        """A member path as C."""
        if path == "@lang":
            return "lang_tag(o->reader.lang)"
        if path.startswith("@"):
            if not self.loops:
                raise Refused(line, f"{path} outside of a list")
            i, rows = self.loops[-1]
            return {"@number": f"({i} + 1)", "@first": f"({i} == 0)",
                    "@last": f"({i} + 1 == {rows}->n)"}[path]
        if path in self.lets:
            return path
        if not self.template.name:
            raise Refused(line, f"{{{{{path}}}}} in a template without {{{{@ Type name}}}}")
        if path == ".":
            return f"(*{self.current})"
        if not PATH.match(path):
            raise Refused(line, f"not a slot: {path}")
        head, rest = re.match(rf"({NAME})(.*)", path).groups()
        if head in self.names:
            if not rest:
                return f"(*{head})"
            if not rest.startswith("."):
                raise Refused(line, f"write {head}.member")
            return f"{head}->{rest[1:]}"
        return f"{self.current}->{path}"

    def value_c(self, value, line):
        if value[0] == "path":
            return self.path_c(value[1], line)
        return f"{FORMATTERS.get(value[1], value[1])}({self.path_c(value[2], line)})"

    def text(self, node):
        text = node.text
        self.place.kept = self.place.mode == Place.VALUE or self.place.inside(*KEEP_SPACE)
        self.place.feed(text, node.line)
        if self.place.kept:
            self.constant(text, node.line)
        else:
            self.constant(re.sub(r"[ \t]*\n\s*", "\n", text), node.line)

    def nodes(self, nodes):
        for node in nodes:
            getattr(self, "node_" + node.kind)(node)

    def node_text(self, node):
        self.text(node)

    def node_slot(self, node):
        context = self.place.slot(node.line)
        self.emit(f"{SINK[context]}(o, {self.value_c(node.value, node.line)});", node.line)

    def branch(self, node, before, bodies):
        """Writes alternative bodies that must all end in the same place of the markup."""
        ends = []
        for opening, nodes in bodies:
            self.place = before.copy()
            self.lines.append(opening)
            lets = set(self.lets)
            self.nodes(nodes)
            self.flush()
            self.lets = lets
            self.place.settle(node.line)
            ends.append(self.place)
        self.lines.append("    }")
        ends.append(before)
        if len({repr(end.snapshot()) for end in ends}) > 1:
            raise Refused(node.line, "a section must close what it opens, and nothing else")
        merged = ends[0]
        merged.attrs = {name: end.attrs[name] for end in ends for name in end.attrs}
        if len({end.at_start for end in ends}) > 1:
            merged.at_start = None
        if any(end.value is None for end in ends) or len({end.value for end in ends}) > 1:
            merged.value = None
        for i, entry in enumerate(merged.stack):
            entry[2] = any(end.stack[i][2] for end in ends)
        self.place = merged

    def node_if(self, node):
        self.place.settle(node.line)
        self.flush()
        condition = f"IS_TRUE({self.value_c(node.value, node.line)})"
        if node.negate:
            condition = "!" + condition
        self.lines.append(f'#line {node.line} {c_string(self.path)}')
        bodies = [(f"    if ({condition}) {{", node.body)]
        if node.other:
            bodies.append(("    } else {", node.other))
        self.branch(node, self.place, bodies)

    def node_list(self, node):
        self.place.settle(node.line)
        self.flush()
        self.count += 1
        n = self.count
        rows, i, item = f"rows{n}_", f"i{n}_", node.item or f"item{n}_"
        if node.item and node.item in self.names | self.lets:
            raise Refused(node.line, f"the name {node.item} is taken")
        source = self.path_c(node.value[1], node.line)
        self.statement("{", node.line)
        self.statement(f"const __typeof__({source}) *const {rows} = &({source});", node.line)
        before, outer = self.place, (self.current, set(self.names))
        self.statement(f"for (size_t {i} = 0; {i} < {rows}->n; {i}++) {{", node.line)
        opening = (f"    const __typeof__(*{rows}->at) *const {item} = &{rows}->at[{i}];\n"
                   f"    UNUSED({item});")
        self.current = item
        if node.item:
            self.names.add(item)
        self.loops.append((i, rows))
        self.branch(node, before, [(opening, node.body)])
        self.loops.pop()
        self.current, self.names = outer
        if node.other:
            self.place.settle(node.line)
            self.branch(node, self.place, [(f"    if ({rows}->n == 0) {{", node.other)])
        self.lines.append("    }")

    def node_let(self, node):
        if self.place.slot(node.line) != "text":
            raise Refused(node.line, "{{=name}} stands in text only")
        if node.name in self.names | self.lets:
            raise Refused(node.line, f"the name {node.name} is taken")
        self.count += 1
        mark = f"mark{self.count}_"
        self.emit(f"const size_t {mark} = o->buf->len;", node.line)
        before = self.place
        self.branch(node, before, [("    {", node.body)])
        self.emit(f"const Html {node.name} = html_take(o, {mark});", node.line)
        self.lets.add(node.name)

    def node_partial(self, node):
        if self.place.slot(node.line) != "text":
            raise Refused(node.line, "a partial stands in text only")
        if node.name not in self.partials:
            self.partials.append(node.name)
        macro = f"TMPL_{node.name.upper()}"
        args = f"o, {self.value_c(node.value, node.line)}" if node.value else "o"
        self.emit(f"TRY({macro}({args}));", node.line)

    def node_do(self, node):
        if self.place.slot(node.line) != "text":
            raise Refused(node.line, "{{do}} stands in text only")
        self.emit(f"TRY({node.name}(o, &{self.path_c(node.value[1], node.line)}));", node.line)

    def node_message(self, node):
        context = self.place.slot(node.line)
        if context.startswith("url"):
            raise Refused(node.line, "an address is not a message")
        if not node.args and not node.many:
            sink = "out_msg" if context == "text" else "attr_msg"
            self.emit(f"{sink}(o, {c_string(node.one)});", node.line)
            return
        wrap = "OUT_ARG" if context == "text" else "ARG"
        args, markup = [], ""
        for arg in node.args:
            if arg[0] == "literal":
                if context != "text":
                    raise Refused(node.line, "markup inside an attribute")
                markup += arg[1]
                args.append(f"arg_markup({c_string(arg[1])})")
            else:
                args.append(f"{wrap}({self.value_c(arg, node.line)})")
        check = Place()
        check.feed(markup, node.line)
        if check.stack or check.mode != Place.TEXT:
            raise Refused(node.line, "the constant markup in this message is not balanced")
        fields = [f".msgid = {c_string(node.one)}"]
        if node.many:
            fields += [f".many = {c_string(node.many)}",
                       f".count = (int64_t)({self.value_c(node.count, node.line)})"]
        if args:
            fields += [f".n = {len(args)}", f".args = {{ {', '.join(args)} }}"]
        sink = "out_text" if context == "text" else "attr_text"
        self.emit(f"{sink}(o, (Text){{ {', '.join(fields)} }});", node.line)

    def node_icon(self, node):
        if self.place.slot(node.line) != "text":
            raise Refused(node.line, "an icon stands in text only")
        if node.value[0] != "literal":
            self.emit(f"OUT_ICON(o, {self.value_c(node.value, node.line)});", node.line)
            return
        if self.icons is not None and node.value[1] not in self.icons:
            raise Refused(node.line, f"no icon {node.value[1]} in the sprite")
        self.constant('<svg class="i" aria-hidden="true"><use href="', node.line)
        self.macro("ASSET_icons_svg", node.line)
        self.constant(f'#{node.value[1]}"/></svg>', node.line)

    def node_asset(self, node):
        self.place.slot(node.line)
        self.flush()  # a name that does not exist shall fail at this line
        self.macro("ASSET_" + re.sub(r"[^A-Za-z0-9]", "_", node.name), node.line)
        self.flush()

    def node_csrf(self, node):
        if self.place.slot(node.line) != "text":
            raise Refused(node.line, "{{csrf}} stands in text only")
        forms = [entry for entry in self.place.stack if entry[0] == "form"]
        if not forms:
            raise Refused(node.line, "{{csrf}} outside of a form")
        forms[-1][2] = False
        self.emit("out_csrf(o);", node.line)

    def node_body(self, node):
        if self.has_body or self.loops or self.place.mode != Place.TEXT:
            raise Refused(node.line, "{{body}} stands once, in text, outside of sections")
        self.has_body = True
        self.flush()
        self.lines.append(None)  # here the second function begins

    def write(self):
        self.nodes(self.template.nodes)
        self.flush()
        if self.place.mode != Place.TEXT:
            raise Refused(1, f"the file ends inside a {self.place.mode}")
        if self.place.stack:
            name, line, _ = self.place.stack[-1]
            raise Refused(line, f"<{name}> is not closed")
        return self.header(), self.source()

    def signature(self, suffix):
        data = f", const {self.template.type} *{self.template.name}" if self.template.type else ""
        return f"Rc tmpl_{self.name}{suffix}(PageOut *o{data})"

    def suffixes(self):
        return ["_begin", "_end"] if self.has_body else [""]

    def header(self):
        out = [f"/* {self.path}, compiled by tools/tmplgen.py.  Do not edit. */", "#pragma once", "",
               '#include "web/out.h"']
        out += [f'#include "{name}"' for name in self.template.includes]
        out += [""] + [f"CHECKED {self.signature(suffix)};" for suffix in self.suffixes()]
        if not self.has_body:
            macro = f"TMPL_{self.name.upper()}"
            if self.template.type:
                out.append(f"#define {macro}(o, x) tmpl_{self.name}((o), "
                           f"TEMPLATE_ARG({self.template.type}, x))")
            else:
                out.append(f"#define {macro}(o) tmpl_{self.name}(o)")
        return "\n".join(out) + "\n"

    def source(self):
        out = [f"/* {self.path}, compiled by tools/tmplgen.py.  Do not edit. */",
               f'#include "tmpl/{self.name}.h"', '#include "tmpl/assets.h"']
        out += [f'#include "tmpl/{partial}.h"' for partial in self.partials if partial != self.name]
        suffixes = self.suffixes()
        bodies = [[]]
        for line in self.lines:
            if line is None:
                bodies.append([])
            else:
                bodies[-1].append(line)
        for suffix, body in zip(suffixes, bodies):
            out += ["", self.signature(suffix), "{"]
            if self.template.name:
                out.append(f"    UNUSED({self.template.name});")
            out += body + ["    return page_result(o);", "}"]
        return "\n".join(out) + "\n"


def compile_template(text, path, name, icons=None):
    """Header and source of one template; raises Refused."""
    return Writer(parse(text), path, name, icons).write()


def icon_names(sprite):
    with open(sprite, encoding="utf-8") as f:
        return set(re.findall(r'<symbol id="([^"]+)"', f.read()))


def write_if_changed(path, content):
    try:
        with open(path, encoding="utf-8") as f:
            if f.read() == content:
                return
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(content)


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--out", required=True, help="folder that gets <name>.h and .c")
    args.add_argument("--icons", help="the sprite whose names {{icon}} may use")
    args.add_argument("files", nargs="+")
    args = args.parse_args()
    icons = icon_names(args.icons) if args.icons else None
    seen, failed = {}, False
    for path in args.files:
        name = os.path.splitext(os.path.basename(path))[0].replace("-", "_")
        try:
            if name in seen:
                raise Refused(1, f"the name {name} is taken by {seen[name]}")
            seen[name] = path
            with open(path, encoding="utf-8") as f:
                header, source = compile_template(f.read(), path, name, icons)
        except Refused as refused:
            print(f"{path}:{refused.line}: error: {refused}", file=sys.stderr)
            failed = True
            continue
        write_if_changed(os.path.join(args.out, name + ".h"), header)
        write_if_changed(os.path.join(args.out, name + ".c"), source)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

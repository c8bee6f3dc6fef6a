#!/usr/bin/env python3
"""Tests of tools/tmplgen.py: what it writes, and what it refuses at which line."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tmplgen import Refused, compile_template  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def body(text, icons=None):
    """The C statements of a template's function, without #line."""
    _, source = compile_template(text, "x.html", "x", icons)
    lines = [line.strip() for line in source.split("\n")]
    start = lines.index("{") + 1
    return [line for line in lines[start:-3] if line and not line.startswith(("#line", "UNUSED"))]


class Written(unittest.TestCase):
    def test_a_slot_takes_the_sink_of_its_place(self):
        self.assertEqual(body('{{@ Page p}}\n<a title="{{a}}" id="{{b}}" href="{{c}}">{{d}}</a>'), [
            'OUT_LIT(o, "<a title=\\"");',
            'OUT_WORDS_ATTR(o, p->a);',
            'OUT_LIT(o, "\\" id=\\"");',
            'OUT_ATTR(o, p->b);',
            'OUT_LIT(o, "\\" href=\\"");',
            'OUT_URL(o, p->c);',
            'OUT_LIT(o, "\\">");',
            'OUT_TEXT(o, p->d);',
            'OUT_LIT(o, "</a>");'])

    def test_an_address_with_a_constant_beginning_is_encoded_piece_by_piece(self):
        self.assertIn('OUT_URL_PART(o, p->n);', body('{{@ P p}}\n<a href="/r/{{n}}">x</a>'))
        self.assertIn('OUT_URL_PART(o, p->q);', body('{{@ P p}}\n<a href="{{u}}?q={{q}}">x</a>'))

    def test_bare_names_are_the_item_and_p_is_the_page(self):
        lines = body('{{@ P p}}\n{{#rows r}}{{name}}{{p.title}}{{#tags}}{{.}}{{r.name}}{{/tags}}{{/rows}}')
        self.assertIn('OUT_TEXT(o, r->name);', lines)
        self.assertIn('OUT_TEXT(o, p->title);', lines)
        self.assertIn('OUT_TEXT(o, (*item2_));', lines)
        self.assertIn('const __typeof__(r->tags) *const rows2_ = &(r->tags);', lines)

    def test_functions_and_instants(self):
        lines = body('{{@ P p}}\n{{day due_ms}}{{state_word state}}')
        self.assertIn('OUT_TEXT(o, when_day(p->due_ms));', lines)
        self.assertIn('OUT_TEXT(o, state_word(p->state));', lines)

    def test_functions_that_write(self):
        lines = body('{{@ P p}}\n{{do chart_write p.chart}}{{#rows}}{{do row_write .}}{{/rows}}')
        self.assertIn('TRY(chart_write(o, &p->chart));', lines)
        self.assertIn('TRY(row_write(o, &(*item1_)));', lines)

    def test_a_kept_piece(self):
        lines = body('{{@ P p}}\n{{=who}}<b>{{name}}</b>{{/who}}{{T "By {0}." who}}{{who}}')
        self.assertIn('const Html who = html_take(o, mark1_);', lines)
        self.assertIn('OUT_TEXT(o, who);', lines)

    def test_messages(self):
        self.assertEqual(body('{{T "Say \\"yes\\""}}'), ['out_msg(o, "Say \\"yes\\"");'])
        self.assertEqual(body('{{@ P p}}\n{{T "By {0}." (day at)}}'), [
            'out_text(o, (Text){ .msgid = "By {0}.", .n = 1, .args = { OUT_ARG(when_day(p->at)) } });'])
        self.assertEqual(body('{{@ P p}}\n{{N "%d a" "%d b" n}}'), [
            'out_text(o, (Text){ .msgid = "%d a", .many = "%d b", .count = (int64_t)(p->n) });'])

    def test_indentation_goes_but_not_in_pre(self):
        self.assertEqual(body('<p>\n   a\n\n   b</p>'), ['OUT_LIT(o, "<p>\\na\\nb</p>");'])
        self.assertEqual(body('<pre>\n   a</pre>'), ['OUT_LIT(o, "<pre>\\n   a</pre>");'])

    def test_a_frame_becomes_two_functions(self):
        header, source = compile_template("<html><main>{{body}}</main></html>", "x.html", "x")
        self.assertIn("Rc tmpl_x_begin(PageOut *o);", header)
        self.assertIn("Rc tmpl_x_end(PageOut *o);", header)
        self.assertIn('OUT_LIT(o, "<html><main>");', source)
        self.assertIn('OUT_LIT(o, "</main></html>");', source)

    def test_long_constants_stay_within_portable_literals(self):
        lines = body("<p>" + "å" * 9000 + "</p>")
        self.assertGreater(len(lines), 4)
        self.assertTrue(all(len(line.encode()) < 4095 for line in lines))

    def test_a_hidden_field_satisfies_the_form(self):
        self.assertIn("out_csrf(o);", body('<form method="post" action="/x">{{csrf}}</form>'))


class RefusedTemplates(unittest.TestCase):
    CASES = [  # template, line, a piece of the message
        ("<p>{{name}}</p>", 1, "without {{@ Type name}}"),
        ("<p>\n<b></p>", 2, "closes nothing"),
        ("<p>\n<b>x</b>", 1, "is not closed"),
        ("</p>", 1, "nothing is open"),
        ("{{@ P p}}\n{{#rows}}<li>{{/rows}}", 2, "must close what it opens"),
        ("{{@ P p}}\n<li>{{?a}}</li>{{/a}}", 2, "must close what it opens"),
        ("{{@ P p}}\n{{?a}}<b>{{^}}</b>{{/a}}", 2, "closes nothing"),
        ("{{@ P p}}\n{{#rows}}x", 2, "not closed"),
        ("{{@ P p}}\n{{#rows}}x{{/row}}", 2, "closes nothing"),
        ("x{{^}}y", 1, "without a section"),
        ("<p>\n\n<i style=\"color:red\">", 3, "no style attribute"),
        ('<a href="/" onclick="x()">', 1, "not allowed"),
        ('<a href="/" hx-on:click="x()">', 1, "not allowed"),
        ('<a href="/" hx-vals="js:{a: b()}">', 1, "script in it"),
        ('<a href="/" hx-trigger="click[ctrlKey]">', 1, "script in it"),
        ("<a href=/x>y</a>", 1, "without quotes"),
        ('<a href="javascript:x()">y</a>', 1, "may not lead"),
        ('<a href="data:x">y</a>', 1, "may not lead"),
        ("<script>alert(1)</script>", 1, "without src"),
        ('<script src="/a.js">alert(1)</script>', 1, "with text"),
        ("<style>a{}</style>", 1, "not allowed"),
        ('<base href="/">', 1, "not allowed"),
        ("<b/>", 1, "close itself"),
        ("a < b", 1, "bare <"),
        ('<p title="a<b">x</p>', 1, "bare <"),
        ('<p id="a" id="b">x</p>', 1, "twice"),
        ('{{@ P p}}\n<p {{name}}="x">', 2, "cannot stand in a tag"),
        ("{{@ P p}}\n<{{name}}>", 2, "bare <"),
        ("{{@ P p}}\n<h{{n}}>", 2, "cannot stand in a tag"),
        ("{{@ P p}}\n<!-- {{n}} -->", 2, "cannot stand in a comment"),
        ("{{@ P p}}\n<script src=\"/a.js\">{{n}}</script>", 2, "no slots in scripts"),
        ("{{@ P p}}\n<a href=\"{{?a}}/x{{/a}}{{u}}\">y</a>", 2, "behind a section"),
        ('<form method="post" action="/x"></form>', 1, "needs {{csrf}}"),
        ("{{csrf}}", 1, "outside of a form"),
        ("{{@ P p}}\n{{a b c}}", 2, "not a slot"),
        ("{{@ P p}}\n{{a[0]}}", 2, "not a slot"),
        ("{{@ P p}}\n{{a", 2, "without }}"),
        ("x{{@ P p}}", 1, "first line"),
        ("{{@number}}", 1, "outside of a list"),
        ('{{T "By {0}."}}', 1, "has 0 values"),
        ('{{@ P p}}\n{{T "By." who}}', 2, "has 1 values"),
        ('{{T "a {0}b" "<b>"}}', 1, "not balanced"),
        ('<p title="{{T "a {0}b{1}" "<b>" "</b>"}}">', 1, "markup inside an attribute"),
        ('<a href="{{T "x"}}">', 1, "not a message"),
        ('{{N "%d a" 3}}', 1, "write {{N"),
        ("{{@ P p}}\n{{#rows p}}{{/rows}}", 2, "is taken"),
        ("{{body}}{{body}}", 1, "once"),
        ("<p", 1, "ends inside"),
    ]

    def test_each(self):
        for template, line, message in self.CASES:
            with self.subTest(template):
                with self.assertRaises(Refused) as caught:
                    compile_template(template, "x.html", "x")
                self.assertIn(message, str(caught.exception))
                self.assertEqual(line, caught.exception.line)

    def test_an_unknown_icon(self):
        self.assertTrue(body('{{icon "check"}}', {"check"}))
        with self.assertRaises(Refused):
            body('{{icon "nope"}}', {"check"})


@unittest.skipUnless(shutil.which("gcc"), "needs gcc")
class RefusedByTheCompiler(unittest.TestCase):
    HEADER = ('#pragma once\n#include "web/out.h"\n'
              "typedef struct Row { Str name; } Row;\nLIST_OF(Row, RowList);\n"
              "typedef struct Page { Str title; Html html; Ms at; double ratio; bool open;"
              " RowList rows; Row *chosen; Money cost; } Page;\n")

    def compile(self, markup):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "tmpl"))
            header, source = compile_template('{{@ Page p}}\n{{include "page_struct.h"}}\n' + markup,
                                              "sample.html", "sample")
            for name, content in (("page_struct.h", self.HEADER), ("tmpl/sample.h", header),
                                  ("tmpl/sample.c", source), ("tmpl/assets.h", "")):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(content)
            run = subprocess.run(
                ["gcc", "-std=c17", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                 "-Wconversion", "-Wshadow", f"-I{ROOT}/src", f"-I{folder}", f"{folder}/tmpl/sample.c"],
                capture_output=True, text=True, check=False)
            return run.returncode, run.stderr

    def test_a_good_page_compiles(self):
        code, errors = self.compile(
            '<h1>{{title}}</h1>{{html}}{{?open}}{{day at}}{{/open}}{{cost}}\n'
            '{{#rows}}<p>{{name}}{{?@last}}.{{/@last}}</p>{{^}}-{{/rows}}{{?rows.n}}{{?chosen}}x{{/chosen}}{{/rows.n}}')
        self.assertEqual((0, ""), (code, errors))

    def test_names_and_types_fail_at_the_line_of_the_template(self):
        for markup, message in [
                ("\n{{titel}}", "no member named"),
                ("\n{{ratio}}", "_Generic"),
                ("\n{{chosen}}", "_Generic"),
                ('\n<p title="{{html}}">x</p>', "_Generic"),
                ('\n<p id="{{cost}}">x</p>', "_Generic"),
                ('\n<a href="{{cost}}">x</a>', "_Generic"),
                ("\n{{?rows}}x{{/rows}}", "incompatible type"),
                ("\n{{#title}}x{{/title}}", "has no member"),
                ("\n{{unknown_word title}}", "implicit declaration"),
                ('\n{{asset "nothing.css"}}', "ASSET_nothing_css")]:
            with self.subTest(markup):
                code, errors = self.compile(markup)
                self.assertNotEqual(0, code)
                self.assertIn("sample.html:4", errors)
                self.assertIn(message, errors)


class OurTemplates(unittest.TestCase):
    def test_every_class_has_a_style(self):
        styles = "".join(path.read_text(encoding="utf-8")
                         for path in pathlib.Path(ROOT, "web", "css").glob("*.css"))
        known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles))
        for folder in ("src", "web"):
            for path in sorted(pathlib.Path(ROOT, folder).rglob("*.html")):
                if "node_modules" in path.parts:
                    continue
                text = re.sub(r"\{\{[^}]*\}\}", " ", path.read_text(encoding="utf-8"))
                used = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
                self.assertEqual(set(), used - known, path)


if __name__ == "__main__":
    unittest.main()

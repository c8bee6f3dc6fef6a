#!/usr/bin/env python3
"""Tests of tools/pogen.py on small trees of its own."""
import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pogen  # noqa: E402

HEAD = 'msgid ""\nmsgstr ""\n"Language: x\\n"\n\n'


class Tree:
    """A folder with one C file, one template and catalogues."""

    def __init__(self, c="", template="", sv="", zh=""):
        self.temporary = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.temporary.name)
        for name, text in (("src/a.c", c), ("web/a.html", template),
                           ("src/a_test.c", 'T("only in a test")'),
                           ("locale/sv.po", HEAD + sv), ("locale/zh.po", HEAD + zh)):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        self.temporary.cleanup()


def entry(one, *forms, many=None):
    if many is None:
        return f'msgid "{one}"\nmsgstr "{forms[0]}"\n\n'
    lines = [f'msgid "{one}"', f'msgid_plural "{many}"']
    return "\n".join(lines + [f'msgstr[{i}] "{form}"' for i, form in enumerate(forms)]) + "\n\n"


def check(**files):
    """The problems that --check prints."""
    out = io.StringIO()
    with Tree(**files) as root, contextlib.redirect_stderr(out):
        pogen.check(root)
    return out.getvalue().splitlines()


class Collecting(unittest.TestCase):
    def ids(self, **files):
        with Tree(**files) as root:
            return {m.one: m.many for m in pogen.collect(root).values()}

    def test_every_form_in_c(self):
        c = r'''
            a = T("One"); b = TEXT("Two {0}", x); c = TEXT_N("%d a", "%d as", n);
            d = TEXT("A long "
                     "text \"quoted\" with \\ and \u2019"); /* T("not this") */ // T("nor this")
            e = "/* no comment " T("Three") " */"; PRINT("no"); NOT_T("no");
        '''
        self.assertEqual(self.ids(c=c), {"One": None, "Two {0}": None, "%d a": "%d as", "Three": None,
                                         'A long text "quoted" with \\ and ’': None})

    def test_every_form_in_templates(self):
        template = ('{{@ P p}}\n{{T "One"}}<p title="{{T "Two"}}">{{#rows}}{{?x}}{{N "%d a" "%d as" n}}'
                    '{{^}}{{T "Three {0}" x}}{{/x}}{{^}}{{=h}}{{T "Four"}}{{/h}}{{/rows}}</p>')
        self.assertEqual(self.ids(template=template), {"One": None, "Two": None, "%d a": "%d as",
                                                       "Three {0}": None, "Four": None})


class Checking(unittest.TestCase):
    def test_complete_catalogues_have_no_problems(self):
        self.assertEqual([], check(
            c='T("Hi {0}") TEXT_N("%d a", "%d as", n)',
            sv=entry("Hi {0}", "Hej {0}") + entry("%d a", "en a", "%d a", many="%d as"),
            zh=entry("Hi {0}", "你好{0}") + entry("%d a", "%d 个", many="%d as")))

    def test_each_problem_is_named(self):
        cases = [
            ("missing", dict(c='T("Hi")', sv="", zh=entry("Hi", "x"))),
            ("missing", dict(c='T("Hi")', sv=entry("Hi", ""), zh=entry("Hi", "x"))),
            ("obsolete", dict(sv=entry("Hi", "x"))),
            ("placeholders", dict(c='T("Hi {0}")', sv=entry("Hi {0}", "Hej"), zh=entry("Hi {0}", "x{0}"))),
            ("placeholders", dict(c='T("Hi {0}")', sv=entry("Hi {0}", "Hej {1}"), zh=entry("Hi {0}", "{0}"))),
            ("placeholders", dict(c='T("Hi {0}")', sv=entry("Hi {0}", "{0} {0}"), zh=entry("Hi {0}", "{0}"))),
            ("missing", dict(c='TEXT_N("%d a", "%d as", n)', sv=entry("%d a", "%d a", many="%d as"),
                             zh=entry("%d a", "%d", many="%d as"))),
            ("other plural forms", dict(c='TEXT_N("%d a", "%d as", n)',
                                        sv=entry("%d a", "%d", "%d", many="%d xs"),
                                        zh=entry("%d a", "%d", many="%d as"))),
            ("blank", dict(c='T("Hi")', sv=entry("Hi", "Hej "), zh=entry("Hi", "x"))),
        ]
        for word, files in cases:
            with self.subTest(files):
                found = check(**files)
                self.assertEqual(1, len(found), found)
                self.assertIn(f"sv.po: {word}", found[0])


class Updating(unittest.TestCase):
    def test_new_ones_come_obsolete_ones_go_translations_stay(self):
        with Tree(c='T("New") T("Kept \\"x\\"")',
                  sv=entry('Kept \\"x\\"', 'Kvar \\"x\\"') + entry("Gone", "Borta")) as root:
            with contextlib.redirect_stdout(io.StringIO()):
                pogen.update(root)
            after = pogen.read_po(root / "locale" / "sv.po")
            self.assertEqual({"New": [""], 'Kept "x"': ['Kvar "x"']},
                             {m.one: m.forms for m in after.values()})
            text = (root / "locale" / "sv.po").read_text(encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()):
                pogen.update(root)
            self.assertEqual(text, (root / "locale" / "sv.po").read_text(encoding="utf-8"))


class Compiling(unittest.TestCase):
    def test_untranslated_entries_stay_english(self):
        with Tree(sv=entry("Hi", "Hej") + entry("Bye", ""), zh=entry("Hi", "你好")) as root:
            out = root / "table.c"
            pogen.compile_table(root, str(out))
            text = out.read_text(encoding="utf-8")
        self.assertIn('{ "Hi", { [LANG_SV] = { "Hej" }, [LANG_ZH] = { "你好" } } }', text)
        self.assertIn('{ "Bye", { { NULL } } }', text)

    def test_the_hash_is_fnv_1a(self):  # as str_hash; i18n_test.c looks every entry up
        self.assertEqual(0xcbf29ce484222325, pogen.fnv1a(""))
        self.assertEqual(0xaf63dc4c8601ec8c, pogen.fnv1a("a"))


class OurCatalogues(unittest.TestCase):
    def test_every_message_of_the_program_is_translated(self):
        out = io.StringIO()
        with contextlib.redirect_stderr(out):
            pogen.check(pogen.ROOT)
        self.assertEqual("", out.getvalue(), "run tools/pogen.py --update, then translate")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Tests of tools/assetgen.py: what is taken out of the sources, and what must stay."""
import json
import os
import pathlib
import struct
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import assetgen  # noqa: E402


class Slim(unittest.TestCase):
    def test_css_loses_comments_and_blanks_but_no_meaning(self):
        self.assertEqual(
            assetgen.slim_css('/* x */\n.a > .b , .c {\n  margin: 0 auto ;\n  width: calc(1px + 2px)\n}\n'),
            ".a > .b,.c{margin: 0 auto;width: calc(1px + 2px)}")
        self.assertEqual(assetgen.slim_css('a::before { content: "/* no  comment */ ;" }'),
                         'a::before{content: "/* no  comment */ ;"}')

    def test_js_loses_comment_lines_only(self):
        self.assertEqual(assetgen.slim_js('/* a\n b */\n  // c\n  let u = "http://x"; // kept\n\n'),
                         'let u = "http://x"; // kept\n')

    def test_svg_keeps_text(self):
        self.assertEqual(assetgen.slim_svg("<svg>\n <!-- x -->\n <text>a b</text>\n</svg>\n"),
                         "<svg><text>a b</text></svg>")


class Build(unittest.TestCase):
    def build(self, files, table):
        with tempfile.TemporaryDirectory() as folder:
            web = pathlib.Path(folder)
            for name, text in files.items():
                (web / name).write_text(text, encoding="utf-8")
            (web / "assets.json").write_text(json.dumps(table), encoding="utf-8")
            return {row[0]: row for row in assetgen.build(web, web)}

    def test_a_path_follows_the_content(self):
        one = self.build({"a.css": "a{b:c}"}, {"app.css": ["a.css"]})["app.css"]
        same = self.build({"a.css": "a { b:c }  /* d */"}, {"app.css": ["a.css"]})["app.css"]
        other = self.build({"a.css": "a{b:d}"}, {"app.css": ["a.css"]})["app.css"]
        self.assertEqual(one[1], same[1])
        self.assertNotEqual(one[1], other[1])
        self.assertRegex(one[1], r"^/static/app-[0-9a-f]{16}\.css$")

    def test_icons_are_drawn_from_the_sign(self):
        sign = (pathlib.Path(__file__).parent.parent / "web/favicon.svg").read_text(encoding="utf-8")
        rows = self.build({"s.svg": sign}, {"icon-64.png": ["s.svg"], "icon-64-maskable.png": ["s.svg"]})
        dots = {}
        for name in rows:
            data = rows[name][4]
            self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(struct.unpack(">II", data[16:24]), (64, 64))
            size = struct.unpack(">I", data[33:37])[0]
            raw = zlib.decompress(data[41:41 + size])
            dots[name] = lambda x, y, raw=raw: tuple(raw[y * 257 + 1 + x * 4:][:4])
        ground, stroke, stop = (0, 0x54, 0x4f, 255), (0xfd, 0xfc, 0xf8, 255), (0x8f, 0xd6, 0xcb, 255)
        plain, full = dots["icon-64.png"], dots["icon-64-maskable.png"]
        self.assertEqual(plain(0, 0)[3], 0)          # round corners
        self.assertEqual(full(0, 0), ground)         # a launcher cuts its own
        self.assertEqual(plain(30, 31), stroke)      # the line of the e
        self.assertEqual(plain(31, 18), stroke)      # the top of its arc
        self.assertEqual(plain(47, 43), stop)
        self.assertEqual(plain(31, 56), ground)

    def test_a_file_can_name_another(self):
        files = {"i.svg": "<svg/>", "m.webmanifest": '{"icon": "{{asset "i.svg"}}"}'}
        rows = self.build(files, {"i.svg": ["i.svg"], "m.webmanifest": ["m.webmanifest"]})
        self.assertIn(rows["i.svg"][1].encode(), rows["m.webmanifest"][4])
        with self.assertRaises(SystemExit):
            self.build(files, {"m.webmanifest": ["m.webmanifest"], "i.svg": ["i.svg"]})

    def test_compressed_only_when_that_saves_something(self):
        rows = self.build({"s.css": "a{b:c}", "l.css": "a{b:c}" * 500},
                          {"s.css": ["s.css"], "l.css": ["l.css"]})
        self.assertEqual(b"", rows["s.css"][5])
        self.assertLess(len(rows["l.css"][5]), 200)


class FirstVisit(unittest.TestCase):
    def test_what_a_first_visit_loads_stays_within_60_kb(self):
        root = pathlib.Path(__file__).resolve().parent.parent
        if not (root / "web" / "node_modules").exists():
            self.skipTest("the packages of web/ are not installed")
        rows = assetgen.build(root / "web", root)
        loaded = [row for row in rows if row[0].endswith((".css", ".js", "icons.svg", "favicon.svg"))]
        size = sum(len(small or data) for _, _, _, _, data, small in loaded)
        self.assertLess(size, 45_000, "leaves 15 kB of 60 for the page itself")


if __name__ == "__main__":
    unittest.main()

"""Each rule of check_layers.py refuses a tree that breaks it, and lets a sound one pass."""
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_layers  # noqa: E402

SOUND = {
    "src/domain/meson.build": "concepts = ['access', 'target', 'request']\n",
    "src/core/str.h": "/* str.h - text */\n#pragma once\n\ntypedef int Str;\n",
    "src/core/str.c": '#include "core/str.h"\n\nint str_one(void);\nint str_one(void) { return 1; }\n',
    "src/db/db.h": '/* db.h - data */\n#pragma once\n\n#include "core/str.h"\n',
    "src/db/db_sqlite.c": '#include "db/db.h"\n\n#include <sqlite3.h>\n',
    "src/http/call.h": "/* call.h - a call */\n#pragma once\n\n#include <uv.h>\n",
    "src/web/page.h": '/* page.h - a page */\n#pragma once\n\n#include "http/call.h"\n',
    "src/domain/access/access.h":
        "/* access.h - rights */\n#pragma once\n\ntypedef struct GrantedTargets { int access_id; }"
        " GrantedTargets;\n",
    "src/domain/access/access.c":
        '#include "domain/access/access.h"\n\nGrantedTargets access_all(void);\n'
        "GrantedTargets access_all(void) { return (GrantedTargets){ .access_id = 1 }; }\n",
    "src/domain/target/target.h":
        '/* target.h - targets */\n#pragma once\n\n#include "domain/access/access.h"\n',
    "src/domain/target/target.c":
        '#include "domain/target/target.h"\n\n/* (GrantedTargets){ 0 } in a comment */\n'
        "int target_use(GrantedTargets g);\n"
        "int target_use(GrantedTargets g) { GrantedTargets h; h = g; (void)h; return 0; }\n",
    "src/domain/target/target_web.c":
        '#include "web/page.h"\n#include "http/call.h"\n#include "tmpl/page.h"\n'
        '#include "domain/target/target_page.h"\n',
    "src/domain/target/target_test.c":
        '#include "domain/target/target.h"\n#include "support/test.h"\n#include "http/call.h"\n',
    "src/domain/target/a_fixture.h":
        '/* a_fixture.h - for tests */\n#pragma once\n\n#include "support/test.h"\n',
    "src/domain/request/request.h":
        '/* request.h - requests */\n#pragma once\n\n#include "domain/target/target.h"\n',
    "src/domain/target/target_page.h":
        '/* target_page.h - what pages show */\n#pragma once\n\n#include "web/page.h"\n',
    "src/cli/main.c":
        '#include "domain/request/request.h"\n#include "domain/target/a.h"\n#include "http/call.h"\n',
    "tests/support/test.h": "/* test.h - tests */\n#pragma once\n\nvoid test(void);\n",
}

# What is put in, and words of the finding it must cause.
BROKEN = [
    ("src/core/str.c", '#include "db/db.h"\n', "core may not use db"),
    ("src/db/db.h", '#include "http/call.h"\n', "db may not use http"),
    ("src/http/router.c", '#include "domain/target/target.h"\n', "http may not use domain"),
    ("src/http/router.c", '#include "web/page.h"\n', "http may not use web"),
    ("src/core/str.c", '#include "str.h"\n', "write the folder"),
    ("src/core/str.c", '  #  include "nowhere/x.h"\n', "no such layer"),
    ("src/core/str.c", '#include "support/test.h"\n', "only tests"),
    ("src/domain/target/target.c", '#include "web/page.h"\n', "domain may not use web"),
    ("src/domain/target/target.c", '#include "http/call.h"\n', "domain may not use http"),
    ("src/domain/target/target.c", '#include "domain/target/a_fixture.h"\n', "only tests"),
    ("src/domain/target/target.c", '#include "tmpl/page.h"\n', "domain may not use tmpl"),
    ("src/domain/target/target_web.c", '#include "api/api.h"\n', "domain may not use api"),
    ("src/domain/target/target_api.c", '#include "web/page.h"\n', "domain may not use web"),
    ("src/domain/target/target.h", '#include "domain/request/request.h"\n', "stands above"),
    ("src/domain/access/access.h", '#include "domain/target/target.h"\n', "stands above"),
    ("src/domain/request/request.c", '#include "domain/target/target_q.h"\n', "of another concept"),
    ("src/domain/target/target.c", '#include "domain/target/target_web.h"\n', "only pages"),
    ("src/domain/target/target_api.c", '#include "domain/target/target_page.h"\n', "only pages"),
    ("src/domain/target/target_web.c", '#include "domain/target/target_api.h"\n', "only the API"),
    ("src/core/str.c", "#include <uv.h>\n", "only src/http/"),
    ("src/web/page.c", "#include <llhttp.h>\n", "only src/http/"),
    ("src/db/db.c", "#include <sqlite3.h>\n", "only src/db/db_sqlite.c"),
    ("src/db/db_sqlite.c", "#include <libpq-fe.h>\n", "only src/db/db_postgres.c"),
    ("src/core/deep/x.c", "int x;\n", "takes no file from this folder"),
    ("src/other/x.c", "int x;\n", "takes no file from this folder"),
    ("src/domain/x.c", "int x;\n", "takes no file from this folder"),
    ("src/domain/novel/novel.h", "", "not in the list"),
    ("src/domain/target/a.c", "f((GrantedTargets){ 1 });\n", "makes a grant"),
    ("src/domain/target/a.c", "f((const GrantedTargets ) {1});\n", "makes a grant"),
    ("src/domain/target/a.c", "GrantedTargets g = { .access_id = 1 };\n", "fills a grant"),
    ("src/domain/target/a.c", "GrantedTargets g[2] = {{1}};\n", "fills a grant"),
    ("src/domain/target/a.c", "ScopeRequests s = {0};\n", "fills a grant"),
    ("src/domain/target/a.c", "p = *(GrantedTargets *)&id;\n", "casts to a grant"),
    ("src/domain/target/a.c", "g = ARENA_NEW(a, GrantedTargets);\n", "zeroed grant"),
    ("src/domain/target/a.c", "struct GrantedThings { int id; };\n", "defines a grant"),
    ("src/domain/target/a.c", "g.access_id = 5;\n", "touches a member"),
    ("src/domain/target/a_test.c", "p->access_id = 5;\n", "touches a member"),
    ("src/domain/target/b.h", "/* b.h - b */\n#pragma once\n\nNoSuchType b;\n", "on its own"),
    ("src/domain/target/b.h", "#pragma once\n\nextern int b;\n", "begin with a comment"),
    ("src/domain/target/b.h", "/* b.h - b */\nextern int b;\n", "#pragma once is missing"),
    ("src/db/db.c",
     "int sqlite3_prepare_v2(void);\nint f(void);\nint f(void) { return sqlite3_prepare_v2(); }\n",
     "calls sqlite3_prepare_v2"),
    ("src/db/db_sqlite.c", "int PQexec(void);\nint f(void);\nint f(void) { return PQexec(); }\n",
     "calls PQexec"),
]


def run(files, compiled=()):
    """The output and exit status of a check of these files; `compiled` become objects."""
    root = pathlib.Path(tempfile.mkdtemp())
    try:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        build = root / "build"
        build.mkdir()
        command = "cc -I../src -I../tests -D_GNU_SOURCE -std=c17 -c -o x.o ../src/core/str.c"
        (build / "compile_commands.json").write_text(json.dumps(
            [{"directory": str(build), "command": command, "file": "../src/core/str.c"}]))
        sound = root / "sound.c"
        sound.write_text("int sound;\n")
        for path in [sound, *(root / name for name in compiled)]:
            subprocess.run(["cc", f"-I{root}/src", "-c", "-o",
                            build / f"{path.parent.name}_{path.name}.o", path], check=True)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = check_layers.main(["--root", str(root)])
        return status, output.getvalue()
    finally:
        shutil.rmtree(root)


class CheckLayers(unittest.TestCase):
    def test_a_sound_tree_passes(self):
        status, output = run(SOUND)
        self.assertEqual(output.splitlines()[:-1], [])
        self.assertEqual(status, 0)
        self.assertRegex(output, r"\n?\d+ passed, 0 failed, 0 skipped\n$")

    def test_each_broken_file_is_refused(self):
        for path, text, words in BROKEN:
            with self.subTest(path=path, text=text):
                calls_sql = "int f(void)" in text
                keep = "" if path.endswith("/b.h") or calls_sql else SOUND.get(path, "")
                status, output = run({**SOUND, path: keep + text},
                                     [path] if calls_sql else [])
                self.assertEqual(status, 1)
                self.assertIn(words, output)

    def test_the_driver_may_run_sql(self):
        path = "src/db/db_sqlite.c"
        text = ("int sqlite3_prepare_v2(void);\nint f(void);\n"
                "int f(void) { return sqlite3_prepare_v2(); }\n")
        status, output = run({**SOUND, path: text}, [path])
        self.assertEqual((status, output.count("\n")), (0, 1), output)

    def test_a_tree_that_is_not_built_is_refused(self):
        root = pathlib.Path(tempfile.mkdtemp())
        try:
            (root / "src/domain").mkdir(parents=True)
            (root / "src/domain/meson.build").write_text("concepts = []\n")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_layers.main(["--root", str(root)])
            self.assertEqual(status, 1)
            self.assertIn("run ./dev build", output.getvalue())
        finally:
            shutil.rmtree(root)


if __name__ == "__main__":
    unittest.main()

"""What must not compile does not: each file of tests/refused says in its first line why.

A file is compiled with the flags of the project's own code (from the last ./dev build) and must be
refused with the words of its first line; a file that says "compiles" must compile, so that a
mistake in the flags cannot pass for a refusal.  Each word that core/banned.h bans is tried too.
"""
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_layers  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"


def compiled(source):
    """Exit status and messages of the compiler; it goes as far as the warnings that need flow."""
    command = check_layers.compile_command(BUILD) + ["-S", "-o", "/dev/null", "-x", "c", "-"]
    done = subprocess.run(command, input=source, cwd=BUILD, text=True, capture_output=True,
                          check=False)
    return done.returncode, done.stderr


class Refused(unittest.TestCase):
    def test_files(self):
        files = sorted((ROOT / "tests/refused").glob("*.c"))
        self.assertGreater(len(files), 5)
        for path in files:
            with self.subTest(path.name):
                source = path.read_text(encoding="utf-8")
                status, messages = compiled(source)
                if source.startswith("/* compiles */"):
                    self.assertEqual((status, messages), (0, ""))
                    continue
                words = re.match(r"/\* refused: (.*?) \*/", source).group(1)
                self.assertNotEqual(status, 0)
                self.assertIn(words, messages)

    def test_banned_functions(self):
        header = (ROOT / "src/core/banned.h").read_text(encoding="utf-8")
        words = [w for line in re.findall(r"GCC poison (.*)", header) for w in line.split()]
        for expected in ("gets strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atof "
                         "alloca system popen execl execv mktemp tmpnam rand random gmtime localtime "
                         "ctime asctime setjmp longjmp scanf sscanf fscanf").split():
            self.assertIn(expected, words)
        uses = "".join(f"void *use_{w}(void);\nvoid *use_{w}(void) {{ return {w}; }}\n"
                       for w in words)
        status, messages = compiled('#include "core/base.h"\n' + uses)
        self.assertNotEqual(status, 0)
        for word in words:
            with self.subTest(word):
                self.assertIn(f'poisoned "{word}"', messages)


if __name__ == "__main__":
    unittest.main()

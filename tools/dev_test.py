"""How ./dev test counts: a suite that ran nothing, or that broke off, must not look like success."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

TAP = """TAP version 13
# Subtest: x
ok 1 - x
1..1
# tests 6
# suites 0
# pass 2
# fail 1
# cancelled 1
# skipped 1
# todo 1
# duration_ms 48.1
"""

# Rule, log, exit status -> passed, failed, skipped ("" where nothing was found).
CASES = [
    ("line", "[ OK ] a\n3 passed, 1 failed, 2 skipped\n", 1, "3 1 2"),
    ("line", "1 passed, 0 failed, 0 skipped\nmore\n5 passed, 0 failed, 0 skipped\n", 0, "5 0 0"),
    ("line", "Aborted\n", 134, ""),
    ("line", "about 3 passed, 1 failed, 2 skipped\n", 0, ""),
    ("tap", TAP, 1, "2 2 2"),
    ("tap", "", 1, "0 0 0"),
    ("unittest", "...\nRan 3 tests in 0.1s\n\nOK\n", 0, "3 0 0"),
    ("unittest", "Ran 5 tests in 0.1s\n\nOK (skipped=2)\n", 0, "3 0 2"),
    ("unittest", "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=3)\n", 1, "3 3 3"),
    ("unittest", "Ran 0 tests in 0.0s\n\nOK\n", 0, "0 0 0"),
    ("unittest", "SyntaxError\n", 1, "0 0 0"),
    ("exit", "anything", 0, "1 0 0"),
    ("exit", "anything", 2, "0 1 0"),
]


class Counting(unittest.TestCase):
    def test_rules(self):
        for how, text, status, expected in CASES:
            with self.subTest(how=how, text=text), tempfile.NamedTemporaryFile("w") as log:
                log.write(text)
                log.flush()
                done = subprocess.run([ROOT / "dev", "counted", how, log.name, str(status)],
                                      capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout.strip(), expected)

    def test_the_unit_tests_fail_when_none_is_chosen(self):
        done = subprocess.run([ROOT / "build/errand-tests", "no_test_is_called_like_this"],
                              capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("\n0 passed, 0 failed, 0 skipped\n", "\n" + done.stdout)


if __name__ == "__main__":
    unittest.main()

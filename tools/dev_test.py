"""How ./dev test counts: a suite that ran nothing, or that broke off, must not look like success."""
import os
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

    def test_a_suite_says_what_came_of_it_and_leaves_its_counts(self):
        rows = [
            ("always | line | a suite | echo 3 passed, 0 failed, 2 skipped", "3 0 2", " 3 passed   0 failed   2 skipped"),
            ("last | exit | fails | echo why; false", "0 1 0", "    why\n"),
            ("always | line | dies | echo 3 passed, 0 failed, 0 skipped; exit 9", "3 1 0", " - exit status 9"),
            ("always | tap | nothing | true", "0 1 0", " - NO TEST RAN"),
        ]
        with tempfile.TemporaryDirectory() as logs:
            pathlib.Path(logs, "suites").write_text("".join(row + "\n" for row, _, _ in rows))
            for number, (row, counts, said) in enumerate(rows, 1):
                with self.subTest(row=row):
                    done = subprocess.run([ROOT / "dev", "suite", str(number)], env={**os.environ, "logs": logs},
                                          capture_output=True, text=True, check=True)
                    self.assertIn(said, done.stdout)
                    self.assertEqual(pathlib.Path(logs, f"{number}.counts").read_text(), counts + "\n")

    def test_the_unit_tests_fail_when_none_is_chosen(self):
        program = pathlib.Path(os.environ.get("PROGRAM_UNDER_TEST", ROOT / "build/errand"))
        done = subprocess.run([program.with_name("errand-tests"), "no_test_is_called_like_this"],
                              capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("\n0 passed, 0 failed, 0 skipped\n", "\n" + done.stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Weakens calls that make a grant or check a right, one at a time, and wants a test to notice each.

    weaken.py --list                      every call that can be weakened, numbered
    weaken.py [--count 10] [--seed 1]     a sample, in a scratch copy of the tree (minutes)
    weaken.py --tree DIR [--only 3,17]    in DIR itself, which must be built and is put right again

Outside src/domain/access, where the rules are and have tests of their own, a right is asked for in six
ways.  Each is weakened so that the program still builds:

    access_request(cx, id, MAY_SAY, &g)   no bit is needed any more (also _number, _task ...)
    access_more(cx, g, MAY_SAY)           likewise
    granted_may(g, MAY_SAY)               always true
    access_catalog(cx, true, team, &g)    the grant of an internal task, which asks nobody
    access_submit(cx, person, &g)         the grant, without asking (also _presence, _load, _report)
    access_right(subject, RIGHT_STAFF)    always true (also access_is_operator)

A call that asks for no bit has nothing to take away; nor has one that asks whether people may send requests
for themselves.  Left out are grants that say what the row of the route says already (people, reading the
catalog): the matrix tries those rows with everybody.  So is the command line, whose operator may do everything
there, and a call under a comment that begins "asked again": another one behind it refuses the same people in the
same way, so that nothing can tell.  Unit tests run first; when they notice nothing, the matrix of all routes and
persons, then the tests of the API, of calendars and clocks, of figures, of people, lists and the desk.  The last line counts calls
that were noticed.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

SCRATCH = "build/weakened"
UNIT = ["request_", "lists_", "confidence_", "bundle_", "people_", "person_", "team_", "message_", "note_",
        "timeline_", "badges_", "links_", "link_", "token_", "upload", "catalog", "denials_", "talk_", "watch",
        "participant", "assign", "absence_", "presence_", "delegation_", "skills_", "schedule_", "snooze_",
        "planned_", "agreed_", "promise", "samples_", "a_promise", "backtest_", "report_", "cmd_report", "clock_of",
        "clock_reason", "clock_warns", "clock_asks", "clock_hands", "calendar_doc", "target_", "bulk_", "tag", "view_", "unsent_", "ready_",
        "macro_", "merge", "split", "search", "similar", "board", "agenda", "field", "me_too", "mark_", "digest", "group"]
PROGRAM = ["tests/matrix.mjs", "tests/api.mjs", "tests/clocks.mjs", "tests/calendars.mjs", "tests/insight.mjs",
           "tests/people.mjs", "tests/views.mjs", "tests/desk.mjs", "tests/merge.mjs", "tests/boards.mjs", "tests/fields.mjs"]

# What the grants hold that are filled without asking: the argument with its id.
FILLED = {"submit": ("GrantedSubmit", 1), "presence": ("GrantedPresence", 1), "load": ("GrantedLoad", 1),
          "report": ("GrantedReport", None)}

BITS = re.compile(r"\b(access_(?:request|request_number|task|task_of|approval|attachment|more)|granted_may)\(")
WHOLE = re.compile(r"\b(access_catalog)\(")
FILL = re.compile(rf"\baccess_({'|'.join(FILLED)})\(")
YES = re.compile(r"\b(access_right|access_is_operator)\(")


def arguments(text, start):
    """The arguments of the call whose bracket opens before `start`, as (begin, end) pairs."""
    found, depth, begin = [], 0, start
    for i in range(start, len(text)):
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                found.append((begin, i))
                return found
            depth -= 1
        elif c == "," and depth == 0:
            found.append((begin, i))
            begin = i + 1
    raise ValueError("a call without an end")


def asked_again(text, start):
    before = text[:start].rsplit("\n", 2)
    return len(before) == 3 and before[1].lstrip().startswith("/* asked again")


def calls_in(path, text):
    """(path, line, what stands there, begin, end, what to write instead) of each call."""
    for m in BITS.finditer(text):
        if asked_again(text, m.start()):
            continue
        args = arguments(text, m.end())
        begin, end = args[{"access_more": 2, "access_task_of": 3, "granted_may": 1}.get(m.group(1), 2)]
        bits = text[begin:end].strip()
        if "MAY_" in bits:
            yield path, text.count("\n", 0, m.start()) + 1, f"{m.group(1)} {bits}", begin, end, " 0"
    for m in WHOLE.finditer(text):
        args = arguments(text, m.end())
        cx, grant = (text[slice(*args[i])].strip() for i in (0, -1))
        kind = m.group(1).removeprefix("access_")
        if grant.startswith("&") and text[slice(*args[1])].strip() != "false":
            yield (path, text.count("\n", 0, m.start()) + 1, m.group(1), m.start(), args[-1][1],
                   f"access_internal_{kind}({cx}, INTERNAL_DEMO, {grant}")
    for m in FILL.finditer(text):
        args = arguments(text, m.end())
        *given, grant = (text[begin:end].strip() for begin, end in args)
        if asked_again(text, m.start()) or given[1].endswith("subject->person_id"):
            continue
        struct, number = FILLED[m.group(1)]
        used = "".join(f"(void)({one}), " for one in given)
        yield (path, text.count("\n", 0, m.start()) + 1, f"access_{m.group(1)}", m.start(), args[-1][1] + 1,
               f"({used}*({grant}) = ({struct}){{ {given[number] if number else '0'} }}, RC_OK)")
    for m in YES.finditer(text):
        args = arguments(text, m.end())
        if not asked_again(text, m.start()):
            right = text[args[-1][0]:args[-1][1]].strip() if len(args) > 1 else ""
            yield (path, text.count("\n", 0, m.start()) + 1, f"{m.group(1)} {right}".strip(), m.start(),
                   args[-1][1] + 1, "true")


def all_calls(root):
    found = []
    for path in sorted(pathlib.Path(root, "src").rglob("*.c")):
        name = path.relative_to(root).as_posix()
        if not name.endswith("_test.c") and not name.startswith(("src/domain/access/", "src/cli/")):
            seen = {}
            for call in calls_in(name, path.read_text()):
                seen[call[2]] = seen.get(call[2], 0) + 1
                found.append((*call, seen[call[2]])) # which one of its kind in this file
    return found


def rank(call, seed):
    """The same calls are chosen as long as they stand in the same file, whatever comes and goes beside them."""
    return hashlib.sha256(f"{seed} {call[0]} {call[2]} {call[6]}".encode()).hexdigest()


def run(root, command):
    # The program under test is the weakened one, whatever the caller tests otherwise.
    env = {name: value for name, value in os.environ.items() if name != "PROGRAM_UNDER_TEST"}
    return subprocess.run(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def built(root):
    return run(root, ["ninja", "-C", "build", "errand", "errand-tests"])


def noticed(root):
    """By which tests; empty when by none."""
    answer = run(root, ["build/errand-tests", *UNIT])
    failed = re.findall(r"^\[  FAILED  \] (\w+)$", answer.stdout, re.M)
    if failed or answer.returncode != 0:
        return failed or ["unit tests"]
    for suite in PROGRAM:
        answer = run(root, ["node", "--test", "--test-reporter=tap", suite])
        if answer.returncode != 0:
            return [suite, *re.findall(r"^not ok \d+ - (.*)$", answer.stdout, re.M)[:1]]
    return []


def scratch_copy(root):
    to = pathlib.Path(root, SCRATCH)
    shutil.rmtree(to, ignore_errors=True)
    files = run(root, ["git", "ls-files"]).stdout.split("\n")
    for name in filter(None, files):
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(pathlib.Path(root, name), target)
    for name in [".cache", "web/node_modules", "tests/node_modules"]:
        if pathlib.Path(root, name).exists():
            (to / name).symlink_to(pathlib.Path(root, name).resolve())
    if run(to, ["meson", "setup", "build"]).returncode != 0:
        sys.exit("the scratch copy cannot be configured")
    return to


def weaken(root, call):
    """True when a test notices; says what came of it."""
    name, line, what, begin, end, instead, _ = call
    path = pathlib.Path(root, name)
    text = path.read_text()
    path.write_text(text[:begin] + instead + text[end:])
    try:
        answer = built(root)
        if answer.returncode != 0:
            print(f"{name}:{line} {what}: does not build\n{answer.stdout[-2000:]}")
            return False
        by = noticed(root)
    finally:
        path.write_text(text)
    print(f"{name}:{line} {what}: {'noticed by ' + by[0] if by else 'NOTICED BY NO TEST'}", flush=True)
    return bool(by)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--list", action="store_true")
    args.add_argument("--count", type=int, default=10)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--tree")
    args.add_argument("--only")
    a = args.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped")) # what is weakened is put right on the way out
    root = pathlib.Path(__file__).resolve().parent.parent
    calls = all_calls(a.tree or root)
    if a.list:
        for i, (name, line, what, *_) in enumerate(calls):
            print(f"{i:4} {name}:{line} {what}")
        return
    if a.only:
        sample = [calls[int(i)] for i in a.only.split(",")]
    else:
        sample = sorted(calls, key=lambda call: rank(call, a.seed))[: a.count]
    tree = pathlib.Path(a.tree) if a.tree else scratch_copy(root)
    answer = built(tree)
    if answer.returncode != 0 or noticed(tree):
        sys.exit("the tree as it is does not pass its tests\n" + answer.stdout[-2000:])
    results = [weaken(tree, call) for call in sample]
    built(tree)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed, 0 skipped")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Shows that tests/run counts right: nothing that went wrong may count as passed."""

import importlib.machinery
import importlib.util
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("run", os.path.join(HERE, "run"))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
loader.exec_module(run)

# Each: what it is, a suite as a shell script, and its passed, failed, skipped.
CASES = [
    ("all pass", "echo 1..2; echo ok 1 - a; echo ok 2 - b", (2, 0, 0)),
    ("one fails", "echo 1..2; echo ok 1 - a; echo not ok 2 - b; exit 1", (1, 1, 0)),
    ("one fails, and the status lies", "echo ok - a; echo not ok - b", (1, 2, 0)),
    ("skipped, as scripts say it", "echo 'ok - a # SKIP no feeds'", (0, 0, 1)),
    ("skipped, as cmocka 1.1.5 says it", "echo 1..1; echo no feeds; echo 'not ok 1 # SKIP a'",
     (0, 0, 1)),
    ("skipped, as cmocka 1.1.7 says it", "echo 1..1; echo no feeds; echo 'ok 1 # SKIP a'",
     (0, 0, 1)),
    ("two groups", "echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b", (2, 0, 0)),
    ("a crash", "echo 1..2; echo ok 1 - a; kill -SEGV $$", (1, 2, 0)),
    ("an early end", "echo 1..2; echo ok 1 - a", (1, 1, 0)),
    ("a status without a failure", "echo ok - a; exit 3", (1, 1, 0)),
    ("silence", "true", (0, 1, 0)),
    ("a hang", "echo ok - a; sleep 60", (1, 1, 0)),
    ("a program that is missing", None, (0, 1, 0)),
    ("text that only looks like a result", "echo ok - a; echo okay; echo '# not ok - b'",
     (1, 0, 0)),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as build:
        for name, script, expected in CASES:
            command = ["sh", "-c", script] if script else [os.path.join(build, "missing")]
            suite = run.Suite("suite", command, 2).run(build)
            found = (suite.passed, suite.failed, len(suite.skipped))
            print("ok" if found == expected else "not ok", "- run:", name)
            if found != expected:
                failed += 1
                print(f"# expected {expected}, found {found}, faults {suite.faults}")
        suite = run.Suite("suite", ["sh", "-c", "echo no feeds; echo 'ok 1 # SKIP a'"], 2)
        right = suite.run(build).skipped == ["a: no feeds"]
        failed += not right
        print("ok" if right else "not ok", "- run: the reason of a skipped test is told")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

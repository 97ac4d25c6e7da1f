#!/usr/bin/env python3
"""Shows that tests/run counts right: nothing that went wrong may count as passed."""

import importlib.machinery
import importlib.util
import os
import subprocess
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


# Each: what a sanitizer finds, a program that does it, and what the report says.
BUGS = [
    ("a write behind the end", "char *a = malloc(1); a[argc] = 1; return a[0];", "overflow"),
    ("a number that is too large", "int a = 2147483647; a += argc; return a < 0;", "runtime error"),
    ("a leak", "void *volatile a = malloc(argc); a = NULL; return a != NULL;", "LeakSanitizer"),
]


# Each: what a process left, and whether that fails.
REPORTS = [
    ("nothing, because it was killed", "", False),
    ("that it was killed", "program==7==Unable to get registers from thread 7.\n", False),
    ("a leak beside it", "program==7==Unable to get registers from thread 7.\n==7==ERROR: a leak\n", True),
]


def reports_of(bug, folder):
    """How a program with this bug, from which nobody hears, counts; and what is told of it."""
    reports = run.Reports(folder)
    source, program = os.path.join(folder, "bug.c"), os.path.join(folder, "bug")
    with open(source, "w", encoding="utf-8") as file:
        file.write("#include <stdlib.h>\nint main(int argc, char **argv) { (void)argv; %s }\n" % bug)
    subprocess.run(
        [os.environ.get("CC", "cc"), "-w", "-D_GNU_SOURCE", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", '-DSANITIZER_REPORTS="%s"' % reports.folder, source,
         os.path.join(HERE, "sanitizer", "options.c"), "-o", program], check=True)
    subprocess.run([program], env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    reports.collect()
    return (reports.passed, reports.failed), reports.output


def tell(is_right, name, found):
    print("ok" if is_right else "not ok", "- run:", name)
    if not is_right:
        print("# found", str(found).replace("\n", "\n# "))
    return not is_right


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, bug, words in BUGS:
            counts, text = reports_of(bug, folder)
            failed += tell(counts == (0, 1) and words in text, name + " is reported", text)
        for name, text, fails in REPORTS:
            reports = run.Reports(folder)
            with open(os.path.join(reports.folder, "report.program.7"), "w",
                      encoding="utf-8") as file:
                file.write(text)
            reports.collect()
            failed += tell(reports.failed == fails, "a report of " + name, reports.output)
        counts, text = reports_of("return 0;", folder)
        failed += tell(counts == (1, 0), "no bug is no report", text)
        for lines, expected in (("==1== Open file descriptor 3: a\n==1==    at 0x1: open", 1),
                                ("==1== Open file descriptor 3: a\n==1==    <inherited", 0)):
            suite = run.Valgrind("suite", "none", 2)
            suite.command = ["sh", "-c", 'echo ok - a; echo "%s"' % lines]
            suite.run(folder)
            failed += tell(suite.failed == expected, "descriptors left open: %d" % expected,
                           suite.output)
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

"""The cases of a script test: told as `ok - case`, `not ok - case` or a skip, a line each."""

import os
import sys

CASES = []
# Programs for the sanitizers take far more memory, and addresses by the terabyte.
SANITIZED = os.path.basename(os.path.abspath(os.environ.get("BUILD", "build"))) == "sanitize"


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def expect(fact, what):
    if not fact:
        raise Failure(what)


def run_all(suite, before_each=lambda: None):
    """Runs the cases whose name holds the first argument. Returns the exit status."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failures = 0
    cases = [function for function in CASES if wanted in function.__name__]
    print("1..%d" % len(cases))
    for function in cases:
        name = "%s: %s" % (suite, function.__name__.replace("_", " "))
        before_each()
        try:
            function()
            print("ok -", name, flush=True)
        except Skip as reason:
            print("ok - %s # SKIP %s" % (name, reason), flush=True)
        except Exception as problem:  # a broken case must not hide the others
            failures += 1
            print("not ok - %s\n# %s: %s" %
                  (name, type(problem).__name__, str(problem).replace("\n", "\n# ")), flush=True)
    return 1 if failures else 0

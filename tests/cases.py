"""The cases of a script test: told as `ok - case`, `not ok - case` or a skip, a line each."""

import concurrent.futures
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


def add_case(name, function):
    """For cases that differ in a line of a table."""
    function.__name__ = name.replace(" ", "_")
    CASES.append(function)


def expect(fact, what):
    if not fact:
        raise Failure(what)


def outcome_of(function):
    """What there is to print of a case, and whether it failed."""
    try:
        function()
        return "", False
    except Skip as reason:
        return " # SKIP %s" % reason, False
    except Exception as problem:  # a broken case must not hide the others
        return "\n# %s: %s" % (type(problem).__name__, str(problem).replace("\n", "\n# ")), True


def run_all(suite, before_each=lambda: None, at_once=1):
    """Runs the cases whose name holds the first argument, so many at once. Returns the exit
    status."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    cases = [function for function in CASES if wanted in function.__name__]
    print("1..%d" % len(cases))

    def run(function):
        before_each()
        return outcome_of(function)

    failures = 0
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        outcomes = pool.map(run, cases) if at_once > 1 else map(run, cases)
        for function, (words, failed) in zip(cases, outcomes):
            name = "%s: %s" % (suite, function.__name__.replace("_", " "))
            print("%sok - %s%s" % ("not " if failed else "", name, words), flush=True)
            failures += failed
    return 1 if failures else 0

#!/usr/bin/env python3
"""Shows that each analyser of tests/analyse finds what it is there for, and nothing in clean code."""

import os
import subprocess
import sys
import tempfile

import cases
from cases import case, expect

ANALYSE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "analyse")
TOOLS = ("gcc -fanalyzer", "cppcheck", "clang-tidy")
CLEAN = """
#include <stdlib.h>
int first(int argument);
int first(int argument)
{
    %s
}
"""
# Which of them find it, in every version.
BUGS = [
    ("int *list = calloc(4, sizeof(*list)); if (!list) return 0;"
     "int one = list[argument & 3]; free(list); return one + list[1];",
     ("gcc -fanalyzer", "clang-tidy")),
    ("int *list = calloc(4, sizeof(*list)); if (!list) return 0; if (list[1] > argument) return 3;"
     "free(list); return 4;", TOOLS),
    ("int list[4] = {1}; return list[argument ? 4 : 5];", ("cppcheck",)),
    ("int *list = NULL; if (argument == 3) list = &argument; return *list;", TOOLS),
]


def found(body):
    """The tools that found something."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "source.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(CLEAN % body)
        done = subprocess.run([sys.executable, ANALYSE, folder, "1", source], check=False,
                              capture_output=True, text=True)
        told = [line.split(" - ")[1].split(": ")[0] for line in done.stdout.splitlines()
                if line.startswith("not ok")]
        expect(done.returncode == (1 if told else 0), done.stdout + done.stderr)
        expect(done.stdout.count("ok - ") == len(TOOLS), done.stdout + done.stderr)
        return told, done.stdout


@case
def clean_code_is_clean():
    told, output = found("return argument + 1;")
    expect(told == [], output)


@case
def each_finds_what_it_is_there_for():
    for body, tools in BUGS:
        told, output = found(body)
        expect(set(tools) <= set(told), "%s\n%s" % (body, output))


if __name__ == "__main__":
    sys.exit(cases.run_all("analyse"))

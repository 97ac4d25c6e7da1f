#!/usr/bin/env python3
"""Shows what tests/mutate may change in a C file, and what it leaves alone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import mutants  # noqa: E402
from cases import case, expect, run_all  # noqa: E402


def changes(text):
    return [(mutant.old, mutant.new) for mutant in mutants.mutants_of("a.c", text)]


def expect_changes(text, *wanted):
    found = changes(text)
    expect(sorted(found) == sorted(wanted), f"{text}: {found}")


def body(statements, result="void"):
    return f"static {result} f(int a, char *text)\n{{\n    {statements}\n}}\n"


@case
def comments_strings_includes_and_declarations_stay():
    expect_changes("#include <stdio.h>\n// a < 1\n/* 2 && 3 */\nstatic const char *t = \"a < 4\";\n")
    expect_changes("#if A > 1\n#endif\n#define F(a) \"1\"\n#define C '1'\n")
    expect_changes(body("int b; const char *t = text; (void)a;"))


@case
def comparisons_become_their_neighbour_and_their_opposite():
    expect_changes(body("if (a < a) return;"),
                   ("<", "<="), ("<", ">="), ("return;", ";"))
    expect_changes(body("while (a == a) ;"), ("==", "!="))


@case
def operators_are_swapped_and_signs_are_not():
    expect_changes("int x = a + b, y = -a, z = f(+a) - c[d], s = a << b;", ("+", "-"), ("-", "+"))
    expect_changes(body("return a && text;", "bool"),
                   ("&&", "||"), ("a && text", "!(a && text)"))


@case
def numbers_move_one_either_way_and_not_below_zero():
    expect_changes("#define LIMIT 7u\n", ("7u", "8u"), ("7u", "6u"))
    expect_changes("int x = 0, y = 0x1f;", ("0", "1"), ("0x1f", "0x20"), ("0x1f", "0x1e"))
    expect_changes("int colour = 0x00ff10;", ("0x00ff10", "0x20df30"))


@case
def a_larger_buffer_is_none_and_a_lookup_is_one():
    expect_changes(body("char name[64];"), ("64", "63"))
    expect_changes(body("text = xmalloc(a + 1);", "char"), ("text = xmalloc(a + 1);", ";"),
                   ("+", "-"), ("1", "0"))
    expect_changes(body("return text[2];", "int"), ("2", "3"), ("2", "1"))


@case
def conditions_and_results_are_negated_once():
    expect_changes(body("if (text) return;"), ("text", "!(text)"), ("return;", ";"))
    expect_changes(body("return true;", "bool"), ("true", "false"))
    expect_changes(body("return g(a);", "int"))
    expect_changes(body("", "bool") + body("return g(a);", "int"))


@case
def statements_go_and_keep_their_lines():
    expect_changes(body("a = g(text);"), ("a = g(text);", ";"))
    expect_changes(body("*text = *text;"), ("*text = *text;", ";"))
    expect_changes(body("for (; g(a); h(a)) break;"), ("break;", ";"))
    expect_changes(body("switch (a) { case B: g(a); }"), ("g(a);", ";"))
    text = body("g(a,\n      a);")
    found = mutants.mutants_of("a.c", text)
    expect([mutants.apply(text, mutant).count("\n") for mutant in found] == [text.count("\n")],
           "a line is lost")


@case
def assertions_change_only_where_they_hold_for_less():
    expect_changes(body("assert(a <= 7 && text);"), ("<=", "<"), ("<=", ">"))


@case
def a_seed_draws_the_same_when_other_lines_change():
    text = body("a = 1; g(a); h(a);").replace("; ", ";\n    ")
    found = mutants.mutants_of("a.c", text)
    moved = mutants.mutants_of("a.c", "/* New. */\n" + text)
    for seed in range(20):
        expect([mutant.name for mutant in mutants.draw(found, seed)] ==
               [mutant.name for mutant in mutants.draw(moved, seed)], f"seed {seed}")
    drawn = {tuple(mutant.name for mutant in mutants.draw(found, seed)) for seed in range(20)}
    expect(len(drawn) > 1, "every seed draws the same")


if __name__ == "__main__":
    sys.exit(run_all("mutants"))

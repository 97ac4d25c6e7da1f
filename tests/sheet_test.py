#!/usr/bin/env python3
"""roomsignd --rehearse --sheet, as built: what it prints, writes and refuses.

What is on the sheet is looked at in tests/test_sheet.c. Says `ok - case` or `not ok - case` a line
each; $BUILD is where the programs are (build). `tests/sheet_test.py WORD` runs only the cases whose
name holds the word.
"""

import datetime
import os
import pty
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
from cases import Skip, case, expect  # noqa: E402
from feed_server import calendar, event  # noqa: E402
from sign_harness import (  # noqa: E402
    PATIENCE_S, PLAN, ROOM, SIGN, config, document, environment, path, run, run_suite, session, write)

SPAN = "2026-01-31T10:00/2026-01-31T12:30"
PLACES = 120
DISTANT = datetime.datetime(2035, 6, 1, 12)


def png_size(name):
    with open(path(name), "rb") as file:
        head = file.read(24)
    expect(head[:8] == b"\x89PNG\r\n\x1a\n", "no PNG: %r" % head)
    return struct.unpack(">II", head[16:24])


def plan():
    return ("--schedule", write("plan.json", document(*PLAN)))


def rehearse(*arguments, span=SPAN, conf=None):
    return run(SIGN, "--rehearse", span, *arguments, conf or config("file:nothing.ics"))


def sessions(count):
    """An hour each, with an hour between them: four or five lines of the script."""
    first = datetime.datetime(2026, 1, 31, 8)
    step = datetime.timedelta(hours=1)
    return [session("s%d" % i, (first + 2 * i * step).strftime("%Y-%m-%dT%H:%M:%SZ"),
                    (first + (2 * i + 1) * step).strftime("%Y-%m-%dT%H:%M:%SZ"))
            for i in range(count)]


@case
def the_script_is_printed_as_without_a_sheet():
    bare = rehearse(*plan())
    drawn = rehearse("--sheet", path("a.png"), *plan())
    expect((drawn.returncode, drawn.stderr) == (0, ""), repr(drawn))
    expect(drawn.stdout == bare.stdout and drawn.stdout.count("\n") == 9, drawn.stdout)
    expect(png_size("a.png") == (2718, 150 + 3 * 432), png_size("a.png"))


@case
def the_size_is_the_signs():
    """Not the sheet's. Nine pictures: seven in a row where they are small, else six or four."""
    for size, wanted in [("320x240", (2476, 150 + 2 * 312)), ("1080x1920", (2370, 150 + 2 * 712)),
                         ("3840x2160", (2718, 150 + 3 * 432))]:
        answer = rehearse("--sheet", path("sized.png"), "--size", size, *plan())
        expect(answer.returncode == 0 and answer.stderr == "", repr(answer))
        expect(png_size("sized.png") == wanted, (size, png_size("sized.png")))
    stands = config("file:nothing.ics")
    with open(stands, "a", encoding="utf-8") as file:
        file.write("[screen]\nrotate = 90\n")
    answer = rehearse("--sheet", path("sized.png"), *plan(), conf=stands)
    expect(png_size("sized.png") == (2370, 150 + 2 * 712), (repr(answer), png_size("sized.png")))


@case
def a_day_without_sessions_has_a_sheet():
    empty = write("empty.json", document())
    answer = rehearse("--sheet", path("empty.png"), "--schedule", empty)
    expect((answer.returncode, answer.stderr) == (0, ""), repr(answer))
    expect(answer.stdout.count("\n") == 1 and "\tclosed\t" in answer.stdout, answer.stdout)
    expect(png_size("empty.png") == (1040, 582), png_size("empty.png"))


@case
def commands_are_heard():
    spoken = write("commands", "2026-01-31T11:00\tfull\n2026-01-31T11:05\topen\n")
    answer = rehearse("--sheet", path("said.png"), "--commands", spoken, *plan())
    expect((answer.returncode, answer.stderr) == (0, ""), repr(answer))
    expect(answer.stdout.count("\n") == 11 and "\tfull\n" in answer.stdout, answer.stdout)
    # Three rows, and a second line below the pictures because there is something to say.
    expect(png_size("said.png") == (2718, 150 + 3 * 466), png_size("said.png"))


@case
def hours_in_which_the_panel_is_dark_are_drawn_and_marked():
    lit = config("file:nothing.ics")
    with open(lit, "a", encoding="utf-8") as file:
        file.write("[screen]\non = 11:00-12:00\n")
    answer = rehearse("--sheet", path("dark.png"), *plan(), conf=lit)
    expect((answer.returncode, answer.stderr) == (0, ""), repr(answer))
    # The mark is a second line below the pictures.
    expect(png_size("dark.png") == (2718, 150 + 3 * 466), png_size("dark.png"))


@case
def headlines_of_today_are_drawn_on_a_day_to_come():
    feed = write("a.ics", calendar(event("one@example.org", "Talk", DISTANT, room=ROOM)))
    news = write("news.xml", "<rss version='2.0'><channel><title>News</title><item><title>"
                             "Trams run until two</title></item></channel></rss>")
    written = []
    for headlines in ("", "[headlines]\nurl = file:" + news):
        conf = config("file:" + feed, alerts=headlines)
        answer = rehearse("--sheet", path("news.png"), "--size", "640x360", conf=conf,
                          span="2035-06-01T11:00:00Z/2035-06-01T11:30:00Z")
        expect((answer.returncode, answer.stderr) == (0, ""), repr(answer))
        with open(path("news.png"), "rb") as file:
            written.append(file.read())
    expect(written[0] != written[1], "no headline")


@case
def what_finds_no_place_is_told():
    given = ("--schedule", write("long.json", document(*sessions(40))))
    answer = rehearse("--sheet", path("long.png"), "--size", "320x180", *given,
                      span="2026-01-31T08:00/2026-02-04T00:00")
    lines = answer.stdout.count("\n")
    expect(answer.returncode == 0 and lines > PLACES, repr(answer))
    expect(answer.stderr.count("\n") == 1 and "--sheet: %d states" % lines in answer.stderr and
           "the last %d" % (lines - PLACES + 1) in answer.stderr, answer.stderr)
    width, height = png_size("long.png")
    expect(width <= 2720 and height <= 16000, (width, height))


@case
def a_sheet_that_cannot_be_written_is_an_error():
    bare = rehearse(*plan())
    for broken in ("/proc/no/such.png", path("missing/a.png"), path("")):
        answer = rehearse("--sheet", broken, *plan())
        expect(answer.returncode == 3 and answer.stdout == bare.stdout, repr(answer))
        expect(broken in answer.stderr and answer.stderr.count("\n") == 1, answer.stderr)
    before = sorted(os.listdir(path("")))
    rehearse("--sheet", path("missing/a.png"), *plan())
    expect(sorted(os.listdir(path(""))) == before, "it leaves files behind")


@case
def what_makes_no_sense_is_refused():
    conf = config("file:nothing.ics")
    for arguments, word in [(("--sheet", "a.png", conf), "--sheet"),
                            (("--sheet", "a.png", "--snapshot", "b.png", conf), "--sheet"),
                            (("--rehearse", SPAN, "--size", "640x360", conf), "--size"),
                            (("--rehearse", SPAN, "--sheet"), "--sheet"),
                            (("--rehearse", "2026-01-31", conf), "as in 2026-01-31T09:00/")]:
        answer = run(SIGN, *arguments)
        expect((answer.returncode, answer.stdout) == (1, ""), repr(answer))
        expect(word in answer.stderr and answer.stderr.count("\n") == 1, repr(answer))
    answer = rehearse("--sheet", path("none.png"))
    expect(answer.returncode == 2 and not answer.stdout and not os.path.exists(path("none.png")),
           repr(answer))


@case
def a_snapshot_that_is_black_is_explained():
    conf = config("file:nothing.ics", alerts="[screen]\non = 07:00-20:00\n")
    for at, said in (("12:00", 0), ("23:30", 1)):
        answer = run(SIGN, "--snapshot", path("dark.png"), "--at", "2026-01-31T" + at, *plan(), conf)
        expect(answer.returncode == 0 and answer.stderr.count("\n") == said, repr(answer))
        expect(not said or "[screen] on" in answer.stderr, repr(answer))


@case
def progress_is_for_terminals():
    try:
        master, terminal = pty.openpty()
    except OSError as error:
        raise Skip("no terminal to be had: %s" % error) from None
    try:
        child = subprocess.Popen(
            [SIGN, "--rehearse", SPAN, "--sheet", path("seen.png"), *plan(),
             config("file:nothing.ics")],
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=terminal)
        expect(child.wait(PATIENCE_S) == 0, "exit status %d" % child.returncode)
        said = os.read(master, 65536).decode()
    finally:
        os.close(terminal)
        os.close(master)
    expect("3 of 9" in said and "\n" not in said and said.endswith("\r\033[K"), repr(said))


if __name__ == "__main__":
    sys.exit(run_suite("sheet"))

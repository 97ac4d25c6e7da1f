#!/usr/bin/env python3
"""roomsign-feed, as built: which rooms a feed has, and what it says where it lacks the sign's.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the program is (build).
`tests/rooms_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import cases  # noqa: E402
from cases import SANITIZED, case, expect  # noqa: E402
from feed_server import calendar, event, noon  # noqa: E402

PROGRAM = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "roomsign-feed"))
SECONDS_MAX = 60
PEAK_KIB_MAX = 32 * 1024
HOUR = datetime.timedelta(hours=1)


def run(*arguments):
    """The exit status, standard output and standard error."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=SECONDS_MAX,
                          env=dict(os.environ, TZ="UTC"), check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def document(*arguments):
    status, out, err = run(*arguments)
    expect(status == 0, "exit status %d: %s" % (status, err))
    return json.loads(out)


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text):
    with open(path(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path(name)


def url(name):
    return "file://" + path(name)


def config(*urls, room="Hall 1", more=""):
    lines = ["[room]", "name = " + room, "timezone = Europe/Brussels", more, "[feed]"]
    return write("room.conf", "\n".join(lines + ["url = " + each for each in urls]) + "\n")


def programme(*rooms, extra=()):
    """An event an hour, each in the next of these rooms."""
    return calendar(*[event("%d@example.org" % i, "Talk %d" % i, noon() + i * HOUR / 10, room=room)
                      for i, room in enumerate(rooms)], *extra)


ROOMLESS = ["BEGIN:VEVENT", "UID:none", "DTSTART:20260131T100000Z", "SUMMARY:Nowhere", "END:VEVENT"]
HALLS = ["Hall 10", "Hall 2", "Foyer", "Hall 10", "Hall 10", "Hall 2"]


# The list

@case
def rooms_with_their_numbers_in_natural_order():
    write("a.ics", programme(*HALLS, extra=[ROOMLESS, ROOMLESS]))
    wanted = "1\tFoyer\n2\tHall 2\n3\tHall 10\n"
    told = "roomsign-feed: 2 events name no room\n"
    for arguments in (["--url", url("a.ics")], ["--url", url("a.ics"), "--format", "tsv"],
                      [config(url("a.ics"), room="Nowhere")]):
        expect(run("--rooms", *arguments) == (0, wanted, told), run("--rooms", *arguments))
    status, out, err = run("--rooms", "--url", url("a.ics"), "--format", "json")
    expect((status, err) == (0, told), (status, err))
    expect(json.loads(out) == [{"room": "Foyer", "sessions": 1}, {"room": "Hall 2", "sessions": 2},
                               {"room": "Hall 10", "sessions": 3}], out)


@case
def one_event_without_a_room_is_told_as_one():
    write("a.ics", programme("Hall 1", extra=[ROOMLESS]))
    expect(run("--rooms", "--url", url("a.ics"))[2] == "roomsign-feed: 1 event names no room\n",
           run("--rooms", "--url", url("a.ics")))
    write("a.ics", programme("Hall 1"))
    expect(run("--rooms", "--url", url("a.ics")) == (0, "1\tHall 1\n", ""), "said without reason")
    write("a.ics", programme(extra=[ROOMLESS]))
    status, out, _ = run("--rooms", "--url", url("a.ics"))
    expect((status, out) == (0, ""), out)
    expect(run("--rooms", "--url", url("a.ics"), "--format", "json")[1] == "[]\n", "an empty list")


@case
def past_and_future_and_every_feed():
    write("a.ics", calendar(event("1", "Long ago", datetime.datetime(1999, 1, 1, 10)),
                            event("2", "Far off", datetime.datetime(2090, 1, 1, 10)),
                            event("3", "Daily", datetime.datetime(2000, 1, 1, 10),
                                  extra=["RRULE:FREQ=DAILY"])))
    write("b.txt", "2026-01-31\n# HALL 1\n10:00 A\n11:00 B\n# Attic\n10:00 C\n")
    for arguments in ([config(url("a.ics"), url("b.txt"))],
                      ["--url", url("a.ics"), "--url", url("b.txt")]):
        status, out, err = run("--rooms", *arguments)
        expect((status, out, err) == (0, "1\tAttic\n5\tHall 1\n", ""), (status, out, err))


@case
def each_line_can_be_pasted():
    names = ["Audi 1 - Centre\\nTown", "B\\, Deck 4\\, Aft", "Red\\, Blue", "Red", "Blue\\; Red",
             "Blue", "#1 \\; Attic", "; odd", "= odd", "\"Quoted\"", "Café (East)", "A\\\\B",
             "100% 'x'", "Hall 1", "hall  1", "Centre", "東京 3"]
    write("a.ics", programme(*names))
    status, out, err = run("--rooms", "--url", url("a.ics"))
    expect((status, err) == (0, "roomsign-feed: 1 event names no room\n"), err)
    lines = [line.split("\t") for line in out.splitlines()]
    expect(["2", "Hall 1"] in lines and ["3", "Red"] in lines and ["3", "Blue"] in lines, out)
    expect(["1", "B, Deck 4, Aft"] in lines and ["1", "Audi 1"] in lines, out)
    expect(len(lines) == 13, out)
    for count, name in lines:
        for arguments in ([config(url("a.ics"), room=name, more="include_venue_wide = no")],
                          ["--url", url("a.ics"), "--room", name]):
            polled = document(*arguments)
            own = [session for session in polled["sessions"] if not session["venue_wide"]]
            expect(len(own) == int(count), (name, arguments, own))
            expect(polled["feeds"][0]["matched"] == int(count), (name, polled["feeds"]))


@case
def what_goes_wrong():
    write("a.ics", programme("Hall 1"))
    write("bad.ics", "oops")
    for arguments, wanted, word in ((["--url", url("bad.ics")], 2, "bad.ics"),
                                    (["--url", url("missing.ics")], 2, "missing.ics"),
                                    ([], 1, "--url"),
                                    ([path("missing.conf")], 1, "missing.conf"),
                                    (["--url", url("a.ics"), "--room", "x"], 1, "--room"),
                                    (["--url", url("a.ics"), "--last", "x"], 1, "--last")):
        status, out, err = run("--rooms", *arguments)
        expect((status, out) == (wanted, "") and word in err, (arguments, status, out, err))
    status, out, err = run("--rooms", "--url", url("bad.ics"), "--url", url("a.ics"))
    expect((status, out) == (0, "1\tHall 1\n") and "bad.ics" in err, (status, out, err))
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "--rooms", "--url", url("a.ics")], stdout=full,
                              stderr=subprocess.PIPE, timeout=SECONDS_MAX, check=False)
    expect(done.returncode == 3 and b"standard output" in done.stderr, done)


def peak_kib(*arguments):
    """What the program takes at most, and what it prints."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([PROGRAM, *arguments], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        expect(child.returncode == 0, "exit status %d" % child.returncode)
        out.seek(0)
        return usage.ru_maxrss, out.read().decode()


@case
def headlines_are_not_asked_for():
    write("a.ics", programme("Hall 1"))
    conf = config(url("a.ics"), more="[headlines]\nurl = " + url("missing.xml"))
    expect("missing.xml" in run(conf)[2], "asked for by a poll")
    expect(run("--rooms", conf) == (0, "1\tHall 1\n", ""), run("--rooms", conf))


@case
def names_are_kept_not_sessions():
    filler = "DESCRIPTION:" + "x" * 1000
    with open(path("large.ics"), "w", encoding="utf-8", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\n")
        for i in range(100000):
            file.write("\r\n".join(["BEGIN:VEVENT", "UID:%d" % i, "DTSTART:20260131T100000Z",
                                    "DTEND:20260131T110000Z", "SUMMARY:Talk", filler,
                                    "LOCATION:Hall %d" % (i % 50), "END:VEVENT", ""]))
        file.write("END:VCALENDAR\r\n")
    size = os.path.getsize(path("large.ics"))
    expect(size > 109e6, size)
    conf = write("large.conf", "[room]\nname = Hall 1\ntimezone = UTC\n[feed]\nmax_size = 200M\n"
                               "url = %s\n" % url("large.ics"))
    peak, out = peak_kib("--rooms", conf)
    os.remove(path("large.ics"))
    expect(out == "".join("2000\tHall %d\n" % i for i in range(50)), out[:200])
    expect(SANITIZED or peak < PEAK_KIB_MAX, "%d KiB" % peak)


@case
def too_many_places_are_told():
    write("a.ics", programme(*["Room %d" % i for i in range(4106)]))
    status, out, err = run("--rooms", "--url", url("a.ics"))
    expect(status == 0 and out.count("\n") == 4096, out.count("\n"))
    expect("more than 4096 different places; 10 events at further ones are not counted" in err, err)


# What the document says

@case
def a_room_that_no_feed_has():
    write("a.ics", programme(*HALLS))
    conf = config(url("a.ics"), room="Hal 2")
    feed, = document(conf)["feeds"]
    expect((feed["events"], feed["matched"]) == (6, 0), feed)
    expect(feed["closest"] == ["Hall 2", "Hall 10", "Foyer"], feed)
    _, _, err = run(conf)
    expect("none of its 6 events is in room 'Hal 2'" in err and "'Hall 2'" in err, err)
    feed, = document(config(url("a.ics"), room=feed["closest"][0]))["feeds"]
    expect((feed["events"], feed["matched"], feed["closest"]) == (6, 2, []), feed)


@case
def what_was_counted_is_carried_over():
    write("a.ics", programme(*HALLS))
    write("b.ics", programme("Hal 2", "Hall 9", extra=[ROOMLESS]))
    conf = config(url("a.ics"), url("b.ics"), room="Hal 2")
    first = document(conf)
    counted = [[feed[key] for key in ("events", "matched", "closest")] for feed in first["feeds"]]
    expect(counted == [[6, 0, ["Hall 2", "Hall 10", "Foyer"]], [3, 1, []]], counted)
    last = write("last.json", json.dumps(first))
    write("b.ics", "oops")
    again = document(conf, "--last", last)
    expect([feed["status"] for feed in again["feeds"]] == ["unchanged", "failed"], again["feeds"])
    expect([[feed[key] for key in ("events", "matched", "closest")] for feed in again["feeds"]]
           == counted, again["feeds"])
    # Of another room it says nothing.
    other = document(config(url("a.ics"), url("b.ics"), room="Foyer"), "--last", last)
    expect([[feed[key] for key in ("events", "matched", "closest")] for feed in other["feeds"]]
           == [[6, 1, []], [0, 0, []]], other["feeds"])


def main():
    global SCRATCH
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-rooms-")
    try:
        return cases.run_all("rooms")
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

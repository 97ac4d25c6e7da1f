#!/usr/bin/env python3
"""roomsignd and roomsignctl, as built, with the real roomsign-feed and a web server on loopback.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/sign_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import glob
import json
import os
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import feed_server  # noqa: E402
from cases import SANITIZED, Failure, Skip, case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    CTL, DAY, PATIENCE_S, PLAN, ROOM, SIGN, Sign, ask_raw, command_files, config, document,
    environment, has_schedule, path, preload, run, run_suite, session, socket_path, stored_files,
    wait_for, write)


def png_size(name):
    with open(path(name), "rb") as file:
        head = file.read(24)
    expect(head[:8] == b"\x89PNG\r\n\x1a\n", "no PNG: %r" % head)
    return struct.unpack(">II", head[16:24])


# The command line

@case
def bad_arguments_are_named_in_one_line():
    conf = config("file:nothing.ics")
    for arguments, word in [
            ((), "CONFIG"), (("--bogus", conf), "--bogus"), ((conf, "another"), "another"),
            (("--speed", "0", conf), "--speed"), (("--speed", "fast", conf), "--speed"),
            (("--window", "big", conf), "--window"), (("--size", "9x9", conf), "--size"),
            (("--at", "soon", conf), "--at"), (("--at",), "--at"),
            (("--rehearse", "2026-01-31T10:00", conf), "--rehearse"),
            (("--rehearse", "2026-01-31T10:00/2026-01-31T10:00", conf), "--rehearse"),
            (("--rehearse", "2026-01-31T10:00/never", conf), "TO"),
            (("--check", "--print-config", conf), "--print-config"),
            (("--verbose=yes", conf), "--verbose"), (("--commands", "x", conf), "--commands"),
            (("--schedule", path("missing"), "--rehearse",
              "2026-01-31T10:00/2026-01-31T11:00", conf), "missing")]:
        answer = run(SIGN, *arguments)
        expect(answer.returncode == 1, "%r: exit status %d" % (arguments, answer.returncode))
        expect(answer.stdout == "", "%r: %r on standard output" % (arguments, answer.stdout))
        expect(word in answer.stderr and answer.stderr.count("\n") == 1,
               "%r: %r" % (arguments, answer.stderr))


@case
def check_tells_all_errors_at_once():
    good = run(SIGN, "--check", config("file:nothing.ics"))
    expect((good.returncode, good.stderr) == (0, ""), repr(good))
    expect("fine: room %s, 1 feed" % ROOM in good.stdout, repr(good))
    conf = write("bad.conf", "[room]\nname = A\ntimezone = Nowhere/Land\n[feed]\npol = 60s\n"
                             "url = ftp://example.org/\n")
    bad = run(SIGN, "--check", conf)
    expect(bad.returncode == 1, repr(bad))
    for line in (3, 5, 6):
        expect("%s:%d: [" % (conf, line) in bad.stderr, "line %d is missing: %s" % (line, bad.stderr))
    missing = run(SIGN, "--check", path("missing.conf"))
    expect(missing.returncode == 1 and "missing.conf" in missing.stderr, repr(missing))


@case
def print_config_prints_what_check_accepts():
    printed = run(SIGN, "--print-config", config("file:///nothing.ics", poll="17s"))
    expect(printed.returncode == 0 and "poll = 17s" in printed.stdout, repr(printed))
    again = run(SIGN, "--check", write("printed.conf", printed.stdout))
    expect(again.returncode == 0, repr(again))
    expect(run(SIGN, "--print-config").returncode == 0, "no defaults")


@case
def help_and_version():
    for program in (SIGN, CTL):
        for option in ("--help", "--version"):
            answer = run(program, option)
            expect(answer.returncode == 0 and answer.stdout and not answer.stderr, repr(answer))


# Once

@case
def rehearse_prints_the_script_of_a_document():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--rehearse", "2026-01-31T11:00/2026-01-31T12:00", "--schedule", given,
                 config("file:nothing.ics"))
    expect(answer.returncode == 0 and answer.stderr == "", repr(answer))
    expected = [
        ["10:00:00Z", "live", "one", "two", "10:20:00Z"],
        ["10:15:00Z", "wrap-up", "one", "two", "10:20:00Z"],
        ["10:20:00Z", "overrun", "one", "two", "10:20:00Z"],
        ["10:25:00Z", "live", "two", "-", "10:50:00Z"],
        ["10:45:00Z", "wrap-up", "two", "-", "10:50:00Z"],
        ["10:50:00Z", "overrun", "two", "-", "10:50:00Z"],
    ]
    lines = ["\t".join([DAY + row[0], *row[1:4], DAY + row[4], "-", "-"]) for row in expected]
    expect(answer.stdout.splitlines() == lines, answer.stdout)


@case
def rehearse_goes_by_a_file_of_commands():
    given, conf = write("plan.json", document(*PLAN)), config("file:nothing.ics")
    spoken = write("commands", "# at the door\n2026-01-31T11:18\thold\n2026-01-31T11:19\thold\n"
                               "2026-01-31T11:31\tend\n")
    answer = run(SIGN, "--rehearse", "2026-01-31T11:16/2026-01-31T11:40", "--schedule", given,
                 "--commands", spoken, conf)
    expect(answer.returncode == 0, repr(answer))
    said = [line.split("\t")[:5] for line in answer.stdout.splitlines()]
    expect(said == [[DAY + "10:16:00Z", "wrap-up", "one", "two", DAY + "10:20:00Z"],
                    [DAY + "10:20:00Z", "overrun", "one", "two", DAY + "10:20:00Z"],
                    [DAY + "10:31:00Z", "live", "two", "-", DAY + "10:56:00Z"]], answer.stdout)
    expect(answer.stderr.endswith(" %s:3: hold: it is held already\n" % spoken) and
           answer.stderr.count("\n") == 1, answer.stderr)
    answer = run(SIGN, "--snapshot", path("held.png"), "--at", "2026-01-31T11:30", "--schedule",
                 given, "--commands", spoken, "--size", "640x360", conf)
    expect(answer.returncode == 0 and os.path.getsize(path("held.png")) > 0, repr(answer))
    answer = run(SIGN, "--rehearse", "2026-01-31T11:16/2026-01-31T11:40", "--schedule", given,
                 "--commands", path("missing"), conf)
    expect(answer.returncode == 1 and "--commands: " in answer.stderr and not answer.stdout,
           repr(answer))
    # What is rehearsed with a misspelt command is another day.
    wrong = write("wrong.tsv", "2026-01-31T11:18\tholt\n2026-01-31T11:31\tend\nnoon\tend\n")
    for mode in (("--rehearse", "2026-01-31T11:16/2026-01-31T11:40"),
                 ("--snapshot", path("wrong.png"), "--at", "2026-01-31T11:30")):
        answer = run(SIGN, *mode, "--schedule", given, "--commands", wrong, conf)
        lines = answer.stderr.splitlines()
        expect(answer.returncode == 1 and not answer.stdout and len(lines) == 2 and
               lines[0].endswith(' %s:1: "holt" is no command' % wrong) and
               ' %s:3: ' % wrong in lines[1], repr(answer))
    expect(not os.path.exists(path("wrong.png")), "a picture")


@case
def a_config_says_when_the_day_ends():
    given = write("given.json", document(
        session("late", "2026-01-31T23:30:00Z", "2026-02-01T00:30:00Z"),
        session("noon", "2026-02-01T11:00:00Z", "2026-02-01T12:00:00Z")))
    for ends, phases in (("00:00", ["closed", "free"]), ("04:00", ["free", "closed"])):
        conf = config("https://example.org/feed.ics", alerts="overrun = off")
        with open(conf, encoding="utf-8") as file:
            text = file.read()
        write("room.conf", text.replace("[feed]", "day_ends = %s\n[feed]" % ends))
        # Half past ten in the evening, and half past three at night.
        said = [run(SIGN, "--rehearse", span, "--schedule", given, conf).stdout.split("\t")[1]
                for span in ("2026-01-31T22:30/2026-01-31T22:31",
                             "2026-02-01T03:30/2026-02-01T03:31")]
        expect(said == phases, "%s: %s" % (ends, said))


@case
def rehearse_polls_what_lies_in_its_span():
    moment = datetime.datetime(2031, 5, 6, 12, 0)
    body = feed_server.calendar(feed_server.event("far", "Far away", moment, room=ROOM))
    conf = config("file://" + write("far.ics", body))
    answer = run(SIGN, "--rehearse", "2031-05-06T12:00:00Z/2031-05-06T12:01:00Z", conf)
    expect(answer.returncode == 0, repr(answer))
    expect(answer.stdout.split("\t")[1:3] == ["live", "far"], answer.stdout)


@case
def rehearse_without_a_feed_says_nothing_on_standard_output():
    answer = run(SIGN, "--rehearse", "2026-01-31T11:00/2026-01-31T12:00",
                 config("file:///nowhere/at/all.ics"))
    expect(answer.returncode == 2 and answer.stdout == "" and "feed" in answer.stderr, repr(answer))


@case
def snapshots_need_no_display():
    given = write("plan.json", document(*PLAN))
    conf = config("file:nothing.ics")
    arguments = ("--at", "2026-01-31T11:17", "--schedule", given, conf)
    first = run(SIGN, "--snapshot", path("a.png"), *arguments, SDL_VIDEODRIVER="none")
    expect(first.returncode == 0, repr(first))
    expect(png_size("a.png") == (1920, 1080), str(png_size("a.png")))
    second = run(SIGN, "--snapshot", path("b.png"), "--size", "1080x1920", *arguments)
    expect(second.returncode == 0 and png_size("b.png") == (1080, 1920), repr(second))


@case
def a_snapshot_without_a_schedule_says_so():
    answer = run(SIGN, "--snapshot", path("none.png"), "--state", path("empty-state"),
                 config("file:///nowhere/at/all.ics"))
    expect(answer.returncode == 2 and answer.stdout == "", repr(answer))
    expect("feed" in answer.stderr, repr(answer))
    expect(png_size("none.png") == (1920, 1080), "no picture")


@case
def a_picture_that_cannot_be_written_is_said():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--snapshot", "/proc/no/such.png", "--schedule", given,
                 config("file:nothing.ics"))
    expect(answer.returncode == 3 and "/proc/no" in answer.stderr, repr(answer))


def store_plan(state):
    """Leaves a schedule of long ago in a state directory."""
    given = shlex.quote(write("plan.json", document(*PLAN)))
    program = write("printing", "#!/bin/sh\ncat %s\n" % given, 0o755)
    with Sign(config("file:x"), "--feed-program", program, state=state) as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()


@case
def a_snapshot_of_the_stored_schedule_shows_its_age():
    store_plan("old")
    elsewhere = run(SIGN, "--snapshot", path("other.png"), "--at", "2026-01-31T11:17", "--state",
                    path("old"), config("file:///nowhere/at/all.ics"))
    expect(elsewhere.returncode == 2, "another feed's schedule is shown: %r" % elsewhere)
    conf = config("file:x")
    at = ("--at", "2026-01-31T11:17", "--state", path("old"))
    stored = run(SIGN, "--snapshot", path("stored.png"), *at, conf)
    expect(stored.returncode == 0 and "stored schedule" in stored.stderr, repr(stored))
    fresh = run(SIGN, "--snapshot", path("fresh.png"), *at, "--schedule", path("plan.json"), conf)
    expect(fresh.returncode == 0, repr(fresh))
    with open(path("stored.png"), "rb") as one, open(path("fresh.png"), "rb") as other:
        expect(one.read() != other.read(), "the stored schedule looks like a fresh one")


@case
def a_snapshot_tells_that_one_of_two_feeds_failed():
    server = feed_server.start()
    good, at = server.url + "/plain", feed_server.noon().strftime("%Y-%m-%dT%H:%M:%SZ")
    pictures = []
    for name, urls in (("one.png", [good]), ("two.png", [good, "file:///nowhere/at/all.ics"])):
        answer = run(SIGN, "--snapshot", path(name), "--at", at, "--size", "640x360", config(*urls))
        expect(answer.returncode == 0, repr(answer))
        with open(path(name), "rb") as file:
            pictures.append(file.read())
    expect("nowhere" in answer.stderr, repr(answer))
    expect(pictures[0] != pictures[1], "the picture doesn't tell")
    server.shutdown()


# Rooms that the feed calls otherwise

@case
def a_misspelt_room_is_neither_free_nor_closed():
    server = feed_server.start()
    conf = config(server.url + "/plain", room="Hall One")
    with Sign(conf, state="misspelt") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["room_missing"] and status["phase"] is None, str(status))
        expect(status["shows"]["words"] == "Room not found", str(status))
        expect("“Hall One” is not in the schedule" == status["shows"]["headline"], str(status))
        expect(status["notices"] == [] and status["current"] is None, str(status))
        feed, = status["feeds"]
        expect((feed["events"], feed["matched"]) == (3, 0), str(feed))
        expect(sorted(feed["closest"]) == ["Hall 1", "Hall 2"], str(feed))
        told = sign.ctl("status").stdout
        expect("room 'Hall One' is in none of its 3 events; closest: 'Hall " in told, told)
        sign.wait_log("the closest that it has: 'Hall", "says that room \"Hall One\" isn't in the")
        picture = sign.ctl("snapshot", path("misspelt.png"))
        expect(picture.returncode == 0, repr(picture))
        # The alias is what the organiser may write instead.
        with open(conf, encoding="utf-8") as file:
            text = file.read()
        write("room.conf", text.replace("[feed]", "aliases = Hall 1\n[feed]"))
        reload = sign.ctl("reload")
        expect((reload.returncode, reload.stdout) == (0, "reloaded: room Hall One\n"), repr(reload))
        status = sign.wait_status("the room", lambda s: not s["room_missing"])
        expect(status["phase"] and status["feed"]["sessions"] == 2, str(status))
        expect("2 of this room" in sign.ctl("status").stdout, sign.ctl("status").stdout)
        sign.wait_log("room \"Hall One\" is in the schedule")
        write("room.conf", text)
        expect(sign.ctl("reload").returncode == 0, sign.log())
        sign.wait_status("doubt or no room", lambda s: s["room_missing"])
        # Not at the end: the card must have it before that.
        wait_for("a stored answer", lambda: any('"matched":0' in open(
            stored, encoding="utf-8").read().replace(" ", "") for stored in stored_files("misspelt")))
        sign.process.kill()
        sign.process.wait()
    server.shutdown()
    server.server_close()
    with Sign(conf, state="misspelt") as sign:
        status = sign.wait_status("the stored schedule", has_schedule)
        expect(status["room_missing"] and status["phase"] is None, str(status))
        sign.end()


@case
def a_room_that_one_of_two_feeds_lacks_is_no_matter_for_the_door():
    server = feed_server.start()
    other = feed_server.calendar(feed_server.event("x", "X", feed_server.noon(), room="Cellar"))
    second = "file://" + write("other.ics", other)
    with Sign(config(server.url + "/plain", second), state="partly") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(not status["room_missing"] and status["phase"], str(status))
        expect(status["shows"]["doubt"] == "", str(status))
        expect(status["notices"] == [] and status["feed"]["missed_polls"] == 0, str(status))
        expect([feed["matched"] for feed in status["feeds"]] == [2, 0], str(status))
        told = sign.ctl("status").stdout
        expect("3 events, 2 of this room" in told, told)
        expect("room 'Hall 1' is in none of its 1 events; closest: 'Cellar'" in told, told)
        sign.wait_log("room \"Hall 1\" is missing in 1 of the 2 feeds")
        asked = len(server.seen)
        wait_for("more polls", lambda: len(server.seen) > asked + 2)
        expect(sign.log().count("is missing in 1 of the 2") == 1, sign.log())
        sign.end()
    server.shutdown()


@case
def rehearse_says_that_it_has_no_script_for_a_room_that_is_missing():
    everywhere = ["BEGIN:VEVENT", "UID:all", "DTSTART:20310506T120000Z", "DTEND:20310506T130000Z",
                  "SUMMARY:Welcome", "END:VEVENT"]
    body = feed_server.calendar(
        everywhere, feed_server.event("x", "X", datetime.datetime(2031, 5, 6, 12), room="Cellar"))
    conf = config("file://" + write("cellar.ics", body))
    answer = run(SIGN, "--rehearse", "2031-05-06T11:00:00Z/2031-05-06T14:00:00Z", conf)
    expect(answer.stdout == "2031-05-06T11:00:00Z\tclosed\t-\t-\t-\t-\t-\n", repr(answer))
    expect(answer.returncode == 0 and "room 'Hall 1' isn't in the schedule" in answer.stderr,
           repr(answer))


@case
def a_picture_of_another_day_is_polled_as_of_that_day():
    """Else a full room's sign has no other rooms: only those of today and tomorrow are kept."""
    program = write("told", "#!/bin/sh\necho \"told $*\" >&2\nexit 2\n", 0o755)
    conf = config("file:x")
    for mode in (("--snapshot", path("then.png"), "--at", "2031-05-06T12:00:00Z"),
                 ("--rehearse", "2031-05-06T12:00:00Z/2031-05-06T14:00:00Z")):
        answer = run(SIGN, *mode, "--feed-program", program, conf)
        expect("--now 2031-05-06T12:00:00Z" in answer.stderr, repr(answer))


@case
def check_online_tells_what_each_feed_has():
    server = feed_server.start()
    # What follows the host may be a secret.
    feed, told = server.url + "/plain", server.url + "/…"
    server.body = body = feed_server.calendar(
        feed_server.event("past", "Yesterday's", feed_server.noon(-1)),
        feed_server.event("off", "Called off", feed_server.noon(1), extra=("STATUS:CANCELLED",)),
        feed_server.event("next", "Far ahead", feed_server.noon(60)),
        feed_server.event("elsewhere", "Next door", feed_server.noon(), room="Hall 2"))
    good = run(SIGN, "--check", "--online", config(feed))
    expect((good.returncode, good.stderr) == (0, ""), repr(good))
    for line in (": fine: room Hall 1, 1 feed", "\n%s: fresh, 4 events, 3 of this room" % told,
                 "first: %s 1" % feed_server.noon(-1).strftime("%Y-%m-%d"), "Yesterday's",
                 "next: %s 1" % feed_server.noon(60).strftime("%Y-%m-%d"), "Far ahead"):
        expect(line in good.stdout, "%r is missing: %s" % (line, good.stdout))
    expect("Called off" not in good.stdout and "last: " not in good.stdout, good.stdout)

    server.body = b"2026-03-12\n10:00 Ants\n11:00 Bees\n"
    roomless = run(SIGN, "--check", "--online", config(feed))
    expect("\n%s: fresh, 2 events, 0 of this room, 2 that name no room\n" % told in roomless.stdout,
           repr(roomless))
    server.body = body

    # The feed of last year's event.
    server.body = feed_server.calendar(
        feed_server.event("a", "Opening", feed_server.noon(-300)),
        feed_server.event("b", "Closing words", feed_server.noon(-299)),
        feed_server.event("off", "Called off", feed_server.noon(-298), extra=("STATUS:CANCELLED",)))
    over = run(SIGN, "--check", "--online", config(feed))
    expect("\n  next: none within a year\n  last: %s 1" %
           feed_server.noon(-299).strftime("%Y-%m-%d") in over.stdout, over.stdout)
    expect(over.stdout.endswith(" Closing words\n") and "first: " not in over.stdout, over.stdout)
    server.body = body

    conf = config(feed, room="Hall One")
    with open(conf, encoding="utf-8") as file:
        write("room.conf", "# name = a comment\n\n[screen]\n" + file.read())
    wrong = run(SIGN, "--check", "--online", conf)
    expect(wrong.returncode == 1 and "4 events, 0 of this room" in wrong.stdout, repr(wrong))
    expect("%s:5: [room] name: 'Hall One' is in none of the 4 events of %s; closest: 'Hall " %
           (conf, told) in wrong.stderr, wrong.stderr)
    expect((wrong.stdout + wrong.stderr).count("'Hall 1'") == 1, repr(wrong))

    # Of two feeds one may well have nothing of the room.
    cellar = feed_server.calendar(feed_server.event("x", "X", feed_server.noon(), room="Cellar"))
    cellar = "file://" + write("other.ics", cellar)
    partly = run(SIGN, "--check", "--online", config(feed, cellar))
    expect((partly.returncode, partly.stderr) == (0, ""), repr(partly))
    expect("feed 2: %s: fresh, 1 event, 0 of this room; closest: 'Cellar'\n" % cellar in partly.stdout and
           "[room] aliases" in partly.stdout, repr(partly))
    nowhere = run(SIGN, "--check", "--online", config(feed, cellar, room="Hall One"))
    expect(nowhere.returncode == 1 and nowhere.stderr.count("[room] name: ") == 2, repr(nowhere))

    # A name with brackets is never cut to what stands before them, which may be another room.
    bare = "  'Cellar' stands there without brackets; if that is this room, add it to [room] aliases\n"
    full = feed_server.calendar(feed_server.event("y", "Y", feed_server.noon(), room="Cellar (Ada)"))
    full = "file://" + write("full.ics", full)
    lacks = run(SIGN, "--check", "--online", config(full, cellar, room="Cellar (Ada)"))
    expect(lacks.returncode == 0 and lacks.stdout.endswith("'Cellar'\n" + bare), repr(lacks))
    lacks = run(SIGN, "--check", "--online", config(cellar, room="Cellar (Ada)"))
    expect(lacks.returncode == 1 and lacks.stderr.endswith("'Cellar'\n" + bare), repr(lacks))
    for room in ("Cellar", "Cellar (Bob)", "Cellar (", "Basement (Ada)"):
        other = run(SIGN, "--check", "--online", config(full, cellar, room=room))
        expect(("without brackets" in other.stdout + other.stderr) == (room[-1] in ")(" and
               room[0] == "C"), repr(other))

    # Why a feed failed is told once.
    for urls in ((server.url + "/500",), (feed, server.url + "/500")):
        failed = run(SIGN, "--check", "--online", config(*urls))
        expect(failed.returncode == 2, repr(failed))
        expect((failed.stdout + failed.stderr).count("HTTP 500") == 1, repr(failed))
        expect(len(urls) == 1 or "\nfeed 2: %s: failed: " % told in failed.stdout, repr(failed))
    server.shutdown()


# Headlines

def headlines_program(name):
    """A roomsign-feed whose document has another headline at every poll. It may write no file, so
    that it counts in directories. Of an age only a simulated clock overlooks."""
    given = json.loads(document())
    given["headlines"].update(source="Planet", fetched="2026-01-20T08:00:00Z",
                              titles=["Headline N", "Another"])
    os.mkdir(path(name + ".polls"))
    script = 'mkdir %s/$$; sed "s/Headline N/Headline $(ls %s | wc -l)/" %s' % (
        shlex.quote(path(name + ".polls")), shlex.quote(path(name + ".polls")),
        shlex.quote(write(name + ".json", json.dumps(given))))
    return write(name, "#!/bin/sh\n" + script + "\n", 0o755)


def config_with_headlines(**keys):
    conf = config("file:x", **keys)
    with open(conf, encoding="utf-8") as file:
        return write("room.conf", file.read() + "[headlines]\nurl = https://example.org/rss\n")


@case
def headlines_are_told_while_the_room_is_closed():
    program = headlines_program("telling")
    with Sign(config_with_headlines(poll="1h"), "--feed-program", program, "--at",
              "2026-01-31T19:00:05", "--speed", "20", state=None) as sign:
        first = sign.wait_status("a headline", lambda s: s["shows"]["news"])
        expect(first["phase"] == "closed" and first["headlines"]["source"] == "Planet", str(first))
        other = sign.wait_status("the other headline",
                                 lambda s: s["shows"]["news"] != first["shows"]["news"])
        told = {first["shows"]["news"], other["shows"]["news"]}
        expect(told == {"Headline 1", "Another"}, str(told))
        expect("headlines: 2 from Planet" in sign.ctl("status").stdout, "not in the status")
        sign.end()
    with Sign(config("file:x", poll="1h"), "--feed-program", program, "--at",
              "2026-01-31T19:00:05", state=None) as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["shows"]["news"] == "" and status["headlines"] is None, str(status))
        sign.end()


def headlines_feed(*titles):
    """Atom, as files go."""
    entries = "".join(
        "<entry><title>%s</title><updated>2026-01-%02dT12:00:00Z</updated></entry>" % (title, 30 - i)
        for i, title in enumerate(titles))
    return ('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Planet</title>'
            + entries + "</feed>")


@case
def headlines_come_from_their_feed():
    given = write("news.atom", headlines_feed("A first headline", "A second headline"))
    plan = write("far.ics", feed_server.calendar(feed_server.event("e", "E", feed_server.noon(3))))
    conf = config("file://" + plan)
    with open(conf, encoding="utf-8") as file:
        kept = file.read()
    write("room.conf", kept + "[headlines]\nurl = file://" + given + "\n")
    with Sign(conf, state="news") as sign:
        # Closed, whatever the time of day.
        status = sign.wait_status("a headline", lambda s: s["shows"]["news"])
        expect(status["shows"]["news"] in ("A first headline", "A second headline"), str(status))
        expect(status["headlines"]["source"] == "Planet" and status["headlines"]["count"] == 2,
               str(status))
        sign.end()
    good = run(SIGN, "--check", "--online", conf)
    expect(good.returncode == 0 and "2 headlines from Planet" in good.stdout, repr(good))
    expect("latest: A first headline" in good.stdout, good.stdout)
    write("room.conf", kept + "[headlines]\nurl = file:///no/such.atom\n")
    bad = run(SIGN, "--check", "--online", conf)
    expect(bad.returncode == 2 and "/no/such.atom: failed: " in bad.stdout, repr(bad))
    expect(bad.stderr == "", repr(bad))


@case
def headlines_alone_write_nothing_to_the_card():
    program = headlines_program("writing")
    with Sign(config_with_headlines(), "--feed-program", program, state="headlines") as sign:
        sign.wait_status("a schedule", has_schedule)
        before = os.stat(wait_for("a file", lambda: stored_files("headlines"))[0])
        polls = path("writing.polls")
        asked = len(os.listdir(polls))
        wait_for("more polls", lambda: len(os.listdir(polls)) > asked + 3)
        after = os.stat(stored_files("headlines")[0])
        expect(before.st_ino == after.st_ino, "it was written again")
        sign.end()
        with open(stored_files("headlines")[0], encoding="utf-8") as file:
            expect("Headline 1\"" not in file.read(), "the end wrote the first headlines")


# The sign and its feed

@case
def a_first_start_shows_and_stores():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="first") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["feed"]["sessions"] == 2, str(status))
        expect(status["room"] == ROOM and status["feed"]["missed_polls"] == 0, str(status))
        expect(status["display"]["driver"] == "offscreen", str(status))
        expect(len(stored_files("first")) == 1, str(stored_files("first")))
        sign.end()
        expect(not os.path.exists(sign.socket), "the socket stays behind")
        expect("warning" not in sign.log().lower(), sign.log())
    server.shutdown()


@case
def after_a_restart_without_network_the_stored_schedule_shows():
    server = feed_server.start()
    port = server.server_address[1]
    conf = config(server.url + "/plain")
    with Sign(conf, state="restart") as sign:
        sign.wait_status("a schedule", has_schedule)
        server.shutdown()
        server.server_close()
        status = sign.wait_status("two missed polls", lambda s: s["feed"]["missed_polls"] >= 2)
        expect("stale" in status["notices"] and status["shows"]["doubt"], str(status))
        sign.wait_log("keeping the schedule of ", ", next try in ")
        sign.end()
    with Sign(conf, state="restart") as sign:
        status = sign.wait_status("the stored schedule", has_schedule, 5)
        expect(status["feed"]["sessions"] == 2, str(status))
        sign.wait_log("the stored schedule of")
        sign.wait_status("stale", lambda s: "stale" in s["notices"])
        picture = sign.ctl("snapshot", path("stored.png"))
        expect(picture.returncode == 0 and png_size("stored.png") == (640, 360), repr(picture))
        again = feed_server.start(port)
        status = sign.wait_status("fresh again", lambda s: s["feed"]["missed_polls"] == 0)
        expect(status["notices"] == [] and status["feed"]["error"] == "", str(status))
        again.shutdown()
        sign.end()


@case
def a_stored_schedule_of_long_ago_is_stale_before_any_poll_ended():
    store_plan("long ago")
    hanging = write("hanging", "#!/bin/sh\nexec sleep 1000\n", 0o755)
    with Sign(config("file:x", poll="60s", timeout="60s"), "--feed-program", hanging,
              state="long ago") as sign:
        status = sign.wait_status("the stored schedule", has_schedule)
        expect("stale" in status["notices"] and status["shows"]["doubt"], str(status))
        expect(status["feed"]["fetched"] == DAY + "08:00:00Z", str(status))
        expect(status["feed"]["polling"] and not status["feed"]["error"], str(status))
        sign.end()


@case
def without_any_schedule_it_waits_and_goes_on():
    conf = config("file://" + path("later.ics"))
    with Sign(conf, state="waiting") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(not has_schedule(status) and status["phase"] is None, str(status))
        expect(status["shows"]["headline"] and "later.ics" in status["feed"]["error"], str(status))
        sign.wait_log("no schedule yet, next try in ")
        write("later.ics", feed_server.programme())
        sign.wait_status("a schedule", has_schedule)
        sign.end()


@case
def a_state_directory_that_cannot_be_is_a_warning():
    write("in-the-way", "a file")
    server = feed_server.start()
    for state in ("in-the-way", "in-the-way/below"):
        with Sign(config(server.url + "/plain"), state=state) as sign:
            sign.wait_status("a schedule", has_schedule)
            expect(sign.log().count("state: ") == 1, sign.log())
            sign.end()
    with Sign(config(server.url + "/plain"), "--state", "/proc/roomsign", state=None) as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()
    server.shutdown()


@case
def a_state_directory_that_turns_read_only_is_one_warning():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="read-only") as sign:
        sign.wait_status("a schedule", has_schedule)
        stored = stored_files("read-only")[0]
        # A directory where the new file would be written stops root as well.
        os.mkdir(stored + ".new")
        server.body = feed_server.calendar(
            *[feed_server.event("n%d" % i, "New", feed_server.noon(i)) for i in range(5)])
        sign.wait_status("five sessions", lambda s: s["feed"]["sessions"] >= 5)
        asked = len(server.seen)
        wait_for("more polls", lambda: len(server.seen) > asked + 2)
        expect(sign.log().count("state: ") == 1, sign.log())
        expect(not sign.status()["feed"]["stored"], "it says that it is stored")
        os.rmdir(stored + ".new")
        sign.wait_status("stored", lambda s: s["feed"]["stored"])
        sign.end()
    server.shutdown()


@case
def polls_that_bring_nothing_new_write_nothing():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="quiet") as sign:
        sign.wait_status("a schedule", has_schedule)
        before = os.stat(stored_files("quiet")[0])
        asked = len(server.seen)
        wait_for("three more polls", lambda: len(server.seen) > asked + 3)
        after = os.stat(stored_files("quiet")[0])
        expect((before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns),
               "it was written again")
        sign.end()
        # The time of the last fetch is worth one write at the end.
        expect(os.stat(stored_files("quiet")[0]).st_ino != after.st_ino, "nothing at the end")
    server.shutdown()


@case
def a_damaged_stored_file_is_moved_aside():
    server = feed_server.start()
    conf = config(server.url + "/plain")
    with Sign(conf, state="damaged") as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()
    server.shutdown()
    server.server_close()
    stored = stored_files("damaged")[0]
    with open(stored, "r+b") as file:
        file.truncate(100)
    for previous in glob.glob(stored + ".old"):
        os.remove(previous)
    with Sign(conf, state="damaged") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(not has_schedule(status), str(status))
        sign.wait_log(stored, ".bad")
        expect(os.path.exists(stored + ".bad") and not os.path.exists(stored), "not moved")
        sign.end()


@case
def an_emptied_feed_is_not_believed_at_once():
    server = feed_server.start()
    tomorrow = [feed_server.event("t%d" % i, "Talk %d" % i, feed_server.noon(1)) for i in range(4)]
    server.body = feed_server.calendar(*tomorrow)
    with Sign(config(server.url + "/plain", poll="2s"), state="emptied") as sign:
        sign.wait_status("four sessions", lambda s: s["feed"]["sessions"] == 4)
        server.body = feed_server.calendar(tomorrow[0])
        status = sign.wait_status("doubt", lambda s: s["feed"]["distrusted"])
        expect(status["feed"]["sessions"] == 4 and "distrusted" in status["notices"], str(status))
        status = sign.wait_status("belief", lambda s: s["feed"]["sessions"] == 1)
        expect(not status["feed"]["distrusted"], str(status))
        expect(sign.log().count("until 3 polls in a row say so") == 2, sign.log())
        sign.end()
    server.shutdown()


@case
def a_feed_that_is_emptied_and_comes_back_never_empties_the_sign():
    """Also where the sign is started anew while the feed is empty."""
    server = feed_server.start()
    # One goes on for the whole test; the others are to come.
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    talks = [feed_server.event("now", "Going on", now - datetime.timedelta(hours=1), 180)]
    talks += [feed_server.event("t%d" % i, "Talk %d" % i,
                                feed_server.noon(1) + datetime.timedelta(minutes=10 * i), 10)
              for i in range(37)]
    whole, empty = feed_server.calendar(*talks), feed_server.calendar()
    conf, seen = config(server.url + "/plain", alerts="distrust = 6"), []

    def look(status):
        seen.append((status["feed"]["sessions"], status["phase"], status["shows"]["headline"],
                     status["room_missing"]))
        return status

    def polls(count):
        return len(server.seen) >= count

    server.body = whole
    with Sign(conf, state="back") as sign:
        sign.wait_status("the schedule", lambda s: s["feed"]["sessions"] == 38)
        for _ in range(2):
            server.body = empty
            sign.wait_status("doubt", lambda s: look(s)["feed"]["distrusted"])
            asked = len(server.seen)
            sign.wait_status("more doubt", lambda s: look(s) and polls(asked + 3))
            server.body = whole
            sign.wait_status("belief", lambda s: not look(s)["feed"]["distrusted"])
        server.body = empty
        sign.wait_status("doubt", lambda s: look(s)["feed"]["distrusted"])
        sign.process.kill()
        sign.process.wait()
    with Sign(conf, state="back") as sign:
        sign.wait_status("doubt", lambda s: look(s)["feed"]["distrusted"])
        server.body = whole
        sign.wait_status("belief", lambda s: not look(s)["feed"]["distrusted"])
        look(sign.status())
        sign.end()
    expect(set(seen) == {(38, "live", "Going on", False)}, str(set(seen)))
    server.shutdown()


@case
def a_broken_feed_program_costs_a_poll_each_time():
    good = path("good.json")
    write("good.json", document(*PLAN))
    faults = [("crash", "kill -SEGV $$", "signal 11"), ("flood", "exec yes", "too large"),
              ("nonsense", "echo '<html>'", "document"), ("silence", "exit 3", "status 3"),
              ("other room", "sed 's/Hall 1/Hall 2/' " + shlex.quote(good), "Hall 2"),
              ("hang", "exec sleep 1000", "too long")]
    for name, script, reason in faults:
        program = write("feed", "#!/bin/sh\ntest -e %s || { %s; exit; }\ncat %s\n" %
                        (shlex.quote(path("fine")), script, shlex.quote(good)), 0o755)
        write("fine", "")
        with Sign(config("file:x", timeout="1s"), "--feed-program", program,
                  state="broken " + name) as sign:
            sign.wait_status("a schedule", has_schedule)
            os.remove(path("fine"))
            status = sign.wait_status(name, lambda s: s["feed"]["missed_polls"] > 0)
            expect(reason in status["feed"]["error"], "%s: %s" % (name, status))
            expect(status["feed"]["sessions"] == 2, str(status))
            write("fine", "")
            sign.wait_status("recovery", lambda s: s["feed"]["missed_polls"] == 0)
            sign.end()
    os.remove(path("fine"))


@case
def a_feed_program_that_is_missing_is_said():
    with Sign(config("file:x"), "--feed-program", "/no/such/feed", state="missing") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect("/no/such/feed" in status["feed"]["error"], str(status))
        sign.end()


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(word) for word in file.read().split()]


def is_running(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@case
def a_killed_sign_leaves_no_child():
    program = write("hanging", "#!/bin/sh\nexec sleep 1000\n", 0o755)
    with Sign(config("file:x"), "--feed-program", program, state="killed") as sign:
        child = wait_for("a child", lambda: children_of(sign.process.pid))[0]
        sign.process.kill()
        sign.process.wait()
        wait_for("the child's end", lambda: not is_running(child))
    with Sign(config("file:x"), "--feed-program", program, state="killed") as sign:
        child = wait_for("a child", lambda: children_of(sign.process.pid))[0]
        sign.end()
        expect(not is_running(child), "the child outlives the sign")


@case
def one_failing_feed_of_two_is_told_and_the_other_shown():
    server = feed_server.start()
    with Sign(config(server.url + "/plain", server.url + "/500"), state="two") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["feed"]["sessions"] == 2, str(status))
        expect("500" in status["feed"]["error"] and status["feed"]["missed_polls"] > 0,
               str(status))
        sign.end()
    server.shutdown()


@case
def a_server_that_asks_for_time_gets_it():
    server = feed_server.start()
    with Sign(config(server.url + "/503_seconds"), state="busy") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(110 <= status["feed"]["next_poll_s"] <= 126, str(status))
        expect("503" in status["feed"]["error"], str(status))
        sign.end()
    server.shutdown()


@case
def a_new_day_is_asked_for_at_midnight():
    server = feed_server.start()
    with Sign(config(server.url + "/plain", poll="1h"), "--at", "2026-01-31T23:59:30",
              "--speed", "10", state=None) as sign:
        wait_for("the first poll", lambda: len(server.seen) == 1)
        wait_for("the poll at midnight", lambda: len(server.seen) == 2)
        status = sign.status()
        expect(DAY + "23:00:00Z" <= status["time"] < DAY + "23:05:00Z", status["time"])
        sign.end()
    server.shutdown()


# Config

@case
def sighup_takes_a_good_config_and_leaves_a_bad_one():
    server = feed_server.start()
    conf = config(server.url + "/plain")
    with Sign(conf, state="reload") as sign:
        sign.wait_status("a schedule", has_schedule)
        config(server.url + "/plain", poll="never")
        sign.process.send_signal(signal.SIGHUP)
        sign.wait_log(conf + ":6: [feed] poll", "keeping the old one")
        asked = len(server.seen)
        wait_for("polls going on", lambda: len(server.seen) > asked + 1)
        expect(sign.status()["feed"]["missed_polls"] == 0, "polls fail for the config on disk")
        refused = sign.ctl("reload")
        expect(refused.returncode == 3 and "[feed] poll" in refused.stderr, repr(refused))

        config(server.url + "/plain", room="Hall 2")
        sign.process.send_signal(signal.SIGHUP)
        status = sign.wait_status("the other room",
                                  lambda s: s["room"] == "Hall 2" and has_schedule(s))
        expect(status["feed"]["sessions"] == 1, str(status))
        expect(len(stored_files("reload")) == 2, str(stored_files("reload")))
        config(server.url + "/plain")
        taken = sign.ctl("reload")
        expect(taken.returncode == 0, repr(taken))
        sign.wait_status("the first room", lambda s: s["room"] == ROOM and has_schedule(s))
        os.remove(conf)
        sign.process.send_signal(signal.SIGHUP)
        sign.wait_log("room.conf: No such file")
        expect(sign.status()["room"] == ROOM, "it lost its config")
        sign.end()
    server.shutdown()


@case
def reload_takes_what_included_files_and_tables_say():
    server = feed_server.start()
    os.makedirs(path("hall"), exist_ok=True)
    write("hall/house.conf", "[feed]\nurl = %s\npoll = 1h\n[clock]\ntrust = always\n" %
          (server.url + "/plain"))
    write("hall/template.conf", "[include]\nfile = house.conf\n[room]\ntable = rooms.tsv\n")
    write("hall/rooms.tsv", "sign\tname\ndoor\t%s\n" % ROOM)
    with Sign(path("hall/door.conf"), state="hall-state") as sign:
        sign.wait_status("a schedule", lambda s: s["room"] == ROOM and has_schedule(s))
        write("hall/rooms.tsv", "sign\tname\ndoor\tHall 2\n")
        reload = sign.ctl("reload")
        expect((reload.returncode, reload.stdout) == (0, "reloaded: room Hall 2\n"), repr(reload))
        sign.wait_status("the other room", lambda s: s["room"] == "Hall 2" and has_schedule(s))
        write("hall/house.conf", "[feed]\nurl = ftp://example.org/\n")
        refused = sign.ctl("reload")
        expect(refused.returncode == 3 and "hall/house.conf:2: [feed] url" in refused.stderr,
               repr(refused))
        write("hall/house.conf", "[feed]\nurl = %s\n" % (server.url + "/plain"))
        write("hall/rooms.tsv", "sign\tname\nanother\tHall 2\n")
        expect(sign.ctl("reload").returncode == 0, sign.log())
        name = "door on " + socket.gethostname()
        sign.wait_status("no room", lambda s: s["room"] == name and s["room_missing"])
        sign.wait_log("config: " + path("hall/rooms.tsv") + ": no line begins with 'door'")
        sign.end()
    server.shutdown()


@case
def the_socket_follows_the_rooms_name():
    runtime = socket_path("moving")
    os.mkdir(runtime)
    conf = config("file:x", room="Hall 8")
    with Sign(conf, control=False, XDG_RUNTIME_DIR=runtime) as sign:
        wait_for("a socket", lambda: glob.glob(runtime + "/roomsign/Hall-8-*.sock"))
        config("file:x", room="Hall 9")
        moved = run(CTL, "--room", "Hall 8", "reload", XDG_RUNTIME_DIR=runtime)
        expect(moved.returncode == 0, repr(moved))
        wait_for("the other socket", lambda: glob.glob(runtime + "/roomsign/Hall-9-*.sock"))
        expect(not glob.glob(runtime + "/roomsign/Hall-8-*.sock"), "the old socket stays")
        status = run(CTL, "--room", "Hall 9", "status", XDG_RUNTIME_DIR=runtime)
        expect(status.returncode == 0 and "room: Hall 9" in status.stdout, repr(status))
        sign.end()


# systemd

class Systemd:
    """Receives what systemd would."""

    def __init__(self, address):
        self.messages = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        while True:
            self.messages.append((time.monotonic(), self.socket.recv(4096).decode()))

    def heard(self, text):
        return [at for at, message in self.messages if message.startswith(text)]


@case
def systemd_is_told():
    abstract = "roomsign-test-%d" % os.getpid()
    for name, systemd in (("@" + abstract, Systemd("\0" + abstract)),
                          (socket_path("notify"), Systemd(socket_path("notify")))):
        with Sign(config("file:x"), state="systemd", NOTIFY_SOCKET=name,
                  WATCHDOG_USEC="600000") as sign:
            wait_for("READY", lambda: systemd.heard("READY=1"))
            wait_for("STATUS", lambda: systemd.heard("STATUS="))
            wait_for("the watchdog", lambda: len(systemd.heard("WATCHDOG=1")) >= 4)
            fed = systemd.heard("WATCHDOG=1")
            # A full machine makes the first one late.
            expect(fed[3] - fed[0] > 0.6, "the watchdog is fed too often: %r" % fed)
            asked_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            sign.process.send_signal(signal.SIGHUP)
            wait_for("RELOADING", lambda: systemd.heard("RELOADING=1\nMONOTONIC_USEC="))
            told_us = [int(message.rpartition("=")[2]) for _, message in systemd.messages
                       if message.startswith("RELOADING=1")]
            # systemd takes an earlier one for another reload's, and waits on.
            expect(len(told_us) == 1 and told_us[0] >= asked_us, "%r, %d" % (told_us, asked_us))
            wait_for("READY again", lambda: len(systemd.heard("READY=1")) == 2)
            sign.end()
            wait_for("STOPPING", lambda: systemd.heard("STOPPING=1"))


# The control socket

@case
def ctl_finds_the_sign_by_itself_or_by_room():
    runtime = socket_path("run")
    os.mkdir(runtime)
    given = write("plan.json", document(*PLAN))
    none = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
    expect(none.returncode == 3 and "no sign runs here" in none.stderr, repr(none))
    first = Sign(config("file:x"), "--schedule", given, control=False, RUNTIME_DIRECTORY=runtime)
    with first:
        wait_for("the socket", lambda: glob.glob(runtime + "/*.sock"))
        alone = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
        expect(alone.returncode == 0 and "room: " + ROOM in alone.stdout, repr(alone))
        other = config("file:x", room="Audi 1", name="other.conf")
        with Sign(other, "--schedule", write("other.json", document(room="Audi 1")), control=False,
                  RUNTIME_DIRECTORY=runtime) as second:
            wait_for("both sockets", lambda: len(glob.glob(runtime + "/*.sock")) == 2)
            both = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
            expect(both.returncode == 3 and "'Hall 1'" in both.stderr and "'Audi 1'" in both.stderr,
                   repr(both))
            named = run(CTL, "--room", "Audi 1", "status", "--json", RUNTIME_DIRECTORY=runtime)
            expect(json.loads(named.stdout)["room"] == "Audi 1", repr(named))
            wrong = run(CTL, "--room", "Audi 2", "status", RUNTIME_DIRECTORY=runtime)
            expect(wrong.returncode == 3 and "Audi 2" in wrong.stderr, repr(wrong))
            loose = run(CTL, "--room", "audi1", "status", "--json", RUNTIME_DIRECTORY=runtime)
            expect(json.loads(loose.stdout)["room"] == "Audi 1", repr(loose))
            second.end()
        first.end()


def answer_as(room, name):
    """Behind a socket of that name, what a sign of the room answers: its room."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(name)
    listening.listen()

    def serve():
        while True:
            asking, _ = listening.accept()
            with asking:
                asking.recv(4096)
                asking.sendall(json.dumps({"ok": True, "room": room}).encode() + b"\n")
    threading.Thread(target=serve, daemon=True).start()


@case
def ctl_takes_a_rooms_name_as_people_write_it():
    runtime = socket_path("names")
    os.mkdir(runtime)
    rooms = ["UB2.252A (Lameere)", "UB2.252B", "Hall (North)", "Hall (South)", "Été", "Bar",
             "Bar (1st floor)", "Twin", "Twin"]
    for i, room in enumerate(rooms):
        answer_as(room, "%s/s%d.sock" % (runtime, i))
    # A sign that was killed leaves its socket.
    gone = socket.socket(socket.AF_UNIX)
    gone.bind(runtime + "/gone.sock")
    gone.close()

    def meant(name):
        return run(CTL, "--room", name, "reload", RUNTIME_DIRECTORY=runtime)
    for name, room in [("UB2.252A (Lameere)", rooms[0]), ("ub2.252a (lameere)", rooms[0]),
                       ("UB2.252A", rooms[0]), ("ub2.252a", rooms[0]), ("ub2.252b", rooms[1]),
                       ("hall (north)", rooms[2]), ("ÉTÉ", rooms[4]), ("bar", rooms[5]),
                       ("s6", rooms[6])]:
        answer = meant(name)
        expect((answer.returncode, answer.stdout) == (0, "reloaded: room %s\n" % room),
               "%s: %r" % (name, answer))
    answer = meant("hall")
    expect(answer.returncode == 3 and answer.stderr.endswith(
        "\"hall\", name one in full: 'Hall (North)', 'Hall (South)'\n"), repr(answer))
    answer = meant("twin")
    expect(answer.returncode == 3 and "--socket: '%s/s7.sock', '%s/s8.sock'" % (runtime, runtime) in
           answer.stderr, repr(answer))
    for name in ("UB2.252", "Hall (East)", "(", "-"):
        answer = meant(name)
        expect(answer.returncode == 3 and "no sign of room" in answer.stderr, repr(answer))
        listed = [part for part in answer.stderr.split("'") if part in rooms + ["gone"]]
        expect(sorted(listed) == sorted(rooms + ["gone"]), repr(answer))
    for i in range(30):
        answer_as("Seminar room %02d" % i, "%s/t%02d.sock" % (runtime, i))
    many = meant("x").stderr
    listed = len(re.findall(r"'[^']+'", many.partition("only: ")[2]))
    expect(listed > 10 and many.endswith(" and %d more\n" % (40 - listed)), many)


@case
def ctl_names_bad_arguments():
    for arguments, word in [((), "command"), (("--bogus", "status"), "--bogus"),
                            (("snapshot",), "OUT.png"), (("status", "more"), "more"),
                            (("--room",), "--room"), (("a", "b", "c"), "c"),
                            (("--room", "a", "--socket", "b", "status"), "--room")]:
        answer = run(CTL, *arguments)
        expect(answer.returncode == 1 and word in answer.stderr, "%r: %r" % (arguments, answer))
    unknown = run(CTL, "--socket", socket_path("no.sock"), "status")
    expect(unknown.returncode == 3 and "is the sign running" in unknown.stderr, repr(unknown))


@case
def ctl_is_refused_what_the_sign_does_not_know():
    given = write("plan.json", document(*PLAN))
    with Sign(config("file:x"), "--schedule", given) as sign:
        sign.wait_status("a schedule", has_schedule)
        answer = sign.ctl("dance")
        expect(answer.returncode == 1 and "dance" in answer.stderr, repr(answer))
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(PATIENCE_S)
            raw.connect(sign.socket)
            raw.sendall(b'{"command": "dance"}\n')
            reply = raw.recv(4096).decode()
        expect("no such command" in reply and "hold" in reply and "vacant" in reply, reply)
        unwritable = sign.ctl("snapshot", "/proc/no/such.png")
        expect(unwritable.returncode == 3 and "/proc/no" in unwritable.stderr, repr(unwritable))
        left = [os.path.basename(name) for name in glob.glob(sign.socket + "*")]
        expect(left == ["sign.sock"], str(left))
        sign.end(signal.SIGINT)


# The operator

def plan_sign(time, *arguments, **more):
    """The sign of PLAN at this time of a simulated clock."""
    return Sign(config("file:x"), "--schedule", write("plan.json", document(*PLAN)), "--at",
                DAY + time + "Z", *arguments, **more)


@case
def an_answer_says_what_the_sign_now_shows():
    with plan_sign("10:17:00", state="answers") as sign:
        sign.wait_status("a schedule", has_schedule)
        held = json.loads(sign.ctl("--json", "hold").stdout)
        expect(held["ok"] and held["did"] == "hold" and held["session"]["uid"] == "one", str(held))
        expect(held["held"] and held["kept"] and held["undo"]["command"] == "hold", str(held))
        late = json.loads(sign.ctl("extend", "10", "--json").stdout)
        expect(late["until"] == DAY + "10:30:00Z" and late["target"] == late["until"], str(late))
        expect(late["next_expected"] == DAY + "10:30:00Z" and late["phase"] == "live", str(late))
        words = sign.ctl("say", "Doors", "open", "--for", "10m", "--", "--soon")
        expect(words.returncode == 0 and words.stdout.startswith("shows: ") and
               "message: Doors open --soon, until " in words.stdout and
               'undo takes back: say: Doors open --soon\n' in words.stdout, repr(words))
        undone = sign.ctl("undo")
        expect('taken back: say: Doors open --soon\n' in undone.stdout and
               'undo takes back: extend to 11:30: Talk one\n' in undone.stdout, repr(undone))
        sign.wait_log("command: extend to 11:30: Talk one")
        full = sign.ctl("full")
        expect("room: full\n" in full.stdout, repr(full))
        status = sign.status()
        expect(status["full"] and status["message"] is None and status["held"], str(status))
        ended = json.loads(sign.ctl("end", "--json").stdout)
        expect(ended["current"] is None and ended["phase"] == "soon", str(ended))
        sign.end()


@case
def what_makes_no_sense_is_refused_with_the_reason():
    with plan_sign("10:22:00", state="refusals") as sign:
        sign.wait_status("a schedule", has_schedule)
        expect(sign.ctl("end").returncode == 0, "end of what runs over")
        for arguments, word in [(("end",), "nobody is in the room"), (("hold",), "nobody"),
                                (("extend", "-5"), "nobody"), (("release",), "held"),
                                (("open",), "full"), (("clear",), "message")]:
            answer = sign.ctl(*arguments)
            expect(answer.returncode == 3 and not answer.stdout and
                   answer.stderr.startswith("roomsignctl: ") and answer.stderr.count("\n") == 1 and
                   word in answer.stderr, "%r: %r" % (arguments, answer))
        refused = sign.ctl("--json", "end")
        expect(refused.returncode == 3 and json.loads(refused.stdout)["ok"] is False,
               repr(refused))
        with open(command_files("refusals")[0]) as file:
            expect(file.read().count("\n") == 1, "a refused command stands in the log")
        sign.end()
    with Sign(config("file:nothing.ics"),
              state="no-plan") as sign:
        sign.wait_status("an answer", lambda s: s)
        answer = sign.ctl("end")
        expect(answer.returncode == 3 and "no schedule yet" in answer.stderr, repr(answer))
        sign.end()


@case
def ctl_checks_a_command_before_it_asks():
    for arguments, word in [(("extend",), "extend"), (("extend", "much"), "much"),
                            (("extend", "0"), "0"), (("extend", "721"), "721"),
                            (("extend", "5", "6"), "5 6"), (("say",), "no text"),
                            (("say", " "), "no text"), (("say", "--for", "10m"), "no text"),
                            (("say", "--for", "25h", "x"), "24 hours"),
                            (("say", "--for", "10", "x"), "lacks a unit"),
                            (("say", "--for"), "--for"), (("say", "--for", "5m x", "y"), "--for"), (("say", "x" * 281), "281"),
                            (("say", "--bogus", "x"), "--bogus"),
                            (("say", "x", "--bogus"), "--bogus"),
                            (("say", "x", "--for", "y" * 9000), "--for"), (("hold", "it"), "it"),
                            (("hold", "--for", "5m"), "--for"), (("say", "x" * 5000), "bytes")]:
        answer = run(CTL, "--socket", socket_path("no.sock"), *arguments)
        expect(answer.returncode == 1 and word in answer.stderr, "%r: %r" % (arguments, answer))


@case
def a_request_is_input():
    with plan_sign("10:00:00", state="requests") as sign:
        sign.wait_status("a schedule", has_schedule)
        for request in [{"command": "extend"}, {"command": "extend", "minutes": "5"},
                        {"command": "extend", "minutes": 10 ** 15},
                        {"command": "extend", "minutes": 5.5}, {"command": "extend", "text": "x"},
                        {"command": "say"}, {"command": "say", "text": 7},
                        {"command": "say", "text": "x", "for": "-5m"},
                        {"command": "say", "text": "x", "for": "1s -- y"},
                        {"command": "say", "text": "\u202e\n\t"},
                        {"command": "say", "text": "x" * 281}, {"command": "hold", "minutes": 5},
                        {"command": "hold", "text": "x"}, {"command": "HOLD"}, [], "hold",
                        {"command": ["hold"]}]:
            reply = ask_raw(sign, request)
            expect(reply["ok"] is False and reply["error"], "%r: %r" % (request, reply))
        nul = ask_raw(sign, b'{"command": "say", "text": "a\\u0000b"}\n')
        expect(nul["ok"] is False, repr(nul))
        expect(not command_files("requests"), "something was kept")
        clean = ask_raw(sign, {"command": "say", "text": " Caf\u00e9\nis\topen \u202e", "for": "90s"})
        expect(clean["message"]["text"] == "Caf\u00e9 is open" and clean["kept"], repr(clean))
        sign.end()


@case
def after_a_restart_what_was_said_goes_on():
    with plan_sign("10:19:00", state="said") as sign:
        sign.wait_status("a schedule", has_schedule)
        for arguments in ("hold",), ("say", "Still talking"), ("full",), ("undo",):
            expect(sign.ctl(*arguments).returncode == 0, "%r is refused" % (arguments,))
        sign.end()
    kept = command_files("said")
    expect(len(kept) == 1 and os.stat(kept[0]).st_mode & 0o777 == 0o640, str(kept))
    # The next has begun by the plan, and waits.
    with plan_sign("10:28:00", state="said") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["held"] and status["current"]["uid"] == "one" and not status["full"] and
               status["phase"] == "overrun" and status["next_expected"] is None and
               status["message"]["text"] == "Still talking", str(status))
        log = sign.log()
        expect(0 < log.index("4 from before go on") < log.index("display: "), log)
        sign.end()
    with plan_sign("10:28:00", state=None) as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(not status["held"], str(status))
        answer = json.loads(sign.ctl("occupied", "--json").stdout)
        expect(answer["kept"] is False and answer["occupancy"] == "occupied", str(answer))
        sign.end()
    with open(kept[0], "r+b") as file:
        lines = file.read().splitlines(keepends=True)
        file.seek(len(lines[0]) + 30)
        file.write(b"?")
    with plan_sign("10:28:00", state="said") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["held"] and status["message"] is None, str(status))
        sign.wait_log(".commands:2: left out: ")
        expect(sign.ctl("end").returncode == 0, "end is refused")
        sign.end()


@case
def what_cannot_be_kept_counts_until_the_sign_ends():
    write("not-a-directory", "")
    with plan_sign("10:19:00", state="not-a-directory") as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.wait_log("what is said lasts until the sign ends")
        answer = sign.ctl("hold")
        expect(answer.returncode == 0 and "lasts only until the sign ends" in answer.stdout,
               repr(answer))
        expect(sign.status()["held"], "the hold doesn't count")
        sign.end()
    with plan_sign("10:19:00", state="blocked") as sign:
        sign.wait_status("a schedule", has_schedule)
        expect(json.loads(sign.ctl("say", "x", "--json").stdout)["kept"], "it isn't kept")
        log = command_files("blocked")[0]
        os.rename(log, log + ".away")
        os.mkdir(log)
        for command in "hold", "full":
            asked = sign.ctl(command, "--json")
            expect(asked.returncode == 0, repr(asked))
            answer = json.loads(asked.stdout)
            expect(answer["ok"] and not answer["kept"] and log in answer["unkept"], str(answer))
        expect(sign.log().count("what is said lasts") == 1, sign.log())
        os.rmdir(log)
        expect(json.loads(sign.ctl("undo", "--json").stdout)["kept"], "it isn't kept again")
        sign.wait_log("is written again")
        with open(log) as file:
            kinds = [line.split("\t")[1] for line in file]
        expect(kinds == ["say", "hold", "full", "undo"], str(kinds))
        sign.end()


# A disk that takes bytes and loses them; the file SICK says when.
SICK_DISK = r"""
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
int fsync(int fd)
{
    if (access(getenv("SICK"), F_OK) != 0)
        return 0 * fd;
    errno = EIO;
    return -1;
}
"""


@case
def no_command_is_called_kept_before_the_disk_says_so():
    sick = path("sick")
    with plan_sign("10:17:00", state="sick-disk", SICK=sick, **preload(SICK_DISK)) as sign:
        sign.wait_status("a schedule", has_schedule)
        expect(json.loads(sign.ctl("hold", "--json").stdout)["kept"], sign.log())
        write("sick", "")
        for text in "a", "b":
            answer = json.loads(sign.ctl("say", text, "--json").stdout)
            expect(not answer["kept"] and "Input/output" in answer["unkept"], str(answer))
            expect(answer["message"]["text"] == text, "it isn't shown")
        os.unlink(sick)
        expect(json.loads(sign.ctl("full", "--json").stdout)["kept"], sign.log())
        with open(command_files("sick-disk")[0]) as file:
            kinds = [line.split("\t")[1] for line in file]
        expect(kinds == ["hold", "say", "say", "full"], str(kinds))
        sign.end()


@case
def a_command_is_shown_at_once():
    name = socket_path("notify-command")
    systemd = Systemd(name)
    # By itself the sign would change at the next minute, half a minute away.
    with plan_sign("09:45:30", state="at-once", NOTIFY_SOCKET=name) as sign:
        sign.wait_status("a schedule", has_schedule)
        wait_for("the first picture", lambda: systemd.heard("STATUS=In session: Talk one"))
        asked = time.monotonic()
        expect(sign.ctl("end").returncode == 0, "end is refused")
        wait_for("the new picture", lambda: systemd.heard("STATUS=Free"))
        took = systemd.heard("STATUS=Free")[0] - asked
        expect(took < 5, "it took %.1f s" % took)
        sign.end()


@case
def each_room_has_what_was_said_of_it():
    with plan_sign("10:00:00", state="rooms") as sign:
        sign.wait_status("a schedule", has_schedule)
        expect(sign.ctl("hold").returncode == 0, "hold is refused")
        for room, held in ("Hall 2", False), (ROOM, True):
            config("file:x", room=room)
            expect(sign.ctl("reload").returncode == 0, "reload is refused")
            status = sign.wait_status("the room", lambda s, room=room: s["room"] == room)
            expect(status["held"] == held, "%s: %s" % (room, status))
            expect(sign.ctl("say", room).returncode == 0, "say is refused")
        expect(len(command_files("rooms")) == 2, str(command_files("rooms")))
        sign.end()


@case
def its_polls_are_locked_up_too():
    """Under the limits that it gives them; by hand is fetch_test.py's."""
    if SANITIZED:
        raise Skip("a sanitizer needs its rights")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        conf = config("http://127.0.0.1:%d/silent.ics" % server.getsockname()[1])
        with Sign(conf, name="caged", state="caged") as sign:
            server.accept()[0].close()
            connection = server.accept()[0]
            with open("/proc/%d/task/%d/children" % (sign.process.pid, sign.process.pid),
                      encoding="ascii") as file:
                poll = file.read().split()
            expect(len(poll) == 1, poll)
            with open("/proc/%s/status" % poll[0], encoding="ascii", errors="replace") as file:
                told = dict(line.split(":", 1) for line in file)
            connection.close()
            own = subprocess.run(["grep", "Seccomp_filters", "/proc/self/status"], check=True,
                                 capture_output=True, text=True).stdout.split()[1]
            expect(int(told["Seccomp_filters"]) == int(own) + 1, told["Seccomp_filters"])
            expect(int(told["NoNewPrivs"]) == 1, told["NoNewPrivs"])


COMPLETION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "config",
                          "completion", "roomsignctl")


def complete(*words, **variables):
    """What bash offers for the last word."""
    script = '. "$1"; shift; COMP_WORDS=(roomsignctl "$@"); COMP_CWORD=$#; _roomsignctl; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    answer = subprocess.run(["bash", "-c", script, "bash", COMPLETION, *words],
                            env=environment(**variables), capture_output=True, text=True,
                            check=False)
    expect(not answer.stderr, answer.stderr)
    return sorted(answer.stdout.split())


@case
def bash_completes_commands_options_and_rooms():
    if not shutil.which("bash"):
        raise Skip("no bash")
    shown = run(CTL, "--help").stdout
    commands = complete("")
    for command in commands:
        expect(re.search(r"^  (\w+, )?%s\b" % command, shown, re.MULTILINE), command + " isn't in --help")
        needed = {"extend": ("5",), "say": ("x",), "snapshot": ("x",)}.get(command, ())
        answer = run(CTL, "--socket", socket_path("no.sock"), command, *needed)
        expect(answer.returncode == 3, "%s: %r" % (command, answer))
    listed = re.findall(r"^  (\w+)(?:, (\w+))?", shown, re.MULTILINE)
    expect(sorted(name for pair in listed for name in pair if name) == commands,
           "%r in --help, %r completed" % (listed, commands))
    for option in complete("-"):
        expect(option in shown, option + " isn't in --help")
    expect(complete("h") == ["hold"] and complete("--room", "x", "un") == ["undo"], "commands")
    expect(complete("--js") == ["--json"], "options")
    expect("--for" in complete("say", "--") and "--for" not in complete("hold", "--"), "--for")
    expect("-5" in complete("extend", "-") and complete("say", "hol") == [], "operands")
    runtime = socket_path("rooms")
    os.mkdir(runtime)
    for name in "Hall-1-abc.sock", "Hall-2-abc.sock", "other":
        write(os.path.join(runtime, name), "")
    both = ["Hall-1-abc", "Hall-2-abc"]
    expect(complete("--room", "", RUNTIME_DIRECTORY=runtime) == both, "rooms")
    expect(complete("--room", "=", "Hall-2", RUNTIME_DIRECTORY=runtime) == both[1:], "--room=")
    os.mkdir(os.path.join(runtime, "roomsign"))
    write(os.path.join(runtime, "roomsign", "Own.sock"), "")
    expect("Own" in complete("--room", "O", XDG_RUNTIME_DIR=runtime), "the user's own")


# The clock and the screen

def wake_ups(pid):
    """Of the main thread: each time it slept and went on."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith("voluntary_ctxt_switches:"):
                return int(line.split()[1])
    raise Failure("no count of wake-ups")


def count_wake_ups(at, seconds, *arguments, plan=PLAN):
    given = write("plan.json", document(*plan))
    with Sign(config("file:x"), "--schedule", given, "--at", at, *arguments, state=None) as sign:
        sign.wait_status("presented", lambda s: s["display"] and s["display"]["presented"])
        # The connection of the question is over, and its time limit with it.
        time.sleep(0.5)
        before = wake_ups(sign.process.pid)
        time.sleep(seconds)
        count = wake_ups(sign.process.pid) - before
        sign.end()
        return count


@case
def it_sleeps_while_nothing_changes():
    count = count_wake_ups("2026-01-31T10:35:05", 5)
    expect(count == 0, "%d wake-ups in 5 s" % count)


@case
def it_wakes_once_a_second_while_seconds_count():
    count = count_wake_ups("2026-01-31T11:16:05", 5)
    expect(4 <= count <= 7, "%d wake-ups in 5 s" % count)


@case
def it_turns_the_pages_of_a_long_list_and_of_no_other():
    talks = [session("t%d" % i, "%s%02d:30:00Z" % (DAY, i), "%s%02d:40:00Z" % (DAY, i))
             for i in range(9, 22)]
    # A minute a second: four pages, or one clock.
    at, speed = "2026-01-31T08:00:05", ("--speed", "60")
    long = count_wake_ups(at, 5, *speed, plan=talks)
    expect(18 <= long <= 24, "%d wake-ups in 5 min of a long list" % long)
    short = count_wake_ups(at, 5, *speed, plan=talks[:3])
    expect(4 <= short <= 7, "%d wake-ups in 5 min of a short one" % short)


@case
def a_simulated_clock_runs_at_its_speed():
    given = write("plan.json", document(*PLAN))
    with Sign(config("file:x"), "--schedule", given, "--at", "2026-01-31T11:10:00", "--speed",
              "200", state=None) as sign:
        began = time.monotonic()
        sign.wait_status("the second talk", lambda s: s["current"] and s["current"]["uid"] == "two")
        # 15 minutes at 200 times the speed.
        expect(3 < time.monotonic() - began + 2 < 15, "took %.1f s" % (time.monotonic() - began))
        sign.end()


def start_x_server(display, size):
    return subprocess.Popen(["Xvfb", display, "-screen", "0", size + "x24", "-nolisten", "tcp"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


@case
def a_display_smaller_than_any_picture_ends_nothing():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    display = ":%d" % (200 + (os.getpid() + 1) % 700)
    server = start_x_server(display, "120x90")
    try:
        with Sign(config("file:x"), "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
                  DISPLAY=display) as sign:
            status = sign.wait_status("a picture",
                                      lambda s: s["display"] and s["display"]["presented"])
            size = (status["display"]["width"], status["display"]["height"])
            expect(size == (120, 90), str(size))
            picture = sign.ctl("snapshot", path("tiny.png"))
            expect(picture.returncode == 0 and png_size("tiny.png") == (160, 160), repr(picture))
            sign.end()
    finally:
        server.terminate()
        server.wait()


@case
def a_picture_larger_than_the_display_is_not_cut_off():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    with open(config("file:x"), encoding="utf-8") as file:
        kept = file.read()
    display = ":%d" % (200 + (os.getpid() + 2) % 700)
    server = start_x_server(display, "800x600")
    try:
        for size, shown in (("1600x1200", (800, 600)), ("400x300", (400, 300))):
            conf = write("sized.conf", kept + "[screen]\nsize = " + size + "\n")
            with Sign(conf, "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
                      DISPLAY=display) as sign:
                sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
                picture = sign.ctl("snapshot", path("sized.png"))
                expect(picture.returncode == 0 and png_size("sized.png") == shown,
                       "%s: %r" % (size, png_size("sized.png")))
                told = "size = %s doesn't fit" % size in sign.log()
                expect(told == (shown == (800, 600)), sign.log())
                sign.end()
    finally:
        server.terminate()
        server.wait()


@case
def a_window_without_a_display_is_an_error():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--window", "640x360", "--schedule", given, config("file:x"),
                 SDL_VIDEODRIVER="x11", DISPLAY=":%d" % (1000 + os.getpid() % 700))
    expect(answer.returncode == 3 and "no display to open a window on" in answer.stderr,
           repr(answer))


@case
def a_display_that_is_off_is_waited_for():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    display = ":%d" % (200 + os.getpid() % 700)
    with Sign(config("file:x"), "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
              DISPLAY=display) as sign:
        status = sign.wait_status("a start", lambda s: True)
        expect(status["display"] is None, str(status))
        sign.wait_log("looking again every second")
        picture = sign.ctl("snapshot", path("dark.png"))
        expect(picture.returncode == 0 and png_size("dark.png") == (1920, 1080), repr(picture))
        server = start_x_server(display, "800x600")
        try:
            status = sign.wait_status("a display", lambda s: s["display"])
            expect(status["display"]["driver"] == "x11", str(status))
            sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
            expect(sign.log().count("looking again") == 1, sign.log())
            sign.end()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(run_suite("sign"))

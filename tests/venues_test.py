#!/usr/bin/env python3
"""The configs that people begin with, and many signs from one: config/examples/, as built.

Each example is checked as it is, then held against a feed in its publisher's form (tests/venues/)
and, where there is one, against what the publisher really served: $ROOMSIGN_FEEDS
(../shared/feeds). Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import cases  # noqa: E402
from cases import Skip, add_case, case, expect  # noqa: E402

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SIGN, FEED = os.path.join(BUILD, "roomsignd"), os.path.join(BUILD, "roomsign-feed")
FEEDS = os.path.abspath(os.environ.get("ROOMSIGN_FEEDS", os.path.join(TOP, "..", "shared", "feeds")))
EXAMPLES = os.path.join(TOP, "config", "examples")
OWN = os.path.join(TOP, "tests", "venues")

# The example, the feed (a name in FEEDS has no folder), a moment in the room's time, what is on.
SHOWN = [
    ("fosdem", OWN + "/fosdem.ics", "2026-01-31T10:40", "Rust in one slide"),
    ("fosdem", "fosdem-2026.ics", "2026-01-31T10:40",
     "PostgreSQL and MySQL, Two Databases, Three Perspectives"),
    ("fosdem", "fosdem-2025.pentabarf.xml", "2025-02-01T11:20",
     "Building a watt-meter esp-rs and a rocket backend"),
    ("pretalx", OWN + "/frab.json", "2026-03-12T10:10", "Opening"),
    ("pretalx", "pretalx-democon.json", "2020-12-14T09:10", "Focused 5thgeneration hardware"),
    ("sched", OWN + "/sched.ics", "2026-03-12T10:30", "Board games"),
    ("sched", "sched-2019.ics", "2020-01-11T09:00", "Let's Talk Photography"),
    ("google", OWN + "/google.ics", "2026-03-12T11:10", "Reading circle, an hour later"),
    ("google", OWN + "/google.ics", "2026-03-12T14:30", "Interview"),
    ("outlook", OWN + "/outlook.ics", "2026-03-12T14:10", "Quarterly review"),
    ("meetup", OWN + "/meetup.ics", "2026-03-12T18:20", "A deep dive into session memory"),
    ("indico", OWN + "/indico.ics", "2026-03-12T14:10", "Magnets, and how to cool them"),
    ("agenda", EXAMPLES + "/agenda.txt", "2026-03-12T18:50", "The missing manual"),
]


def run(program, *arguments):
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": SCRATCH}
    for name in "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS":
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60,
                          env=environment, check=False)


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return path(name)


def example(name):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        return file.read()


def with_feed(name, feed):
    """The example as it is but for its feed's address."""
    text, count = re.subn(r"(?m)^url = .*$", "url = file:" + feed, example(name + ".conf"))
    expect(count == 1, "%s has %d addresses" % (name, count))
    return write("venue/room.conf", text)


def check_shown(name, feed, at, title):
    if not os.path.isabs(feed):
        feed = os.path.join(FEEDS, feed)
        if not os.path.exists(feed):
            raise Skip("no %s" % feed)
    conf = with_feed(name, feed)
    checked = run(SIGN, "--check", "--online", conf)
    expect(checked.returncode == 0, checked.stderr)
    of_room = re.search(r"(\d+) events?, (\d+) of this room", checked.stdout)
    expect(of_room and 0 < int(of_room.group(2)) <= int(of_room.group(1)), checked.stdout)
    script = run(SIGN, "--rehearse", "%s/%sT23:59" % (at, at[:10]), conf)
    expect(script.returncode == 0 and script.stdout, script.stderr)
    phase, uid = script.stdout.splitlines()[0].split("\t")[1:3]
    listed = run(FEED, conf, "--from", at, "--format", "tsv")
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    titles = {row[2]: row[6] for row in rows}
    expect(phase in ("live", "wrap-up") and titles.get(uid) == title, (phase, titles.get(uid)))


for venue in SHOWN:
    add_case("%s shows %s at %s" % (venue[0], os.path.basename(venue[1]), venue[2]),
             lambda venue=venue: check_shown(*venue))


@case
def every_example_is_fine_as_it_is_and_shown_here():
    names = sorted(name for name in os.listdir(EXAMPLES) if name.endswith(".conf"))
    expect({name[:-5] for name in names} == {venue[0] for venue in SHOWN}, names)
    checked = run(SIGN, "--check", *[os.path.join(EXAMPLES, name) for name in names])
    expect((checked.returncode, checked.stderr) == (0, ""), checked.stderr)
    expect(checked.stdout.count(": fine: room ") == len(names), checked.stdout)
    for name in names:
        expect(example(name).startswith("# ") and "Traps" in example(name), name)


@case
def sixty_rooms_are_fine_as_they_are_and_found():
    folder = os.path.join(EXAMPLES, "sixty-rooms")
    checked = run(SIGN, "--check", os.path.join(folder, "template.conf"))
    expect((checked.returncode, checked.stderr) == (0, ""), checked.stderr)
    expect("fine: a template" in checked.stdout and "4 signs in" in checked.stdout, checked.stdout)
    feed = os.path.join(FEEDS, "fosdem-2026.ics")
    if not os.path.exists(feed):
        raise Skip("no %s" % feed)
    text = example("sixty-rooms/template.conf")
    conf = write("sixty/template.conf", re.sub(r"(?m)^url = .*$", "url = file:" + feed, text))
    shutil.copy(os.path.join(folder, "rooms.tsv"), path("sixty"))
    checked = run(SIGN, "--check", "--online", conf)
    expect(checked.returncode == 0, checked.stderr)
    expect("the feeds have the rooms of 4 of 4 signs" in checked.stderr, checked.stderr)


@case
def all_events_of_a_rooms_own_calendar_are_the_rooms():
    conf = with_feed("google", OWN + "/google.ics")
    day = ("--from", "2026-03-12", "--to", "2026-03-13")
    shown = json.loads(run(FEED, conf, *day).stdout)["sessions"]
    expect([(each["title"], each["room"], each["venue_wide"]) for each in shown] ==
           [("Reading circle, an hour later", "Library", False), ("Interview", "Library", False)],
           shown)
    write("venue/room.conf", example("google.conf").replace("all_events = yes", "").replace(
        "https://calendar.google.com/calendar/ical/ADDRESS/private-KEY/basic.ics",
        "file:" + OWN + "/google.ics"))
    shown = json.loads(run(FEED, conf, *day).stdout)["sessions"]
    expect([(each["title"], each["venue_wide"]) for each in shown] ==
           [("Reading circle, an hour later", True)], shown)


# Many signs from one

def template(*rows, more="", url="file:" + OWN + "/fosdem.ics"):
    write("many/template.conf", "[room]\ntimezone = UTC\ntable = rooms.tsv\n%s[feed]\nurl = %s\n"
          % (more, url))
    write("many/rooms.tsv", "".join("\t".join(row) + "\n" for row in (("sign", "name", "rotate"),
                                                                      *rows)))
    return path("many/template.conf")


@case
def one_card_finds_its_room_by_its_computers_name():
    template(("other", "Janson"), (socket.gethostname(), "UB2.252A (Lameere)", "90"))
    printed = run(SIGN, "--print-config", path("many/room.conf"))
    expect(printed.returncode == 0, printed.stderr)
    expect("\nname = UB2.252A (Lameere)\n" in printed.stdout and "\nrotate = 90\n" in printed.stdout, "row")
    expect("\ntable =" not in printed.stdout, "what is printed stands by itself")
    day = ("--from", "2026-01-31", "--to", "2026-02-01", "--format", "tsv")
    polled = run(FEED, path("many/room.conf"), *day)
    expect("one slide" in polled.stdout and "Elsewhere" not in polled.stdout, polled)
    polled = run(FEED, path("many/other.conf"), *day)
    expect("one slide" not in polled.stdout and "Elsewhere" in polled.stdout, polled)


@case
def check_reads_every_line_of_the_table():
    conf = template(("a", "Janson"), ("b", "Attic", "45"), ("c",), ("a", "Again"))
    checked = run(SIGN, "--check", conf)
    expect((checked.returncode, checked.stdout) == (1, ""), checked)
    lines = [line.replace(path("many/"), "") for line in checked.stderr.splitlines()]
    expect(lines == ["rooms.tsv:2: the sign 'a' has line 5 as well",
                     "rooms.tsv:3: [screen] rotate: \"45\" is not 0, 90, 180 or 270",
                     "rooms.tsv:4: no room is named; columns are set apart by tabs"], lines)
    # One of many, and the others are told of as well.
    good = write("many/own.conf", "[room]\nname = x\ntimezone = UTC\n[feed]\nurl = file:x.ics\n")
    checked = run(SIGN, "--check", conf, good)
    expect(checked.returncode == 1 and "own.conf: fine" in checked.stdout, checked)
    # What is wrong with a config is worse than a feed that can't be had, in any order.
    for names in (conf, good), (good, conf):
        expect(run(SIGN, "--check", "--online", *names).returncode == 1, names)
    expect(run(SIGN, "--snapshot", path("x.png"), conf, good).returncode == 1, "two to draw")


@case
def check_online_tells_the_rooms_that_the_feeds_lack():
    conf = template(("a", "Jansen"), ("b", "janson"), ("c", "UB2.252A", "90"))
    checked = run(SIGN, "--check", "--online", conf)
    expect(checked.returncode == 1, checked)
    expect("rooms.tsv:2: [room] name: 'Jansen' is in none of the events of the feeds; closest: "
           "'Janson'" in checked.stderr, checked.stderr)
    expect("the feeds have the rooms of 2 of 3 signs" in checked.stderr, checked.stderr)
    listed = run(FEED, "--rooms", conf)
    expect((listed.returncode, listed.stdout) == (1, "1\tJanson\n1\tUB2.252A (Lameere)\n"), listed)
    conf = template(("a", "Janson"))
    checked = run(SIGN, "--check", "--online", conf)
    expect(checked.returncode == 0, checked)
    # A feed that can't be had has no say.
    conf = template(("a", "Janson"), url="file:gone.ics")
    expect(run(SIGN, "--check", "--online", conf).returncode == 2, "a feed that isn't there")


@case
def a_template_alone_makes_a_sign_of_its_name():
    os.makedirs(path("plain"), exist_ok=True)
    write("plain/template.conf", "[room]\ntimezone = UTC\n[feed]\nurl = file:%s/fosdem.ics\n" % OWN)
    conf = path("plain/UB2.252A\\x20\\x28Lameere\\x29.conf")
    checked = run(SIGN, "--check", "--online", conf)
    expect(checked.returncode == 0 and "fine: room UB2.252A (Lameere)" in checked.stdout, checked)
    expect("2 events, 1 of this room" in checked.stdout, checked.stdout)
    checked = run(SIGN, "--check", "--online", path("plain/Jansen.conf"))
    expect(checked.returncode == 1 and "/Jansen.conf: [room] name: 'Jansen' is in none" in
           checked.stderr and "closest: 'Janson'" in checked.stderr, checked)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="roomsign-venues-") as SCRATCH:
        sys.exit(cases.run_all("venues"))

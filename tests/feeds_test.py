#!/usr/bin/env python3
"""roomsign-feed, as built, on what publishers really served: $ROOMSIGN_FEEDS (../shared/feeds).

What must come out is counted here independently, from the same files, by simpler means.
"""

import collections
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zoneinfo

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
PROGRAM = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "roomsign-feed"))
FEEDS = os.path.abspath(os.environ.get("ROOMSIGN_FEEDS", os.path.join(TOP, "..", "shared", "feeds")))
UTC = datetime.timezone.utc


def feed(name, *arguments):
    environment = dict(os.environ, TZ="UTC")
    child = subprocess.run([PROGRAM, "--url", "file://" + os.path.join(FEEDS, name), *arguments],
                           capture_output=True, timeout=60, env=environment, check=False)
    assert child.returncode == 0, "exit status %d: %s" % (child.returncode, child.stderr.decode())
    return child.stdout.decode()


def rows(name, *arguments):
    return [line.split("\t") for line in feed(name, *arguments, "--format", "tsv").splitlines()]


def stamp(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def events(name):
    """Each VEVENT of a file, as the values of its properties' last mention."""
    with open(os.path.join(FEEDS, name), encoding="utf-8", newline="") as file:
        text = re.sub(r"\r?\n[ \t]", "", file.read())
    for block in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", text, re.DOTALL):
        block = re.sub(r"BEGIN:VALARM.*?END:VALARM", "", block, flags=re.DOTALL)
        yield dict(re.match(r"([A-Z-]+)[^:]*:(.*)", line).groups()
                   for line in block.split("\n") if re.match(r"[A-Z-]+[^:]*:", line))


def room_listing():
    """The listing of a FOSDEM room: (start, end, title, track and speakers) of each session."""
    brussels = zoneinfo.ZoneInfo("Europe/Brussels")
    days = {"Saturday": datetime.date(2026, 1, 31), "Sunday": datetime.date(2026, 2, 1)}
    with open(os.path.join(FEEDS, "fosdem-2026-room-ub2252a.txt"), encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    title = None
    for line in lines:
        heading = re.fullmatch(r'"(.*)" \( 2026 \)', line)
        when = re.match(r"(\w+) at (\d+):(\d+), (\d+) minutes, (?:UB2.252A \(Lameere\), ){2}(.*)",
                        line)
        if heading:
            title = heading[1]
        elif when:
            start = datetime.datetime.combine(days[when[1]], datetime.time(int(when[2]),
                                                                           int(when[3])), brussels)
            end = start + datetime.timedelta(minutes=int(when[4]))
            yield stamp(start), stamp(end), title, re.sub(r"( , (slides|video))+$", "", when[5])


def fosdem_room_has_exactly_its_38_sessions():
    wanted = list(room_listing())
    assert len(wanted) == 38, len(wanted)
    for room in "UB2.252A (Lameere)", "UB2.252A":
        got = rows("fosdem-2026.ics", "--room", room)
        assert [(row[0], row[1], row[6]) for row in got] == [row[:3] for row in wanted], got
    sessions = json.loads(feed("fosdem-2026.ics", "--room", "UB2.252A"))["sessions"]
    for session, (_, _, title, people) in zip(sessions, wanted):
        if people.endswith("Deleted User"):
            continue  # the listing is younger than the feed, which still names the speaker
        said = " ".join([session["track"], *session["speakers"]])
        assert sorted(said.split()) == sorted(people.split()), (title, said, people)


def fosdem_as_a_whole_loses_nothing():
    wanted = list(events("fosdem-2026.ics"))
    got = rows("fosdem-2026.ics")
    assert len(wanted) == 1067 and len(got) == len(wanted), (len(wanted), len(got))


def sched_loses_nothing_and_is_utc():
    def moment(text):
        return "%s-%s-%sT%s:%s:%sZ" % re.match(r"(....)(..)(..)T(..)(..)(..)Z", text).groups()

    wanted = sorted((moment(event["DTSTART"]), moment(event["DTEND"]))
                    for event in events("sched-2019.ics"))
    got = sorted((row[0], row[1]) for row in rows("sched-2019.ics"))
    assert got == wanted and len(got) > 100, (len(got), len(wanted))


def hasgeek_room_has_its_sessions_and_the_venues_breaks():
    def is_selected(event):
        place = event.get("LOCATION", "").strip().replace("\\n", "\n").split("\n")[0]
        return place.startswith("Audi 1 - ") or " - " not in place

    wanted = sorted(event["UID"].strip() for event in events("hasgeek-rust-india-2026.ics")
                    if is_selected(event) and event["DTSTART"].startswith("20260418"))
    got = rows("hasgeek-rust-india-2026.ics", "--room", "Audi 1", "--timezone", "Asia/Kolkata",
               "--from", "2026-04-18", "--to", "2026-04-19")
    assert sorted(row[2] for row in got) == wanted and len(wanted) > 10, (got, wanted)
    assert any(row[4] == "break" for row in got), got


def moments(date, duration):
    """The start and end columns of an event with a date and HH:MM."""
    start = datetime.datetime.fromisoformat(date)
    hours, minutes = duration.split(":")
    return stamp(start), stamp(start + datetime.timedelta(hours=int(hours), minutes=int(minutes)))


def clean(text):
    return re.sub("[ \t\r\n]+", " ", text).strip()


def unmarked(title):
    """Without the marks of Markdown that FOSDEM's titles hold."""
    return re.sub(r"`([^` ]+)`|\b_(\w+)_\b", r"\1\2", title)


def pentabarf_loses_nothing():
    tree = xml.etree.ElementTree.parse(os.path.join(FEEDS, "fosdem-2025.pentabarf.xml"))
    wanted = sorted((*moments(event.findtext("date"), event.findtext("duration")),
                     event.get("guid"), room.get("name"),
                     unmarked(clean(event.findtext("title"))))
                    for room in tree.iterfind("day/room") for event in room.iterfind("event"))
    got = sorted((row[0], row[1], row[2], row[3], row[6])
                 for row in rows("fosdem-2025.pentabarf.xml"))
    assert len(wanted) == 943 and got == wanted, (len(got), set(got) ^ set(wanted))
    speakers = sum(len(event) for event in tree.iterfind("day/room/event/persons"))
    sessions = json.loads(feed("fosdem-2025.pentabarf.xml"))["sessions"]
    assert sum(len(session["speakers"]) for session in sessions) == speakers > 943, speakers


def frab_and_pretalx_json_lose_nothing():
    for name in "frab-camp2019.json", "pretalx-democon.json":
        with open(os.path.join(FEEDS, name), encoding="utf-8") as file:
            days = json.load(file)["schedule"]["conference"]["days"]
        wanted = sorted((*moments(event["date"], event["duration"]), room,
                         clean(event["title"]))
                        for day in days for room, events in day["rooms"].items()
                        for event in events)
        got = sorted((row[0], row[1], row[3], row[6]) for row in rows(name))
        assert got == wanted and len(got) > 20, (name, len(got), set(got) ^ set(wanted))


def meetup_is_its_eight_entries():
    amsterdam = zoneinfo.ZoneInfo("Europe/Amsterdam")
    with open(os.path.join(FEEDS, "meetup-databases-amsterdam.txt"), encoding="utf-8") as file:
        text = file.read()
    lines = [line for line in text.splitlines() if re.match(r"\d\d:\d\d ", line)]
    starts = [datetime.datetime.fromisoformat("2026-03-12T" + line[:5]).replace(tzinfo=amsterdam)
              for line in lines]
    # Seven lengths between eight starts; the fourth longest of them is the last entry's.
    lengths = [after - before for before, after in zip(starts, starts[1:])]
    ends = starts[1:] + [starts[-1] + sorted(lengths)[3]]
    wanted = [(stamp(start), stamp(end), *(line[6:].split(" - ") + [""])[:2])
              for line, start, end in zip(lines, starts, ends)]
    got = rows("meetup-databases-amsterdam.txt", "--timezone", "Europe/Amsterdam",
               "--date", "2026-03-12")
    assert [(row[0], row[1], row[6], row[7]) for row in got] == wanted and len(wanted) == 8, got
    assert [row[4] == "break" for row in got] == [bool(re.search("Doors|Food|Networking", line))
                                                  for line in lines], got

    # The same text as a meetup's calendar has it: then the event's end is the last entry's.
    for mark, escape in ("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n"):
        text = text.replace(mark, escape)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "meetup.ics")
        with open(path, "w", encoding="utf-8") as file:
            file.write("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Meetup\n"
                       "DTSTART;TZID=Europe/Amsterdam:20260312T173000\n"
                       "DTEND;TZID=Europe/Amsterdam:20260312T210000\n"
                       "DESCRIPTION:" + text + "\nEND:VEVENT\nEND:VCALENDAR\n")
        got = rows(path)
    wanted[-1] = (wanted[-1][0], "2026-03-12T20:00:00Z", *wanted[-1][2:])
    assert [(row[0], row[1], row[6], row[7]) for row in got] == wanted, got


def room_listing_is_an_agenda():
    wanted = [(start, end, title) for start, end, title, _ in room_listing()]
    assert len(wanted) == 38, len(wanted)
    for date in "2026-01-31", "2026-01-26":
        got = rows("fosdem-2026-room-ub2252a.txt", "--room", "UB2.252A", "--timezone",
                   "Europe/Brussels", "--date", date)
        assert [(row[0], row[1], row[6]) for row in got] == wanted, got
        assert all(row[3] == "UB2.252A (Lameere)" for row in got), got


def rooms_are_listed_as_a_filter_finds_them():
    def places(name):
        written = (clean(event.get("LOCATION", "").replace("\\,", ",")) for event in events(name))
        return collections.Counter(place.rstrip(", ") for place in written if place)

    def listed(name, *arguments):
        return {line.split("\t")[1]: int(line.split("\t")[0])
                for line in feed(name, "--rooms", *arguments).splitlines()}

    with open(os.path.join(FEEDS, "frab-camp2019.json"), encoding="utf-8") as file:
        days = json.load(file)["schedule"]["conference"]["days"]
    camp = collections.Counter(room for day in days for room, talks in day["rooms"].items()
                               for _ in talks)
    tree = xml.etree.ElementTree.parse(os.path.join(FEEDS, "fosdem-2025.pentabarf.xml"))
    fosdem = collections.Counter(room.get("name") for room in tree.iterfind("day/room")
                                 for _ in room.iterfind("event"))
    wanted = {
        ("fosdem-2026.ics",): places("fosdem-2026.ics"),
        ("fosdem-2025.pentabarf.xml",): fosdem,
        ("sched-2019.ics",): places("sched-2019.ics"),
        ("frab-camp2019.json",): camp,
        ("fosdem-2026-room-ub2252a.txt", "--date", "2026-01-31"): {"UB2.252A (Lameere)": 38},
        ("meetup-databases-amsterdam.txt", "--date", "2026-03-12"): {},
    }
    for arguments, rooms in wanted.items():
        assert listed(*arguments) == rooms, (arguments, listed(*arguments), rooms)
    hasgeek = listed("hasgeek-rust-india-2026.ics")
    assert set(hasgeek) == {"Audi 1", "Dining room - for BOFs and lightning talks",
                            "e6data 3rd floor"}, hasgeek

    # What a list promises, `--room` keeps.
    for arguments in [*wanted, ("hasgeek-rust-india-2026.ics",), ("pretalx-democon.json",)]:
        for room, count in listed(*arguments).items():
            document = json.loads(feed(*arguments, "--room", room))
            own = [session for session in document["sessions"] if not session["venue_wide"]]
            assert len(own) == count == document["feeds"][0]["matched"], (arguments, room, count)


def a_mistyped_room_is_told_with_the_right_one():
    polled, = json.loads(feed("fosdem-2026.ics", "--room", "UB2.252B (Lamere)"))["feeds"]
    assert (polled["events"], polled["matched"]) == (1067, 0), polled
    assert polled["closest"][0] == "UB2.252A (Lameere)" and len(polled["closest"]) == 5, polled


CASES = [fosdem_room_has_exactly_its_38_sessions, fosdem_as_a_whole_loses_nothing,
         sched_loses_nothing_and_is_utc, hasgeek_room_has_its_sessions_and_the_venues_breaks,
         pentabarf_loses_nothing, frab_and_pretalx_json_lose_nothing,
         meetup_is_its_eight_entries, room_listing_is_an_agenda,
         rooms_are_listed_as_a_filter_finds_them, a_mistyped_room_is_told_with_the_right_one]


def main():
    failures = 0
    print("1..%d" % len(CASES))
    for function in CASES:
        name = "real feeds: " + function.__name__.replace("_", " ")
        if not os.path.isdir(FEEDS):
            print("ok - %s # SKIP no %s here" % (name, os.path.relpath(FEEDS, TOP)), flush=True)
            continue
        try:
            function()
            print("ok -", name, flush=True)
        except Exception as problem:  # a broken case must not hide the others
            failures += 1
            print("not ok - %s\n# %s: %s" % (name, type(problem).__name__,
                                            str(problem)[:2000].replace("\n", "\n# ")), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

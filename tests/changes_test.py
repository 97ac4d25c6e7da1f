#!/usr/bin/env python3
"""roomsign-feed, as built: what it says of changes between polls of a real server, and of rooms
elsewhere.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the program is (build).
`tests/changes_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import cases  # noqa: E402
import feed_server  # noqa: E402
from cases import SANITIZED, Skip, case, expect  # noqa: E402
from feed_server import calendar, event, noon  # noqa: E402

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
PROGRAM = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "roomsign-feed"))
FEEDS = os.path.abspath(os.environ.get("ROOMSIGN_FEEDS", os.path.join(TOP, "..", "shared", "feeds")))
SECONDS_MAX = 60
PEAK_KIB_MAX = 32 * 1024
ELSEWHERE_MAX = 2000
HOUR = datetime.timedelta(hours=1)


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text):
    with open(path(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path(name)


def config(*urls, room="Hall 1"):
    lines = ["[room]", "name = " + room, "timezone = Europe/Brussels", "[feed]"]
    return write("room.conf", "\n".join(lines + ["url = " + each for each in urls]) + "\n")


class Sign:
    """Polls again and again, each time with the document before."""

    def __init__(self, *pages, **options):
        self.arguments = [config(*[page if "://" in page else SERVER.url + "/" + page
                             for page in pages or ("plain.ics",)], **options)]
        self.last = None
        self.told = []
        self.err = ""

    def poll(self, body=None):
        """The changes told, as (kind, old title, what else is to be known)."""
        if body is not None:
            SERVER.body = body
        arguments = self.arguments + (["--last", "-"] if self.last else []) + self.told
        with tempfile.TemporaryFile() as err:
            child = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE,
                                   stderr=err, timeout=SECONDS_MAX, check=False,
                                   env=dict(os.environ, TZ="UTC"),
                                   input=json.dumps(self.last).encode() if self.last else b"")
            err.seek(0)
            self.err = err.read().decode()
        expect(child.returncode == 0, "exit status %d: %s" % (child.returncode, self.err))
        self.last = json.loads(child.stdout)
        return [(c["kind"], c["old_title"]) for c in self.last["changes"]]

    def change(self):
        only, = self.last["changes"]
        return only

    def titles(self):
        return [session["title"] for session in self.last["sessions"]]

    def elsewhere(self):
        return [(session["title"], session["room"]) for session in self.last["elsewhere"]]


def rfc3339(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def tomorrow(hours=0):
    return noon(1) + hours * HOUR


def talk(name, hours=0, **options):
    return event(name.lower() + "@example.org", name, tomorrow(hours), **options)


def programme(**instead):
    """Ants, Bees and Cats in Hall 1, an hour each, and Dogs next door; instead: other events, or
    None for none."""
    events = {"ants": talk("Ants"), "bees": talk("Bees", 1), "cats": talk("Cats", 2),
              "dogs": talk("Dogs", 1, room="Hall 2")}
    events.update(instead)
    return calendar(*[each for each in events.values() if each])


@case
def nothing_is_told_of_what_was_before():
    sign = Sign()
    expect(sign.poll(programme(ants=talk("Ants", extra=["STATUS:CANCELLED"]))) == [], sign.last)
    expect(sign.poll() == [], sign.last)
    expect(sign.elsewhere() == [("Dogs", "Hall 2")], sign.elsewhere())


@case
def moved_to_another_room():
    sign = Sign()
    sign.poll(programme())
    expect(sign.poll(programme(bees=talk("Bees", 3, room="Hall 2"))) == [("moved", "Bees")],
           sign.last["changes"])
    change = sign.change()
    expect(change["room"] == "Hall 2" and change["gone"] is True, change)
    expect(change["old_start"] == rfc3339(tomorrow(1)), change)
    expect(change["start"] == rfc3339(tomorrow(3)), change)
    expect(sign.titles() == ["Ants", "Cats"], sign.titles())
    seen = change["seen"]
    sign.poll()
    expect(sign.change()["seen"] == seen, sign.change())
    # On to a third room, and back.
    expect(sign.poll(programme(bees=talk("Bees", 4, room="Attic"))) == [("moved", "Bees")],
           sign.last["changes"])
    expect(sign.change()["room"] == "Attic" and
           sign.change()["old_start"] == rfc3339(tomorrow(1)), sign.change())
    expect(sign.poll(programme()) == [] and len(sign.titles()) == 3, sign.last["changes"])


@case
def a_typo_corrected_in_an_agenda():
    day = tomorrow().strftime("%Y-%m-%d\n")
    agenda = day + "15:00-15:30 Cartographier sa %s - Anne Dupont\n16:00-17:00 Atelier\n"
    sign = Sign()
    expect(sign.poll((agenda % "comune").encode()) == [], sign.last)
    expect(sign.poll((agenda % "commune").encode()) == [("retitled", "Cartographier sa comune")], sign.last)
    expect(sign.change()["title"] == "Cartographier sa commune", sign.change())
    expect(sign.poll((agenda % "comune").encode()) == [], sign.last["changes"])


@case
def the_time_is_what_it_is_told():
    """A sign that knows better than the system's clock says so: what is over is judged by that."""
    sign = Sign()
    moved = programme(bees=talk("Bees", 3, room="Hall 2"))
    sign.told = ["--now", rfc3339(tomorrow(-1))]
    sign.poll(programme())
    expect(sign.last["generated"] == rfc3339(tomorrow(-1)), sign.last["generated"])
    expect(sign.poll(moved) == [("moved", "Bees")], sign.last["changes"])
    sign.told = ["--now", rfc3339(tomorrow(2))]
    expect(sign.poll() == [], sign.last["changes"])
    expect(("Dogs", "Hall 2") in sign.elsewhere(), sign.elsewhere())
    sign.told = ["--now", "1970-01-01T00:00:00Z"]
    sign.poll()
    expect(("Dogs", "Hall 2") not in sign.elsewhere(), sign.elsewhere())


@case
def moved_while_all_uids_are_made_anew():
    def anew(edition, *talks):
        return calendar(*[event("%s-%d@example.org" % (title, edition), title, tomorrow(hours),
                                room=room) for title, hours, room in talks])

    sign = Sign()
    sign.poll(anew(1, ("Ants", 0, "Hall 1"), ("Bees", 1, "Hall 1"), ("Dogs", 1, "Hall 2")))
    told = sign.poll(anew(2, ("Ants", 1, "Hall 2"), ("Bees", 2, "Hall 1"), ("Dogs", 1, "Hall 2")))
    expect(told == [("moved", "Ants"), ("retimed", "Bees")], sign.last["changes"])
    told = sign.poll(anew(3, ("Ants", 1, "Hall 2"), ("Bees", 2, "Hall 1"), ("Dogs", 1, "Hall 2")))
    expect(told == [("moved", "Ants"), ("retimed", "Bees")], sign.last["changes"])


@case
def another_rooms_session_of_the_same_title_is_not_ours():
    ours = event("l1@example.org", "Lightning talks", tomorrow(3))
    theirs = event("l2@example.org", "Lightning talks", tomorrow(3), room="Hall 2")
    sign = Sign()
    sign.poll(programme(ours=ours, theirs=theirs))
    expect(sign.poll(programme(theirs=theirs)) == [("cancelled", "Lightning talks")],
           sign.last["changes"])


@case
def a_move_of_days_ahead_is_found():
    sign = Sign()
    def bees(**where):
        return event("bees@example.org", "Bees", noon(5), **where)

    far = event("far@example.org", "Far away", noon(5), room="Hall 2")
    sign.poll(programme(bees=bees(), far=far))
    expect(sign.elsewhere() == [("Dogs", "Hall 2")], sign.elsewhere())
    expect(sign.poll(programme(bees=bees(room="Hall 3"), far=far)) == [("moved", "Bees")],
           sign.last["changes"])
    expect(sign.change()["room"] == "Hall 3", sign.change())
    expect(sign.poll() == [("moved", "Bees")], sign.last["changes"])
    expect(sign.elsewhere() == [("Dogs", "Hall 2"), ("Bees", "Hall 3")], sign.elsewhere())


@case
def one_of_a_series_moves():
    weekly = event("weekly@example.org", "Weekly", noon(-6), extra=["RRULE:FREQ=WEEKLY"])
    stamp = tomorrow().strftime("RECURRENCE-ID:%Y%m%dT%H%M%SZ")

    def moved(**where):
        return event("weekly@example.org", "Weekly", tomorrow(2), extra=[stamp], **where)

    sign = Sign()
    sign.poll(calendar(weekly))
    count = len(sign.titles())
    expect(sign.poll(calendar(weekly, moved())) == [("retimed", "Weekly")], sign.last["changes"])
    expect(sign.poll(calendar(weekly)) == [], sign.last["changes"])
    expect(sign.poll(calendar(weekly, moved(room="Hall 2"))) == [("moved", "Weekly")],
           sign.last["changes"])
    expect(len(sign.titles()) == count - 1, sign.titles())
    expect(sign.poll(calendar(weekly)) == [], sign.last["changes"])


@case
def another_rooms_series_is_a_place_to_go():
    sign = Sign()
    sign.poll(calendar(talk("Ants"), event("daily@example.org", "Daily", noon(-30), room="Hall 2",
                                           extra=["RRULE:FREQ=DAILY"])))
    expect(sign.elsewhere() == [("Daily", "Hall 2")] * 2, sign.elsewhere())
    expect(sign.err == "", sign.err)


@case
def beyond_the_days_that_are_asked_for():
    sign = Sign()
    sign.poll(programme())
    later = event("bees@example.org", "Bees", noon(30))
    expect(sign.poll(programme(bees=later)) == [("retimed", "Bees")], sign.last["changes"])
    expect(sign.change()["gone"] is True and sign.change()["start"] == rfc3339(noon(30)),
           sign.change())


@case
def retimed():
    sign = Sign()
    sign.poll(programme())
    expect(sign.poll(programme(cats=talk("Cats", 4))) == [("retimed", "Cats")], sign.last)
    expect(sign.change()["old_start"] == rfc3339(tomorrow(2)), sign.change())
    expect(sign.change()["start"] == rfc3339(tomorrow(4)), sign.change())
    expect(sign.change()["gone"] is False, sign.change())
    expect(sign.poll(programme(cats=talk("Cats", 5))) == [("retimed", "Cats")], sign.last)
    expect(sign.change()["old_start"] == rfc3339(tomorrow(2)), sign.change())
    expect(sign.poll(programme()) == [], sign.last["changes"])


@case
def cancelled():
    for how in ({"extra": ["STATUS:CANCELLED"]}, {"title": "CANCELLED: Ants"},
                {"title": "POSTPONED: Ants"}):
        title = how.pop("title", "Ants")
        sign = Sign()
        sign.poll(programme())
        off = event("ants@example.org", title, tomorrow(), **how)
        expect(sign.poll(programme(ants=off)) == [("cancelled", "Ants")], sign.last["changes"])
        expect(sign.change()["gone"] is False and len(sign.titles()) == 3, sign.last)
        expect(sign.poll() == [("cancelled", "Ants")], sign.last["changes"])
        expect(sign.poll(programme(ants=None)) == [("cancelled", "Ants")], sign.last["changes"])
        expect(sign.change()["gone"] is True and len(sign.titles()) == 2, sign.last)
        expect(sign.poll(programme()) == [], sign.last["changes"])


@case
def new_and_retitled():
    sign = Sign()
    sign.poll(programme(cats=None))
    told = sign.poll(programme(bees=event("bees@example.org", "Wasps", tomorrow(1))))
    expect(told == [("retitled", "Bees"), ("new", "Cats")], sign.last["changes"])
    expect(sign.last["changes"][0]["title"] == "Wasps", sign.last["changes"])


@case
def breaks_and_whole_days_are_no_news():
    lunch = event("lunch@example.org", "Lunch", tomorrow(3))
    whole = ["BEGIN:VEVENT", "UID:day@example.org", "SUMMARY:Art", "LOCATION:Hall 1",
             tomorrow().strftime("DTSTART;VALUE=DATE:%Y%m%d"), "END:VEVENT"]
    sign = Sign()
    sign.poll(programme(lunch=lunch, day=whole))
    later = event("lunch@example.org", "Lunch", tomorrow(4))
    tea = event("tea@example.org", "Tea", tomorrow(6), room="Hall 2")
    expect(sign.poll(programme(lunch=later, tea=tea)) == [], sign.last["changes"])
    expect(sign.elsewhere() == [("Dogs", "Hall 2")], sign.elsewhere())


@case
def changes_outlive_answers_without_news():
    sign = Sign("conditional.ics")
    sign.poll(programme())
    sign.last["feeds"][0].update(etag="", last_modified="")
    expect(sign.poll(programme(ants=talk("Ants", room="Hall 2"))) == [("moved", "Ants")], sign.last)
    before = sign.last
    expect(sign.poll() == [("moved", "Ants")], sign.last)
    expect(sign.last["feeds"][0]["status"] == "unchanged", sign.last["feeds"])
    expect(sign.last["elsewhere"] == before["elsewhere"] and
           sign.last["changes"] == before["changes"], sign.last)


@case
def changes_outlive_failures():
    write("other.ics", calendar(talk("Emus", 5)))
    other = "file://" + path("other.ics")
    sign = Sign("plain.ics", other)
    sign.poll(programme())
    expect(sign.poll(programme(ants=talk("Ants", room="Hall 2"), bees=None)) ==
           [("moved", "Ants"), ("cancelled", "Bees")], sign.last)
    before = sign.last
    expect(sign.poll(b"<html>oops</html>") == [("moved", "Ants"), ("cancelled", "Bees")], sign.last)
    expect(sign.last["feeds"][0]["status"] == "failed", sign.last["feeds"])
    expect(sign.last["elsewhere"] == before["elsewhere"], sign.last)
    expect(sign.poll(programme()) == [], sign.last["changes"])


@case
def what_could_be_read_in_part_changes_nothing_else():
    whole = [("Ants", "10:00", "Hall 1"), ("Dogs", "13:00", "Hall 2"), ("Emus", "15:00", "Hall 3")]
    sign = Sign("file://" + path("in.xml"))
    write("in.xml", schedule_xml(whole))
    sign.poll()
    before = sign.last
    write("in.xml", schedule_xml(whole).replace("<title>Emus", "<title>&mus"))
    expect(sign.poll() == [] and sign.last["elsewhere"] == before["elsewhere"], sign.last)
    expect("only a part could be read" in sign.err, sign.err)
    write("in.xml", schedule_xml(whole[1:2]))
    expect(sign.poll() == [("cancelled", "Ants")], sign.last["changes"])
    expect(sign.elsewhere() == [("Dogs", "Hall 2")], sign.elsewhere())


@case
def a_feed_that_is_read_for_the_first_time_is_not_new():
    other = "file://" + path("late.ics")
    sign = Sign("plain.ics", other)
    sign.poll(programme())
    write("late.ics", calendar(talk("Emus", 5)))
    expect(sign.poll() == [] and sign.titles() == ["Ants", "Bees", "Cats", "Emus"], sign.last)
    write("late.ics", calendar(talk("Emus", 5), talk("Foxes", 6)))
    expect(sign.poll() == [("new", "Foxes")], sign.last)


@case
def another_selection_begins_anew():
    sign = Sign()
    sign.poll(programme())
    config(SERVER.url + "/plain.ics", room="Hall 2")
    expect(sign.poll() == [] and sign.titles() == ["Dogs"], sign.last["changes"])


@case
def a_new_day_asks_anew():
    sign = Sign("conditional.ics")
    sign.poll(programme())
    sign.poll()
    expect(sign.last["feeds"][0]["status"] == "unchanged", sign.last["feeds"])
    # The same window, but of a poll on the day before.
    made = datetime.datetime.fromisoformat(sign.last["generated"].replace("Z", "+00:00"))
    sign.last["generated"] = rfc3339(made - 24 * HOUR)
    sign.last["elsewhere"] = []
    sign.poll()
    expect("If-None-Match" not in SERVER.seen[-1][1], SERVER.seen[-1])
    expect(sign.elsewhere() == [("Dogs", "Hall 2")], sign.elsewhere())


@case
def without_a_room_rooms_are_told_apart():
    sign = Sign()
    sign.arguments = ["--url", SERVER.url + "/plain.ics"]
    sign.poll(programme())
    expect(len(sign.titles()) == 4 and sign.elsewhere() == [], sign.last)
    told = sign.poll(programme(ants=talk("Ants", room="Hall 2")))
    expect(told == [("moved", "Ants")], sign.last["changes"])
    expect(sign.change()["gone"] is False and sign.change()["room"] == "Hall 2" and
           sign.change()["old_room"] == "Hall 1", sign.change())


def schedule_xml(sessions):
    rooms = ["<room name='%s'><event guid='%s'><title>%s</title><start>%s</start><duration>00:30"
             "</duration></event></room>" % (room, title, title, start)
             for title, start, room in sessions]
    return "<schedule><day date='%s'>%s</day></schedule>" % (tomorrow().date(), "".join(rooms))


def schedule_json(sessions):
    rooms = {}
    for title, start, room in sessions:
        rooms.setdefault(room, []).append({"guid": title, "title": title, "start": start,
                                           "duration": "00:30"})
    day = {"date": str(tomorrow().date()), "rooms": rooms}
    return json.dumps({"schedule": {"conference": {"days": [day]}}})


def agenda(sessions):
    lines = [tomorrow().strftime("%d %B %Y")]
    for room in sorted({room for _, _, room in sessions}):
        lines += ["", "Room: " + room]
        lines += ["%s %s" % (start, title) for start, title in sorted(
            (start, title) for title, start, where in sessions if where == room)]
    return "\n".join(lines) + "\n"


@case
def in_every_format():
    others = [("Dogs", "13:00", "Hall 2"), ("Lunch", "12:00", "Hall 2"), ("Emus", "15:00", "Hall 2")]
    for name, made in (("xml", schedule_xml), ("json", schedule_json), ("txt", agenda)):
        sign = Sign("file://" + path("in." + name))
        write("in." + name, made([("Ants", "10:00", "Hall 1"), *others]))
        sign.poll()
        expect(sign.titles() == ["Ants"], (name, sign.last))
        expect(sign.elsewhere() == [("Dogs", "Hall 2"), ("Emus", "Hall 2")], (name, sign.last))
        write("in." + name, made([("Ants", "11:00", "Hall 3"), *others]))
        expect(sign.poll() == [("moved", "Ants")], (name, sign.last))
        expect(sign.change()["room"] == "Hall 3", sign.change())


@case
def xcal_too():
    def xcal(room):
        return ("<?xml version='1.0'?><icalendar xmlns='urn:ietf:params:xml:ns:icalendar-2.0'>"
                "<vcalendar><components>%s</components></vcalendar></icalendar>" % "".join(
                    "<vevent><properties><uid><text>%s</text></uid><dtstart><date-time>%s"
                    "</date-time></dtstart><duration><duration>PT1H</duration></duration><summary>"
                    "<text>%s</text></summary><location><text>%s</text></location></properties>"
                    "</vevent>" % (title, rfc3339(tomorrow()), title, where)
                    for title, where in (("Ants", room), ("Dogs", "Hall 2"))))

    sign = Sign("file://" + path("in.xcal"))
    write("in.xcal", xcal("Hall 1"))
    sign.poll()
    expect(sign.titles() == ["Ants"] and sign.elsewhere() == [("Dogs", "Hall 2")], sign.last)
    write("in.xcal", xcal("Hall 2"))
    expect(sign.poll() == [("moved", "Ants")], sign.last)


@case
def other_rooms_are_bounded_and_cost_little():
    """A hundred rooms that are busy all day, for ten days."""
    # Written as it is made: what this process takes counts as its child's.
    head, tail = calendar(talk("Ants")).decode().split("END:VCALENDAR")
    with open(path("busy.ics"), "w", encoding="utf-8") as file:
        file.write(head)
        for day, slot, room in itertools.product(range(-1, 9), range(96), range(100)):
            made = event("%d-%d-%d" % (day, slot, room), "Talk %d" % room,
                         noon(day) + (slot - 48) * HOUR / 4, minutes=15, room="Hall %d" % (room + 2))
            file.write("\r\n".join(made) + "\r\n")
        file.write("END:VCALENDAR" + tail)
    conf = config("file://" + path("busy.ics"))
    with open(path("out.json"), "wb") as out, open(path("err.txt"), "wb") as err:
        child = subprocess.Popen([PROGRAM, conf], stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(path("out.json"), encoding="utf-8") as file:
        document = json.load(file)
    with open(path("err.txt"), encoding="utf-8") as file:
        told = file.read()
    expect(child.returncode == 0 and [s["title"] for s in document["sessions"]] == ["Ants"], told)
    elsewhere = document["elsewhere"]
    expect(len(elsewhere) == ELSEWHERE_MAX, len(elsewhere))
    expect("more sessions in other rooms than can be held" in told and told.count("\n") == 1, told)
    # The nearest: no quarter of an hour within some hours of now is missing in any room.
    now = datetime.datetime.fromisoformat(document["generated"].replace("Z", "+00:00"))
    near = [s for s in elsewhere if abs(datetime.datetime.fromisoformat(
        s["start"].replace("Z", "+00:00")) - now) < 2 * HOUR]
    expect(len(near) >= 1500, len(near))
    expect(SANITIZED or usage.ru_maxrss < PEAK_KIB_MAX, "%d KiB" % usage.ru_maxrss)


@case
def fosdem_with_one_event_edited():
    source = os.path.join(FEEDS, "fosdem-2026.ics")
    if not os.path.exists(source):
        raise Skip("no fosdem-2026.ics in %s" % FEEDS)
    with open(source, encoding="utf-8", newline="") as file:
        feed = file.read()
    # Its Saturday is tomorrow.
    for day in (0, 1):
        was = datetime.date(2026, 1, 31) + datetime.timedelta(day)
        feed = re.sub(r"(DT(?:START|END)[^:]*:)%s" % was.strftime("%Y%m%d"),
                      r"\g<1>%s" % noon(1 + day).strftime("%Y%m%d"), feed)
    events = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", feed, re.DOTALL)
    mine = next(each for each in events if "Mercurial, 20 years" in each)
    name = re.search(r"SUMMARY:([^\r]*)", mine).group(1)
    other = "K.1.105 (La Fontaine)"
    sign = Sign("file://" + path("fosdem.ics"), room="Janson")

    def poll(edited):
        write("fosdem.ics", feed.replace(mine, edited))
        return sign.poll()

    expect(poll(mine) == [], sign.last["changes"])
    rooms = {room for _, room in sign.elsewhere()}
    expect(len(rooms) >= 20 and "Janson" not in rooms, sorted(rooms))
    for kind, edited in (("moved", mine.replace("LOCATION:Janson", "LOCATION:" + other)),
                         ("retimed", re.sub(r"T120000", "T121000", mine)),
                         ("cancelled", mine.replace("SUMMARY:", "SUMMARY:CANCELLED ")),
                         ("cancelled", mine.replace("STATUS:CONFIRMED", "STATUS:CANCELLED")),
                         ("cancelled", ""),
                         ("retitled", mine.replace("20 years", "21 years"))):
        expect([told for told, _ in poll(edited)] == [kind], (kind, sign.last["changes"]))
        expect(kind != "moved" or sign.change()["room"] == other, sign.change())
        expect(sign.change()["old_title"] == name.replace("\\,", ","), sign.change())
        expect(poll(mine) == [], (kind, sign.last["changes"]))


def main():
    global SCRATCH, SERVER
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-changes-")
    try:
        SERVER = feed_server.start()
        return cases.run_all("changes")
    finally:
        shutil.rmtree(SCRATCH)


if __name__ == "__main__":
    sys.exit(main())

"""Makes a conference of any size, the same one each time, as .ics, schedule.xml and schedule.json.

Events stand in half hours from 09:00 to 19:00, room after room, day after day from FIRST_DAY on.
Every SERIES_EVERYth one of the calendar is a weekly series of SERIES_WEEKS meetings.
"""

import datetime
import json
from xml.sax.saxutils import escape

ROOMS = 60
SLOTS_A_DAY = 20
SERIES_EVERY = 97
SERIES_WEEKS = 4
FIRST_DAY = datetime.date(2026, 3, 2)
ZONE = "Europe/Brussels"

SUBJECTS = ("Memory", "Schedulers", "Fonts", "Packaging", "Tracing", "Radio", "Maps", "Databases",
            "Bootloaders", "Compilers", "Accessibility", "Backups", "Sensors")
VERBS = ("explained", "from scratch", "in production", "without tears", "in 25 minutes",
         "at the edge", "revisited")
GIVEN = ("Ada", "Grace", "Alan", "Barbara", "Edsger", "Radia", "Donald", "Frances", "Niklaus",
         "Margaret", "Ken")
FAMILY = ("Lovelace", "Hopper", "Turing", "Liskov", "Dijkstra", "Perlman", "Knuth", "Allen",
          "Wirth", "Hamilton", "Thompson", "Čapek", "Núñez")
SENTENCES = (
    "We look at what happens between the call and the wire.",
    "Bring a laptop; nothing needs to be installed, though.",
    "The second half is for questions, answers and a demonstration.",
    "All slides, measurements and scripts are public.",
    "Why did it take ten years, and what would we do otherwise today?",
    "No previous knowledge is needed.",
)

VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def room_name(index):
    return "Hall %d.%03d" % (index // 10 + 1, index)


class Event:
    def __init__(self, index, description_bytes):
        self.index = index
        slot, self.room = divmod(index, ROOMS)
        day, slot = divmod(slot, SLOTS_A_DAY)
        self.day = FIRST_DAY + datetime.timedelta(day)
        minutes = 9 * 60 + slot * 30
        self.start = (minutes // 60, minutes % 60)
        self.end = ((minutes + 25) // 60, (minutes + 25) % 60)
        self.is_series = index % SERIES_EVERY == SERIES_EVERY - 1
        self.title = "%s %s, part %d" % (SUBJECTS[index * 7 % len(SUBJECTS)],
                                         VERBS[index * 5 % len(VERBS)], index % 9 + 1)
        self.speakers = ["%s %s" % (GIVEN[(index + i) * 3 % len(GIVEN)],
                                    FAMILY[(index + i) * 11 % len(FAMILY)])
                         for i in range(1 + index % 3)]
        text = ""
        while len(text) < description_bytes:
            text += SENTENCES[(index + len(text)) % len(SENTENCES)] + " "
        self.description = text[:description_bytes]

    def days(self):
        """The days on which the calendar's event takes place."""
        weeks = SERIES_WEEKS if self.is_series else 1
        return [self.day + datetime.timedelta(7 * week) for week in range(weeks)]


def events(count, description_bytes):
    for index in range(count):
        yield Event(index, description_bytes)


def session_count(count, room, first_day, until_day, with_series):
    """How many sessions of the room stand in [first_day, until_day)."""
    found = 0
    for event in events(count, 0):
        if event.room == room:
            days = event.days() if with_series else [event.day]
            found += sum(first_day <= day < until_day for day in days)
    return found


def fold(line):
    """RFC 5545 §3.1: no line has more than 75 bytes."""
    if len(line) < 75 and line.isascii():
        return line + "\r\n"
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 74:
            pieces.append(piece)
            piece, size = "", 0
        piece += character
        size += width
    return "\r\n ".join([*pieces, piece]) + "\r\n"


def write_icalendar(path, count, description_bytes):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//roomsign//bench//EN\r\n")
        file.write(VTIMEZONE.replace("\n", "\r\n"))
        for event in events(count, description_bytes):
            day = event.day.strftime("%Y%m%d")
            lines = [
                "BEGIN:VEVENT",
                "UID:%d@bench.example.org" % event.index,
                "DTSTAMP:20260101T120000Z",
                "DTSTART;TZID=%s:%sT%02d%02d00" % (ZONE, day, *event.start),
                "DTEND;TZID=%s:%sT%02d%02d00" % (ZONE, day, *event.end),
                "SUMMARY:" + event.title.replace(",", "\\,"),
                "LOCATION:" + room_name(event.room),
                "STATUS:CONFIRMED",
                "CATEGORIES:Track %d" % (event.room % 12),
                "URL:https://bench.example.org/2026/schedule/event/%d/" % event.index,
            ]
            if event.is_series:
                lines.append("RRULE:FREQ=WEEKLY;COUNT=%d" % SERIES_WEEKS)
            if description_bytes:
                text = event.description.replace(";", "\\;").replace(",", "\\,")
                lines.append("DESCRIPTION:" + text)
            lines += ["ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;CN=\"%s\":invalid:nomail"
                      % name for name in event.speakers]
            lines.append("END:VEVENT")
            file.write("".join(map(fold, lines)))
        file.write("END:VCALENDAR\r\n")


def by_day_and_room(count, description_bytes):
    """[(day, [(room, [event])])], as both of frab's formats nest them."""
    days = {}
    for event in events(count, description_bytes):
        days.setdefault(event.day, {}).setdefault(event.room, []).append(event)
    return [(day, sorted(rooms.items())) for day, rooms in sorted(days.items())]


def frab_members(event):
    zone_hours = 2 if event.day >= datetime.date(2026, 3, 29) else 1
    return {
        "date": "%sT%02d:%02d:00+%02d:00" % (event.day, *event.start, zone_hours),
        "start": "%02d:%02d" % event.start,
        "duration": "00:25",
        "room": room_name(event.room),
        "slug": "bench-%d" % event.index,
        "url": "https://bench.example.org/2026/schedule/event/%d/" % event.index,
        "title": event.title,
        "subtitle": "",
        "track": "Track %d" % (event.room % 12),
        "type": "lecture",
        "language": "en",
        "abstract": "",
        "description": event.description,
    }


def write_xml(path, count, description_bytes):
    with open(path, "w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<schedule>\n<conference><title>bench'
                   "</title><time_zone_name>%s</time_zone_name></conference>\n" % ZONE)
        for index, (day, rooms) in enumerate(by_day_and_room(count, description_bytes), 1):
            file.write('<day index="%d" date="%s">\n' % (index, day))
            for room, held in rooms:
                file.write('<room name="%s">\n' % room_name(room))
                for event in held:
                    file.write('<event guid="bench-%d" id="%d">\n' % (event.index, event.index))
                    for name, text in frab_members(event).items():
                        file.write("  <%s>%s</%s>\n" % (name, escape(text), name))
                    file.write("  <persons>\n")
                    for person, name in enumerate(event.speakers):
                        file.write('    <person id="%d">%s</person>\n' % (person, name))
                    file.write("  </persons>\n</event>\n")
                file.write("</room>\n")
            file.write("</day>\n")
        file.write("</schedule>\n")


def write_json(path, count, description_bytes):
    days = []
    for index, (day, rooms) in enumerate(by_day_and_room(count, description_bytes), 1):
        held = {room_name(room): [dict(frab_members(event), id=event.index,
                                       guid="bench-%d" % event.index,
                                       persons=[{"public_name": name} for name in event.speakers])
                                  for event in events_held]
                for room, events_held in rooms}
        days.append({"index": index, "date": str(day), "rooms": held})
    conference = {"title": "bench", "time_zone_name": ZONE, "daysCount": len(days), "days": days}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schedule": {"version": "1", "conference": conference}}, file,
                  ensure_ascii=False)

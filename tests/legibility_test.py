#!/usr/bin/env python3
"""Whether the sign can be read: by a phone, and from so far that a quarter of its pixels is left.

Pictures of every phase, standing and lying, as roomsignd draws them. zbar reads the QR code,
tesseract the room, the title and the countdown, in the picture reduced to a quarter each way. The
phone's test is harder: the picture as a camera two metres from a 24-inch display sees it, and most
of the pictures that it takes are to be read.

What is reduced is magnified again. As it is, zbar overlooks up to one in ten codes of two pixels a
module, for where they stand on the raster; and where they stand follows from the text above them,
to the pixel, which no two releases of the fonts agree upon.

$BUILD is where the programs are (build); what can't be read is kept there in legibility/.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

import sign_harness as harness
from cases import Skip, case, expect
from sign_harness import BUILD, SIGN, path, session, write

EYE = os.path.join(BUILD, "eye", "eye")
ROOM = "Lameere"
SIZES = ("1920x1080", "1080x1920")
REDUCED = 4
# 1.4 mm a pixel (roomsign/qr.h), of a display whose pixels are 0.277 mm.
PHONE_SHARE = 0.277 / 1.4
# A phone takes many pictures, and no hand holds it still.
HAND = (1, 0.99, 1.01, 0.98, 1.02)
# What a reader is shown: more pixels, none of which says more.
MAGNIFIED = 3
# How often magnified, and how tesseract takes a picture apart (--psm).
READINGS = ((1, "11"), (2, "11"), (MAGNIFIED, "11"), (2, "3"), (2, "6"))

PAGE = "https://example.org/2026/schedule/event/%s/"
LONG_PAGE = PAGE % ("WX4TRV-two-databases-and-three-perspectives-on-how-to-keep-them-both-in-"
                    "one-house-without-any-quarrel")
DAY = "2026-01-31T"
TALKS = [
    session("one", DAY + "09:30:00Z", DAY + "10:20:00Z", room=ROOM, url=LONG_PAGE,
            title="PostgreSQL and MySQL, Two Databases, Three Perspectives",
            speakers=["Rohit Nayak", "Ben Dicken"], track="Databases"),
    session("two", DAY + "10:25:00Z", DAY + "10:50:00Z", room=ROOM, url=PAGE % "ELEVEN",
            title="Defining Compatibility for Postgres", speakers=["Jimmy Angelakos"],
            track="Databases"),
    session("three", DAY + "12:35:00Z", DAY + "12:55:00Z", room=ROOM, url=PAGE % "THIRTEEN",
            title="Delegating SQL Parsing", speakers=["Greg Potter"], track="Databases"),
    session("four", "2026-02-01T08:00:00Z", "2026-02-01T08:25:00Z", room=ROOM,
            url=PAGE % "SUNDAY", title="Constrained devices with Rust", speakers=["Fedor Smirnov"]),
]
# Of each phase: the room's time, the title, the countdown, the page; and what the operator said.
PHASES = {
    "live": ("10:48:00", TALKS[0]["title"], "32 min", LONG_PAGE, ""),
    "wrap-up": ("11:17:23", TALKS[0]["title"], "2:37", LONG_PAGE, ""),
    "past its end": ("11:22:30", TALKS[0]["title"], "+2:30", LONG_PAGE, ""),
    "overrun": ("11:28:04", TALKS[0]["title"], "+8:04", LONG_PAGE, DAY + "11:15\thold\n"),
    "soon": ("13:31:12", TALKS[2]["title"], "3:48", PAGE % "THIRTEEN", ""),
    "free": ("12:53:00", "Free until 13:35", "42 min", PAGE % "THIRTEEN", ""),
    "closed": ("19:12:00", "No more sessions today", "09:00", PAGE % "SUNDAY", ""),
}

def tool(*command):
    """What a reader says; "" where it finds nothing to read."""
    # Several readers run at a time, each with one thread.
    variables = {**harness.environment(), "OMP_THREAD_LIMIT": "1"}
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False,
                              timeout=harness.PATIENCE_S, env=variables).stdout
    except FileNotFoundError:
        raise Skip("%s is not installed" % command[0]) from None


def draw(phase, size, name):
    """roomsignd's picture of the phase."""
    at, _, _, _, commands = PHASES[phase]
    picture = path(name + ".png")
    arguments = ["--snapshot", picture, "--at", DAY + at, "--size", size,
                 "--schedule", path("schedule.json")]
    if commands:
        arguments += ["--commands", write(name + ".commands", commands)]
    done = harness.run(SIGN, *arguments, path("room.conf"))
    expect(done.returncode == 0, "%s at %s: %s" % (phase, size, done.stderr))
    return picture


def seen(picture, name, size, magnified, *turned):
    """The file of a picture reduced to that size."""
    target = path("%s.%dx%d%s.png" % (name, size[0], magnified, "".join(turned)))
    done = harness.run(EYE, picture, target, *map(str, [*size, magnified]), *turned)
    expect(done.returncode == 0, "eye: " + done.stderr)
    return target


def code_of(picture):
    """The text of the QR code in a picture."""
    return tool("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture).strip()


def words_of(picture, name, size):
    """Everything that is read, as lower-case words of letters, figures and their signs. What is
    large is read best as it is, all else magnified; what stands in columns best as a page or a
    block of text, all else as words here and there."""
    ways = [(mode, seen(picture, name, size, times, "turn")) for times, mode in READINGS]
    texts = [tool("tesseract", file, "-", "--psm", mode, "-l", "eng") for mode, file in ways]
    return normal(" ".join(texts))


def normal(text):
    """Of figures that were read as one word with their unit, `32min`, the figures as well."""
    words = re.findall(r"[a-z0-9:+.]+", text.lower())
    return words + [re.match("[0-9:+]+", word)[0] for word in words
                    if re.fullmatch("[0-9:+]+[a-z]+", word)]


def distance(a, b):
    """How many letters differ (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != other))
    return row[-1]


def missing(text, words, tolerance):
    """The words of a text that aren't among those read, give or take one letter of so many. A
    figure must be right."""
    return [word for word in normal(text)
            if word not in words and (re.search("[0-9]", word) or not any(
                distance(word, read) <= len(word) // tolerance for read in words))]


def look(phase, size):
    """What is wrong with the picture of a phase: a list of sentences."""
    name = "%s-%s" % (phase.replace(" ", "-"), size)
    _, title, countdown, page, _ = PHASES[phase]
    picture = draw(phase, size, name)
    whole = [int(side) for side in size.split("x")]
    quarter = [side // REDUCED for side in whole]
    phones = [[round(side * PHONE_SHARE * share) for side in whole] for share in HAND]
    faults = []
    for what, files in (("whole", [picture]),
                        ("at a quarter", [seen(picture, name, quarter, MAGNIFIED)]),
                        ("two metres away",
                         [seen(picture, name, phone, MAGNIFIED) for phone in phones])):
        codes = [code_of(file) for file in files]
        if codes.count(page) <= len(codes) // 2:
            faults.append("%s: the code of the picture %s says %r" % (name, what, codes))
    words = words_of(picture, name, quarter)
    for what, text, tolerance in (("room", ROOM, 5), ("title", title, 4),
                                  ("countdown", countdown, 3)):
        lost = missing(text, words, tolerance)
        if lost:
            faults.append("%s: %s: %s not in %s" % (name, what, lost, words))
    if faults:
        kept = os.path.join(BUILD, "legibility")
        os.makedirs(kept, exist_ok=True)
        shutil.copy(picture, kept)
    return faults


def prepare():
    write("room.conf", "[room]\nname = %s\ntimezone = Europe/Brussels\n[feed]\n"
          "url = https://example.org/feed.ics\n" % ROOM)
    write("schedule.json", harness.document(*TALKS, room=ROOM))


def look_at_all(size):
    prepare()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = sum(pool.map(lambda phase: look(phase, size), PHASES), [])
    expect(not faults, "\n".join(faults))


@case
def lying_pictures_are_read():
    look_at_all(SIZES[0])


@case
def standing_pictures_are_read():
    look_at_all(SIZES[1])


if __name__ == "__main__":
    sys.exit(harness.run_suite("legibility"))

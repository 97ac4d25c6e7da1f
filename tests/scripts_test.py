#!/usr/bin/env python3
"""Every script as roomsignd sets it, beside another renderer, and text that means harm.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/scripts_test.py WORD` runs only the cases whose name holds the word.
"""

import os
import shutil
import struct
import subprocess
import sys
import time
import zlib

sys.dont_write_bytecode = True
from cases import Skip, case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    DAY, SIGN, Sign, config, document, environment, has_schedule, path, run, run_suite, session,
    write)

AT = DAY + "09:45:00Z"
# Wide enough for each title on one line.
SIZE_PX = (889, 375)
# TYPE_TITLE of type_scale.h, of the shorter side.
TITLE_PX = 50
# As session.h has it.
TITLE_BYTES_MAX, NAME_BYTES_MAX = 1024, 256
FAMILIES = ["Inter", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
            "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Noto Sans Khmer",
            "Noto Sans Myanmar", "Noto Sans Ethiopic", "Noto Sans Armenian", "Noto Sans Georgian"]
# One line each. Language and first family of Han characters where they matter.
TITLES = [
    ("Devanagari", "क्षत्रिय की प्रस्तुति", "hi", ""),
    ("Devanagari and Latin", "Rust में सुरक्षा", "hi", ""),
    ("Arabic", "مُقدّمة في البرمجة", "ar", ""),
    ("Arabic and Latin", "تعلم Linux 6.8 بسرعة", "ar", ""),
    ("Hebrew", "שָׁלוֹם (לכולם)", "he", ""),
    ("Hebrew and times", "חלק ב 10:30–11:20", "he", ""),
    ("Thai", "ญี่ปุ่น ที่นี่ น้ำ", "th", ""),
    ("Simplified Chinese", "骨干网数据过程", "zh-cn", "Noto Sans CJK SC"),
    ("Traditional Chinese", "骨幹網資料過程", "zh-tw", "Noto Sans CJK TC"),
    ("Japanese", "直感とカーネル", "ja", "Noto Sans CJK JP"),
    ("Korean", "리눅스 커널 구조", "ko", "Noto Sans CJK KR"),
    ("Vietnamese", "Đặng Ẫn: Ỗ ữ ẳ", "vi", ""),
    ("Greek", "Ασφάλεια ΰ", "el", ""),
    ("Cyrillic", "Ядро Ђорђе ї", "ru", ""),
    ("Tamil", "கொ கௌ ஸ்ரீ க்ஷ", "ta", ""),
    ("Bengali", "ক্ষ জ্ঞ স্ত্র কো", "bn", ""),
    ("Khmer", "ស្ត្រី ខ្ញុំ ក្រុម", "km", ""),
    ("Myanmar", "ကြွ မြန်မာ ပြုံး", "my", ""),
    ("Ethiopic", "ሰላም ለዓለም", "am", ""),
    ("Georgian", "ღია კოდი", "ka", ""),
    ("Armenian", "Բաց կոդով", "hy", ""),
]


class Picture:
    """Grey levels, rows of bytes."""

    def __init__(self, rows):
        self.rows = rows
        self.width, self.height = len(rows[0]), len(rows)

    def part(self, left, top, right, bottom):
        return Picture([row[left:right] for row in self.rows[top:bottom]])

    def ink(self):
        """The smallest part that holds every pixel of some ink."""
        rows = [y for y, row in enumerate(self.rows) if max(row) > 96]
        columns = [x for x, column in enumerate(zip(*self.rows)) if max(column) > 96]
        expect(rows and columns, "nothing is drawn")
        return self.part(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)

    def reduced(self, width, height):
        """Means of the areas of a coarse grid."""
        means = []
        for j in range(height):
            rows = self.rows[j * self.height // height:
                             max((j + 1) * self.height // height, j * self.height // height + 1)]
            for i in range(width):
                left = i * self.width // width
                right = max((i + 1) * self.width // width, left + 1)
                means.append(sum(sum(row[left:right]) for row in rows) /
                             (len(rows) * (right - left)))
        return means


def read_png(name):
    """Of white and near-white only: what is coloured or soft isn't the title."""
    with open(name, "rb") as file:
        data = file.read()
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
        packed += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    expect(depth == 8, "a depth of %d" % depth)
    plain, stride = zlib.decompress(packed), width * channels
    before, rows = bytearray(stride), []
    for y in range(height):
        start = y * (stride + 1)
        line = unfilter(plain[start], bytearray(plain[start + 1:start + 1 + stride]), before,
                        channels)
        rows.append(bytes(min(line[x * channels:x * channels + min(channels, 3)])
                          for x in range(width)))
        before = line
    return Picture(rows)


def unfilter(kind, line, before, channels):
    """One line of a PNG (RFC 2083, section 6)."""
    for i, byte in enumerate(line if kind else b""):
        left = line[i - channels] if i >= channels else 0
        corner = before[i - channels] if i >= channels else 0
        if kind == 4:
            guess = left + before[i] - corner
            nearest = sorted((abs(guess - value), order) for order, value in
                             enumerate((left, before[i], corner)))[0][1]
            add = (left, before[i], corner)[nearest]
        else:
            add = (0, left, before[i], (left + before[i]) // 2)[kind]
        line[i] = (byte + add) & 255
    return line


def correlation(a, b):
    """-1 to 1."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    cross = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    size = (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5
    return cross / size if size else 0


def snapshot(schedule, size=SIZE_PX, at=AT, **config_keys):
    """The picture's file, and how it was made."""
    picture = path("snapshot.png")
    made = run(SIGN, "--snapshot", picture, "--at", at, "--size", "%dx%d" % size, "--schedule",
               schedule, config("file:x", **config_keys))
    expect(made.returncode == 0, made.stderr)
    return picture, made


def title_of(picture):
    """The tallest line of near-white ink below the phase, left of the countdown."""
    field = picture.part(0, SIZE_PX[1] * 21 // 100, SIZE_PX[0] * 65 // 100, SIZE_PX[1] * 90 // 100)
    bands, start = [], None
    for y, row in enumerate(field.rows + [bytes(1)]):
        inked = max(row) > 96
        if inked and start is None:
            start = y
        elif not inked and start is not None:
            bands.append((start, y))
            start = None
    expect(bands, "no title is drawn")
    # Marks may stand apart from their letters, but not as far apart as lines do.
    joined = [bands[0]]
    for top, bottom in bands[1:]:
        if top - joined[-1][1] < 8:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    top, bottom = max(joined, key=lambda band: band[1] - band[0])
    return field.part(0, top, field.width, bottom).ink()


def other_renderer(text, language, first_family):
    """By Pango, which cuts runs by rules of its own and shapes with HarfBuzz as well."""
    families = FAMILIES[:1] + ([first_family] if first_family else []) + FAMILIES[1:]
    picture = path("other.png")
    made = subprocess.run(
        ["pango-view", "--no-display", "--output", picture, "--dpi", "72", "--font",
         ",".join(families) + ", Bold %d" % TITLE_PX, "--language", language, "--background",
         "black", "--foreground", "white", "--hinting", "none", "--text", text],
        env=environment(), capture_output=True, text=True, timeout=30, check=False)
    expect(made.returncode == 0, made.stderr)
    return read_png(picture).ink()


def compare(name, text, language, first_family):
    shown = session("one", DAY + "09:30:00Z", DAY + "10:20:00Z", title=text)
    ours = title_of(read_png(snapshot(write("one.json", document(shown)))[0]))
    other = other_renderer(text, language, first_family)
    grid = (160, 40)
    alike = correlation(ours.reduced(*grid), other.reduced(*grid))
    told = "%s: %dx%d, other %dx%d, correlation %.3f" % (
        name, ours.width, ours.height, other.width, other.height, alike)
    near = max(4, other.width * 2 // 100)
    fits = abs(ours.width - other.width) <= near and abs(ours.height - other.height) <= 4
    return fits and alike >= 0.85, told


@case
def every_script_is_set_as_another_renderer_sets_it():
    if not shutil.which("pango-view"):
        raise Skip("no pango-view (package pango1.0-tools)")
    results = [compare(*title) for title in TITLES]
    if os.environ.get("VERBOSE"):
        print("\n".join("# " + told for _, told in results))
    wrong = [told for fits, told in results if not fits]
    expect(not wrong, "\n".join(wrong))


# What feeds could hold that no title is, as it stands in the document.
HOSTILE = [
    ("very long", "W" * 1000),
    ("very long, with blanks", "word " * 200),
    ("500 marks", "Z" + "\u0301\u0316" * 250 + " talk"),
    ("spacing marks", "क" + "ा" * 300),
    ("an override", "\u202e" * 3 + "evil txt.exe"),
    ("overrides and no end", "\u202a\u202b\u202d\u202e" * 60 + "deep"),
    ("isolates without an end", "\u2067" * 70 + "deep \u2069\u2066"),
    ("ends without isolates", "\u2069\u202c" * 70 + "flat"),
    ("direction marks", "\u200f\u200e\u061c" * 150 + "marked"),
    ("no width", "\u200b\u200c\u200d\u2060\ufeff" * 90 + "x"),
    ("nothing to see", "\u200b" * 100),
    ("200 flags", "\U0001f1e7\U0001f1ea" * 200),
    ("half a flag", "\U0001f1e7" * 101),
    ("a family too large", "\U0001f468\u200d" * 100),
    ("tags", "\U0001f3f4" + "\U000e0067" * 200 + "\U000e007f"),
    ("variation selectors", "\ufe0f\U000e0100" * 100 + "v"),
    ("private and unassigned", "\ue000\U000f0000\U00050000\U0010fffd\U0001fbff" * 20),
    ("replaced", "\ufffd" * 200),
    ("control characters", "a\u0001\u001b[31m\u0085\u2028\u2029b\n\t"),
    ("one endless word", "ب" * 300),
    ("the widest character", "\ufdfd" * 40),
]


def parts_of_others(picture):
    """What is none of the title's: room, date and clock above it, and the gutter beside it, on
    whose other side the countdown stands in line with the title, wherever that is."""
    width, height = picture.width, picture.height
    return (picture.part(0, 0, width, height * 13 // 100).rows,
            picture.part(width * 573 // 1000, 0, width * 59 // 100, height * 62 // 100).rows)


def cut(text, size):
    """What documents hold at most; feeds that say more are cut before (test_decoder.c)."""
    return text.encode()[:size].decode(errors="ignore")


def hostile_plan(text):
    name = cut(text, NAME_BYTES_MAX)
    return write("hostile.json", document(
        session("one", DAY + "09:30:00Z", DAY + "10:20:00Z", title=cut(text, TITLE_BYTES_MAX),
                speakers=[name] * 3, track=name),
        session("two", DAY + "10:25:00Z", DAY + "10:50:00Z", title=cut(text, TITLE_BYTES_MAX),
                speakers=[name])))


@case
def hostile_text_stays_in_its_place():
    size = (640, 360)
    calm = parts_of_others(read_png(snapshot(hostile_plan("Calm"), size)[0]))
    wrong = []
    for name, text in HOSTILE:
        started = time.monotonic()
        picture, _ = snapshot(hostile_plan(text), size)
        took = time.monotonic() - started
        if parts_of_others(read_png(picture)) != calm:
            wrong.append(name + " spills")
        if took > 10:
            wrong.append("%s takes %.1f s" % (name, took))
    expect(not wrong, ", ".join(wrong))


@case
def an_endless_title_of_a_feed_is_cut():
    size = (640, 360)
    calm = parts_of_others(read_png(snapshot(hostile_plan("Calm"), size)[0]))
    event = ("BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20260131T%02d3000Z\r\nDTEND:20260131T%02d2000Z\r\n"
             "LOCATION:Hall 1\r\nSUMMARY:%s\r\nEND:VEVENT\r\n")
    for text in ("W" * 100000, "word " * 20000, "\U0001f1e7\U0001f1ea" * 12500):
        feed = write("endless.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event % (1, 9, 10, text) +
                     event % (2, 10, 11, text) + "END:VCALENDAR\r\n")
        picture = path("endless.png")
        made = run(SIGN, "--snapshot", picture, "--at", AT, "--size", "640x360",
                   config("file://" + feed))
        expect(made.returncode == 0, made.stderr)
        expect(parts_of_others(read_png(picture)) == calm, "it spills: " + made.stderr)


@case
def what_would_turn_its_neighbours_is_dropped():
    with open(snapshot(hostile_plan("evil exe.txt"), (640, 360))[0], "rb") as file:
        calm = file.read()
    for text in ("\u202eevil exe.txt", "evil \u2067exe.txt\u2069\u2069", "\u202b\u202devil exe.txt"):
        with open(snapshot(hostile_plan(text), (640, 360))[0], "rb") as file:
            expect(file.read() == calm, "%a is drawn otherwise" % text)


@case
def what_no_font_has_is_named_once():
    plan = hostile_plan("Cuneiform \U00012000\U00012001 and \U00012000")
    with Sign(config("file:x"), "--schedule", plan, "--at", AT, state="missing") as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.wait_log("fonts: none has", "U+12000", "U+12001", "shown as boxes")
        # Drawn anew, in another size and beside other things.
        expect(sign.ctl("say", "Look: \U00012000 \U00012002").returncode == 0, "say is refused")
        sign.wait_log("U+12002")
        sign.end()
        for character in ("U+12000", "U+12001", "U+12002"):
            expect(sign.log().count(character) == 1, sign.log())


if __name__ == "__main__":
    sys.exit(run_suite("scripts"))

#!/usr/bin/env python3
"""Theme files and logos as whoever sets up a sign meets them: --check, pictures, reloads.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
"""

import glob
import gzip
import os
import sys
import time
import zlib

sys.dont_write_bytecode = True
from cases import case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    PLAN, SIGN, Sign, config, document, path, run, run_suite, wait_for, write)

LOGO = ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'>"
        "<rect width='20' height='10' fill='#ff00ff'/></svg>")


def themed(theme, name="room.conf"):
    conf = config("file:nothing.ics", name=name)
    with open(conf, "a", encoding="utf-8") as file:
        file.write("[screen]\ntheme = %s\n" % theme)
    return conf


def pixels(name, width):
    """Lines of (r, g, b): what roomsignd writes is RGB of 8 bits, not interlaced."""
    with open(path(name), "rb") as file:
        data = file.read()
    packed, at = b"", 8
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    raw, stride, lines = zlib.decompress(packed), width * 3 + 1, []
    above = bytearray(stride - 1)
    for start in range(0, len(raw), stride):
        kind, line = raw[start], bytearray(raw[start + 1:start + stride])
        for i, byte in enumerate(line):
            left = line[i - 3] if i >= 3 else 0
            corner = above[i - 3] if i >= 3 else 0
            near = left + above[i] - corner
            paeth = min((abs(near - left), 0, left), (abs(near - above[i]), 1, above[i]),
                        (abs(near - corner), 2, corner))[2]
            line[i] = byte + (0, left, above[i], (left + above[i]) // 2, paeth)[kind] & 255
        lines.append([tuple(line[i:i + 3]) for i in range(0, len(line), 3)])
        above = line
    return lines


def snapshot(conf):
    answer = run(SIGN, "--snapshot", path("out.png"), "--at", "2026-01-31T11:00", "--size",
                 "640x360", "--schedule", write("plan.json", document(*PLAN)), conf)
    expect(answer.returncode == 0, repr(answer))
    return pixels("out.png", 640), answer.stderr


@case
def check_tells_every_error_of_a_theme_file_with_its_line():
    theme = write("bad.theme", "[live]\ntext = reddish\n[free]\ngruond = #fff\n[logo]\n"
                               "file = none.png\n")
    answer = run(SIGN, "--check", themed("bad.theme"))
    expect(answer.returncode == 1 and answer.stdout == "", repr(answer))
    for place in ("2: [live] text: ", "4: [free] gruond: ", "6: [logo] file: "):
        expect("%s:%s" % (theme, place) in answer.stderr, "%s is missing: %s" % (place, answer))
    expect(answer.stderr.count("\n") == 3, answer.stderr)


@case
def check_tells_a_theme_that_is_none():
    for name, words in (("drak", "did you mean 'dark'?"), ("none.theme", "No such file")):
        answer = run(SIGN, "--check", themed(name))
        expect(answer.returncode == 1 and ": [screen] theme: " in answer.stderr
               and words in answer.stderr, repr(answer))


def check_logo(**variables):
    """What --check says of the logo, and how long it took."""
    theme = write("house.theme", "[theme]\nbase = light\n[logo]\nfile = logo.svg\n")
    began = time.monotonic()
    answer = run(SIGN, "--check", themed("house.theme"), **variables)
    took_s = time.monotonic() - began
    place = "%s:4: [logo] file: " % theme
    expect(answer.returncode == 1 and answer.stdout == "", repr(answer))
    expect(answer.stderr.startswith(place) and answer.stderr.count("\n") == 1, repr(answer))
    return answer.stderr[len(place):].rstrip("\n"), took_s


def fake_converter(script):
    """The PATH on which it is the only program."""
    os.makedirs(path("fakes"), exist_ok=True)
    write("fakes/rsvg-convert", "#!/bin/sh\n" + script + "\n", 0o755)
    return path("fakes")


def running(*words):
    """Whether a process has that command line and is no zombie, which has none."""
    for name in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(name, "rb") as file:
                if file.read() == b"".join(word.encode() + b"\0" for word in words):
                    return True
        except OSError:
            pass
    return False


@case
def check_tells_a_logo_that_cannot_be_drawn():
    for logo, words in (
            (LOGO[:-9], "rsvg-convert: Error reading SVG"), ("<html/>", "rsvg-convert: "),
            (LOGO.replace("20 10", "10 500"), "41 by 2048 is too thin for a logo"),
            (LOGO.replace("rect", "title"), "there is nothing to be seen in it"),
            ("GIF89a", "neither a PNG nor an SVG picture")):
        write("logo.svg", logo)
        said, _ = check_logo()
        expect(words in said, said)


@case
def check_tells_that_rsvg_convert_is_missing():
    write("logo.svg", LOGO)
    # A folder that isn't named in full is none to start programs from.
    fake_converter("exit 3")
    for search in ("", path("none"), "fakes:.", os.path.relpath(path("fakes"))):
        said, _ = check_logo(PATH=search)
        expect(said == "an SVG logo needs rsvg-convert, of Debian's package librsvg2-bin; or make "
                       "it a PNG", said)


@case
def a_converter_that_fails_is_told():
    write("logo.svg", LOGO)
    for script, words in (
            ("exit 3", "rsvg-convert fails with exit status 3"),
            ("echo 'rsvg-convert: no \033[31m' >&2; echo more >&2; exit 1",
             "rsvg-convert: no [31m"),
            ("kill -SEGV $$", "rsvg-convert was ended by Segmentation fault"),
            ("exec /bin/cat /dev/zero", "rsvg-convert makes a PNG of more than 17 MiB of it")):
        said, took_s = check_logo(PATH=fake_converter(script))
        expect(said == words, "%s: %s" % (script, said))
        expect(took_s < 4, "%s: %.1f s" % (script, took_s))


@case
def a_cache_that_a_converter_cannot_write_is_not_its_end():
    """It may try to, for the fonts of a logo's text."""
    write("logo.svg", LOGO)
    said, _ = check_logo(PATH=fake_converter(
        "exec 3>&2 2>&-\necho fonts >%s || echo went on >&3\nexit 1" % path("cache")))
    expect(said == "rsvg-convert: went on" and not os.path.exists(path("cache")), said)


@case
def a_converter_reads_no_files_of_others_and_starts_nothing():
    """Its cage: what it could tell stands in what it says."""
    write("logo.svg", LOGO)
    for script, words in (
            ("exec /bin/cat /etc/passwd", "Permission denied"),
            ("exec /bin/cat %s" % path("room.conf"), "Permission denied"),
            ("/bin/sleep 1 & exit 1", "Cannot fork"),
            ("kill -KILL $PPID || exit 1", "Operation not permitted")):
        said, _ = check_logo(PATH=fake_converter(script))
        expect(words in said, "%s: %s" % (script, said))


@case
def a_converter_that_hangs_is_killed():
    write("logo.svg", LOGO)
    # No other run's on this machine.
    seconds = "471.%d" % os.getpid()
    for script in ("exec /bin/sleep %s" % seconds, "exec /bin/cat /dev/zero >&2"):
        said, took_s = check_logo(PATH=fake_converter(script))
        expect(said == "rsvg-convert takes longer than 5 s to draw it", said)
        expect(4.5 < took_s < 10, "%.1f s" % took_s)
        wait_for("the end of all sleep", lambda: not running("/bin/sleep", seconds))


@case
def check_warns_of_colours_and_fonts_that_are_others():
    write("house.theme", "[live]\nsoft = #333333\n[font]\nfamily = No Such Font\n")
    answer = run(SIGN, "--check", themed("house.theme"))
    expect(answer.returncode == 0 and "fine" in answer.stdout, repr(answer))
    expect(":2: [live] soft: #333333 has a contrast of " in answer.stderr, repr(answer))
    expect(":4: [font] family: the theme's font 'No Such Font' is not installed" in answer.stderr,
           repr(answer))


@case
def what_is_printed_can_be_used():
    for name in ("dark", "light", "high-contrast"):
        printed = run(SIGN, "--print-theme", name)
        expect(printed.returncode == 0 and "base = " + name in printed.stdout, repr(printed))
        write("own.theme", printed.stdout)
        answer = run(SIGN, "--check", themed("own.theme"))
        expect((answer.returncode, answer.stderr) == (0, ""), repr(answer))
        expect(snapshot(themed("own.theme"))[0] == snapshot(themed(name))[0], name)
    none = run(SIGN, "--print-theme", "drak")
    expect(none.returncode == 1 and "drak" in none.stderr and
           "dark, light and high-contrast" in none.stderr, repr(none))


@case
def colours_and_logo_are_in_the_picture():
    write("logo.svg", LOGO)
    for corner, right, bottom in (("top-left", False, False), ("top-right", True, False),
                                  ("bottom-left", False, True), ("bottom-right", True, True)):
        write("house.theme", "[live]\nground = #001122\n[logo]\nfile = logo.svg\ncorner = %s\n"
              % corner)
        lines, said = snapshot(themed("house.theme"))
        expect(said == "", said)
        expect(lines[2][2] == (0, 0x11, 0x22), str(lines[2][2]))
        places = [(x, y) for y, line in enumerate(lines) for x, colour in enumerate(line)
                  if colour == (255, 0, 255)]
        expect(len(places) > 200, "%s: %d pixels of it" % (corner, len(places)))
        expect(all((x > 320) == right and (y > 180) == bottom for x, y in places), corner)


@case
def gradients_clips_and_gzip_are_drawn():
    """The left half fades from red to blue, the right half is cut away."""
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 10'>"
        "<linearGradient id='fade' gradientUnits='userSpaceOnUse' x1='0' x2='20'>"
        "<stop offset='0' stop-color='#f00'/><stop offset='1' stop-color='#00f'/>"
        "</linearGradient><clipPath id='half'><rect width='20' height='10'/></clipPath>"
        "<rect width='40' height='10' fill='url(#fade)' clip-path='url(#half)'/>"
        "<rect width='1' height='10' fill='#0f0'/><rect x='39' width='1' height='10' "
        "fill='#0f0'/></svg>")
    write("house.theme", "[theme]\nbase = light\n[live]\nground = #ffffff\n[logo]\n"
          "file = logo.svg\ncorner = top-left\n")
    for content in (drawing.encode(), gzip.compress(drawing.encode())):
        write("logo.svg", content)
        lines, said = snapshot(themed("house.theme"))
        expect(said == "", said)
        # Its ends are marked in green.
        green = [(x, y) for y, line in enumerate(lines) for x, (red, g, blue) in enumerate(line)
                 if g > 200 and red < 60 and blue < 60]
        left, right = min(green)[0], max(green)[0]
        line = lines[(min(y for _, y in green) + max(y for _, y in green)) // 2]
        expect(right - left > 20, "%d to %d" % (left, right))

        def at(part):
            return line[left + round((right - left) * part)]
        for part, wanted in ((0.125, (191, 0, 64)), (0.25, (128, 0, 128)), (0.375, (64, 0, 191)),
                             (0.6, (255, 255, 255)), (0.9, (255, 255, 255))):
            expect(all(abs(is_ - should) <= 10 for is_, should in zip(at(part), wanted)),
                   "%s at %s, not %s" % (at(part), part, wanted))


@case
def a_logo_that_is_gone_leaves_a_sign_without_it():
    write("logo.svg", "<svg")
    write("house.theme", "[live]\nground = #001122\n[logo]\nfile = logo.svg\n")
    lines, said = snapshot(themed("house.theme"))
    expect("[logo] file: rsvg-convert: " in said and "showing none" in said, said)
    expect(lines[2][2] == (0, 0x11, 0x22), str(lines[2][2]))


@case
def a_reload_takes_a_theme_or_keeps_the_old_one():
    write("logo.svg", LOGO)
    write("house.theme", "[live]\nground = #001122\n")
    conf = themed("house.theme")
    given = write("plan.json", document(*PLAN))

    def ground():
        answer = sign.ctl("snapshot", path("now.png"))
        expect(answer.returncode == 0, repr(answer))
        lines = pixels("now.png", 640)
        return lines[2][2], any((255, 0, 255) in line for line in lines)
    with Sign(conf, "--at", "2026-01-31T11:00", "--schedule", given) as sign:
        sign.wait_status("the plan", lambda status: status["phase"] == "live")
        expect(ground() == ((0, 0x11, 0x22), False), str(ground()))
        write("house.theme", "[live]\nground = #220011\n[logo]\nfile = logo.svg\n")
        expect(sign.ctl("reload").returncode == 0, sign.log())
        expect(ground() == ((0x22, 0, 0x11), True), str(ground()))
        write("house.theme", "[live]\nground = #22001\n")
        refused = sign.ctl("reload")
        expect(refused.returncode != 0 and ":2: [live] ground" in refused.stderr, repr(refused))
        expect(ground() == ((0x22, 0, 0x11), True), str(ground()))
        write("logo.svg", "GIF")
        write("house.theme", "[live]\nground = #112200\n[logo]\nfile = logo.svg\n")
        expect(sign.ctl("reload").returncode == 0, sign.log())
        expect(ground() == ((0x11, 0x22, 0), False), str(ground()))
        sign.wait_log("neither a PNG nor an SVG picture, showing none")
        sign.end()


def resident_mib(process):
    with open("/proc/%d/status" % process.pid, encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) // 1024


@case
def reloads_keep_no_old_look():
    """A square logo is kept with 2048 pixels a side: 16 MiB that have to go with every reload."""
    write("logo.svg", LOGO.replace("0 0 20 10", "0 0 10 10"))
    write("house.theme", "[logo]\nfile = logo.svg\n")
    given = write("plan.json", document(*PLAN))
    # In a sanitized build what is freed must not count as kept.
    with Sign(themed("house.theme"), "--at", "2026-01-31T11:00", "--schedule", given,
              ASAN_OPTIONS="quarantine_size_mb=1") as sign:
        sign.wait_status("the plan", lambda status: status["phase"] == "live")
        sizes = []
        for _ in range(6):
            expect(sign.ctl("reload").returncode == 0, sign.log())
            sizes.append(resident_mib(sign.process))
        expect(sizes[-1] - sizes[0] < 32, "MiB: %s" % sizes)
        sign.end()


if __name__ == "__main__":
    sys.exit(run_suite("theme"))

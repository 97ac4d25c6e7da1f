#!/usr/bin/env python3
"""The night of a running roomsignd, on a real X server: Xvfb, whose frame buffer is a file.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
"""

import contextlib
import struct
import sys
import time

sys.dont_write_bytecode = True
import sign_harness  # noqa: E402
from cases import case, expect  # noqa: E402
from x_screen import AGAIN_S, Keyboard, Screen, x_server  # noqa: E402
from sign_harness import Sign, config, document, session, wait_for, write  # noqa: E402

# The room's time is an hour ahead: the early session is at 05:40, and people come from 05:10 on.
PLAN = [session("day", "2026-01-31T09:30:00Z", "2026-01-31T10:20:00Z"),
        session("next", "2026-01-31T10:20:00Z", "2026-01-31T11:20:00Z"),
        session("early", "2026-02-01T04:40:00Z", "2026-02-01T05:30:00Z")]
# Steps of a fade follow each other more closely than this, and ticks of a countdown do not.
APART_S = 0.2
XWD_HEADER_BYTES, XWD_COLOURS, XWD_COLOUR_BYTES = 0, 19, 12


def lit_pixels(screen):
    """How many pixels of the screen aren't black."""
    image = screen.pixels()
    words = struct.unpack(">25I", image[:100])
    begin = words[XWD_HEADER_BYTES] + words[XWD_COLOURS] * XWD_COLOUR_BYTES
    pixels = memoryview(image)[begin:].cast("I")
    return sum(1 for pixel in pixels if pixel & 0xFFFFFF)


def is_black(screen):
    return lit_pixels(screen) == 0


@contextlib.contextmanager
def kiosk(at, screen="on = 07:00-20:00\n", speed=None):
    conf = config("file:x", alerts="overrun = off\n[screen]\n" + screen + "[control]\nkeys = yes\n")
    arguments = ["--schedule", write("plan.json", document(*PLAN)), "--at", at]
    if speed:
        arguments += ["--speed", speed]
    with x_server("320x180") as (display, directory, _):
        with Sign(conf, *arguments, window=None, state=None, SDL_VIDEODRIVER="x11",
                  DISPLAY=display) as sign:
            sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
            yield sign, Screen(directory), Keyboard(display)
            sign.end()


def log_tail(sign):
    return "; ".join(sign.log().splitlines()[-3:])


@case
def dark_at_eight_in_the_evening():
    with kiosk("2026-01-31T19:59:57") as (sign, screen, _):
        expect(not is_black(screen), "black before eight")
        wait_for("black", lambda: is_black(screen))
        status = sign.status()
        expect(status["shows"]["dark"] and status["time"] >= "2026-01-31T19:00:00", repr(status))
        expect("display: it is" in sign.log(), log_tail(sign))


@case
def lit_again_for_an_early_session():
    with kiosk("2026-02-01T05:09:57") as (sign, screen, _):
        expect(is_black(screen), "not black")
        wait_for("lit", lambda: not is_black(screen))
        status = sign.status()
        expect(status["time"] >= "2026-02-01T04:10:00" and status["next"]["uid"] == "early",
               repr(status))


@case
def a_message_lights_it_until_its_time_is_over():
    with kiosk("2026-01-31T22:00:00", speed="20") as (sign, screen, _):
        expect(is_black(screen), "not black")
        answer = sign.ctl("say", "--for", "2m", "The lift is broken")
        expect(answer.returncode == 0, repr(answer))
        wait_for("lit", lambda: not is_black(screen))
        wait_for("black again", lambda: is_black(screen))


@case
def the_first_key_lights_it_and_does_nothing_else():
    with kiosk("2026-01-31T22:00:00", speed="20") as (sign, screen, keyboard):
        expect(is_black(screen), "not black")
        keyboard.press("s")
        wait_for("lit", lambda: not is_black(screen))
        expect("keys: the screen is lit" in sign.log() and "KEY_S" not in sign.log(), sign.log())
        time.sleep(AGAIN_S)
        keyboard.press("s")
        sign.wait_log("keys: KEY_S")
        wait_for("black again", lambda: is_black(screen))


class Steps:
    """What one pixel after the other shows while a picture becomes another."""

    def __init__(self, screen):
        self.screen = screen
        self.seen = []

    def watch(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            image = self.screen.pixels()
            if not self.seen or image != self.seen[-1][1]:
                self.seen.append((time.monotonic(), image))


def middles(images):
    """Pictures that are neither the first nor the last, and how many bytes ever went back."""
    first, last, back = images[0], images[-1], 0
    for before, now in zip(images, images[1:]):
        for at in range(0, len(now), 7):
            low, high = sorted((before[at], last[at]))
            back += not low <= now[at] <= high
    return [image for image in images[1:-1] if image not in (first, last)], back


def hand_over(screen_keys):
    """The pictures around the largest change, with their times: ticks of the clock are apart."""
    with kiosk("2026-01-31T11:19:58", screen_keys) as (_, screen, _):
        steps = Steps(screen)
        steps.watch(3.5)
    seen = steps.seen
    sizes = [sum(a != b for a, b in zip(x[1][::5], y[1][::5])) for x, y in zip(seen, seen[1:])]
    expect(sizes, "nothing changes")
    begin = end = sizes.index(max(sizes)) + 1
    while begin > 1 and seen[begin][0] - seen[begin - 1][0] < APART_S:
        begin -= 1
    while end + 1 < len(seen) and seen[end + 1][0] - seen[end][0] < APART_S:
        end += 1
    return seen[begin - 1:end + 1], (seen[end][0] - seen[begin][0]) * 1000


@case
def a_session_fades_into_the_next_and_nothing_flashes():
    seen, took_ms = hand_over("")
    between, back = middles([image for _, image in seen])
    expect(len(between) >= 3, "only %d pictures between" % len(between))
    expect(150 <= took_ms <= 900, "%d ms" % took_ms)
    expect(back == 0, "%d bytes went back" % back)


@case
def without_motion_it_is_there_at_once():
    _, took_ms = hand_over("motion = no\n")
    expect(took_ms < 60, "%d ms" % took_ms)


if __name__ == "__main__":
    sys.exit(sign_harness.run_suite("night"))

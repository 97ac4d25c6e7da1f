#!/usr/bin/env python3
"""Keys pressed at a running roomsignd, on a real X server: Xvfb, whose frame buffer is a file.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
PRESSES=100 tests/keys_test.py takes measures a hundred presses instead of fifteen.
"""

import contextlib
import os
import shutil
import statistics
import sys
import time

sys.dont_write_bytecode = True
import sign_harness  # noqa: E402
from cases import case, expect  # noqa: E402
from x_screen import AGAIN_S, Keyboard, Screen, x_server  # noqa: E402

PRESSES = int(os.environ.get("PRESSES", "15"))
SHOWN_WITHIN_MS = 50
PAST_ITS_END = "2026-01-31T11:21:00"
IN_SESSION = "2026-01-31T10:40:20"


# Every fsync takes the time that an SD card takes now and then.
SLOW_DISK = r"""
#include <unistd.h>
int fsync(int fd) { return usleep(200000) * (fd < 0); }
"""


@contextlib.contextmanager
def kiosk(at, control="keys = yes", size="1280x720", **variables):
    """A sign that has an X server's whole screen; with its keyboard and its screen."""
    with open(sign_harness.config("file:x"), encoding="utf-8") as file:
        text = file.read() + "[control]\n" + control + "\n"
    conf = sign_harness.write("keys.conf", text)
    plan = sign_harness.write("plan.json", sign_harness.document(*sign_harness.PLAN))
    shutil.rmtree(sign_harness.path("state"), ignore_errors=True)
    with x_server(size) as (display, directory, _):
        keyboard = Keyboard(display)
        with sign_harness.Sign(conf, "--schedule", plan, "--at", at, window=None,
                            SDL_VIDEODRIVER="x11", DISPLAY=display, **variables) as sign:
            sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
            yield sign, keyboard, Screen(directory)
            sign.end()


def words(sign):
    return sign.status()["shows"]["words"]


def wait_words(sign, wanted):
    sign.wait_status(wanted, lambda s: s["shows"]["words"] == wanted)


@case
def space_holds_and_releases():
    with kiosk(PAST_ITS_END) as (sign, keyboard, _):
        wait_words(sign, "Past its end")
        keyboard.press("space")
        wait_words(sign, "Running over")
        keyboard.press("space")
        sign.wait_status("released", lambda s: s["phase"] == "soon")


@case
def what_a_press_did_is_taken_back():
    with kiosk(PAST_ITS_END) as (sign, keyboard, _):
        for key, wanted in (("space", "overrun"), ("e", "soon"), ("s", "live")):
            keyboard.press(key)
            sign.wait_status(key, lambda s: s["phase"] == wanted)
            keyboard.press("u")
            wait_words(sign, "Past its end")
        # The same way, by hand.
        keyboard.press("e")
        sign.wait_status("e", lambda s: s["phase"] == "soon")
        expect(sign.ctl("undo").returncode == 0, "undo is refused")
        wait_words(sign, "Past its end")


@case
def plus_and_minus_move_the_end_by_five_minutes():
    with kiosk(IN_SESSION) as (sign, keyboard, _):
        for key, minutes in (("plus", 5), ("KP_Add", 10), ("minus", 5), ("KP_Subtract", 0)):
            keyboard.press(key)
            end = "2026-01-31T10:%02d:00Z" % (20 + minutes)
            sign.wait_status(key, lambda s: s["target"].startswith(end[:19]))


@case
def a_key_that_is_held_down_is_one_press():
    with kiosk(IN_SESSION) as (sign, keyboard, _):
        for key in "plus", "f":
            keyboard.change(key, True)
            # A keyboard repeats itself after a quarter to a whole second, 30 times a second.
            time.sleep(2)
            keyboard.change(key, False)
        status = sign.wait_status("one press of each", lambda s: s["full"])
        expect(status["target"] == "2026-01-31T10:25:00Z", str(status))
        expect(sign.log().count("keys: ") == 2, sign.log())


@case
def full_is_said_and_opened_again():
    with kiosk(IN_SESSION) as (sign, keyboard, _):
        keyboard.press("f")
        sign.wait_status("full", lambda s: s["full"])
        keyboard.press("f")
        sign.wait_status("open", lambda s: not s["full"])


@case
def keys_that_mean_nothing_do_nothing():
    with kiosk(PAST_ITS_END) as (sign, keyboard, screen):
        wait_words(sign, "Past its end")
        before = sign.status()
        keyboard.press(*"abcdghijklmnopqrtvwxyz1234567890", "Return", "Escape", "F1", "Left")
        for modifier in ("Control_L", "Alt_L", "Super_L"):
            keyboard.change(modifier, True)
            keyboard.press("space", "e", "s")
            keyboard.change(modifier, False)
        after = sign.status()
        for name in ("phase", "current", "next", "target", "notices"):
            expect(before[name] == after[name], "%s: %s" % (name, after[name]))
        expect(sign.ctl("undo").returncode != 0, "something was done: " + sign.log())
        expect(sign.process.poll() is None, "it ended")


@case
def without_keys_in_the_config_a_press_does_nothing():
    with kiosk(PAST_ITS_END, control="keys = no\nkey = KEY_X end") as (sign, keyboard, screen):
        wait_words(sign, "Past its end")
        keyboard.press("space", "e", "x", "s")
        wait_words(sign, "Past its end")
        expect(sign.ctl("undo").returncode != 0, "something was done: " + sign.log())


@case
def keys_get_other_meanings_and_the_config_is_read_anew():
    control = "keys = yes\nkey = KEY_SPACE end\nkey = KEY_E nothing\nkey = KEY_PAGEDOWN start"
    with kiosk(PAST_ITS_END, control) as (sign, keyboard, _):
        keyboard.press("e")
        expect(sign.ctl("undo").returncode != 0, "e still does something: " + sign.log())
        keyboard.press("Next")
        sign.wait_status("a start", lambda s: s["current"] and s["current"]["uid"] == "two")
        keyboard.press("space")
        sign.wait_status("an end", lambda s: s["current"] is None)
        keyboard.press("u", "u")
        wait_words(sign, "Past its end")
        with open(sign_harness.path("keys.conf"), encoding="utf-8") as file:
            text = file.read()
        sign_harness.write("keys.conf", text.replace("KEY_SPACE end", "KEY_SPACE start"))
        expect(sign.ctl("reload").returncode == 0, sign.log())
        keyboard.press("space")
        sign.wait_status("a start", lambda s: s["current"] and s["current"]["uid"] == "two")


@case
def a_press_that_makes_no_sense_is_answered_on_the_screen():
    with kiosk("2026-01-31T11:22:30") as (sign, keyboard, screen):
        keyboard.press("e")
        sign.wait_status("an end", lambda s: s["phase"] == "soon")
        sign.wait_status("no hint", lambda s: not s["shows"]["hint"])
        before = screen.pixels()
        keyboard.press("e")
        hint = sign.wait_status("a hint", lambda s: s["shows"]["hint"])["shows"]["hint"]
        expect("obody is in the room" in hint, hint)
        expect(screen.pixels() != before, "the screen says nothing of it")
        sign.wait_status("no hint", lambda s: not s["shows"]["hint"])


@case
def a_press_is_answered_in_the_language_of_the_system():
    with kiosk("2026-01-31T11:22:30", LC_ALL="de_DE.UTF-8") as (sign, keyboard, _):
        keyboard.press("e")
        hint = sign.wait_status("a hint", lambda s: s["shows"]["hint"])["shows"]["hint"]
        expect(hint == "Beendet · u nimmt es zurück", hint)
        keyboard.press("e")
        hint = sign.wait_status("a refusal", lambda s: "Beendet" not in s["shows"]["hint"])
        expect(hint["shows"]["hint"] == "Im Raum läuft nichts", hint["shows"])
        expect(sign.ctl("end").stderr.find("nobody is in the room") >= 0, "not in English")


@case
def a_press_is_on_the_screen_within_50_ms():
    with kiosk(IN_SESSION, size="1920x1080", **sign_harness.preload(SLOW_DISK)) as (sign, keyboard, screen):
        took_ms = []
        for i in range(PRESSES):
            key = ("plus", "minus")[i % 2]
            time.sleep(AGAIN_S)
            before, since = screen.pixels(), time.monotonic()
            keyboard.change(key, True)
            took_ms.append(screen.ms_to_change(before, since))
            keyboard.change(key, False)
        told = "%d presses: median %.1f ms, most %.1f ms" % (
            len(took_ms), statistics.median(took_ms), max(took_ms))
        print("# " + told)
        # The median, because a loaded machine is late now and then.
        expect(statistics.median(took_ms) <= SHOWN_WITHIN_MS, told)


if __name__ == "__main__":
    sys.exit(sign_harness.run_suite("keys"))

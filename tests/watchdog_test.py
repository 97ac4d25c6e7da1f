#!/usr/bin/env python3
"""The watchdog: a sign whose picture doesn't reach the screen is ended and started afresh.

The service manager is the test's: it does with the sign what systemd does by the unit
(Type=notify, WatchdogSec=, TimeoutStartSec=, Restart=always), at a faster pace. The display is
Xvfb, which is stopped, killed, or loses the window.
Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
"""

import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import sign_harness  # noqa: E402
import torture_table  # noqa: E402
from cases import Skip, case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    DAY, PATIENCE_S, PLAN, Sign, config, document, path, run_suite, socket_path, wait_for, write)
from x_screen import Screen, x_server  # noqa: E402

WATCHDOG_S = 1.0
# Time to hide and show a window between two looks at it.
SLOW_WATCHDOG_S = 4.0
START_S = 2.0
RESTART_S = 0.2
# From the watchdog's bite to the end of a process that doesn't end by itself.
ABORT_S = 0.5
# How long a sign that is well is looked at, and how often it may wake up for each feeding.
WELL_S = 4
WAKES_MAX = 3


class Manager:
    """Keeps a sign running, as systemd does; `with` ends both."""

    def __init__(self, start, watchdog_s=WATCHDOG_S):
        self.start = start
        self.watchdog_s = watchdog_s
        self.name = socket_path("notify")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.name)
        self.socket.settimeout(0.02)
        # (when, what): "start", "ready", "fed", "late", "bite", "end STATUS"
        self.history = []
        self.log = ""
        self.sign = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.keep)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.socket.close()

    def note(self, what):
        self.history.append((time.monotonic(), what))

    def when(self, what, after=0.0):
        return [at for at, noted in list(self.history) if noted == what and at >= after]

    def wait(self, what, after):
        return wait_for(what, lambda: self.when(what, after))[0]

    def keep(self):
        while not self.stopping.is_set():
            self.note("start")
            with self.start(NOTIFY_SOCKET=self.name,
                            WATCHDOG_USEC=str(int(self.watchdog_s * 1e6))) as self.sign:
                self.attend(self.sign.process)
            self.log += self.sign.log()
            self.stopping.wait(RESTART_S)

    def attend(self, process):
        """Until it has ended, or is ended."""
        deadline, is_ready = time.monotonic() + START_S, False
        while not self.stopping.is_set():
            try:
                message = self.socket.recv(4096).decode()
            except TimeoutError:
                message = ""
            if message == "READY=1" or (is_ready and message == "WATCHDOG=1"):
                self.note("fed" if is_ready else "ready")
                is_ready = True
                deadline = time.monotonic() + self.watchdog_s
            if process.poll() is not None:
                self.note("end %d" % process.returncode)
                return
            if time.monotonic() > deadline:
                self.note("bite" if is_ready else "late")
                process.send_signal(signal.SIGABRT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(ABORT_S)
                return


def frozen_sign(display, speed="0.001", **more):
    """Starts a sign whose picture is the same for all of the test, after a restart too; or one that
    counts the seconds."""
    conf = config("file:x", alerts="overrun = confirmed\n")
    given = write("plan.json", document(*PLAN))

    def start(**variables):
        return Sign(conf, "--schedule", given, "--at", DAY + "09:29:30Z", "--speed", speed,
                    window=None, SDL_VIDEODRIVER="x11", DISPLAY=display, **more, **variables)
    return start


def is_lit(screen):
    """Xvfb begins with black."""
    return any(screen.pixels()[-2 ** 16:])


def wait_picture(manager, screen):
    wait_for("ready", lambda: manager.when("ready"))
    time.sleep(0.2)
    expect(is_lit(screen), "nothing is on the screen")
    return screen.pixels()


def back_again(manager, screen, picture, since):
    """Until a sign that was started since then shows that picture. Returns the seconds."""
    manager.wait("start", since)
    ready = wait_for("ready", lambda: manager.when("ready", since), 2 * PATIENCE_S)
    wait_for("the picture", lambda: screen.pixels() == picture)
    return ready


def stop_server(server, screen, manager, picture, fault):
    """Stops the display until the watchdog has bitten, and a little longer."""
    server.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    try:
        bitten = manager.wait("bite", stopped)
        manager.wait("late", bitten)
        expect(not manager.when("ready", stopped), "ready on a display that is stopped")
    finally:
        server.send_signal(signal.SIGCONT)
    gone_on = time.monotonic()
    print("# %s: ended after %.1f s" % (fault, bitten - stopped))
    expect(WATCHDOG_S / 2 <= bitten - stopped < WATCHDOG_S * 2, "%.1f s" % (bitten - stopped))
    if picture is None:
        wait_for("ready", lambda: manager.when("ready", gone_on))
        before = screen.pixels()
        wait_for("another second", lambda: is_lit(screen) and screen.pixels() != before)
    else:
        back_again(manager, screen, picture, stopped)
    torture_table.row(fault, "the last picture", time.monotonic() - gone_on)


@case
def a_sign_that_is_well_is_fed_and_sleeps():
    with x_server() as (display, directory, _), Manager(frozen_sign(display)) as manager:
        wait_picture(manager, Screen(directory))
        status = "/proc/%d/status" % manager.sign.process.pid

        def wakes():
            with open(status, encoding="ascii") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("voluntary"))
        began, woken = time.monotonic(), wakes()
        time.sleep(WELL_S)
        woken, fed = wakes() - woken, len(manager.when("fed", began))
        print("# woken %d times in %d s, fed %d times" % (woken, WELL_S, fed))
        expect(len(manager.when("start")) == 1, str(manager.history))
        expect(abs(fed - WELL_S / WATCHDOG_S * 2) <= 1, "fed %d times" % fed)
        expect(woken <= WAKES_MAX * fed, "it woke up %d times" % woken)


@case
def a_stopped_display_under_a_sign_with_nothing_new_to_show():
    with x_server() as (display, directory, server), Manager(frozen_sign(display)) as manager:
        screen = Screen(directory)
        stop_server(server, screen, manager, wait_picture(manager, screen),
                    "display stops, sign idle")


@case
def a_stopped_display_under_a_sign_that_counts():
    with x_server() as (display, directory, server), \
            Manager(frozen_sign(display, speed="1")) as manager:
        screen = Screen(directory)
        wait_picture(manager, screen)
        stop_server(server, screen, manager, None, "display stops, sign counting")


@case
def a_killed_display():
    """The sign ends by itself, and the next one waits for a display without being bitten."""
    # A number that no server chooses by itself, in a suite beside this one, while it is free.
    own = ":%d" % random.randrange(10000, 50000)
    with x_server(number=own) as (display, directory, server), Manager(frozen_sign(display)) as manager:
        picture = wait_picture(manager, Screen(directory))
        killed = time.monotonic()
        server.kill()
        server.wait()
        manager.wait("end 3", killed)
        manager.wait("ready", killed)
        time.sleep(2 * WATCHDOG_S)
        expect(len(manager.when("start", killed)) == 1 and not manager.when("bite"),
               "it isn't let wait: %r" % manager.history)
        expect("the X server is gone" in manager.log, manager.log)
        with x_server(number=display) as (_, directory, _):
            lit = time.monotonic()
            screen = Screen(directory)
            wait_for("the picture", lambda: screen.pixels() == picture)
            torture_table.row("display dies", "nothing", time.monotonic() - lit)


def for_window(display, action):
    if not shutil.which("xdotool"):
        raise Skip("no xdotool")
    subprocess.run(["xdotool", "search", "--class", "roomsign", action], check=True,
                   env=dict(sign_harness.environment(), DISPLAY=display),
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@case
def a_window_that_somebody_hides():
    with x_server() as (display, directory, _), Manager(frozen_sign(display)) as manager:
        screen = Screen(directory)
        picture = wait_picture(manager, screen)
        hidden = time.monotonic()
        for_window(display, "windowunmap")
        manager.wait("bite", hidden)
        back_again(manager, screen, picture, hidden)
        expect("the window is not on the screen" in manager.log, manager.log)
        torture_table.row("window hidden", "nothing", time.monotonic() - hidden)


@case
def a_window_that_was_hidden_for_a_moment():
    """Even where the sign looks at that moment: half of the watchdog's time is left."""
    with x_server() as (display, directory, _), \
            Manager(frozen_sign(display), SLOW_WATCHDOG_S) as manager:
        wait_picture(manager, Screen(directory))
        fed = manager.wait("fed", time.monotonic())
        for_window(display, "windowunmap")
        wait_for("the loss", lambda: "is not on the screen" in manager.sign.log())
        for_window(display, "windowmap")
        again = manager.wait("fed", fed + 0.1)
        expect(again - fed < SLOW_WATCHDOG_S - 0.2, "fed after %.1f s" % (again - fed))
        expect(not manager.when("bite"), str(manager.history))
        expect(manager.sign.log().count("is not on the screen") == 1, manager.sign.log())


@case
def a_window_that_somebody_destroys():
    with x_server() as (display, directory, _), Manager(frozen_sign(display)) as manager:
        screen = Screen(directory)
        picture = wait_picture(manager, screen)
        gone = time.monotonic()
        for_window(display, "windowclose")
        manager.wait("end 3", gone)
        back_again(manager, screen, picture, gone)
        torture_table.row("window destroyed", "nothing", time.monotonic() - gone)


if __name__ == "__main__":
    # What the watchdog ends would leave its memory behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(run_suite("watchdog"))

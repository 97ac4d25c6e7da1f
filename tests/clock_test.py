#!/usr/bin/env python3
"""roomsignd on a clock that is wrong, and is set while the sign runs: it never shows a wrong time.

The programs are the real ones; the clock is tests/clock/shim.c's, loaded before the C library,
because neither a time namespace nor libfaketime can set the time of day of a running program, call
it unsynchronised, or wake the timers that wait for that. What the servers say is the machine's own
time, which is right by definition.
Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
"""

import datetime
import glob
import json
import mmap
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import cases  # noqa: E402
import feed_server  # noqa: E402
from cases import Failure, case, expect  # noqa: E402
from torture_table import row  # noqa: E402

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SHIM_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clock", "shim.c")
# Of the shim.
SETTINGS_BYTES = 88
PATIENCE_S = 30
ASK_EVERY_S = 0.02
LINGER_S = 1
# What a Date of whole seconds, a poll's length and this test's own haste may add up to.
WRONG_MAX_S = 3.5
ROOM = "Hall 1"
DAY_S = 86400
SCRATCH = ""


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text, mode=0o644):
    with open(path(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path(name), mode)
    return path(name)


class Clock:
    """The clock that the programs see: `ahead_s` before the right one."""
    # What the machine slept, and the program was stopped: the right time is as much later.
    passed_s = 0.0

    def __init__(self, ahead_s=0.0, synchronised=False):
        with open(path("clock"), "wb") as file:
            file.write(bytes(SETTINGS_BYTES))
        with open(path("clock"), "r+b") as file:
            self.settings = mmap.mmap(file.fileno(), SETTINGS_BYTES)
        self.times_set = 0
        self.asleep_s = self.stopped_s = 0.0
        Clock.passed_s = 0.0
        self.set(ahead_s, synchronised)

    def say(self, synchronised):
        self.settings[8:12] = struct.pack("=i", synchronised)

    def set(self, ahead_s, synchronised):
        """As settimeofday() does; a time server tells the kernel that it is synchronised too."""
        self.settings[0:8] = struct.pack("=q", int(ahead_s * 1e9))
        self.say(synchronised)
        self.tell_set()

    def tell_set(self):
        self.times_set += 1
        self.settings[12:16] = struct.pack("=i", self.times_set)

    def sleep(self, seconds):
        """The machine slept, and has just been woken: to the kernel its clock was set."""
        Clock.passed_s += seconds
        self.asleep_s += seconds
        self.settings[16:24] = struct.pack("=q", int(self.asleep_s * 1e9))
        self.tell_set()

    def stop(self, seconds):
        """The program was stopped: no clock was."""
        Clock.passed_s += seconds
        self.stopped_s += seconds
        self.settings[24:32] = struct.pack("=q", int(self.stopped_s * 1e9))


def right_now_s():
    return time.time() + Clock.passed_s


def in_1970():
    return 30.0 - time.time()


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    kept.update(HOME=SCRATCH, LC_ALL="C.UTF-8", TZ="UTC", SDL_VIDEODRIVER="offscreen")
    kept.update(more)
    return kept


def shimmed():
    return {"LD_PRELOAD": path("shim.so"), "CLOCK_SHIM": path("clock")}


class Plan:
    """A talk that began 10 minutes ago and goes on for 20; the next begins 5 minutes later."""

    def __init__(self):
        began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        began -= datetime.timedelta(minutes=10)
        self.ends_s = {"now": began.timestamp() + 30 * 60, "next": began.timestamp() + 85 * 60}
        self.body = feed_server.calendar(
            feed_server.event("now", "What is on", began, minutes=30),
            feed_server.event("next", "What is next", began + datetime.timedelta(minutes=35)),
            feed_server.event("old", "What is over", began - datetime.timedelta(days=1)))


class Sign:
    """A running roomsignd that is asked all the time; `with` ends it."""

    def __init__(self, plan, url, state="state", poll="1s"):
        self.plan = plan
        self.answers = []
        self.asked_least = 20
        self.ended = threading.Event()
        self.log_path = path("log")
        self.conf = write("room.conf", "[room]\nname = %s\ntimezone = UTC\n[feed]\nurl = %s\n"
                          "poll = %s\ntimeout = 2s\n" % (ROOM, url, poll))
        exports = "".join("export %s=%s\n" % pair for pair in shimmed().items())
        feed = write("feed", "#!/bin/sh\n%sexport CLOCK_SHIM_UNWATCHED=1\nexec %s \"$@\"\n" %
                     (exports, os.path.join(BUILD, "roomsign-feed")), 0o755)
        if os.path.exists(path("sign.sock")):
            os.unlink(path("sign.sock"))
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [os.path.join(BUILD, "roomsignd"), self.conf, "--window", "640x360", "--state",
                 path(state), "--control", path("sign.sock"), "--feed-program", feed],
                env=environment(**shimmed()), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.asker = threading.Thread(target=self.ask_all_the_time)
        self.asker.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.asker.join()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def ask(self, command="status"):
        """None while it can't be asked."""
        try:
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(PATIENCE_S)
                asking.connect(path("sign.sock"))
                asking.sendall(json.dumps({"command": command}).encode() + b"\n")
                answer = b""
                while not answer.endswith(b"\n"):
                    piece = asking.recv(65536)
                    if not piece:
                        break
                    answer += piece
        except OSError:
            return None
        return json.loads(answer) if answer else None

    def ask_all_the_time(self):
        while not self.ended.is_set():
            before_s = right_now_s()
            status = self.ask()
            if status:
                self.answers.append((before_s, right_now_s(), status))
            time.sleep(ASK_EVERY_S)

    def wait(self, what, question):
        """Until what was answered after this call makes `question` true."""
        asked = len(self.answers) + 1
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            expect(self.process.poll() is None, "the sign ended: " + self.log())
            for _, _, status in self.answers[asked:]:
                if question(status):
                    return status
            time.sleep(ASK_EVERY_S)
        last = self.answers[-1][2] if self.answers else None
        raise Failure("%s: not within %d s; %s; %s" % (what, PATIENCE_S, last, self.log()))

    def wait_source(self, *sources):
        return self.wait(sources, lambda status: status["clock"]["source"] in sources)

    def end(self):
        """Ends it a little later, and judges every answer that it ever gave."""
        time.sleep(LINGER_S)
        self.ended.set()
        self.asker.join()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_S)
        expect(status == 0, "exit status %d: %s" % (status, self.log()))
        expect(len(self.answers) > self.asked_least, "only %d answers" % len(self.answers))
        for before_s, after_s, answer in self.answers:
            self.judge(before_s, after_s, answer)

    def judge(self, before_s, after_s, status):
        shows = status["shows"]
        told = json.dumps(status) + "\n" + self.log()
        if status["clock"]["source"] == "none":
            expect(status["phase"] is None and status["time"] is None, told)
            expect(status["current"] is None and status["target"] is None, told)
            expect(shows["words"] == "Clock not set" and shows["count"] == "", told)
            expect("clock" in status["notices"], told)
            return
        at = datetime.datetime.fromisoformat(status["time"].replace("Z", "+00:00")).timestamp()
        # The answer's time is whole seconds.
        expect(before_s - WRONG_MAX_S - 1 <= at <= after_s + WRONG_MAX_S,
               "told %s at %s: %s" % (status["time"], before_s, told))
        expect((status["clock"]["source"] == "system") != ("clock" in status["notices"]), told)
        if status["phase"] is None or shows["count"] == "":
            return
        uid = "now" if at < self.plan.ends_s["now"] else "next"
        expect(status["phase"] == "live" and status["current"]["uid"] == uid, told)
        count = re.fullmatch(r"ends in (\d+) min", shows["count"])
        expect(count, told)
        left_min = int(count.group(1))
        least = (self.plan.ends_s[uid] - after_s - WRONG_MAX_S) / 60
        most = (self.plan.ends_s[uid] - before_s + WRONG_MAX_S) / 60 + 1
        expect(least <= left_min <= most, "%g <= %d <= %g: %s" % (least, left_min, most, told))

    def be_quiet(self):
        """Ask nothing any more: nothing but the clock wakes the sign."""
        self.asked_least = 0
        self.ended.set()
        self.asker.join()

    def wait_log(self, words):
        deadline = time.monotonic() + 5
        while words not in self.log():
            expect(time.monotonic() < deadline, "no %r in %s" % (words, self.log()))
            time.sleep(ASK_EVERY_S)


def is_live(status):
    return status["phase"] == "live" and status["shows"]["count"] != ""


def keep_schedule(plan, url):
    """Leaves a schedule in the state directory, as the day before a power cut would."""
    Clock(0, True)
    with Sign(plan, url) as sign:
        sign.wait("a schedule", is_live)
        sign.end()


def serve(plan):
    server = feed_server.start()
    server.body = plan.body
    return server.url + "/plain"


@case
def a_synchronised_clock_is_right_from_the_first_answer():
    plan = Plan()
    keep_schedule(plan, serve(plan))
    Clock(0, True)
    with Sign(plan, serve(plan)) as sign:
        sign.wait("a talk", is_live)
        sign.end()
        expect(not [1 for _, _, status in sign.answers if status["notices"]], sign.log())
        expect("clock:" not in sign.log(), sign.log())


@case
def set_back_to_1970_then_corrected_by_a_time_server():
    """No server tells its Date here: the feed is a file."""
    plan = Plan()
    url = "file://" + write("feed.ics", plan.body)
    keep_schedule(plan, url)
    clock = Clock(in_1970(), False)
    with Sign(plan, url) as sign:
        sign.wait_source("none")
        time.sleep(2.5)
        expect(sign.ask()["clock"]["source"] == "none", sign.log())
        picture = subprocess.run(
            [os.path.join(BUILD, "roomsignctl"), "--socket", path("sign.sock"), "snapshot",
             path("unset.png")], env=environment(), stdin=subprocess.DEVNULL, check=False)
        expect(picture.returncode == 0, "no snapshot")
        # A time server sets the clock, and tells the kernel a moment later that it did.
        clock.set(0, False)
        time.sleep(0.7)
        clock.say(True)
        began = time.monotonic()
        status = sign.wait("a talk", is_live)
        row("started in 1970, then a time server", "Clock not set", time.monotonic() - began)
        expect(status["clock"]["source"] == "system", str(status))
        sign.end()
        expect(sign.answers[0][2]["clock"]["source"] == "none", str(sign.answers[0]))


@case
def set_back_to_1970_and_never_corrected():
    plan = Plan()
    url = serve(plan)
    keep_schedule(plan, url)
    clock = Clock(in_1970(), False)
    with Sign(plan, url) as sign:
        sign.wait_source("none")
        began = time.monotonic()
        status = sign.wait_source("server")
        expect(abs(status["clock"]["offset_s"] + in_1970() - 30) < DAY_S, str(status))
        status = sign.wait("a talk", is_live)
        row("started in 1970, no time server", "Clock not set, then the server's time",
            time.monotonic() - began)
        expect("server" in status["shows"]["doubt"], str(status))
        # Somebody sets it, wrong again: what is known stays known.
        clock.set(-3600.5, False)
        time.sleep(1)
        sign.wait_source("server")
        clock.set(5 * DAY_S, False)
        time.sleep(1)
        sign.wait_source("server")
        clock.set(0, False)
        sign.wait_source("system")
        sign.end()


@case
def a_new_sign_in_1970_gets_the_schedule_of_today():
    plan = Plan()
    Clock(in_1970(), False)
    with Sign(plan, serve(plan), state="nothing-yet") as sign:
        sign.wait_source("server")
        sign.wait("a talk", is_live)
        time.sleep(2)
        sign.end()
    stored, = glob.glob(path("nothing-yet/*.json"))
    with open(stored, encoding="utf-8") as file:
        document = json.load(file)
    for told in (document["generated"], document["feeds"][0]["fetched"]):
        at = datetime.datetime.fromisoformat(told.replace("Z", "+00:00")).timestamp()
        expect(abs(at - time.time()) < 10, told)


@case
def an_unsynchronised_clock_that_the_server_confirms_is_taken():
    plan = Plan()
    clock = Clock(0, False)
    with Sign(plan, serve(plan), state="confirmed") as sign:
        status = sign.wait("a talk", is_live)
        expect(status["clock"]["source"] == "system" and not status["notices"], str(status))
        expect(sign.answers[0][2]["clock"]["source"] in ("none", "system"), "?")
        clock.say(True)
        sign.wait("a talk", is_live)
        sign.end()


@case
def a_running_sign_keeps_its_time_whatever_the_clock_is_set_to():
    plan = Plan()
    url = "file://" + write("feed.ics", plan.body)
    clock = Clock(0, True)
    with Sign(plan, url, state="held") as sign:
        sign.wait("a talk", is_live)
        # Hours after the network broke.
        clock.say(False)
        time.sleep(0.5)
        expect(is_live(sign.ask()) and not sign.ask()["notices"], sign.log())
        for ahead_s in (in_1970(), 3600, -3600, 10 * 365 * DAY_S, -7, in_1970()):
            clock.set(ahead_s, False)
            status = sign.wait_source("held")
            expect(is_live(status), str(status))
            row("clock set by %+.0f s" % ahead_s, "countdown, \"held\"")
        clock.set(0, False)
        sign.wait_source("system")
        clock.set(in_1970(), False)
        sign.wait_source("held")
        clock.set(0.3, True)
        sign.wait_source("system")
        sign.end()


def wait_fetched(sign):
    """Until what is shown was fetched just now."""
    def is_fresh(status):
        fetched = datetime.datetime.fromisoformat(status["feed"]["fetched"].replace("Z", "+00:00"))
        return right_now_s() - fetched.timestamp() < 5 and not status["notices"]
    sign.wait("a fresh schedule", is_fresh)


@case
def a_machine_that_slept_is_right_when_it_wakes():
    """And polls at once, however long it is to the next poll."""
    for minutes, uid in (12, "now"), (27, "next"):
        plan = Plan()
        clock = Clock(0, True)
        with Sign(plan, serve(plan), state="slept", poll="5m") as sign:
            sign.wait("a talk", is_live)
            time.sleep(1)
            began = time.monotonic()
            clock.sleep(60 * minutes)
            wait_fetched(sign)
            took_s = time.monotonic() - began
            status = sign.wait("a talk", is_live)
            expect(status["current"]["uid"] == uid, str(status))
            expect(took_s < 3, "it polled %.1f s after it woke" % took_s)
            sign.end()
            row("suspend for %d min" % minutes, "countdown, right at once", took_s)


@case
def a_program_that_was_stopped_is_right_when_it_goes_on():
    plan = Plan()
    clock = Clock(0, True)
    with Sign(plan, serve(plan), state="stopped", poll="5m") as sign:
        sign.wait("a talk", is_live)
        sign.process.send_signal(signal.SIGSTOP)
        time.sleep(1.5)
        clock.stop(12 * 60)
        began = time.monotonic()
        sign.process.send_signal(signal.SIGCONT)
        wait_fetched(sign)
        took_s = time.monotonic() - began
        sign.wait("a talk", is_live)
        expect(took_s < 3, "it polled %.1f s after it went on" % took_s)
        sign.end()
        row("SIGSTOP for 12 min", "countdown, right at once", took_s)


@case
def setting_the_clock_wakes_the_sign():
    plan = Plan()
    url = "file://" + write("feed.ics", plan.body)
    clock = Clock(0, True)
    with Sign(plan, url, state="woken", poll="1h") as sign:
        sign.wait("a talk", is_live)
        sign.be_quiet()
        time.sleep(1)
        clock.set(in_1970(), False)
        sign.wait_log("the sign keeps the time from before")
        clock.set(0, True)
        sign.wait_log("right, says the kernel")
        sign.end()


@case
def while_nobody_knows_the_time_the_sign_goes_on_looking():
    plan = Plan()
    url = "file://" + write("feed.ics", plan.body)
    clock = Clock(0, False)
    with Sign(plan, url, state="looking", poll="1h") as sign:
        sign.wait_source("none")
        sign.be_quiet()
        time.sleep(1)
        # Slewed, not set.
        clock.say(True)
        sign.wait_log("right, says the kernel")
        sign.end()


@case
def always_trusted_is_as_it_is_set():
    plan = Plan()
    url = "file://" + write("feed.ics", plan.body)
    Clock(0, False)
    with Sign(plan, url, state="always") as sign:
        sign.wait_source("none")
        refused = sign.ask("full")
        expect("[clock] trust = always" in refused["error"], str(refused))
        write("room.conf", open(sign.conf, encoding="utf-8").read() + "[clock]\ntrust = always\n")
        sign.process.send_signal(signal.SIGHUP)
        status = sign.wait("a talk", is_live)
        expect(not status["notices"], str(status))
        sign.end()


def main():
    global SCRATCH
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-clock-", dir="/tmp")
    try:
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu17", "-O1", "-shared", "-fPIC", "-o",
                        path("shim.so"), SHIM_SOURCE, "-ldl", "-lpthread"], check=True)
        return cases.run_all("clock")
    finally:
        shutil.rmtree(SCRATCH)


if __name__ == "__main__":
    sys.exit(main())

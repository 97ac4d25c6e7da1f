#!/usr/bin/env python3
"""roomsignd and roomsignctl, as built, with the real roomsign-feed and a web server on loopback.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/sign_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import glob
import json
import os
import shlex
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
from cases import Failure, Skip, case, expect  # noqa: E402

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SIGN, CTL = os.path.join(BUILD, "roomsignd"), os.path.join(BUILD, "roomsignctl")
PATIENCE_S = 30
ROOM = "Hall 1"
SCRATCH = SOCKETS = ""


def wait_for(what, question, seconds=PATIENCE_S):
    """Asks until the answer is truthy, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failure("%s: not within %d s" % (what, seconds))
        time.sleep(0.05)


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    kept.update(HOME=SCRATCH, LC_ALL="C.UTF-8", TZ="UTC", SDL_VIDEODRIVER="offscreen")
    # What these libraries keep until the end is theirs; only a sanitized build looks at this.
    kept["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + path("suppressions")
    kept.update(more)
    return kept


def path(name):
    return os.path.join(SCRATCH, name)


def socket_path(name):
    """The name of a socket may not be long, and that of a build directory is."""
    return os.path.join(SOCKETS, name)


def write(name, text, mode=0o644):
    with open(path(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path(name), mode)
    return path(name)


def config(*urls, room=ROOM, name="room.conf", alerts="", **feed_keys):
    feed_keys.setdefault("poll", "1s")
    feed_keys.setdefault("timeout", "2s")
    lines = ["[room]", "name = " + room, "timezone = Europe/Brussels", "[feed]"]
    lines += ["url = " + url for url in urls]
    lines += ["%s = %s" % pair for pair in feed_keys.items()]
    return write(name, "\n".join(lines) + "\n[alerts]\n" + alerts + "\n")


def session(uid, start, end, **fields):
    made = {"uid": uid, "start": start, "end": end, "title": "Talk " + uid, "speakers": [],
            "track": "", "room": ROOM, "url": "", "language": "", "kind": "session",
            "venue_wide": False, "status": "confirmed", "remind_s": None, "feed": 0}
    made.update(fields)
    return made


def document(*sessions, room=ROOM, fetched="2026-01-31T08:00:00Z"):
    return json.dumps({
        "version": 1, "room": room, "timezone": "Europe/Brussels", "generated": fetched,
        "from": "2026-01-29T23:00:00Z", "until": "2026-02-07T23:00:00Z", "selection": "x",
        "feeds": [{"url": "https://example.org/feed.ics", "status": "fresh", "fetched": fetched,
                   "etag": "", "last_modified": "", "server_date": None, "error": ""}],
        "sessions": list(sessions), "changes": []})


DAY = "2026-01-31T"
PLAN = [session("one", DAY + "09:30:00Z", DAY + "10:20:00Z"),
        session("two", DAY + "10:25:00Z", DAY + "10:50:00Z")]


class Sign:
    """A running roomsignd; `with` ends it."""

    def __init__(self, conf, *arguments, state="state", control=True, window="640x360",
                 **variables):
        self.socket = socket_path("sign.sock")
        self.log_path = path("log")
        self.log_file = open(self.log_path, "wb")
        command = [SIGN, conf, *arguments]
        if window:
            command += ["--window", window]
        if state:
            command += ["--state", path(state)]
        if control:
            command += ["--control", self.socket]
        self.process = subprocess.Popen(command, env=environment(**variables),
                                        stdin=subprocess.DEVNULL, stdout=self.log_file,
                                        stderr=self.log_file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log_file.close()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def ctl(self, *arguments):
        return subprocess.run([CTL, "--socket", self.socket, *arguments], env=environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)

    def status(self):
        """None while it can't be asked."""
        expect(self.process.poll() is None, "the sign ended: " + self.log())
        answer = self.ctl("status", "--json")
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def wait_status(self, what, question, seconds=PATIENCE_S):
        def ask():
            status = self.status()
            return status if status and question(status) else None
        try:
            return wait_for(what, ask, seconds)
        except Failure as failure:
            raise Failure("%s; status %s; log %s" % (failure, self.status(), self.log())) from None

    def wait_log(self, *words):
        try:
            wait_for("log", lambda: all(word in self.log() for word in words))
        except Failure:
            raise Failure("%r not all in %s" % (words, self.log())) from None

    def end(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise Failure("it doesn't end: " + self.log()) from None
        expect(status == 0, "exit status %d: %s" % (status, self.log()))


def run(program, *arguments, **variables):
    return subprocess.run([program, *arguments], env=environment(**variables),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


def has_schedule(status):
    return status["feed"]["has_schedule"]


def stored_files(state="state"):
    return glob.glob(os.path.join(path(state), "*.json"))


def png_size(name):
    with open(path(name), "rb") as file:
        head = file.read(24)
    expect(head[:8] == b"\x89PNG\r\n\x1a\n", "no PNG: %r" % head)
    return struct.unpack(">II", head[16:24])


# The command line

@case
def bad_arguments_are_named_in_one_line():
    conf = config("file:nothing.ics")
    for arguments, word in [
            ((), "CONFIG"), (("--bogus", conf), "--bogus"), ((conf, "another"), "another"),
            (("--speed", "0", conf), "--speed"), (("--speed", "fast", conf), "--speed"),
            (("--window", "big", conf), "--window"), (("--size", "9x9", conf), "--size"),
            (("--at", "soon", conf), "--at"), (("--at",), "--at"),
            (("--rehearse", "2026-01-31T10:00", conf), "--rehearse"),
            (("--rehearse", "2026-01-31T10:00/2026-01-31T10:00", conf), "--rehearse"),
            (("--rehearse", "2026-01-31T10:00/never", conf), "TO"),
            (("--check", "--print-config", conf), "--print-config"),
            (("--verbose=yes", conf), "--verbose"), (("--commands", "x", conf), "--commands"),
            (("--schedule", path("missing"), "--rehearse",
              "2026-01-31T10:00/2026-01-31T11:00", conf), "missing")]:
        answer = run(SIGN, *arguments)
        expect(answer.returncode == 1, "%r: exit status %d" % (arguments, answer.returncode))
        expect(answer.stdout == "", "%r: %r on standard output" % (arguments, answer.stdout))
        expect(word in answer.stderr and answer.stderr.count("\n") == 1,
               "%r: %r" % (arguments, answer.stderr))


@case
def check_tells_all_errors_at_once():
    good = run(SIGN, "--check", config("file:nothing.ics"))
    expect((good.returncode, good.stderr) == (0, ""), repr(good))
    expect("fine: room %s, 1 feed" % ROOM in good.stdout, repr(good))
    conf = write("bad.conf", "[room]\nname = A\ntimezone = Nowhere/Land\n[feed]\npol = 60s\n"
                             "url = ftp://example.org/\n")
    bad = run(SIGN, "--check", conf)
    expect(bad.returncode == 1, repr(bad))
    for line in (3, 5, 6):
        expect("%s:%d: [" % (conf, line) in bad.stderr, "line %d is missing: %s" % (line, bad.stderr))
    missing = run(SIGN, "--check", path("missing.conf"))
    expect(missing.returncode == 1 and "missing.conf" in missing.stderr, repr(missing))


@case
def print_config_prints_what_check_accepts():
    printed = run(SIGN, "--print-config", config("file:///nothing.ics", poll="17s"))
    expect(printed.returncode == 0 and "poll = 17s" in printed.stdout, repr(printed))
    again = run(SIGN, "--check", write("printed.conf", printed.stdout))
    expect(again.returncode == 0, repr(again))
    expect(run(SIGN, "--print-config").returncode == 0, "no defaults")


@case
def help_and_version():
    for program in (SIGN, CTL):
        for option in ("--help", "--version"):
            answer = run(program, option)
            expect(answer.returncode == 0 and answer.stdout and not answer.stderr, repr(answer))


# Once

@case
def rehearse_prints_the_script_of_a_document():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--rehearse", "2026-01-31T11:00/2026-01-31T12:00", "--schedule", given,
                 config("file:nothing.ics"))
    expect(answer.returncode == 0 and answer.stderr == "", repr(answer))
    expected = [
        ["10:00:00Z", "live", "one", "two", "10:20:00Z"],
        ["10:15:00Z", "wrap-up", "one", "two", "10:20:00Z"],
        ["10:20:00Z", "overrun", "one", "two", "10:20:00Z"],
        ["10:25:00Z", "live", "two", "-", "10:50:00Z"],
        ["10:45:00Z", "wrap-up", "two", "-", "10:50:00Z"],
        ["10:50:00Z", "overrun", "two", "-", "10:50:00Z"],
    ]
    lines = ["\t".join([DAY + row[0], *row[1:4], DAY + row[4], "-", "-"]) for row in expected]
    expect(answer.stdout.splitlines() == lines, answer.stdout)


@case
def rehearse_polls_what_lies_in_its_span():
    moment = datetime.datetime(2031, 5, 6, 12, 0)
    body = feed_server.calendar(feed_server.event("far", "Far away", moment, room=ROOM))
    conf = config("file://" + write("far.ics", body))
    answer = run(SIGN, "--rehearse", "2031-05-06T12:00:00Z/2031-05-06T12:01:00Z", conf)
    expect(answer.returncode == 0, repr(answer))
    expect(answer.stdout.split("\t")[1:3] == ["live", "far"], answer.stdout)


@case
def rehearse_without_a_feed_says_nothing_on_standard_output():
    answer = run(SIGN, "--rehearse", "2026-01-31T11:00/2026-01-31T12:00",
                 config("file:///nowhere/at/all.ics"))
    expect(answer.returncode == 2 and answer.stdout == "" and "feed" in answer.stderr, repr(answer))


@case
def snapshots_need_no_display():
    given = write("plan.json", document(*PLAN))
    conf = config("file:nothing.ics")
    arguments = ("--at", "2026-01-31T11:17", "--schedule", given, conf)
    first = run(SIGN, "--snapshot", path("a.png"), *arguments, SDL_VIDEODRIVER="none")
    expect(first.returncode == 0, repr(first))
    expect(png_size("a.png") == (1920, 1080), str(png_size("a.png")))
    second = run(SIGN, "--snapshot", path("b.png"), "--size", "1080x1920", *arguments)
    expect(second.returncode == 0 and png_size("b.png") == (1080, 1920), repr(second))


@case
def a_snapshot_without_a_schedule_says_so():
    answer = run(SIGN, "--snapshot", path("none.png"), "--state", path("empty-state"),
                 config("file:///nowhere/at/all.ics"))
    expect(answer.returncode == 2 and answer.stdout == "", repr(answer))
    expect("feed" in answer.stderr, repr(answer))
    expect(png_size("none.png") == (1920, 1080), "no picture")


@case
def a_picture_that_cannot_be_written_is_said():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--snapshot", "/proc/no/such.png", "--schedule", given,
                 config("file:nothing.ics"))
    expect(answer.returncode == 3 and "/proc/no" in answer.stderr, repr(answer))


def store_plan(state):
    """Leaves a schedule of long ago in a state directory."""
    given = shlex.quote(write("plan.json", document(*PLAN)))
    program = write("printing", "#!/bin/sh\ncat %s\n" % given, 0o755)
    with Sign(config("file:x"), "--feed-program", program, state=state) as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()


@case
def a_snapshot_of_the_stored_schedule_shows_its_age():
    store_plan("old")
    elsewhere = run(SIGN, "--snapshot", path("other.png"), "--at", "2026-01-31T11:17", "--state",
                    path("old"), config("file:///nowhere/at/all.ics"))
    expect(elsewhere.returncode == 2, "another feed's schedule is shown: %r" % elsewhere)
    conf = config("file:x")
    at = ("--at", "2026-01-31T11:17", "--state", path("old"))
    stored = run(SIGN, "--snapshot", path("stored.png"), *at, conf)
    expect(stored.returncode == 0 and "stored schedule" in stored.stderr, repr(stored))
    fresh = run(SIGN, "--snapshot", path("fresh.png"), *at, "--schedule", path("plan.json"), conf)
    expect(fresh.returncode == 0, repr(fresh))
    with open(path("stored.png"), "rb") as one, open(path("fresh.png"), "rb") as other:
        expect(one.read() != other.read(), "the stored schedule looks like a fresh one")


# The sign and its feed

@case
def a_first_start_shows_and_stores():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="first") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["feed"]["sessions"] == 2, str(status))
        expect(status["room"] == ROOM and status["feed"]["missed_polls"] == 0, str(status))
        expect(status["display"]["driver"] == "offscreen", str(status))
        expect(len(stored_files("first")) == 1, str(stored_files("first")))
        sign.end()
        expect(not os.path.exists(sign.socket), "the socket stays behind")
        expect("warning" not in sign.log().lower(), sign.log())
    server.shutdown()


@case
def after_a_restart_without_network_the_stored_schedule_shows():
    server = feed_server.start()
    port = server.server_address[1]
    conf = config(server.url + "/plain")
    with Sign(conf, state="restart") as sign:
        sign.wait_status("a schedule", has_schedule)
        server.shutdown()
        server.server_close()
        status = sign.wait_status("two missed polls", lambda s: s["feed"]["missed_polls"] >= 2)
        expect("stale" in status["notices"] and status["shows"]["doubt"], str(status))
        sign.wait_log("keeping the schedule of ", ", next try in ")
        sign.end()
    with Sign(conf, state="restart") as sign:
        status = sign.wait_status("the stored schedule", has_schedule, 5)
        expect(status["feed"]["sessions"] == 2, str(status))
        sign.wait_log("the stored schedule of")
        sign.wait_status("stale", lambda s: "stale" in s["notices"])
        picture = sign.ctl("snapshot", path("stored.png"))
        expect(picture.returncode == 0 and png_size("stored.png") == (640, 360), repr(picture))
        again = feed_server.start(port)
        status = sign.wait_status("fresh again", lambda s: s["feed"]["missed_polls"] == 0)
        expect(status["notices"] == [] and status["feed"]["error"] == "", str(status))
        again.shutdown()
        sign.end()


@case
def a_stored_schedule_of_long_ago_is_stale_before_any_poll_ended():
    store_plan("long ago")
    hanging = write("hanging", "#!/bin/sh\nexec sleep 1000\n", 0o755)
    with Sign(config("file:x", poll="60s", timeout="60s"), "--feed-program", hanging,
              state="long ago") as sign:
        status = sign.wait_status("the stored schedule", has_schedule)
        expect("stale" in status["notices"] and status["shows"]["doubt"], str(status))
        expect(status["feed"]["fetched"] == DAY + "08:00:00Z", str(status))
        expect(status["feed"]["polling"] and not status["feed"]["error"], str(status))
        sign.end()


@case
def without_any_schedule_it_waits_and_goes_on():
    conf = config("file://" + path("later.ics"))
    with Sign(conf, state="waiting") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(not has_schedule(status) and status["phase"] is None, str(status))
        expect(status["shows"]["headline"] and "later.ics" in status["feed"]["error"], str(status))
        sign.wait_log("no schedule yet, next try in ")
        write("later.ics", feed_server.programme())
        sign.wait_status("a schedule", has_schedule)
        sign.end()


@case
def a_state_directory_that_cannot_be_is_a_warning():
    write("in-the-way", "a file")
    server = feed_server.start()
    for state in ("in-the-way", "in-the-way/below"):
        with Sign(config(server.url + "/plain"), state=state) as sign:
            sign.wait_status("a schedule", has_schedule)
            expect(sign.log().count("state: ") == 1, sign.log())
            sign.end()
    with Sign(config(server.url + "/plain"), "--state", "/proc/roomsign", state=None) as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()
    server.shutdown()


@case
def a_state_directory_that_turns_read_only_is_one_warning():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="read-only") as sign:
        sign.wait_status("a schedule", has_schedule)
        stored = stored_files("read-only")[0]
        # A directory where the new file would be written stops root as well.
        os.mkdir(stored + ".new")
        server.body = feed_server.calendar(
            *[feed_server.event("n%d" % i, "New", feed_server.noon(i)) for i in range(5)])
        sign.wait_status("five sessions", lambda s: s["feed"]["sessions"] >= 5)
        asked = len(server.seen)
        wait_for("more polls", lambda: len(server.seen) > asked + 2)
        expect(sign.log().count("state: ") == 1, sign.log())
        expect(not sign.status()["feed"]["stored"], "it says that it is stored")
        os.rmdir(stored + ".new")
        sign.wait_status("stored", lambda s: s["feed"]["stored"])
        sign.end()
    server.shutdown()


@case
def polls_that_bring_nothing_new_write_nothing():
    server = feed_server.start()
    with Sign(config(server.url + "/plain"), state="quiet") as sign:
        sign.wait_status("a schedule", has_schedule)
        before = os.stat(stored_files("quiet")[0])
        asked = len(server.seen)
        wait_for("three more polls", lambda: len(server.seen) > asked + 3)
        after = os.stat(stored_files("quiet")[0])
        expect((before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns),
               "it was written again")
        sign.end()
        # The time of the last fetch is worth one write at the end.
        expect(os.stat(stored_files("quiet")[0]).st_ino != after.st_ino, "nothing at the end")
    server.shutdown()


@case
def a_damaged_stored_file_is_moved_aside():
    server = feed_server.start()
    conf = config(server.url + "/plain")
    with Sign(conf, state="damaged") as sign:
        sign.wait_status("a schedule", has_schedule)
        sign.end()
    server.shutdown()
    server.server_close()
    stored = stored_files("damaged")[0]
    with open(stored, "r+b") as file:
        file.truncate(100)
    with Sign(conf, state="damaged") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(not has_schedule(status), str(status))
        sign.wait_log(stored, ".bad")
        expect(os.path.exists(stored + ".bad") and not os.path.exists(stored), "not moved")
        sign.end()


@case
def an_emptied_feed_is_not_believed_at_once():
    server = feed_server.start()
    tomorrow = [feed_server.event("t%d" % i, "Talk %d" % i, feed_server.noon(1)) for i in range(4)]
    server.body = feed_server.calendar(*tomorrow)
    with Sign(config(server.url + "/plain", poll="2s"), state="emptied") as sign:
        sign.wait_status("four sessions", lambda s: s["feed"]["sessions"] == 4)
        server.body = feed_server.calendar(tomorrow[0])
        status = sign.wait_status("doubt", lambda s: s["feed"]["distrusted"])
        expect(status["feed"]["sessions"] == 4 and "distrusted" in status["notices"], str(status))
        status = sign.wait_status("belief", lambda s: s["feed"]["sessions"] == 1)
        expect(not status["feed"]["distrusted"], str(status))
        expect(sign.log().count("until 3 polls in a row say so") == 2, sign.log())
        sign.end()
    server.shutdown()


@case
def a_broken_feed_program_costs_a_poll_each_time():
    good = path("good.json")
    write("good.json", document(*PLAN))
    faults = [("crash", "kill -SEGV $$", "signal 11"), ("flood", "exec yes", "too large"),
              ("nonsense", "echo '<html>'", "document"), ("silence", "exit 3", "status 3"),
              ("other room", "sed 's/Hall 1/Hall 2/' " + shlex.quote(good), "Hall 2"),
              ("hang", "exec sleep 1000", "too long")]
    for name, script, reason in faults:
        program = write("feed", "#!/bin/sh\ntest -e %s || { %s; exit; }\ncat %s\n" %
                        (shlex.quote(path("fine")), script, shlex.quote(good)), 0o755)
        write("fine", "")
        with Sign(config("file:x", timeout="1s"), "--feed-program", program,
                  state="broken " + name) as sign:
            sign.wait_status("a schedule", has_schedule)
            os.remove(path("fine"))
            status = sign.wait_status(name, lambda s: s["feed"]["missed_polls"] > 0)
            expect(reason in status["feed"]["error"], "%s: %s" % (name, status))
            expect(status["feed"]["sessions"] == 2, str(status))
            write("fine", "")
            sign.wait_status("recovery", lambda s: s["feed"]["missed_polls"] == 0)
            sign.end()
    os.remove(path("fine"))


@case
def a_feed_program_that_is_missing_is_said():
    with Sign(config("file:x"), "--feed-program", "/no/such/feed", state="missing") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect("/no/such/feed" in status["feed"]["error"], str(status))
        sign.end()


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(word) for word in file.read().split()]


def is_running(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@case
def a_killed_sign_leaves_no_child():
    program = write("hanging", "#!/bin/sh\nexec sleep 1000\n", 0o755)
    with Sign(config("file:x"), "--feed-program", program, state="killed") as sign:
        child = wait_for("a child", lambda: children_of(sign.process.pid))[0]
        sign.process.kill()
        sign.process.wait()
        wait_for("the child's end", lambda: not is_running(child))
    with Sign(config("file:x"), "--feed-program", program, state="killed") as sign:
        child = wait_for("a child", lambda: children_of(sign.process.pid))[0]
        sign.end()
        expect(not is_running(child), "the child outlives the sign")


@case
def one_failing_feed_of_two_is_told_and_the_other_shown():
    server = feed_server.start()
    with Sign(config(server.url + "/plain", server.url + "/500"), state="two") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["feed"]["sessions"] == 2, str(status))
        expect("500" in status["feed"]["error"] and status["feed"]["missed_polls"] > 0,
               str(status))
        sign.end()
    server.shutdown()


@case
def a_server_that_asks_for_time_gets_it():
    server = feed_server.start()
    with Sign(config(server.url + "/503_seconds"), state="busy") as sign:
        status = sign.wait_status("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(110 <= status["feed"]["next_poll_s"] <= 126, str(status))
        expect("503" in status["feed"]["error"], str(status))
        sign.end()
    server.shutdown()


@case
def a_new_day_is_asked_for_at_midnight():
    server = feed_server.start()
    with Sign(config(server.url + "/plain", poll="1h"), "--at", "2026-01-31T23:59:30",
              "--speed", "10", state=None) as sign:
        wait_for("the first poll", lambda: len(server.seen) == 1)
        wait_for("the poll at midnight", lambda: len(server.seen) == 2)
        status = sign.status()
        expect(DAY + "23:00:00Z" <= status["time"] < DAY + "23:05:00Z", status["time"])
        sign.end()
    server.shutdown()


# Config

@case
def sighup_takes_a_good_config_and_leaves_a_bad_one():
    server = feed_server.start()
    conf = config(server.url + "/plain")
    with Sign(conf, state="reload") as sign:
        sign.wait_status("a schedule", has_schedule)
        config(server.url + "/plain", poll="never")
        sign.process.send_signal(signal.SIGHUP)
        sign.wait_log(conf + ":6: [feed] poll", "keeping the old one")
        asked = len(server.seen)
        wait_for("polls going on", lambda: len(server.seen) > asked + 1)
        expect(sign.status()["feed"]["missed_polls"] == 0, "polls fail for the config on disk")
        refused = sign.ctl("reload")
        expect(refused.returncode == 3 and "[feed] poll" in refused.stderr, repr(refused))

        config(server.url + "/plain", room="Hall 2")
        sign.process.send_signal(signal.SIGHUP)
        status = sign.wait_status("the other room",
                                  lambda s: s["room"] == "Hall 2" and has_schedule(s))
        expect(status["feed"]["sessions"] == 1, str(status))
        expect(len(stored_files("reload")) == 2, str(stored_files("reload")))
        config(server.url + "/plain")
        taken = sign.ctl("reload")
        expect(taken.returncode == 0, repr(taken))
        sign.wait_status("the first room", lambda s: s["room"] == ROOM and has_schedule(s))
        os.remove(conf)
        sign.process.send_signal(signal.SIGHUP)
        sign.wait_log("room.conf: No such file")
        expect(sign.status()["room"] == ROOM, "it lost its config")
        sign.end()
    server.shutdown()


@case
def the_socket_follows_the_rooms_name():
    runtime = socket_path("moving")
    os.mkdir(runtime)
    conf = config("file:x", room="Hall 8")
    with Sign(conf, control=False, XDG_RUNTIME_DIR=runtime) as sign:
        wait_for("a socket", lambda: glob.glob(runtime + "/roomsign/Hall-8-*.sock"))
        config("file:x", room="Hall 9")
        moved = run(CTL, "--room", "Hall 8", "reload", XDG_RUNTIME_DIR=runtime)
        expect(moved.returncode == 0, repr(moved))
        wait_for("the other socket", lambda: glob.glob(runtime + "/roomsign/Hall-9-*.sock"))
        expect(not glob.glob(runtime + "/roomsign/Hall-8-*.sock"), "the old socket stays")
        status = run(CTL, "--room", "Hall 9", "status", XDG_RUNTIME_DIR=runtime)
        expect(status.returncode == 0 and "room: Hall 9" in status.stdout, repr(status))
        sign.end()


# systemd

class Systemd:
    """Receives what systemd would."""

    def __init__(self, address):
        self.messages = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        while True:
            self.messages.append((time.monotonic(), self.socket.recv(4096).decode()))

    def heard(self, text):
        return [at for at, message in self.messages if message.startswith(text)]


@case
def systemd_is_told():
    abstract = "roomsign-test-%d" % os.getpid()
    for name, systemd in (("@" + abstract, Systemd("\0" + abstract)),
                          (socket_path("notify"), Systemd(socket_path("notify")))):
        with Sign(config("file:x"), state="systemd", NOTIFY_SOCKET=name,
                  WATCHDOG_USEC="600000") as sign:
            wait_for("READY", lambda: systemd.heard("READY=1"))
            wait_for("STATUS", lambda: systemd.heard("STATUS="))
            wait_for("the watchdog", lambda: len(systemd.heard("WATCHDOG=1")) >= 4)
            fed = systemd.heard("WATCHDOG=1")
            expect(fed[3] - fed[0] > 0.8, "the watchdog is fed too often: %r" % fed)
            asked_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            sign.process.send_signal(signal.SIGHUP)
            wait_for("RELOADING", lambda: systemd.heard("RELOADING=1\nMONOTONIC_USEC="))
            told_us = [int(message.rpartition("=")[2]) for _, message in systemd.messages
                       if message.startswith("RELOADING=1")]
            # systemd takes an earlier one for another reload's, and waits on.
            expect(len(told_us) == 1 and told_us[0] >= asked_us, "%r, %d" % (told_us, asked_us))
            wait_for("READY again", lambda: len(systemd.heard("READY=1")) == 2)
            sign.end()
            wait_for("STOPPING", lambda: systemd.heard("STOPPING=1"))


# The control socket

@case
def ctl_finds_the_sign_by_itself_or_by_room():
    runtime = socket_path("run")
    os.mkdir(runtime)
    given = write("plan.json", document(*PLAN))
    none = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
    expect(none.returncode == 3 and "no sign runs here" in none.stderr, repr(none))
    first = Sign(config("file:x"), "--schedule", given, control=False, RUNTIME_DIRECTORY=runtime)
    with first:
        wait_for("the socket", lambda: glob.glob(runtime + "/*.sock"))
        alone = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
        expect(alone.returncode == 0 and "room: " + ROOM in alone.stdout, repr(alone))
        other = config("file:x", room="Audi 1", name="other.conf")
        with Sign(other, "--schedule", write("other.json", document(room="Audi 1")), control=False,
                  RUNTIME_DIRECTORY=runtime) as second:
            wait_for("both sockets", lambda: len(glob.glob(runtime + "/*.sock")) == 2)
            both = run(CTL, "status", RUNTIME_DIRECTORY=runtime)
            expect(both.returncode == 3 and "Hall-1-" in both.stderr and "Audi-1-" in both.stderr,
                   repr(both))
            named = run(CTL, "--room", "Audi 1", "status", "--json", RUNTIME_DIRECTORY=runtime)
            expect(json.loads(named.stdout)["room"] == "Audi 1", repr(named))
            wrong = run(CTL, "--room", "Audi 2", "status", RUNTIME_DIRECTORY=runtime)
            expect(wrong.returncode == 3 and "Audi 2" in wrong.stderr, repr(wrong))
            second.end()
        first.end()


@case
def ctl_names_bad_arguments():
    for arguments, word in [((), "command"), (("--bogus", "status"), "--bogus"),
                            (("snapshot",), "OUT.png"), (("status", "more"), "more"),
                            (("--room",), "--room"), (("a", "b", "c"), "c"),
                            (("--room", "a", "--socket", "b", "status"), "--room")]:
        answer = run(CTL, *arguments)
        expect(answer.returncode == 1 and word in answer.stderr, "%r: %r" % (arguments, answer))
    unknown = run(CTL, "--socket", socket_path("no.sock"), "status")
    expect(unknown.returncode == 3 and "is the sign running" in unknown.stderr, repr(unknown))


@case
def ctl_is_refused_what_the_sign_does_not_know():
    given = write("plan.json", document(*PLAN))
    with Sign(config("file:x"), "--schedule", given) as sign:
        sign.wait_status("a schedule", has_schedule)
        answer = sign.ctl("dance")
        expect(answer.returncode == 1 and "status, reload and snapshot" in answer.stderr,
               repr(answer))
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(PATIENCE_S)
            raw.connect(sign.socket)
            raw.sendall(b'{"command": "dance"}\n')
            reply = raw.recv(4096).decode()
        expect("known are reload, snapshot, status" in reply, reply)
        unwritable = sign.ctl("snapshot", "/proc/no/such.png")
        expect(unwritable.returncode == 3 and "/proc/no" in unwritable.stderr, repr(unwritable))
        left = [name for name in os.listdir(SOCKETS) if name.startswith("sign.sock")]
        expect(left == ["sign.sock"], str(left))
        sign.end(signal.SIGINT)


# The clock and the screen

def wake_ups(pid):
    """Of the main thread: each time it slept and went on."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith("voluntary_ctxt_switches:"):
                return int(line.split()[1])
    raise Failure("no count of wake-ups")


def count_wake_ups(at, seconds):
    given = write("plan.json", document(*PLAN))
    with Sign(config("file:x"), "--schedule", given, "--at", at, state=None) as sign:
        sign.wait_status("presented", lambda s: s["display"] and s["display"]["presented"])
        # The connection of the question is over, and its time limit with it.
        time.sleep(0.5)
        before = wake_ups(sign.process.pid)
        time.sleep(seconds)
        count = wake_ups(sign.process.pid) - before
        sign.end()
        return count


@case
def it_sleeps_while_nothing_changes():
    count = count_wake_ups("2026-01-31T10:35:05", 5)
    expect(count == 0, "%d wake-ups in 5 s" % count)


@case
def it_wakes_once_a_second_while_seconds_count():
    count = count_wake_ups("2026-01-31T11:16:05", 5)
    expect(4 <= count <= 7, "%d wake-ups in 5 s" % count)


@case
def a_simulated_clock_runs_at_its_speed():
    given = write("plan.json", document(*PLAN))
    with Sign(config("file:x"), "--schedule", given, "--at", "2026-01-31T11:10:00", "--speed",
              "200", state=None) as sign:
        began = time.monotonic()
        sign.wait_status("the second talk", lambda s: s["current"] and s["current"]["uid"] == "two")
        # 15 minutes at 200 times the speed.
        expect(3 < time.monotonic() - began + 2 < 15, "took %.1f s" % (time.monotonic() - began))
        sign.end()


def start_x_server(display, size):
    return subprocess.Popen(["Xvfb", display, "-screen", "0", size + "x24", "-nolisten", "tcp"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


@case
def a_display_smaller_than_any_picture_ends_nothing():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    display = ":%d" % (200 + (os.getpid() + 1) % 700)
    server = start_x_server(display, "120x90")
    try:
        with Sign(config("file:x"), "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
                  DISPLAY=display) as sign:
            status = sign.wait_status("a picture",
                                      lambda s: s["display"] and s["display"]["presented"])
            size = (status["display"]["width"], status["display"]["height"])
            expect(size == (120, 90), str(size))
            picture = sign.ctl("snapshot", path("tiny.png"))
            expect(picture.returncode == 0 and png_size("tiny.png") == (160, 160), repr(picture))
            sign.end()
    finally:
        server.terminate()
        server.wait()


@case
def a_picture_larger_than_the_display_is_not_cut_off():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    with open(config("file:x"), encoding="utf-8") as file:
        kept = file.read()
    display = ":%d" % (200 + (os.getpid() + 2) % 700)
    server = start_x_server(display, "800x600")
    try:
        for size, shown in (("1600x1200", (800, 600)), ("400x300", (400, 300))):
            conf = write("sized.conf", kept + "[screen]\nsize = " + size + "\n")
            with Sign(conf, "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
                      DISPLAY=display) as sign:
                sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
                picture = sign.ctl("snapshot", path("sized.png"))
                expect(picture.returncode == 0 and png_size("sized.png") == shown,
                       "%s: %r" % (size, png_size("sized.png")))
                told = "size = %s doesn't fit" % size in sign.log()
                expect(told == (shown == (800, 600)), sign.log())
                sign.end()
    finally:
        server.terminate()
        server.wait()


@case
def a_window_without_a_display_is_an_error():
    given = write("plan.json", document(*PLAN))
    answer = run(SIGN, "--window", "640x360", "--schedule", given, config("file:x"),
                 SDL_VIDEODRIVER="x11", DISPLAY=":%d" % (1000 + os.getpid() % 700))
    expect(answer.returncode == 3 and "no display to open a window on" in answer.stderr,
           repr(answer))


@case
def a_display_that_is_off_is_waited_for():
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    given = write("plan.json", document(*PLAN))
    display = ":%d" % (200 + os.getpid() % 700)
    with Sign(config("file:x"), "--schedule", given, window=None, SDL_VIDEODRIVER="x11",
              DISPLAY=display) as sign:
        status = sign.wait_status("a start", lambda s: True)
        expect(status["display"] is None, str(status))
        sign.wait_log("looking again every second")
        picture = sign.ctl("snapshot", path("dark.png"))
        expect(picture.returncode == 0 and png_size("dark.png") == (1920, 1080), repr(picture))
        server = start_x_server(display, "800x600")
        try:
            status = sign.wait_status("a display", lambda s: s["display"])
            expect(status["display"]["driver"] == "x11", str(status))
            sign.wait_status("a picture", lambda s: s["display"] and s["display"]["presented"])
            expect(sign.log().count("looking again") == 1, sign.log())
            sign.end()
        finally:
            server.terminate()
            server.wait()


def main():
    global SCRATCH, SOCKETS
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-sign-")
    SOCKETS = tempfile.mkdtemp(prefix="roomsign-", dir="/tmp")
    try:
        write("suppressions", "leak:libfontconfig\nleak:libdbus\n")
        return cases.run_all("sign")
    finally:
        shutil.rmtree(SCRATCH)
        shutil.rmtree(SOCKETS)


if __name__ == "__main__":
    sys.exit(main())

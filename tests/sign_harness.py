"""A running roomsignd to try, for the script tests: its config, its schedule, what it says.

A script ends with sys.exit(run_suite("name")). $BUILD is where the programs are (build).
"""

import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import cases
from cases import Failure, Skip, expect

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
    # Whether anybody has set the clock of the machine that the tests run on is not their business.
    return write(name, "\n".join(lines) + "\n[alerts]\n" + alerts +
                 "\n[clock]\ntrust = always\n")


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
                   "etag": "", "last_modified": "", "server_date": None, "error": "",
                   "events": len(sessions), "matched": len(sessions), "closest": []}],
        "headlines": {"url": "", "source": "", "asked": None, "fetched": None, "etag": "",
                      "last_modified": "", "error": "", "titles": []},
        "sessions": list(sessions), "changes": [], "elsewhere": []})


DAY = "2026-01-31T"
PLAN = [session("one", DAY + "09:30:00Z", DAY + "10:20:00Z"),
        session("two", DAY + "10:25:00Z", DAY + "10:50:00Z")]


class Sign:
    """A running roomsignd; `with` ends it."""

    def __init__(self, conf, *arguments, name="sign", state="state", control=True,
                 window="640x360", **variables):
        self.socket = socket_path(name + ".sock")
        self.log_path = path(name + ".log")
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

    def __exit__(self, problem, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log_file.close()
        # A child that was let write no file tells the sign alone what a sanitizer found.
        if not problem:
            expect(not re.search(r"Sanitizer|runtime error: |/reports/report", self.log()),
                   self.log())

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


def preload(source):
    """Variables with which a program takes these C functions for the library's."""
    if not shutil.which("cc"):
        raise Skip("no C compiler")
    library = path("preload.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, write("preload.c", source)],
                   check=True)
    return {"LD_PRELOAD": library}


def run(program, *arguments, **variables):
    return subprocess.run([program, *arguments], env=environment(**variables),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


def ask_raw(sign, line):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(PATIENCE_S)
        raw.connect(sign.socket)
        raw.sendall(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")
        return json.loads(raw.makefile("rb").read())


def command_files(state):
    return glob.glob(os.path.join(path(state), "*.commands"))


def has_schedule(status):
    return status["feed"]["has_schedule"]


def stored_files(state="state"):
    return glob.glob(os.path.join(path(state), "*.json"))


def run_suite(suite, **options):
    """Runs the cases in a place of their own, with the options of cases.run_all. Returns the exit
    status."""
    global SCRATCH, SOCKETS
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-%s-" % suite)
    SOCKETS = tempfile.mkdtemp(prefix="roomsign-", dir="/tmp")
    try:
        return cases.run_all(suite, **options)
    finally:
        shutil.rmtree(SCRATCH)
        shutil.rmtree(SOCKETS)

#!/usr/bin/env python3
"""roomsignd is killed with SIGKILL at random moments while it is told things, and started again.

What it answered counts after the start, once; what it didn't answer counts once or not at all.
Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
KILLS=1000 SEED=7 tests/kill_test.py kills more often, and at the moments of that seed.
"""

import datetime
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import cases  # noqa: E402
from cases import Failure, case, expect  # noqa: E402

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
KILLS = int(os.environ.get("KILLS", "200"))
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(10 ** 6))))
START_PATIENCE_S = 20
# A kill comes at most so long after the start, and after the sign was ready.
KILL_WITHIN_S = 0.05
KILL_WITHIN_READY_S = 0.03
EXTEND_MIN = 1
SCRATCH = ""


def stamp(seconds):
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def session(uid, start, end):
    return {"uid": uid, "start": stamp(start), "end": stamp(end), "title": "Talk " + uid,
            "speakers": [], "track": "", "room": "Hall", "url": "", "language": "",
            "kind": "session", "venue_wide": False, "status": "confirmed", "remind_s": None,
            "feed": 0}


def write_files():
    """A talk that goes on for hours: nothing but what is said changes the sign."""
    now = int(time.time())
    day = 86400
    talks = [session("long", now - 1800, now + 5 * 3600),
             session("next", now + 12 * 3600, now + 13 * 3600)]
    document = {
        "version": 1, "room": "Hall", "timezone": "UTC", "generated": stamp(now),
        "from": stamp(now - day), "until": stamp(now + 8 * day), "selection": "x",
        "feeds": [{"url": "https://example.org/feed.ics", "status": "fresh",
                   "fetched": stamp(now), "etag": "", "last_modified": "", "server_date": None,
                   "error": "", "events": 2, "matched": 2, "closest": []}],
        "headlines": {"url": "", "source": "", "asked": None, "fetched": None, "etag": "",
                      "last_modified": "", "error": "", "titles": []},
        "sessions": talks, "changes": [], "elsewhere": []}
    with open(os.path.join(SCRATCH, "document.json"), "w") as file:
        json.dump(document, file)
    with open(os.path.join(SCRATCH, "room.conf"), "w") as file:
        file.write("[room]\nname = Hall\ntimezone = UTC\n"
                   "[feed]\nurl = https://example.org/feed.ics\n"
                   # Nobody need have set the clock of the machine that the tests run on.
                   "[clock]\ntrust = always\n")
    return now + 5 * 3600


class Sign:
    def __init__(self):
        self.socket = os.path.join(SCRATCH, "sign.sock")
        self.log = open(os.path.join(SCRATCH, "log"), "ab")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "roomsignd"), os.path.join(SCRATCH, "room.conf"),
             "--schedule", os.path.join(SCRATCH, "document.json"), "--window", "640x360",
             "--state", os.path.join(SCRATCH, "state"), "--control", self.socket],
            env={"PATH": os.environ["PATH"], "HOME": SCRATCH, "LC_ALL": "C.UTF-8", "TZ": "UTC",
                 "SDL_VIDEODRIVER": "offscreen"},
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.process.wait()
        self.log.close()

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)

    def ask(self, **request):
        """None: it was killed before it answered."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        reply = b""
        try:
            connection.connect(self.socket)
            connection.sendall(json.dumps(request).encode() + b"\n")
            while True:
                part = connection.recv(65536)
                if not part:
                    break
                reply += part
        except ConnectionError:
            return None
        except FileNotFoundError:
            return None
        finally:
            connection.close()
        return json.loads(reply) if reply.endswith(b"\n") else None

    def wait_ready(self):
        """What it shows; None: it was killed before."""
        deadline = time.monotonic() + START_PATIENCE_S
        while self.process.poll() is None:
            status = self.ask(command="status")
            if status:
                return status
            if time.monotonic() > deadline:
                raise Failure("the sign doesn't start")
            time.sleep(0.002)
        return None


class Said:
    """What the operator said, and what the sign must make of it."""

    def __init__(self, planned_end):
        self.held = self.full = False
        self.message = None
        self.end = planned_end
        self.last = None
        self.occupancy = "unknown"

    def copy(self):
        other = Said(self.end)
        other.__dict__.update(self.__dict__)
        return other

    def choose(self, chance, number):
        """A request that makes sense now and the state after it."""
        after = self.copy()
        kind = chance.choice(["hold", "extend", "extend", "say", "say", "clear", "full",
                              "occupied", "vacant"])
        request = {"command": kind}
        if kind == "hold":
            request["command"] = "release" if self.held else "hold"
            after.held = not self.held
        elif kind == "extend":
            # Back and forth, so that it never reaches max_session or the next talk.
            request["minutes"] = EXTEND_MIN if self.end % 120 < 60 else -EXTEND_MIN
            after.end += 60 * request["minutes"]
        elif kind == "say" or (kind == "clear" and not self.message):
            request = {"command": "say", "text": "message %d" % number}
            after.message = request["text"]
        elif kind == "clear":
            after.message = None
        elif kind == "full":
            request["command"] = "open" if self.full else "full"
            after.full = not self.full
        else:
            after.occupancy = kind
        if request["command"] not in ("occupied", "vacant"):
            after.last = request["command"], request.get("text", "")
        return request, after

    def differs(self, status):
        """What the sign shows that wasn't said, or nothing."""
        undo = status["undo"]
        shown = {
            "phase": (status["phase"], "live"),
            "held": (status["held"], self.held),
            "end": (status["target"], stamp(self.end)),
            "full": (status["full"], self.full),
            "message": (status["message"] and status["message"]["text"], self.message),
            "occupancy": (status["occupancy"], self.occupancy),
            "last": (undo and (undo["command"], undo["text"]), self.last),
        }
        return ", ".join("%s is %r, not %r" % (name, *pair)
                         for name, pair in shown.items() if pair[0] != pair[1])


def log_lines():
    directory = os.path.join(SCRATCH, "state")
    for name in os.listdir(directory) if os.path.isdir(directory) else []:
        if name.endswith(".commands"):
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                return file.read().splitlines()
    return []


class Rounds:
    def __init__(self, planned_end):
        self.chance = random.Random(SEED)
        self.said = Said(planned_end)
        self.maybe = None
        self.number = self.answered = self.unanswered = self.early = 0

    def check_start(self, status):
        """The state before the kill, with or without what wasn't answered."""
        possible = [self.said] + ([self.maybe] if self.maybe else [])
        wrong = [state.differs(status) for state in possible]
        expect("" in wrong, "after %d answers: %s" % (self.answered, " / or ".join(wrong)))
        self.said = possible[wrong.index("")]
        self.maybe = None

    def talk(self, sign):
        """Tells it things until it's killed."""
        while True:
            self.number += 1
            request, after = self.said.choose(self.chance, self.number)
            reply = sign.ask(**request)
            if reply is None:
                self.maybe = after
                self.unanswered += 1
                return
            expect(reply["ok"], "%s was refused: %s" % (request, reply.get("error")))
            expect(reply["kept"], "%s wasn't kept: %s" % (request, reply["unkept"]))
            wrong = after.differs(reply)
            expect(not wrong, "the answer to %s: %s" % (request, wrong))
            self.said = after
            self.answered += 1

    def kill_once(self):
        with Sign() as sign:
            early = self.chance.random() < 0.4
            if early:
                threading.Timer(self.chance.uniform(0, KILL_WITHIN_S), sign.kill).start()
            status = sign.wait_ready()
            if status is None:
                self.expect_killed(sign)
                self.early += 1
                return
            self.check_start(status)
            if not early:
                threading.Timer(self.chance.uniform(0, KILL_WITHIN_READY_S), sign.kill).start()
            self.talk(sign)
            self.expect_killed(sign)

    @staticmethod
    def expect_killed(sign):
        status = sign.process.wait(START_PATIENCE_S)
        if status != -signal.SIGKILL:
            with open(os.path.join(SCRATCH, "log"), encoding="utf-8") as file:
                raise Failure("the sign ended with %d by itself: %s" %
                              (status, file.read().splitlines()[-1]))


@case
def no_command_is_lost_or_doubled_by_kill_9():
    rounds = Rounds(write_files())
    print("# SEED=%d KILLS=%d" % (SEED, KILLS), flush=True)
    started = time.monotonic()
    try:
        for _ in range(KILLS):
            rounds.kill_once()
        with Sign() as sign:
            status = sign.wait_ready()
            expect(status, "it ends by itself")
            rounds.check_start(status)
    except Failure as failure:
        raise Failure("SEED=%d: %s\n%s" % (SEED, failure, "\n".join(log_lines()[-12:])))
    texts = [line.split("\t")[5] for line in log_lines() if line.split("\t")[1] == "say"]
    expect(len(texts) == len(set(texts)), "SEED=%d: a message stands twice in the log" % SEED)
    numbers = [int(text.split()[1]) for text in texts]
    expect(numbers == sorted(numbers), "SEED=%d: the log is out of order" % SEED)
    # A sanitized sign takes its time to begin with.
    least = KILLS // 4 if cases.SANITIZED else KILLS
    expect(rounds.answered > least, "SEED=%d: only %d answers" % (SEED, rounds.answered))
    print("# %d answered, %d killed before the answer, %d before the start was over, %.1f s" %
          (rounds.answered, rounds.unanswered, rounds.early, time.monotonic() - started))


def main():
    global SCRATCH
    # Not below the build directory: the names of sockets must be short.
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-kill-", dir="/tmp")
    try:
        return cases.run_all("kill")
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

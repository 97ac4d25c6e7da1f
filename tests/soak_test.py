#!/usr/bin/env python3
"""Weeks in the life of a sign, at speed: it stays right, and as large as it was.

The real daemon with its real feed child, control socket and a window on Xvfb lives on a clock that
runs SPEED times as fast (tests/clock/shim.c). Every hour the schedule changes, and mostly something
is wrong: the feed fails in one way or another, the clock is set by an hour, the config is read anew,
operators press and ask, strangers send rubbish. Every night all is well for some hours, with a
schedule of always the same size: what the sign shows then must be right, and what it takes then of
memory, descriptors and threads must be what it took the nights before.
Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
SOAK_DAYS=30 SEED=7 tests/soak_test.py lives longer, and that life.
"""

import contextlib
import datetime
import json
import mmap
import os
import random
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import feed_server  # noqa: E402
import sign_harness  # noqa: E402
import torture_table  # noqa: E402
from cases import Failure, case, expect  # noqa: E402
from sign_harness import Sign, path, run_suite, wait_for, write  # noqa: E402
from x_screen import x_server  # noqa: E402

DAYS = int(os.environ.get("SOAK_DAYS", "2"))
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(10 ** 6))))
# Of the shim.
SETTINGS_BYTES = 88
SPEED = 7200
HOUR_S, DAY_S = 3600, 86400
# Nine days before the clocks of Europe go forward.
BEGINS = datetime.datetime(2026, 3, 20, 6, tzinfo=datetime.timezone.utc).timestamp()
# For so long a day something happens; in the night that follows, all is well.
AWAKE_H = 20
# From so many days on the memory must be flat to the page.
DAYS_FLAT = 15
HOLES_PAGES, PAGE_BYTES = 32, 4096
PAGES_SHORT, HEAP_SHORT_BYTES = 300, 131072
TALKS_MAX, HOURS_CALM = 60, 11
FAULTS = ["plain", "plain", "plain", "conditional", "gzip", "chunked", "500", "503_seconds", "304",
          "html", "empty", "truncated", "short", "reset", "no_http", "nothing", "slow", "huge"]
THEMES = ["dark", "light", "high-contrast"]
LANGUAGES = ["en", "de", "ar", "ja", "hi"]
TESTS = os.path.dirname(os.path.abspath(__file__))


class SoakHandler(feed_server.FeedHandler):
    """The feed of which it is decided every hour what it does."""

    def do_GET(self):
        self.close_connection = True
        getattr(self, "answer_" + self.server.fault)("")

    def date_time_string(self, timestamp=None):
        return super().date_time_string(self.server.now())

    def answer_nothing(self, _query):
        """A calendar without an event: not believed at once."""
        self.send_whole(200, feed_server.calendar())

    def answer_huge(self, _query):
        begins = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
        self.send_whole(200, feed_server.calendar(
            *(feed_server.event("huge-%d" % i, "Somewhere else", begins, room="Hall %d" % (i % 50))
              for i in range(20000))))


class World:
    """The true time, the clock that the sign sees, and the feed's server."""

    def __init__(self):
        # Of the clocks that run fast: since when, how far they were ahead then, how fast.
        self.pace, self.pace_index = (time.clock_gettime_ns(time.CLOCK_BOOTTIME), 0, SPEED), 0
        self.base_ns = int((BEGINS - time.time()) * 1e9)
        self.times_set = self.ahead_s = 0
        with open(write("clock", bytes(SETTINGS_BYTES)), "r+b") as file:
            self.settings = mmap.mmap(file.fileno(), SETTINGS_BYTES)
        self.run_at(SPEED)
        self.set_clock(0, True)
        with open(write("heap", bytes(8)), "r+b") as file:
            self.heap = mmap.mmap(file.fileno(), 8)
        self.server = feed_server.start()
        self.server.RequestHandlerClass = SoakHandler
        self.server.now = self.now_s
        self.server.fault = "plain"

    def gained_ns(self, now_ns):
        from_ns, ahead_ns, speed = self.pace
        return ahead_ns + (now_ns - from_ns) * (speed - 1)

    def run_at(self, speed):
        now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self.pace = (now_ns, self.gained_ns(now_ns), speed)
        self.pace_index = 1 - self.pace_index
        self.settings[40 + 24 * self.pace_index:64 + 24 * self.pace_index] = struct.pack(
            "=qqq", *self.pace)
        self.settings[32:36] = struct.pack("=i", self.pace_index)

    def now_s(self):
        """The true time."""
        gained_ns = self.gained_ns(time.clock_gettime_ns(time.CLOCK_BOOTTIME))
        return time.time() + (self.base_ns + gained_ns) / 1e9

    def set_clock(self, ahead_s, synchronised):
        self.ahead_s = ahead_s
        self.times_set += 1
        self.settings[0:8] = struct.pack("=q", self.base_ns + int(ahead_s * 1e9))
        self.settings[8:16] = struct.pack("=ii", synchronised, self.times_set)

    def sleep_until(self, at_s):
        time.sleep(max(0, (at_s - self.now_s()) / SPEED))

    def heap_bytes(self):
        return struct.unpack("=Q", self.heap[0:8])[0]


class Programme:
    """What the feed has, and what is done to it every hour."""

    def __init__(self, chance):
        self.chance = chance
        self.talks = {}
        self.number = 0

    def at(self, at_s):
        return datetime.datetime.fromtimestamp(int(at_s), datetime.timezone.utc)

    def add(self, now_s, evening_s):
        """By the evening all is over: what changes about a talk is told until its old end."""
        self.number += 1
        start_s = now_s + self.chance.uniform(-2, 12) * HOUR_S
        minutes = self.chance.randrange(5, 120)
        if start_s + 60 * minutes > evening_s:
            return
        words = ["Ein Vortrag", "講演", "محاضرة", "सत्र", "🎤 Talk", "A longer title about the matter"]
        title = "%s %d" % (self.chance.choice(words), self.number)
        self.talks["talk-%d" % self.number] = [title, start_s, minutes, "Hall 1"]

    def change(self, now_s, evening_s):
        chance = self.chance
        for uid, (_, start_s, _, _) in list(self.talks.items()):
            if start_s < now_s - DAY_S:
                del self.talks[uid]
        for _ in range(chance.randrange(1, 8)):
            self.add(now_s, evening_s)
        for uid in chance.sample(sorted(self.talks), min(len(self.talks), chance.randrange(8))):
            kind = chance.choice(["move", "retime", "cancel", "retitle", "vanish"])
            if kind == "vanish" or len(self.talks) > TALKS_MAX:
                del self.talks[uid]
            elif kind == "move":
                self.talks[uid][3] = chance.choice(["Hall 1", "Hall 2"])
            elif kind == "retime":
                start_s = self.talks[uid][1] + 300 * chance.randrange(-12, 13)
                if start_s + 60 * self.talks[uid][2] < evening_s:
                    self.talks[uid][1] = start_s
            elif kind == "cancel":
                self.talks[uid][0] = "CANCELLED: " + self.talks[uid][0].removeprefix("CANCELLED: ")
            else:
                self.talks[uid][0] += chance.choice([" (again)", "!"])
                self.talks[uid][0] = self.talks[uid][0][:120]

    def body(self):
        return feed_server.calendar(*(
            feed_server.event(uid, title, self.at(start_s), minutes, room)
            for uid, (title, start_s, minutes, room) in self.talks.items()))

    def calm_body(self, night, now_s, room):
        """The same every night, but for the date. It lasts longer than the night does, where the
        machine has more to do than this."""
        self.talks = {}
        return feed_server.calendar(*(
            feed_server.event("night-%d-%d" % (i, night), "Night %d" % i,
                              self.at(now_s + (i * HOURS_CALM - 1) * HOUR_S), HOURS_CALM * 60, room)
            for i in range(2)))


def private_pages(pid):
    """Pages that are the program's own, by what they hold: what leaks is among them."""
    pages, kind = {}, ""
    with open("/proc/%d/smaps" % pid, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if "-" in words[0] and not words[0].endswith(":"):
                kind = words[5] if len(words) > 5 and words[5].startswith("[") else \
                    "file" if len(words) > 5 else "anonymous"
            elif words[0] in ("Private_Dirty:", "Swap:"):
                pages[kind] = pages.get(kind, 0) + int(words[1]) // 4
    return {kind: count for kind, count in pages.items() if count}


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
        return file.read()


class Life:
    def __init__(self, world, display):
        self.world, self.display = world, display
        self.chance = random.Random(SEED)
        self.programme = Programme(self.chance)
        self.sign = None
        self.room, self.theme, self.language = "Hall 1", "dark", "en"
        self.poll = "20m"
        self.nights = []
        self.asked = self.refused = self.clocks_set = self.reloads = 0

    def configure(self):
        return write("room.conf", (
            "[room]\nname = %s\ntimezone = Europe/Brussels\nlanguage = %s\n"
            "[feed]\nurl = %s/feed\npoll = %s\ntimeout = 1s\n[screen]\ntheme = %s\n") %
            (self.room, self.language, self.world.server.url, self.poll, self.theme))

    def start(self):
        # Who isn't root can look only into what lets itself be looked into.
        return Sign(self.configure(), "--traceable", window="640x360", SDL_VIDEODRIVER="x11",
                    DISPLAY=self.display, LD_PRELOAD=path("shim.so") + ":" + path("heap.so"),
                    CLOCK_SHIM=path("clock"), HEAP_SPY=path("heap"),
                    ASAN_OPTIONS="verify_asan_link_order=0")

    def ask(self, **request):
        """The answer; every request gets one."""
        answer = self.send(json.dumps(request).encode() + b"\n")
        expect(answer, "no answer to %r: %s" % (request, self.sign.log()[-2000:]))
        self.asked += 1
        return json.loads(answer)

    def send(self, request):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(sign_harness.PATIENCE_S)
            if connection.connect_ex(self.sign.socket) != 0:
                return b""
            connection.sendall(request)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    answer += part
            return answer

    def command(self):
        chance = self.chance
        name = chance.choice(["hold", "release", "extend", "start", "end", "say", "clear", "full",
                              "open", "occupied", "vacant", "undo", "status", "snapshot"])
        request = {"command": name}
        if name == "extend":
            request["minutes"] = chance.choice([-10, -5, 5, 10, 30])
        elif name == "say":
            request["text"] = "Message %d" % chance.randrange(10 ** chance.randrange(1, 30))
            if chance.random() < 0.5:
                request["for"] = "%dm" % chance.randrange(1, 90)
        self.refused += not self.ask(**request)["ok"]

    def rubbish(self):
        self.send(self.chance.choice([
            b"{}\n", b"[1,2]\n", b"\x00\xff\n", b"x" * 70000 + b"\n",
            b'{"command":"nonsense"}\n', b'{"command":"say","text":' + b"[" * 500 + b"\n"]))

    def reload(self):
        self.configure()
        expect(self.ask(command="reload")["ok"], self.sign.log()[-2000:])
        self.reloads += 1
        # With another room's name the socket is made anew, and who is on the old one has to call
        # again.
        wait_for("the socket", lambda: self.send(b'{"command":"status"}\n'))

    def see_the_world(self):
        """What the libraries keep of each language is to be there from the first night on."""
        for self.theme in THEMES:
            for self.language in LANGUAGES:
                self.reload()

    def hour(self, day, hour, dawn_s):
        chance, world = self.chance, self.world
        self.programme.change(dawn_s + hour * HOUR_S, dawn_s + AWAKE_H * HOUR_S)
        world.server.body = self.programme.body()
        world.server.fault = chance.choice(FAULTS)
        # The clock is set once a day and, later, right again.
        if hour in (9, 16):
            world.set_clock((0 if hour == 16 else 1 if day % 2 else -1) * HOUR_S,
                            hour == 16 or chance.random() < 0.7)
            self.clocks_set += 1
        if chance.random() < 0.1:
            self.theme, self.language = chance.choice(THEMES), chance.choice(LANGUAGES)
            self.reload()
        for _ in range(chance.randrange(12)):
            self.command()
        if chance.random() < 0.2:
            self.rubbish()

    @staticmethod
    def is_calm(status, night):
        current = status["current"]
        return current and current["uid"].startswith("night-") and \
            current["uid"].endswith("-%d" % night) and \
            not {"clock", "stale", "distrusted"} & set(status["notices"])

    def be_calm(self, night, room):
        """The sign of a room that all is well with; what it says is right."""
        self.room, self.theme, self.language = room, "dark", "en"
        self.world.server.body = self.programme.calm_body(night, self.world.now_s(), room)
        self.reload()
        status = None

        def calm():
            nonlocal status
            status = self.ask(command="status")
            return self.is_calm(status, night)
        try:
            wait_for("the right sign of " + room, calm)
        except Failure as failure:
            raise Failure("%s: %s" % (failure, status)) from None
        expect(status["clock"]["source"] == "system" and status["room"] == room, str(status))
        at_s = datetime.datetime.fromisoformat(status["time"].replace("Z", "+00:00")).timestamp()
        expect(abs(at_s - self.world.now_s()) < HOUR_S, str(status))

    def night(self, night):
        """All is well; then look at what the sign takes as that of a room of which nothing was ever
        said: the log of what was said grows up to a bound and becomes short again."""
        world = self.world
        world.set_clock(0, True)
        world.server.fault = "plain"
        for name in ("clear", "release", "open", "vacant"):
            self.ask(command=name)
        self.be_calm(night, "Hall 1")
        self.be_calm(night, "Night hall")
        # Time stands still, almost. What is kept of texts that are no more goes with the look; one
        # poll more, and then none.
        world.run_at(1)
        self.poll = "1d"
        self.reload()
        wait_for("the last poll", lambda: self.ask(command="status")["feed"]["next_poll_s"] > DAY_S / 2)
        # One picture becomes the next in 300 ms.
        time.sleep(1)
        self.measure(night)
        world.run_at(SPEED)
        self.room, self.poll = "Hall 1", "20m"
        self.reload()

    def measure(self, day):
        """Between two polls; what one takes is over with it."""
        pid = self.sign.process.pid
        process = "/proc/%d/" % pid

        def look():
            if children(pid):
                return None
            found = {"heap": self.world.heap_bytes(), "pages": private_pages(pid),
                     "fds": len(os.listdir(process + "fd")),
                     "threads": len(os.listdir(process + "task"))}
            # The heap is told every 20 ms.
            time.sleep(0.05)
            is_still = found["heap"] == self.world.heap_bytes()
            return found if is_still and not children(pid) else None
        night = wait_for("a quiet moment", look)
        self.nights.append(night)
        print("# day %d: %r" % (day, night), flush=True)

    def run(self):
        with self.start() as self.sign:
            wait_for("a start", self.sign.status)
            self.see_the_world()
            for day in range(1, DAYS + 1):
                dawn_s = self.world.now_s()
                for hour in range(AWAKE_H):
                    self.world.sleep_until(dawn_s + hour * HOUR_S)
                    expect(self.sign.process.poll() is None,
                           "the sign ended: " + self.sign.log()[-2000:])
                    self.hour(day, hour, dawn_s)
                self.world.sleep_until(dawn_s + AWAKE_H * HOUR_S)
                self.night(day)
                # Where a night took less than is missing of the day.
                self.world.sleep_until(dawn_s + DAY_S)
            self.sign.end()


def least(nights, question):
    return min(question(night) for night in nights)


def judge(nights):
    """What is taken in the nights of the last third against those of the second; each third at its
    least. What is in use is the same to the page. The pages that hold it are a few more or less, as
    the holes between lie, but don't become more. In a short life there is nothing but the first
    nights, in which the libraries still learn."""
    is_long = DAYS >= DAYS_FLAT
    third = len(nights) // 3
    before, after = (nights[third:-third], nights[-third:]) if is_long else (nights[:1], nights[1:])
    pages_more, heap_more = (HOLES_PAGES, PAGE_BYTES) if is_long else (PAGES_SHORT, HEAP_SHORT_BYTES)
    for what in ("fds", "threads"):
        expect(len({night[what] for night in nights}) == 1, "%s: %r" % (what, nights))
    with open(sign_harness.SIGN, "rb") as program:
        if b"__asan_init" in program.read():
            # What was freed stays in quarantine, and mallinfo(3) knows nothing.
            return
    pages = [least(part, lambda night: sum(night["pages"].values())) for part in (before, after)]
    heap = [least(part, lambda night: night["heap"]) for part in (before, after)]
    told = "%d descriptors, %d threads; pages: %d, later %d; bytes in use: %d, later %d" % (
        nights[0]["fds"], nights[0]["threads"], *pages, *heap)
    print("# " + told)
    expect(pages[1] <= pages[0] + pages_more and heap[1] <= heap[0] + heap_more, told)


def build_shims():
    for library, source in (("shim.so", "clock/shim.c"), ("heap.so", "soak/heap.c")):
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu17", "-O1", "-shared", "-fPIC", "-o",
                        path(library), os.path.join(TESTS, source), "-ldl", "-lpthread"],
                       check=True)


@case
def weeks_at_speed_leave_the_sign_right_and_as_large_as_it_was():
    print("# SEED=%d SOAK_DAYS=%d" % (SEED, DAYS), flush=True)
    build_shims()
    with x_server("640x360") as (display, _, _):
        life = Life(World(), display)
        began = time.monotonic()
        try:
            life.run()
        except Exception as problem:  # whatever it is, the seed belongs to it
            log = life.sign.log() if life.sign else ""
            raise Failure("SEED=%d: %s\n%s" % (SEED, problem, log[-3000:])) from problem
        print("# %d requests, %d refused, %d times the clock was set, %d reloads, %.1f s" %
              (life.asked, life.refused, life.clocks_set, life.reloads, time.monotonic() - began))
        judge(life.nights)
    torture_table.row("%d days at speed" % DAYS, "the schedule", None)


if __name__ == "__main__":
    sys.exit(run_suite("soak"))

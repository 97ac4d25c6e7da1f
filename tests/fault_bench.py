"""A sign in a session, its feed's server, and a fault that befalls them: for the fault matrix.

What has to hold whatever breaks: the sign goes on counting down, says how old its schedule is when
two polls have failed and not before, answers at once, and forgets nothing, killed or not. When the
fault is over it shows the next edition of the schedule by itself. Each fault makes a row of the
table that `make torture` prints.
"""

import contextlib
import ctypes
import datetime
import fcntl
import glob
import json
import os
import re
import signal
import socket
import struct
import threading
import time

import feed_server
import sign_harness
from cases import Failure, Skip, expect
from sign_harness import PATIENCE_S, Sign, ask_raw, command_files, config, path
from torture_table import row

ENDS_IN_MIN = 25
# Mostly a few milliseconds, but this machine may be busy.
ANSWERS_WITHIN_S = 5
WATCH_S = 1.3
STARTS_WITHIN_S = 10
SAID = "Coats next door"

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), "%s: %s" % (what, os.strerror(ctypes.get_errno())))


def mount(source, target, kind=None, flags=0, options=None):
    check(libc.mount(source.encode(), target.encode(), kind and kind.encode(),
                     ctypes.c_ulong(flags), options and options.encode()), "mount " + target)


def make_private():
    """What is mounted from here on is seen by this process and its children alone."""
    try:
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
    except OSError as problem:
        raise Skip("the root is no mount of its own: %s" % problem) from None


def unmount(target):
    check(libc.umount2(target.encode(), MNT_DETACH), "unmount " + target)


def enter_as_root(user, group):
    check(libc.unshare(CLONE_NEWUSER), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", "0 %d 1" % user),
                       ("gid_map", "0 %d 1" % group)):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(text)


def become_root():
    """Before there are threads: who isn't root is root in a namespace of his own, where it may be.
    Some systems give the namespace and refuse the rest: who has gone in has no way back then."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        return
    scout = os.fork()
    if scout == 0:
        with contextlib.suppress(OSError):
            enter_as_root(user, group)
            os._exit(0)
        os._exit(1)
    if os.waitpid(scout, 0)[1] == 0:
        enter_as_root(user, group)


def set_loopback(up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags, = struct.unpack("16xh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))


def in_own_world(function):
    """Runs it in a thread with a network and mounts of its own, as are its children's."""
    def apart(*arguments):
        problems = []

        def run():
            try:
                if libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
                    raise Skip("no namespaces: " + os.strerror(ctypes.get_errno()))
                make_private()
                set_loopback(True)
                function(*arguments)
            except Exception as problem:  # it is the caller's
                problems.append(problem)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if problems:
            raise problems[0]
    apart.__name__ = function.__name__
    return apart


class Trial:
    """A sign with a server of its own. `with` ends both."""

    def __init__(self, name, host="127.0.0.1", tls=None, **feed_keys):
        began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.began = began - datetime.timedelta(hours=2)
        self.name = re.sub(r"\W+", "-", name)
        self.edition = 0
        self.server = feed_server.start(tls=tls)
        self.port = self.server.server_address[1]
        self.next_edition()
        url = self.server.url.replace("127.0.0.1", host) + "/conditional.ics"
        feed_keys.setdefault("timeout", "1s")
        self.conf = config(url, name=self.name + ".conf", alerts="wrap_up = 30m", **feed_keys)
        self.slowest_s = 0.0
        self.arguments, self.variables = (), {}
        self.sign = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *problem):
        self.sign.__exit__(*problem)
        self.server.shutdown()
        self.server.server_close()

    def start(self):
        self.sign = Sign(self.conf, *self.arguments, name=self.name, state=self.name,
                         **self.variables)

    def kill(self):
        self.sign.process.send_signal(signal.SIGKILL)
        self.sign.process.wait()
        self.sign.log_file.close()

    def next_edition(self):
        self.edition += 1
        hour = datetime.timedelta(hours=1)
        now = datetime.timedelta(minutes=120 + ENDS_IN_MIN)
        self.server.body = feed_server.calendar(
            feed_server.event("now", "Edition %d" % self.edition, self.began,
                              minutes=120 + ENDS_IN_MIN),
            feed_server.event("next", "Next", self.began + now + hour / 2),
            feed_server.event("later", "Later", self.began + now + 3 * hour))
        # Else it would say that nothing has changed.
        self.server.etag = '"edition-%d"' % self.edition

    # What the sign says

    def ask(self):
        """None while it can't be asked. What it says at any time is judged."""
        began, before_s = time.monotonic(), time.time()
        expect(self.sign.process.poll() is None, "the sign ended: " + self.sign.log())
        try:
            status = ask_raw(self.sign, {"command": "status"})
        except (FileNotFoundError, ConnectionError):
            return None
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.judge(status, before_s, time.time())
        return status

    def judge(self, status, before_s, after_s):
        told = "%s\n%s" % (json.dumps(status), self.sign.log())
        feed, shows = status["feed"], status["shows"]
        if not feed["has_schedule"]:
            expect(status["phase"] is None and status["current"] is None, told)
            return
        at = datetime.datetime.fromisoformat(status["time"].replace("Z", "+00:00")).timestamp()
        # Of whole seconds.
        expect(before_s - 1 <= at <= after_s, "told %s: %s" % (status["time"], told))
        expect(status["phase"] == "wrap-up" and status["current"]["uid"] == "now", told)
        ends_s = self.began.timestamp() + (120 + ENDS_IN_MIN) * 60
        # As it goes on, so does the count.
        count = re.fullmatch(r"ends in (\d+):(\d\d)", shows["count"])
        expect(count, told)
        left_s = int(count.group(1)) * 60 + int(count.group(2))
        expect(abs(ends_s - at - left_s) <= 1, told)
        stale = feed["missed_polls"] >= 2
        expect(("stale" in status["notices"]) == stale, told)
        expect(bool(re.fullmatch(r"schedule of \d\d:\d\d", shows["doubt"])) == stale, told)

    def wait(self, what, question, seconds=PATIENCE_S):
        deadline = time.monotonic() + seconds
        status = None
        while time.monotonic() < deadline:
            status = self.ask() or status
            if status and question(status):
                return status
            time.sleep(0.05)
        raise Failure("%s: not within %d s; %s; %s" % (what, seconds, status, self.sign.log()))

    def watch(self, seconds=WATCH_S):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.ask()
            time.sleep(0.05)

    def shows_edition(self, status):
        return (status["feed"]["missed_polls"] == 0 and status["feed"]["has_schedule"] and
                status["shows"]["headline"] == "Edition %d" % self.edition)

    def wait_fresh(self):
        """Returns how long it took."""
        began = time.monotonic()
        self.wait("edition %d" % self.edition, self.shows_edition)
        return time.monotonic() - began

    # What is kept

    def say(self):
        for request in {"command": "say", "text": SAID}, {"command": "full"}:
            reply = ask_raw(self.sign, request)
            expect(reply["ok"] and reply["kept"], str(reply))

    def expect_said(self, status):
        expect(status["full"] and status["message"] and status["message"]["text"] == SAID,
               "what was said is lost: %s; %s" % (status, self.sign.log()))

    def stored(self):
        """The sessions and commands on the disk."""
        stored, = glob.glob(os.path.join(path(self.name), "*.json"))
        log, = command_files(self.name)
        with open(stored, encoding="utf-8") as file:
            sessions = json.load(file)["sessions"]
        with open(log, "rb") as file:
            return sessions, file.read()

    def restart(self):
        """As after a cut of power: from what is stored it shows the same."""
        before = self.stored()
        self.kill()
        self.start()
        status = self.wait("the stored schedule", sign_harness.has_schedule, STARTS_WITHIN_S)
        expect(status["shows"]["headline"] == self.shown, str(status))
        self.expect_said(status)
        expect(self.stored() == before, "what is stored changed over a restart")

    def suffer(self, fault, begin, end, error, recovers_within_s=8):
        """begin() and end() the fault; feed.error then has `error` in it."""
        self.wait_fresh()
        self.shown = "Edition %d" % self.edition
        self.say()
        before = self.stored()
        begin()
        status = self.wait("doubt", lambda s: s["feed"]["missed_polls"] >= 2)
        expect(re.search(error, status["feed"]["error"]),
               "%r isn't in %r" % (error, status["feed"]["error"]))
        self.watch()
        expect(self.ask()["shows"]["headline"] == self.shown, "it shows something else")
        expect(self.stored() == before, "what is stored changed")
        self.restart()
        self.wait("the fault", lambda s: re.search(error, s["feed"]["error"]))
        doubt = self.wait("doubt", lambda s: s["shows"]["doubt"])["shows"]["doubt"]
        self.next_edition()
        end()
        recovered_s = self.wait_fresh()
        expect(recovered_s < recovers_within_s, "recovered in %.1f s" % recovered_s)
        self.expect_said(self.ask())
        expect(self.slowest_s < ANSWERS_WITHIN_S, "an answer took %.1f s" % self.slowest_s)
        row(fault, "countdown, " + re.sub(r"\d\d:\d\d", "HH:MM", doubt), recovered_s)
        self.sign.end()

#!/usr/bin/env python3
"""The fault matrix of the disk: what the real sign makes of a full one, a broken one, and of files
that aren't what they were. Every byte of them is tried by test_store and test_command_log; here
the running program meets a sample, a larger one in `make torture`.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/storage_faults_test.py WORD` runs only the cases whose name holds the word.
"""

import glob
import os
import shutil
import signal
import sys
import time

sys.dont_write_bytecode = True
from cases import add_case, case, expect  # noqa: E402
from fault_bench import (  # noqa: E402
    MS_BIND, MS_RDONLY, MS_REMOUNT, SAID, STARTS_WITHIN_S, Trial, become_root, in_own_world,
    mount, unmount)
from sign_harness import (  # noqa: E402
    ask_raw, command_files, has_schedule, path, run_suite, stored_files, write)
from torture_table import row  # noqa: E402

SIGNS_AT_ONCE = 10
SAMPLES = 60 if "TORTURE_TABLE" in os.environ else 6
HUGE_BYTES = 64 << 20


# A disk that takes nothing while the sign runs

def say(trial, text):
    reply = ask_raw(trial.sign, {"command": "say", "text": text})
    expect(reply["ok"] and reply["message"]["text"] == text, str(reply))
    return reply


def spoil_disk(fault, trial, begin, end, reason):
    """The sign goes on, says what it can't keep, and keeps it when it can again."""
    trial.wait_fresh()
    trial.say()
    before = trial.stored()
    trial.shown = "Edition 1"
    begin()
    trial.next_edition()
    trial.wait_fresh()
    status = trial.wait("not stored", lambda s: not s["feed"]["stored"])
    expect(not status["notices"] or status["notices"] == ["full", "message"], str(status))
    # The last block of a file may have room for a word.
    for i in range(30):
        if not say(trial, "%d%s" % (i, " soup" * 50))["kept"]:
            break
    reply = say(trial, "Soup")
    expect(not reply["kept"] and reason in reply["unkept"], str(reply))
    trial.watch()
    sessions, commands = trial.stored()
    expect(sessions == before[0] and commands.startswith(before[1]), "what is stored changed")
    expect(trial.sign.log().count("state: ") == 1, trial.sign.log())
    end()
    ended = time.monotonic()
    trial.wait("a stored schedule", lambda s: s["feed"]["stored"])
    trial.wait("a stored command", lambda s: command_files(trial.name) and
               b"Soup" in trial.stored()[1])
    recovered_s = time.monotonic() - ended
    trial.server.fault = "absent"
    trial.kill()
    trial.start()
    status = trial.wait("the stored schedule", has_schedule, STARTS_WITHIN_S)
    expect(status["shows"]["headline"] == "Edition 2", str(status))
    expect(status["full"] and status["message"]["text"] == "Soup", str(status))
    row(fault, "countdown, new schedule, \"lasts until the sign ends\"", recovered_s)
    trial.sign.end()


def small_disk(trial):
    os.mkdir(path(trial.name))
    mount("none", path(trial.name), "tmpfs", options="size=64k")


def fill_disk(trial):
    with open(path(trial.name) + "/filler", "wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass


@case
@in_own_world
def disk_full():
    trial = Trial("disk full")
    small_disk(trial)
    with trial:
        spoil_disk("disk full", trial, lambda: fill_disk(trial),
                   lambda: os.remove(path(trial.name) + "/filler"), "No space left")


@case
@in_own_world
def disk_full_from_the_first_start():
    trial = Trial("disk full at first")
    small_disk(trial)
    fill_disk(trial)
    with trial:
        trial.wait_fresh()
        expect(not say(trial, "Soup")["kept"], "kept on a full disk")
        os.remove(path(trial.name) + "/filler")
        ended = time.monotonic()
        trial.wait("a stored schedule", lambda s: s["feed"]["stored"])
        trial.wait("a stored command", lambda s: command_files(trial.name) and
                   b"Soup" in trial.stored()[1])
        row("disk full at the first start", "countdown", time.monotonic() - ended)
        trial.sign.end()


@case
@in_own_world
def disk_read_only():
    trial = Trial("disk read-only")
    small_disk(trial)

    def protect():
        """A mount that is written to can't become read-only, but one can be put above it."""
        mount(path(trial.name), path(trial.name), flags=MS_BIND)
        mount("none", path(trial.name), flags=MS_REMOUNT | MS_BIND | MS_RDONLY)

    with trial:
        spoil_disk("disk read-only", trial, protect, lambda: unmount(path(trial.name)),
                   "Read-only")


@case
def state_directory_removed():
    """It is made again."""
    with Trial("directory") as trial:
        trial.wait_fresh()
        trial.say()
        shutil.rmtree(path(trial.name))
        began = time.monotonic()
        trial.wait("a stored schedule", lambda s: stored_files(trial.name))
        took_s = time.monotonic() - began
        trial.shown = "Edition 1"
        trial.expect_said(trial.ask())
        expect(say(trial, SAID)["kept"], "it keeps nothing in a directory that was made again")
        trial.restart()
        row("state directory removed", "countdown", took_s)
        trial.sign.end()


# Files that aren't what they were when the sign starts

def cut_at(share):
    def harm(name):
        os.truncate(name, int(os.path.getsize(name) * share))
    return harm


def flip_at(share, bit):
    def harm(name):
        with open(name, "r+b") as file:
            file.seek(int(os.path.getsize(name) * share))
            byte, = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1 << bit]))
    return harm


def replace_by(make):
    def harm(name):
        os.remove(name)
        make(name)
    return harm


def huge(name):
    with open(name, "r+b") as file:
        file.seek(0)
        head = file.read()
        file.truncate(HUGE_BYTES)
        file.seek(0)
        file.write(b"\0" * len(head))


def busy_directory(name):
    os.mkdir(name)
    write(os.path.join(name, "inside"), "")


HARMS = [
    ("empty", cut_at(0)),
    ("a directory", replace_by(os.mkdir)),
    ("a directory with a file", replace_by(busy_directory)),
    ("a dangling symlink", replace_by(lambda name: os.symlink("/nowhere/at/all", name))),
    ("a symlink to itself", replace_by(lambda name: os.symlink(os.path.basename(name), name))),
    ("a fifo", replace_by(os.mkfifo)),
    ("an endless device", replace_by(lambda name: os.symlink("/dev/zero", name))),
    ("huge", huge),
    ("missing", os.remove),
]
SHARES = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
CUTS = [cut_at(share) for share in SHARES]
FLIPS = [flip_at(share, i % 8) for i, share in enumerate(SHARES)]


def put(saved, name):
    if os.path.isdir(name) and not os.path.islink(name):
        shutil.rmtree(name)
    elif os.path.lexists(name):
        os.remove(name)
    shutil.copy(saved, name)


def prepare(trial):
    """Leaves two editions and two commands on the disk of a sign that was killed."""
    trial.wait_fresh()
    trial.say()
    trial.next_edition()
    trial.wait_fresh()
    trial.wait("stored", lambda s: s["feed"]["stored"])
    trial.kill()
    trial.server.fault = "absent"


def start_harmed(trial):
    """Started where nothing but the disk can tell what to show."""
    trial.start()
    return trial.wait("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)


def heal(trial):
    """The feed is back. Returns how long it took."""
    trial.server.fault = None
    trial.next_edition()
    recovered_s = trial.wait_fresh()
    trial.wait("stored", lambda s: s["feed"]["stored"])
    return recovered_s


def judge_stored(status, lost_both):
    if lost_both:
        expect(status["shows"]["words"] == "Waiting" and not has_schedule(status), str(status))
    else:
        expect(status["shows"]["headline"] in ("Edition 1", "Edition 2"), str(status))


def harm_schedule(name, harms, lost_both=False):
    with Trial(("both " if lost_both else "") + "schedule " + name) as trial:
        prepare(trial)
        stored, = stored_files(trial.name)
        shutil.copy(stored, path(trial.name) + "/saved")
        previous = glob.glob(stored + ".old")
        for harm in harms:
            put(path(trial.name) + "/saved", stored)
            harm(stored)
            if lost_both and previous:
                put(path(trial.name) + "/saved", stored + ".old")
                harm(stored + ".old")
            status = start_harmed(trial)
            judge_stored(status, lost_both)
            if not lost_both:
                trial.expect_said(status)
            if harm is not harms[-1]:
                trial.kill()
        recovered_s = heal(trial)
        trial.shown = "Edition 3"
        trial.server.fault = "absent"
        trial.restart()
        many = " (%d places)" % len(harms) if len(harms) > 1 else ""
        row(("both schedules " if lost_both else "stored schedule ") + name + many,
            "Waiting" if lost_both else "countdown, the edition before, HH:MM", recovered_s,
            "the stored schedules" if lost_both else "the last edition, until the next poll")
        trial.sign.end()


def add_schedule_harm(name, harms, lost_both=False):
    def befall():
        harm_schedule(name, harms, lost_both)
    add_case(("both schedules " if lost_both else "stored schedule ") + name, befall)


def harm_log(name, harms, keeps_one):
    with Trial("log " + name) as trial:
        prepare(trial)
        log, = command_files(trial.name)
        shutil.copy(log, path(trial.name) + "/saved")
        for harm in harms:
            put(path(trial.name) + "/saved", log)
            harm(log)
            status = start_harmed(trial)
            # Nothing that wasn't said; of one spoilt line the others stay.
            text = status["message"] and status["message"]["text"]
            expect(text in (None, SAID), str(status))
            expect(status["full"] or text or not keeps_one, str(status))
            if harm is not harms[-1]:
                trial.kill()
        expect(say(trial, "Soup")["kept"], trial.sign.log())
        recovered_s = heal(trial)
        trial.kill()
        trial.start()
        status = trial.wait("the stored schedule", has_schedule, STARTS_WITHIN_S)
        expect(status["message"]["text"] == "Soup", str(status))
        many = " (%d places)" % len(harms) if len(harms) > 1 else ""
        row("command log %s%s" % (name, many), "countdown, new commands kept", recovered_s,
            {"cut": "what stood behind the cut", "bit-flipped": "the spoilt line"}.get(
                name, "what was said before"))
        trial.sign.end()


def add_log_harm(name, harms, keeps_one=False):
    def befall():
        harm_log(name, harms, keeps_one)
    add_case("command log " + name, befall)


# The config of a running sign

def spoil_config(name, harm):
    """It stays what it was, polls go on, and a good one is taken again."""
    with Trial("config " + name) as trial:
        trial.wait_fresh()
        trial.say()
        shutil.copy(trial.conf, trial.conf + ".good")
        harm(trial.conf)
        trial.sign.process.send_signal(signal.SIGHUP)
        trial.sign.wait_log("config: keeping the old one")
        refused = ask_raw(trial.sign, {"command": "reload"})
        expect(not refused["ok"] and os.path.basename(trial.conf) in refused["error"],
               str(refused))
        trial.next_edition()
        trial.wait_fresh()
        trial.expect_said(trial.ask())
        put(trial.conf + ".good", trial.conf)
        began = time.monotonic()
        trial.sign.process.send_signal(signal.SIGHUP)
        trial.sign.wait_log("is read anew")
        trial.next_edition()
        trial.wait_fresh()
        row("config " + name, "countdown, the old config", time.monotonic() - began)
        trial.sign.end()


def add_config_harm(name, harm):
    def befall():
        spoil_config(name, harm)
    add_case("config " + name, befall)


def garbage(name):
    with open(name, "wb") as file:
        file.write(os.urandom(5000))


def removed_from_a_full_disk(name):
    with open(name, "r+b") as file:
        file.write(bytes(os.path.getsize(name)))


for each in HARMS:
    add_schedule_harm(each[0], [each[1]])
    add_log_harm(each[0], [each[1]])
add_schedule_harm("cut", CUTS)
add_schedule_harm("cut", CUTS, lost_both=True)
add_schedule_harm("bit-flipped", FLIPS)
add_schedule_harm("bit-flipped", FLIPS, lost_both=True)
add_log_harm("cut", CUTS)
add_log_harm("bit-flipped", FLIPS, keeps_one=True)
for each in [harm for harm in HARMS if harm[0] != "huge"]:
    add_config_harm(*each)
add_config_harm("garbage", garbage)
add_config_harm("zeros", removed_from_a_full_disk)

if __name__ == "__main__":
    become_root()
    sys.exit(run_suite("storage", at_once=SIGNS_AT_ONCE))

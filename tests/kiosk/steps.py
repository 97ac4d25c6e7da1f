"""What befalls the kiosk, boot by boot: each step returns what it measured, or raises."""

import collections
import datetime
import json
import os
import shutil
import time

import picture
import state
from guest import GuestError

Boot = collections.namedtuple("Boot", "clock steps")

UNIT = "roomsign@room"
CONFIG = "/etc/roomsign/room.conf"
# Virtual-1 is what the kernel calls QEMU's only screen.
CONNECTOR = "/sys/class/drm/card0-Virtual-1/status"
# How long the unit says, and what ending and starting takes.
WATCHDOG_S = 30 + 10 + 30
SECURITY_MAX = 1.5
# Where the sign says below its clock how old the schedule is.
AGE_ROWS = range(84, 112)
# Places and moments of a power cut that are tried without a boot for each.
CUTS = 40
# From the server's answer to the end of what it leads to, on a disk that is slowed down so that a
# cut mostly meets a write.
DISK_PER_S = 20
WRITE_S = 1.2


def expect(fact, what):
    if not fact:
        raise GuestError(what)


def configure(kiosk, guest, poll="10s", trust="always", theme="dark"):
    guest.run("cat >%s <<'.'\n[room]\nname = Hall 1\ntimezone = UTC\nlanguage = en\n"
              "[feed]\nurl = %s\npoll = %s\ntimeout = 5s\n[screen]\ntheme = %s\n"
              "[control]\nkeys = yes\n[clock]\ntrust = %s\n.\n"
              % (CONFIG, kiosk.feed.url, poll, theme, trust))


def status(guest):
    """None while the sign can't be asked."""
    try:
        return json.loads(guest.run("roomsignctl status --json"))
    except (GuestError, ValueError):
        return None


def wait_status(guest, what, question, seconds=None):
    def ask():
        told = status(guest)
        return told if told and question(told) else None
    return guest.wait_for(what, ask, seconds)


def unit(guest, *names):
    values = dict(line.split("=", 1) for line in guest.run(
        "systemctl show -p %s %s" % (",".join(names), UNIT)).splitlines())
    return [values[name] for name in names]


def ready_at(guest):
    """Seconds from the kernel's start at which the first frame was on the screen of a sign that
    runs; 0: it isn't yet. The sign tells that it is ready when it is."""
    active, at = unit(guest, "ActiveState", "ActiveEnterTimestampMonotonic")
    return int(at) / 1e6 if active == "active" else 0


def edition_of(told):
    title = told["next"]["title"] if told["next"] else ""
    return int(title.split()[1]) if title.startswith("Edition ") else 0


def look(guest, name, wanted="roomsignctl snapshot /run/wanted.png", but_rows=range(0)):
    """The screen is, pixel by pixel, what the sign says that it is. Tried again, because a minute
    may begin in between."""
    unlike = 0
    for _ in range(5):
        guest.run(wanted)
        shot = guest.shot(name + ".png")
        seen = picture.read_file(shot)
        drawn = picture.read_png(guest.get("/run/wanted.png"))
        expect(not drawn.is_empty(), "the sign draws nothing")
        unlike = seen.pixels_unlike(drawn, but_rows)
        if unlike == 0:
            return seen
        time.sleep(1)
    with open(guest.file(name + "-wanted.png"), "wb") as file:
        file.write(guest.get("/run/wanted.png"))
    raise GuestError("%d pixels of the screen are not what the sign draws: %s.png, %s-wanted.png"
                     % (unlike, name, name))


def install(kiosk, guest):
    guest.run("date -s @%d" % kiosk.now().timestamp())
    guest.run("DEBIAN_FRONTEND=noninteractive apt-get -q -y install /root/roomsign.deb")
    expect("carrier" in guest.run("ip -br link").lower(), "the cable is plugged in")
    configure(kiosk, guest)
    guest.run("roomsignd --check %s && systemctl enable --now %s" % (CONFIG, UNIT))
    wait_status(guest, "a sign without a schedule",
                lambda told: told["shows"]["words"] == "Waiting")
    look(guest, "install")
    told = guest.run("systemd-analyze security %s | tail -n 1" % UNIT)
    score = float(told.split(": ")[1].split()[0])
    expect(score <= SECURITY_MAX, "the security score is %.1f" % score)
    return "%d bytes, security score %.1f, waits for its feed" % (
        int(guest.run("stat -c %s /root/roomsign.deb")), score)


def first_poll(kiosk, guest):
    guest.plug_network(True)
    told, _ = wait_status(guest, "the first schedule", lambda told: told["feed"]["stored"])
    expect(edition_of(told) == kiosk.feed.edition, "the feed's edition isn't shown")
    look(guest, "first-poll")
    guest.shut_down()
    return "%d sessions stored, shut down" % told["feed"]["sessions"]


def dark_boot(kiosk, guest):
    asked = kiosk.feed.asked
    at, _ = guest.wait_for("the sign", lambda: ready_at(guest))
    told = status(guest)
    expect(told["display"] and told["display"]["presented"], "nothing is presented")
    expect(told["display"]["driver"].startswith("kms"), "it isn't on the bare console")
    expect(told["current"] and told["current"]["uid"] == "morning", "another session: %r" % told)
    expect(edition_of(told) == kiosk.feed.edition, "it isn't the stored schedule")
    # Drawn by another process, from the file and the clock alone: of its age it knows nothing.
    look(guest, "1-dark-boot",
         "roomsignd --snapshot /run/wanted.png --size 1280x720 --at $(date -u +%%FT%%TZ) "
         "--schedule /var/lib/roomsign/*.json %s" % CONFIG, AGE_ROWS)
    told, _ = wait_status(guest, "the schedule's age", lambda told: told["shows"]["doubt"])
    expect(told["shows"]["doubt"].startswith("schedule of "), told["shows"]["doubt"])
    look(guest, "1-dark-boot")
    expect(kiosk.feed.asked == asked, "there was a network")
    started = int(unit(guest, "ExecMainStartTimestampMonotonic")[0]) / 1e6
    pss = guest.run("sed -n 's/^Pss: *//p' /proc/$(systemctl show -P MainPID %s)/smaps_rollup"
                    % UNIT)
    return ("first frame %.1f s after the kernel's start, %.1f s after the sign's; PSS %s"
            % (at, at - started, pss))


def feed_comes_up(kiosk, guest):
    kiosk.feed.edition += 1
    guest.plug_network(True)
    told, took_s = wait_status(guest, "the new edition",
                               lambda told: edition_of(told) == kiosk.feed.edition)
    expect("retitled" in guest.run("cat /var/lib/roomsign/*.json"),
           "what changed isn't told")
    look(guest, "2-feed")
    return "%s, %d s after the cable" % (told["next"]["title"], took_s)


def key_press(_, guest):
    expect(not status(guest)["held"], "it is held before")
    guest.press("spc")
    told, took_s = wait_status(guest, "a held session", lambda told: told["held"])
    look(guest, "3-held")
    words = "%s, %s" % (told["shows"]["words"], told["shows"]["note"])
    guest.press("spc")
    wait_status(guest, "a session released", lambda told: not told["held"])
    return "%s, %.1f s after the key" % (words, took_s)


def force(guest, how):
    """The connector as if somebody had pulled the cable; the card leaves it to others to tell."""
    guest.run("echo %s >%s && echo change >/sys/class/drm/card0/uevent" % (how, CONNECTOR))


def unplugged(_, guest):
    pid = unit(guest, "MainPID")
    force(guest, "off")
    wait_status(guest, "a sign without a display", lambda told: not told["display"])
    expect(picture.read_file(guest.shot("4-unplugged.png")).is_empty(), "there is still a picture")
    force(guest, "on")
    _, took_s = wait_status(guest, "the display again",
                            lambda told: told["display"] and told["display"]["presented"])
    look(guest, "4-plugged")
    expect(unit(guest, "MainPID") == pid, "the sign was started anew for it")
    return "there again %.1f s after the plug, by the same process" % took_s


def killed(_, guest):
    killed_at = float(guest.run(
        "cut -d' ' -f1 /proc/uptime; kill -9 $(systemctl show -P MainPID %s)" % UNIT))
    at, _ = guest.wait_for("the sign again",
                           lambda: (ready_at(guest) or 0) > killed_at and ready_at(guest))
    look(guest, "5-killed")
    return "on the screen %.1f s after kill -9" % (at - killed_at)


def reloaded(kiosk, guest):
    pid = unit(guest, "MainPID")
    configure(kiosk, guest, theme="light")
    guest.run("systemctl reload %s" % UNIT)
    expect(min(look(guest, "8-reloaded").rgb[:3]) > 200, "the ground isn't light")
    # A reload that took the terminal away would be told so, by a hangup and by the kernel's text.
    time.sleep(3)
    log = guest.run("journalctl -b -u %s -o cat --no-pager _PID=%s" % (UNIT, pid[0]))
    expect(log.count("is read anew") == 1 and "another frame" not in log, log)
    guest.run("echo nonsense >>%s" % CONFIG)
    try:
        guest.run("systemctl reload %s" % UNIT)
        raise AssertionError("a reload of a wrong config goes well")
    except GuestError:
        pass
    look(guest, "8-reloaded")
    expect(unit(guest, "MainPID") == pid, "it was started anew")
    configure(kiosk, guest)
    guest.run("systemctl reload %s" % UNIT)
    return "a light theme at once; a wrong config is refused and changes nothing"


def stuck(_, guest):
    restarts = int(unit(guest, "NRestarts")[0])
    stopped_at = float(guest.run(
        "cut -d' ' -f1 /proc/uptime; kill -STOP $(systemctl show -P MainPID %s)" % UNIT))
    at, _ = guest.wait_for("the sign again",
                           lambda: (ready_at(guest) or 0) > stopped_at and ready_at(guest))
    expect(at - stopped_at < WATCHDOG_S, "%.1f s" % (at - stopped_at))
    expect(int(unit(guest, "NRestarts")[0]) == restarts + 1, "systemd didn't start it again")
    expect("watchdog timeout" in guest.run(
        "journalctl -b -u %s -o cat --no-pager" % UNIT).lower(), "it wasn't the watchdog")
    look(guest, "8-stuck")
    return "on the screen %.1f s after it hung" % (at - stopped_at)


def clock_jumps(kiosk, guest):
    """First a clock that the config calls right, then one that the feed's server has confirmed."""
    guest.run("date -s @%d" % (kiosk.now() + datetime.timedelta(hours=3.5)).timestamp())
    told, believed_s = wait_status(
        guest, "the session of that time",
        lambda told: told["current"] and told["current"]["title"].startswith("Edition "))
    look(guest, "7-believed")
    guest.run("date -s @%d" % kiosk.now().timestamp())
    wait_status(guest, "the session of before",
                lambda told: told["current"] and told["current"]["uid"] == "morning")
    configure(kiosk, guest, trust="check")
    guest.run("systemctl restart %s" % UNIT)
    wait_status(guest, "a clock that the server confirms",
                lambda told: told["clock"]["source"] == "system")
    guest.run("date -s @%d" % (kiosk.now() + datetime.timedelta(hours=3.5)).timestamp())
    told, _ = wait_status(guest, "a clock in doubt",
                          lambda told: told["clock"]["source"] in ("held", "server"))
    expect(told["current"] and told["current"]["uid"] == "morning", "it believes the wrong clock")
    look(guest, "7-clock")
    guest.run("date -s @%d" % kiosk.now().timestamp())
    return "believed where the config says so, after %.1f s; else by the %s, off by %d min: %s" % (
        believed_s, told["clock"]["source"], told["clock"]["offset_s"] / 60,
        told["shows"]["doubt"] or "right")


def cut_copies(kiosk, guest):
    """The disk as a power cut at many moments would leave it, each read as after a boot."""
    configure(kiosk, guest, poll="1s")
    guest.run("systemctl reload %s" % UNIT)
    guest.slow_down(1, DISK_PER_S)
    kiosk.feed.is_restless = True
    editions, writing, chance = [], 0, 0.0
    for number in range(CUTS):
        told, _ = wait_status(guest, "a schedule", edition_of)
        known = edition_of(told) if told["feed"]["stored"] else 0
        asked = kiosk.feed.asked
        guest.wait_for("a poll", lambda: kiosk.feed.asked > asked)
        # Spread over it, so that each part of a write is met.
        chance = (chance + 0.618) % 1
        time.sleep(chance * WRITE_S)
        guest.qmp("stop")
        try:
            shutil.copyfile(guest.file("state.img"), guest.file("cut.img"))
        finally:
            guest.qmp("cont")
        found = state.read(guest.file("cut.img"))
        expect(found.edition >= known, "cut %d: edition %d, and %d was stored before"
               % (number, found.edition, known))
        editions.append(found.edition)
        writing += found.is_in_a_write
    os.unlink(guest.file("cut.img"))
    expect(len(set(editions)) > CUTS / 4, "nothing was written: %r" % editions)
    return "%d cuts, %d of them in a write, %d editions, none torn or lost" % (
        CUTS, writing, len(set(editions)))


def cut(kiosk, guest):
    """The real thing: no sync, no warning."""
    configure(kiosk, guest, poll="1s")
    guest.run("systemctl reload-or-restart %s" % UNIT)
    guest.plug_network(True)
    guest.slow_down(1, DISK_PER_S)
    kiosk.feed.is_restless = True
    begun = kiosk.feed.edition
    told, _ = wait_status(guest, "editions", lambda told: edition_of(told) > begun + 3)
    kiosk.known_edition = edition_of(told)
    asked = kiosk.feed.asked
    guest.wait_for("one more poll", lambda: kiosk.feed.asked > asked)
    time.sleep(WRITE_S / 2)
    guest.cut()
    kiosk.feed.is_restless = False
    return "while edition %d was written" % kiosk.feed.edition


def after_cut(kiosk, guest):
    at, _ = guest.wait_for("the sign", lambda: ready_at(guest))
    told = status(guest)
    expect(edition_of(told) >= kiosk.known_edition - 1, "edition %d was shown, now %d" % (
        kiosk.known_edition, edition_of(told)))
    log = guest.run("journalctl -b -u %s -o cat --no-pager" % UNIT)
    for word in ("damaged", "moved aside", "state: /"):
        expect(word not in log, "the store was spoilt: " + log)
    look(guest, "6-after-cut")
    return "edition %d of %d, first frame after %.1f s" % (edition_of(told), kiosk.known_edition,
                                                           at)


def clock_of_the_past(kiosk, guest):
    at, _ = guest.wait_for("the sign", lambda: ready_at(guest))
    configure(kiosk, guest, trust="check")
    guest.run("systemctl restart %s" % UNIT)
    told, _ = wait_status(guest, "a clock that isn't set",
                          lambda told: told["clock"]["source"] == "none")
    expect(told["time"] is None and not told["shows"]["count"], "it counts: %r" % told)
    look(guest, "7-past")
    return "%s: %s, first frame after %.1f s" % (guest.run("date +%F"), told["shows"]["words"], at)


def purged(_, guest):
    guest.run("DEBIAN_FRONTEND=noninteractive apt-get -q -y purge roomsign")
    left = guest.run("systemctl list-units --all --no-legend 'roomsign*'; getent passwd roomsign; "
                     "getent group roomsign; find / -xdev \\( -path /proc -o -path /var/log -o "
                     "-path /var/lib/apt -o -path /var/cache/apt -o -path /var/lib/dpkg -o "
                     "-path /root \\) -prune -o -name '*roomsign*' -print; true")
    left += guest.run("find /var/lib/roomsign -mindepth 1 -not -name lost+found; true", False)
    # Where a partition is mounted the folder stays.
    left = left.replace("/var/lib/roomsign", "", 1)
    expect(not left.strip(), "there is still " + left)
    return "nothing is left"


BOOTS = [
    Boot(None, [("install", install), ("first poll", first_poll)]),
    Boot(None, [("1 boot without network", dark_boot), ("2 the feed comes up", feed_comes_up),
                ("3 a key holds the session", key_press), ("4 unplugged and plugged", unplugged),
                ("5 kill -9", killed), ("8 reload", reloaded), ("8 stuck", stuck),
                ("7 the clock jumps", clock_jumps), ("6 power cuts in copies", cut_copies),
                ("6 power cut", cut)]),
    Boot(None, [("6 boot after the cut", after_cut), ("6 second power cut", cut)]),
    Boot(datetime.datetime(2020, 1, 1), [("7 boot in the past", clock_of_the_past),
                                         ("8 purge", purged)]),
]

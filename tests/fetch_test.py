#!/usr/bin/env python3
"""roomsign-feed, as built, against a faulty web server and awkward files.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the program is (build).
`tests/fetch_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
import cases  # noqa: E402
import feed_server  # noqa: E402
from cases import Failure, case, expect  # noqa: E402
from feed_server import PASSWORD, USER, calendar, event, noon  # noqa: E402

PROGRAM = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "roomsign-feed"))
SECONDS_MAX = 30


class Outcome:
    """What became of one run of the program."""

    def __init__(self, status, out, err, seconds, peak_kib):
        self.status, self.out, self.err = status, out, err
        self.seconds, self.peak_kib = seconds, peak_kib

    def document(self):
        expect(self.status == 0, "exit status %d: %s" % (self.status, self.err))
        return json.loads(self.out)

    def titles(self):
        return [session["title"] for session in self.document()["sessions"]]

    def rows(self):
        expect(self.status == 0, "exit status %d: %s" % (self.status, self.err))
        return [line.split("\t") for line in self.out.splitlines()]

    def failed_with(self, *words, status=2):
        expect(self.status == status, "exit status %d, not %d: %s" % (self.status, status, self.err))
        expect(self.out == "", "something on standard output: %r" % self.out[:200])
        for word in words:
            expect(word in self.err, "%r is not in %r" % (word, self.err))
        expect(self.err.count("\n") == 1, "not one line: %r" % self.err)


def run(*arguments, stdin=b"", stdout=None):
    environment = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
    environment["TZ"] = "UTC"
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        began = time.monotonic()
        child = subprocess.Popen([PROGRAM, *arguments], stdin=given, stdout=stdout or out,
                                 stderr=err, env=environment)
        deadline = began + SECONDS_MAX
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                child.kill()
                child.wait()
                raise Failure("still running after %d s" % SECONDS_MAX)
            time.sleep(0.005)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Outcome(child.returncode, out.read().decode(), err.read().decode(),
                       time.monotonic() - began, usage.ru_maxrss)


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text, mode=0o644):
    with open(path(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path(name), mode)
    return path(name)


def file_url(name):
    return "file://" + urllib.parse.quote(path(name))


def config(*urls, room="Hall 1", **feed_keys):
    lines = ["[room]", "name = " + room, "timezone = Europe/Brussels", "[feed]"]
    lines += ["url = " + url for url in urls]
    feed_keys.setdefault("timeout", "2s")
    lines += ["%s = %s" % pair for pair in feed_keys.items()]
    return write("room.conf", "\n".join(lines) + "\n")


def poll(name, *arguments, **feed_keys):
    """Poll that page of the server by a config file."""
    return run(config(SERVER.url + "/" + name, **feed_keys), *arguments)


BOTH = ["Opening", "What a sign knows"]


# What works

@case
def a_plain_answer():
    document = poll("plain.ics").document()
    expect([s["title"] for s in document["sessions"]] == BOTH, document["sessions"])
    feed, = document["feeds"]
    expect(feed["status"] == "fresh" and feed["error"] == "", feed)
    expect(feed["fetched"] == document["generated"], feed)
    expect(document["room"] == "Hall 1" and document["timezone"] == "Europe/Brussels", document)
    agent = SERVER.seen[-1][1]["User-Agent"]
    expect(agent.startswith("roomsign/"), agent)


@case
def the_usual_window_is_yesterday_to_eight_days_ahead():
    document = poll("plain.ics").document()
    start = datetime.datetime.fromisoformat(document["from"].replace("Z", "+00:00"))
    until = datetime.datetime.fromisoformat(document["until"].replace("Z", "+00:00"))
    now = datetime.datetime.fromisoformat(document["generated"].replace("Z", "+00:00"))
    hour = datetime.timedelta(hours=1)
    expect(24 * hour <= now - start < 49 * hour, document["from"])
    expect(24 * hour * 7 - hour < until - now <= 24 * hour * 8 + hour, document["until"])


@case
def a_compressed_answer():
    expect(poll("gzip.ics").titles() == BOTH, "sessions")


@case
def a_chunked_answer():
    expect(poll("chunked.ics").titles() == BOTH, "sessions")


@case
def not_modified_by_entity_tag():
    first = poll("conditional.ics")
    expect(first.document()["feeds"][0]["etag"] == feed_server.ETAG, first.out)
    again = poll("conditional.ics", "--last", write("last.json", first.out)).document()
    asked = SERVER.seen[-1][1]
    expect(asked.get("If-None-Match") == feed_server.ETAG, asked)
    expect(asked.get("If-Modified-Since") == feed_server.LAST_MODIFIED, asked)
    expect(again["feeds"][0]["status"] == "unchanged", again["feeds"])
    expect(again["feeds"][0]["etag"] == feed_server.ETAG, again["feeds"])
    expect(again["feeds"][0]["last_modified"] == feed_server.LAST_MODIFIED, again["feeds"])
    expect(again["sessions"] == first.document()["sessions"], again["sessions"])


@case
def not_modified_by_date_with_the_last_document_on_standard_input():
    first = poll("dated.ics")
    again = run(path("room.conf"), "--last", "-", stdin=first.out.encode()).document()
    expect(again["feeds"][0]["status"] == "unchanged", again["feeds"])
    expect(again["feeds"][0]["last_modified"] == feed_server.LAST_MODIFIED, again["feeds"])
    expect(again["feeds"][0]["fetched"] == again["generated"], again["feeds"])
    expect([s["title"] for s in again["sessions"]] == BOTH, again["sessions"])


@case
def another_room_or_window_asks_for_the_whole_feed():
    last = write("last.json", poll("conditional.ics").out)
    other = poll("conditional.ics", "--last", last, room="Hall 2").document()
    expect("If-None-Match" not in SERVER.seen[-1][1], "asked conditionally for another room")
    expect([s["title"] for s in other["sessions"]] == ["Next door"], other["sessions"])
    poll("conditional.ics", "--last", last, "--to", "2040-01-01").document()
    expect("If-None-Match" not in SERVER.seen[-1][1], "asked conditionally for another window")


@case
def an_unasked_304_is_an_error():
    poll("304").failed_with("HTTP 304")


@case
def an_overlong_entity_tag_is_not_kept():
    expect(poll("long-tag.ics").document()["feeds"][0]["etag"] == "", "kept")


@case
def a_forged_entity_tag_makes_no_header():
    document = poll("conditional.ics").document()
    document["feeds"][0]["etag"] = '"x"\r\nX-Forged: yes'
    poll("conditional.ics", "--last", write("last.json", json.dumps(document)))
    expect("X-Forged" not in SERVER.seen[-1][1], SERVER.seen[-1])


@case
def a_corrupt_last_document_is_a_warning():
    for text in "{", '{"version": 99}', "[]", "\0\0":
        outcome = poll("plain.ics", "--last", write("last.json", text))
        expect(outcome.titles() == BOTH, "sessions")
        expect("--last" in outcome.err and outcome.err.count("\n") == 1, outcome.err)
    expect("--last" in poll("plain.ics", "--last", path("missing.json")).err, "no warning")


@case
def the_servers_date_with_a_caches_age():
    feed, = poll("clock.ics").document()["feeds"]
    expect(feed["server_date"] == "2026-01-31T09:31:00Z", feed)


# Errors

@case
def http_errors_are_told_and_their_pages_not_read():
    poll("nothing-here").failed_with("HTTP 404")
    poll("500").failed_with("HTTP 500")
    poll("204").failed_with("HTTP 204")


@case
def retry_after_is_passed_on():
    poll("429").failed_with("HTTP 429", "; retry after 120 s")
    poll("503-seconds").failed_with("HTTP 503", "; retry after 120 s")
    poll("503-date").failed_with("HTTP 503", "; retry after 120 s")
    poll("503-forever").failed_with("HTTP 503", "; retry after 86400 s")


@case
def nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d/feed.ics" % unused.getsockname()[1]
        run(config(url)).failed_with("Failed to connect")


@case
def no_such_host():
    run(config("http://sign.invalid/feed.ics")).failed_with("sign.invalid")


@case
def a_slow_answer_is_given_up():
    for name in "slow", "silent":
        outcome = poll(name, timeout="1s")
        outcome.failed_with("no complete answer within")
        expect(0.9 < outcome.seconds < 2.5, "%.1f s" % outcome.seconds)


@case
def an_answer_cut_short_is_refused():
    poll("short.ics").failed_with("cut short")
    poll("short-chunked.ics").failed_with("chunk")
    poll("truncated.ics").failed_with("truncated")
    poll("reset.ics").failed_with(":")


@case
def what_is_no_calendar_is_refused():
    poll("html").failed_with("not a calendar")
    poll("empty").failed_with(":")
    poll("no-http").failed_with("no HTTP")


@case
def an_endless_answer_is_capped():
    outcome = poll("endless.ics", max_size="4M", timeout="20s")
    outcome.failed_with("larger than 4 MiB")
    expect(outcome.seconds < 10, "%.1f s" % outcome.seconds)


@case
def endless_header_fields_are_capped():
    poll("endless-header").failed_with("more than 131072 bytes of header fields")


@case
def a_compressed_bomb_is_capped_in_bounded_memory():
    usual = poll("plain.ics")
    outcome = poll("bomb.ics", timeout="20s")
    outcome.failed_with("larger than 32 MiB")
    expect(outcome.peak_kib < usual.peak_kib + 16 * 1024,
           "%d KiB beside %d KiB" % (outcome.peak_kib, usual.peak_kib))


# Redirects

@case
def a_redirect_to_another_page_and_host():
    expect(poll("to?/plain.ics").titles() == BOTH, "sessions")
    expect(poll("to?" + OTHER.url + "/plain.ics").titles() == BOTH, "sessions")


@case
def a_redirect_leads_to_the_web_only():
    secret = write("secret.ics", feed_server.programme())
    for target in ("file://" + urllib.parse.quote(secret), "file:///etc/passwd", "ftp://127.0.0.1/feed.ics",
                   "gopher://127.0.0.1:70/"):
        poll("to?" + target).failed_with("neither http nor https")


@case
def a_redirect_loop_ends():
    before = len(SERVER.seen)
    poll("loop").failed_with("redirected more than 5 times")
    expect(len(SERVER.seen) - before == 6, "%d requests" % (len(SERVER.seen) - before))
    poll("nowhere").failed_with("HTTP 302")


# User and password

def poll_private(page, *arguments, password=PASSWORD, mode=0o600):
    secret = write("password", password + "\n", mode)
    return poll(page, *arguments, user=USER, password_file=secret)


@case
def the_right_password_opens():
    expect(poll_private("private.ics").titles() == BOTH, "sessions")
    digest = poll_private("digest.ics")
    expect(digest.titles() == BOTH, "sessions")
    sent = " ".join(fields.get("Authorization", "") for _, fields in SERVER.seen[-2:])
    expect("Digest" in sent and "Basic" not in sent, sent)


@case
def a_wrong_or_missing_password_is_told():
    poll_private("private.ics", password="guess").failed_with("HTTP 401", "wrong")
    poll("private.ics").failed_with("HTTP 401", "wants")
    run(config(SERVER.url + "/private.ics", user=USER,
               password_file=write("password", "", 0o600))).failed_with("password_file")


@case
def a_password_file_open_to_all_is_a_warning():
    outcome = poll_private("private.ics", mode=0o644)
    expect(outcome.titles() == BOTH, "sessions")
    expect("can be read by everyone" in outcome.err, outcome.err)
    expect(poll_private("private.ics").err == "", "warned without a reason")


@case
def the_password_stays_with_its_host():
    other_before = len(OTHER.seen)
    outcome = poll_private("to?" + OTHER.url + "/private.ics")
    outcome.failed_with("HTTP 401")
    secret = write("password", PASSWORD, 0o600)
    run(config(SERVER.url + "/private.ics", OTHER.url + "/private.ics", user=USER,
               password_file=secret)).document()
    run("--url", SERVER.url.replace("//", "//hunter:s3cr3t@") + "/to?" + OTHER.url + "/private.ics")
    asked = OTHER.seen[other_before:]
    expect(len(asked) == 3, asked)
    for _, fields in asked:
        expect("Authorization" not in fields, fields)


@case
def no_secret_is_shown():
    secrets = [PASSWORD, "s3cr3t", "hunter", "k8Xq2LmZpTr"]
    url = SERVER.url.replace("//", "//hunter:s3cr3t@")
    pages = ["/k8Xq2LmZpTr/plain.ics?token=s3cr3t", "/k8Xq2LmZpTr/500?token=s3cr3t",
             "/k8Xq2LmZpTr/html?token=s3cr3t#s3cr3t", "/private/k8Xq2LmZpTr.ics"]
    for page in pages:
        for outcome in (run("--url", url + page),
                        run(config(url + page, SERVER.url + "/plain.ics"))):
            shown = outcome.out + outcome.err
            expect("127.0.0.1" in shown, shown)
            for secret in secrets:
                expect(secret not in shown, "%s in %s" % (secret, shown))
    shown = poll_private("private.ics", password="guess-s3cr3t").err
    expect("s3cr3t" not in shown and USER + ":" not in shown, shown)
    shown = run("--url", "http://hunter:s3cr3t@[broken/s3cr3t").err
    expect("s3cr3t" not in shown and "hunter" not in shown, shown)


# TLS

@case
def a_certificate_is_checked():
    url = TLS.url + "/plain.ics"
    run(config(url)).failed_with("not trusted")
    expect(run(config(url, ca_file=path("ca.pem"))).titles() == BOTH, "sessions")
    run(config(url.replace("127.0.0.1", "localhost"), ca_file=path("ca.pem"))) \
        .failed_with("not trusted")
    run(config(url, ca_file=write("no.pem", "nothing"))).failed_with("ca_file")


# Several feeds

@case
def several_feeds_are_merged_and_the_first_wins():
    OTHER.body = calendar(
        event("opening@example.org", "Opening, as the others have it", noon()),
        event("copy@example.net", "WHAT A  SIGN knows", noon() + datetime.timedelta(hours=1)),
        event("party@example.net", "Party", noon() + datetime.timedelta(hours=2)))
    urls = SERVER.url + "/plain.ics", OTHER.url + "/conditional.ics"
    document = run(config(*urls)).document()
    expect([(s["title"], s["feed"]) for s in document["sessions"]]
           == [("Opening", 0), ("What a sign knows", 0), ("Party", 1)], document["sessions"])
    # What was left out could not come back with a 304.
    expect(document["feeds"][1]["etag"] == "", document["feeds"])


@case
def a_failing_feed_keeps_its_sessions():
    OTHER.body = calendar(event("party@example.net", "Party", noon()),
                          event("later@example.net", "Later", noon(3)))
    first = run(config(SERVER.url + "/conditional.ics", OTHER.url + "/conditional.ics"))
    expect(len(first.document()["sessions"]) == 4, first.out)
    document = first.document()
    document["feeds"][1]["fetched"] = "2026-01-31T09:30:00Z"
    last = write("last.json", json.dumps(document))
    OTHER.body = b"oops"
    etag, feed_server.ETAG = feed_server.ETAG, '"edition-8"'
    try:
        outcome = run(path("room.conf"), "--last", last)
        again = outcome.document()
        expect(again["sessions"] == first.document()["sessions"], again["sessions"])
        fresh, failed = again["feeds"]
        expect(fresh["status"] == "fresh" and fresh["etag"] == feed_server.ETAG, fresh)
        expect(failed["status"] == "failed" and failed["error"], failed)
        expect(failed["fetched"] == "2026-01-31T09:30:00Z" and failed["etag"] == etag, failed)
        expect("feed 2" in outcome.err and outcome.err.count("\n") == 1, outcome.err)

        soon = (noon(1)).strftime("%Y-%m-%d")
        outcome = run(path("room.conf"), "--last", last, "--to", soon)
        expect("sessions kept: 1, of 2026-01-31T09:30:00Z" in outcome.err, outcome.err)
        narrow = outcome.document()
        expect([s["title"] for s in narrow["sessions"] if s["feed"] == 1] == ["Party"], narrow)
        expect(narrow["feeds"][1]["etag"] == "", narrow["feeds"])
    finally:
        feed_server.ETAG = etag


@case
def with_every_feed_failing_each_reason_is_told():
    outcome = run(config(SERVER.url + "/500", SERVER.url + "/html"))
    expect(outcome.status == 2 and outcome.out == "", outcome.out)
    lines = outcome.err.splitlines()
    expect(len(lines) == 2, lines)
    expect("feed 1" in lines[0] and "HTTP 500" in lines[0], lines)
    expect("feed 2" in lines[1] and "not a calendar" in lines[1], lines)


# Files

@case
def local_files():
    programme = feed_server.programme()
    write("program.ics", programme)
    os.makedirs(path("a dir"), exist_ok=True)
    write("a dir/100% ü#?.ics", programme)
    expect(run(config(file_url("program.ics"))).titles() == BOTH, "sessions")
    expect(run(config(file_url("a dir/100% ü#?.ics"))).titles() == BOTH, "sessions")
    localhost = file_url("program.ics").replace("file://", "file://localhost")
    expect(run("--url", localhost, "--room", "Hall 1").titles() == BOTH, "sessions")
    with open(path("program.ics"), "rb") as file:
        expect(run("--url", "file:/proc/self/fd/0", stdin=file.read()).status == 0, "a descriptor")


@case
def what_is_no_file_is_refused_at_once():
    os.mkfifo(path("pipe.ics"))
    os.makedirs(path("directory.ics"), exist_ok=True)
    for url, words in ((file_url("pipe.ics"), "not a regular file"),
                       (file_url("directory.ics"), "is a directory"),
                       (file_url("missing.ics"), "No such file"),
                       ("file:///dev/zero", "not a regular file")):
        outcome = run("--url", url)
        outcome.failed_with(words)
        expect(outcome.seconds < 2, "%.1f s" % outcome.seconds)
    write("large.ics", b"BEGIN:VCALENDAR\r\n" + b"X-NOTE:and on\r\n" * 1000)
    run(config(file_url("large.ics"), max_size="1K")).failed_with("larger than 1024 bytes")


@case
def an_unchanged_file_is_not_read_again():
    write("program.ics", feed_server.programme())
    first = run(config(file_url("program.ics")))
    last = write("last.json", first.out)
    again = run(path("room.conf"), "--last", last).document()
    expect(again["feeds"][0]["status"] == "unchanged", again["feeds"])
    expect(again["sessions"] == first.document()["sessions"], again["sessions"])
    write("program.ics", calendar(event("new@example.org", "New", noon())))
    expect(run(path("room.conf"), "--last", last).titles() == ["New"], "not read again")


# The command line

@case
def tab_separated_lines():
    write("program.ics", calendar(
        event("b@example.org", "Second", datetime.datetime(2026, 1, 31, 10, 30)),
        event("a@example.org", "First", datetime.datetime(2026, 1, 31, 9, 30),
              extra=["ATTENDEE;CN=Ada:mailto:ada@example.org",
                     "ATTENDEE;CN=Grace:mailto:grace@example.org"]),
        ["BEGIN:VEVENT", "UID:fair", "DTSTART;VALUE=DATE:20260131", "DTEND;VALUE=DATE:20260202",
         "SUMMARY:Fair", "LOCATION:Hall 1", "END:VEVENT"]))
    rows = run("--url", file_url("program.ics"), "--timezone", "Europe/Brussels",
               "--format", "tsv").rows()
    expect([row[:3] for row in rows] == [
        ["2026-01-31", "2026-02-02", "fair"],
        ["2026-01-31T09:30:00Z", "2026-01-31T10:20:00Z", "a@example.org"],
        ["2026-01-31T10:30:00Z", "2026-01-31T11:20:00Z", "b@example.org"]], rows)
    expect(rows[0][3:7] == ["Hall 1", "all-day", "confirmed", "Fair"], rows[0])
    expect(rows[1][3:] == ["Hall 1", "session", "confirmed", "First", "Ada; Grace"], rows[1])


def local_programme(zone_lines=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *zone_lines]
    for hour in range(8, 13):
        lines += ["BEGIN:VEVENT", "UID:at%d" % hour, "DTSTART:20260131T%02d0000" % hour,
                  "DTEND:20260131T%02d3000" % hour, "SUMMARY:At %d" % hour, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def titles(outcome):
    return [row[6] for row in outcome.rows()]


@case
def the_window_in_every_form_of_time():
    write("program.ics", local_programme())
    brussels = ["--url", file_url("program.ics"), "--timezone", "Europe/Brussels",
                "--format", "tsv"]
    for start, end in (("2026-01-31T09:00", "2026-01-31T11:00:00"),
                       ("2026-01-31T08:00:00Z", "2026-01-31T10:00:00Z"),
                       ("2026-01-31T13:30:00+05:30", "2026-01-31T11:00:00+01:00")):
        expect(titles(run(*brussels, "--from", start, "--to", end)) == ["At 9", "At 10"], start)
    expect(len(titles(run(*brussels, "--from", "2026-01-31", "--to", "2026-02-01"))) == 5, "date")
    expect(titles(run(*brussels, "--from", "2026-01-31T11:00")) == ["At 11", "At 12"], "from")
    expect(titles(run(*brussels, "--to", "2026-01-31T09:00")) == ["At 8"], "to")
    expect(len(titles(run(*brussels))) == 5, "neither")


@case
def the_feeds_own_zone_counts_where_none_is_said():
    write("program.ics", local_programme(["X-WR-TIMEZONE:America/New_York"]))
    here = ["--url", file_url("program.ics"), "--format", "tsv"]
    rows = run(*here, "--from", "2026-01-31T09:00", "--to", "2026-01-31T10:00").rows()
    expect([row[0] for row in rows] == ["2026-01-31T14:00:00Z"], rows)
    document = run(*here[:2], "--from", "2026-01-31T09:00", "--to", "2026-01-31T10:00").document()
    expect(document["timezone"] == "America/New_York", document["timezone"])
    expect(document["from"] == "2026-01-31T14:00:00Z", document["from"])
    again = run(*here[:2], "--from", "2026-01-31T09:00", "--to", "2026-01-31T10:00",
                "--last", write("last.json", json.dumps(document))).document()
    expect(again["feeds"][0]["status"] == "unchanged", again["feeds"])
    expect(again["timezone"] == "America/New_York", again["timezone"])


@case
def a_series_without_end_ends_somewhere():
    write("program.ics", calendar(
        event("daily@example.org", "Stand-up", datetime.datetime(1990, 1, 1, 9), minutes=15,
              extra=["RRULE:FREQ=DAILY"]),
        event("old@example.org", "Long ago", datetime.datetime(1995, 1, 1, 9))))
    outcome = run("--url", file_url("program.ics"), "--format", "tsv")
    starts = [row[0] for row in outcome.rows() if row[6] == "Stand-up"]
    expect("Long ago" in titles(outcome), "the single event is missing")
    expect(700 < len(starts) < 740, "%d occurrences: %s" % (len(starts), outcome.err))
    today = noon().strftime("%Y-%m-%d")
    expect(any(start.startswith(today) for start in starts), "none today")


@case
def a_room_without_events_is_told_with_the_closest_names():
    outcome = poll("plain.ics", room="Hall 11")
    expect(outcome.titles() == [], outcome.out)
    expect("'Hall 11'" in outcome.err and "'Hall 1'" in outcome.err, outcome.err)
    expect(poll("plain.ics").err == "", "warned without a reason")


@case
def bad_arguments_are_named():
    write("room.conf", "[room]\nname = x\n[feed]\nurl = file:x.ics\n")
    for arguments, word in (([], "--url"), (["--frob"], "--frob"), (["--url"], "--url"),
                            (["--url", "gopher://x"], "gopher://…"),
                            (["--url", "file://elsewhere/x"], "another host"),
                            (["--url", "file:///x%zz"], "%"),
                            (["--url", "file:///x", "--format", "xml"], "xml"),
                            (["--url", "file:///x", "--from", "noon"], "noon"),
                            (["--url", "file:///x", "--to", "2026-02-30"], "--to"),
                            (["--url", "file:///x", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
                            (["--url", "file:///x", path("room.conf")], "room.conf"),
                            ([path("room.conf"), "--room", "x"], "--room"),
                            ([path("room.conf"), "more"], "more"),
                            (["--url", "file:///x"] * 9, "8")):
        run(*arguments).failed_with(word, "Try 'roomsign-feed --help'", status=1)
    run("--url", "file:///x", "--from", "2026-01-02", "--to", "2026-01-01") \
        .failed_with("window", status=1)
    run(path("no-such.conf")).failed_with("no-such.conf", status=1)


@case
def help_and_version():
    for argument in "--help", "--version":
        outcome = run(argument)
        expect(outcome.status == 0 and outcome.err == "", outcome.err)
        expect("roomsign-feed" in outcome.out, outcome.out)


@case
def the_formats_are_listed():
    outcome = run("--formats")
    expect(outcome.status == 0 and outcome.err == "", outcome.err)
    names = [line.split()[0] for line in outcome.out.splitlines()]
    expect({"icalendar", "frab-xml", "frab-json"} <= set(names), names)


def schedule_xml(*uids):
    return "<schedule><day date='%s'><room name='Hall 1'>%s</room></day></schedule>" % (
        noon().date(), "".join("<event guid='%s'><title>%s</title><start>12:00</start>"
                               "<duration>00:30</duration></event>" % (uid, uid) for uid in uids))


@case
def what_a_broken_xml_no_longer_tells_is_kept():
    write("schedule.xml", schedule_xml("a", "b", "c"))
    conf = config(file_url("schedule.xml"))
    whole = run(conf)
    expect(whole.titles() == ["a", "b", "c"] and whole.err == "", (whole.out, whole.err))
    broken = schedule_xml("b", "new", "c").replace("<title>c", "<title>&c")
    write("schedule.xml", broken)
    again = run(conf, "--last", "-", stdin=whole.out.encode())
    expect(again.titles() == ["a", "b", "c", "new"], again.titles())
    expect("not well-formed" in again.err, again.err)
    expect("sessions read: 2, kept from before: 2" in again.err, again.err)
    feed, = again.document()["feeds"]
    expect(feed["status"] == "fresh" and feed["etag"] == feed["last_modified"] == "", feed)
    first = run(conf)
    expect(first.titles() == ["b", "new"], first.titles())
    # Whole again, it has the last word.
    write("schedule.xml", schedule_xml("b"))
    healed = run(conf, "--last", "-", stdin=again.out.encode())
    expect(healed.titles() == ["b"] and healed.err == "", (healed.titles(), healed.err))


@case
def standard_output_is_written_whole_or_it_fails():
    write("program.ics", feed_server.programme())
    with open("/dev/full", "wb") as full:
        outcome = run("--url", file_url("program.ics"), stdout=full)
    outcome.failed_with("standard output", status=3)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        outcome = run("--url", file_url("program.ics"), stdout=writer)
    finally:
        os.close(writer)
    outcome.failed_with("standard output", status=3)


def make_certificate():
    """A certificate for 127.0.0.1 that nobody but its own file vouches for."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=sign",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path("key.pem"),
                    "-out", path("ca.pem")], check=True, capture_output=True)
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("ca.pem"), path("key.pem"))
    return context


def main():
    global SCRATCH, SERVER, OTHER, TLS
    SCRATCH = tempfile.mkdtemp(prefix="roomsign-feed-")
    try:
        SERVER, OTHER = feed_server.start(), feed_server.start()
        TLS = feed_server.start(tls=make_certificate())

        def restore():
            OTHER.body = feed_server.programme()

        return cases.run_all("feed", before_each=restore)
    finally:
        shutil.rmtree(SCRATCH)


if __name__ == "__main__":
    sys.exit(main())

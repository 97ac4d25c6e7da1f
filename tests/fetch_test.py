#!/usr/bin/env python3
"""roomsign-feed, as built, against a faulty web server and awkward files.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the program is (build).
`tests/fetch_test.py WORD` runs only the cases whose name holds the word.
"""

import datetime
import json
import os
import resource
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
from cases import SANITIZED, Failure, Skip, case, expect  # noqa: E402
from feed_server import PASSWORD, USER, calendar, event, noon  # noqa: E402

PROGRAM = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "roomsign-feed"))
SECONDS_MAX = 30
# What roomsignd grants (feed_run.h).
MEMORY_BYTES_MAX = 512 << 20


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


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))


def run(*arguments, stdin=b"", stdout=None, limits=None):
    environment = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
    environment["TZ"] = "UTC"
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        began = time.monotonic()
        child = subprocess.Popen([PROGRAM, *arguments], stdin=given, stdout=stdout or out,
                                 stderr=err, env=environment, preexec_fn=limits)
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
    poll("short-chunked.ics").failed_with("cut short")
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
def it_is_locked_up_before_it_asks_a_server():
    """By the kernel's count of filters; where it runs may have some of its own."""
    if "sanitize" in PROGRAM:
        raise Skip("a sanitizer needs its rights")
    counts = []
    for arguments in (), ("--no-cage",):
        SERVER.seen.clear()
        with subprocess.Popen([PROGRAM, *arguments, "--url", SERVER.url + "/silent.ics"],
                              stderr=subprocess.DEVNULL) as feed:
            deadline = time.monotonic() + 20
            while not SERVER.seen and time.monotonic() < deadline:
                time.sleep(0.02)
            with open("/proc/%d/status" % feed.pid, encoding="ascii", errors="replace") as file:
                told = dict(line.split(":", 1) for line in file)
            feed.kill()
        expect(SERVER.seen, "it didn't ask")
        counts.append((int(told["Seccomp_filters"]), int(told["NoNewPrivs"])))
    (caged, caged_privileges), (uncaged, _) = counts
    expect(caged == uncaged + 1 and caged_privileges == 1, str(counts))


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


@case
def https_is_never_led_away_from():
    url = TLS.url + "/to?"
    expect(run(config(url + TLS.url + "/plain.ics", ca_file=path("ca.pem"))).titles() == BOTH, "https")
    run(config(url + SERVER.url + "/plain.ics", ca_file=path("ca.pem"))) \
        .failed_with("isn't https")
    run(config(url + "file:///etc/passwd", ca_file=path("ca.pem"))).failed_with("isn't https")


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


def told(outcome):
    return [(s["title"], s["feed"], s["end"][11:16]) for s in outcome.document()["sessions"]]


@case
def a_conference_and_the_houses_own_bookings():
    """Two publishers, two formats: no uid in common but numbers that mean nothing."""
    day = noon().strftime("%Y-%m-%d")
    talk = ("<event id='%d'><date>%sT%s:00+00:00</date><start>%s</start><duration>00:50</duration>"
            "<room>Hall 1</room><title>%s</title></event>")
    write("conference.xml", "<schedule><conference><title>C</title></conference>"
          "<day index='1' date='%s'><room name='Hall 1'>" % day
          + talk % (1, day, "12:00", "12:00", "Café – what’s new")
          + talk % (2, day, "13:00", "13:00", "Sails")
          + "</room></day></schedule>")
    hour = datetime.timedelta(hours=1)
    write("house.ics", calendar(
        event("b7@house.example", "CAFÉ - what's new", noon(), minutes=60),
        event("2", "Cleaning", noon() + 5 * hour, minutes=30),
        event("b9@house.example", "Sales meeting", noon() + 3 * hour)))
    conference = [("Café – what’s new", 0, "12:50"), ("Sails", 0, "13:50")]
    outcome = run(config(file_url("conference.xml"), file_url("house.ics")))
    expect(told(outcome) == conference + [("Sales meeting", 1, "15:50"), ("Cleaning", 1, "17:30")],
           told(outcome))
    # And the other way round the house's words count.
    outcome = run(config(file_url("house.ics"), file_url("conference.xml")))
    expect(told(outcome) == [("CAFÉ - what's new", 0, "13:00"), ("Sails", 1, "13:50"),
                             ("Sales meeting", 0, "15:50"), ("Cleaning", 0, "17:30")],
           told(outcome))


@case
def whichever_feed_fails_the_other_is_fresh():
    """And the failing one, where it was named first, still wins with what it said before."""
    pages = {"first.ics": event("talk@example.org", "Talk", noon()),
             "second.ics": event("talk@example.org", "Booked: Talk", noon())}
    party = event("party@house.example", "Party", noon(1))
    for failing, other in (("first.ics", "second.ics"), ("second.ics", "first.ics")):
        for name, lines in pages.items():
            write(name, calendar(lines))
        urls = [file_url(name) for name in pages]
        last = write("last.json", run(config(*urls)).out)
        for broken in (b"oops", calendar(pages[failing])[:-20], None):
            if broken is None:
                os.remove(path(failing))
            else:
                write(failing, broken)
            write(other, calendar(pages[other], party))
            outcome = run(path("room.conf"), "--last", last)
            document = outcome.document()
            states = {name: feed["status"] for name, feed in zip(pages, document["feeds"])}
            expect(states == {failing: "failed", other: "fresh"}, states)
            expect([s["title"] for s in document["sessions"]] == ["Talk", "Party"], outcome.out)
            expect(document["sessions"][0]["feed"] == 0, outcome.out)
        # Without anything said before, the other speaks alone.
        expect(run(path("room.conf")).titles()
               == ["Booked: Talk" if failing == "first.ics" else "Talk", "Party"], failing)


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


# Headlines

def news(*titles, day=1):
    """RSS that is told the oldest first."""
    items = "".join("<item><title>%s</title><pubDate>%d Jan 2026 08:00:00 GMT</pubDate></item>"
                    % (title, day + i) for i, title in enumerate(titles))
    return ("<?xml version='1.0'?><rss version='2.0'><channel><title>House news</title>%s"
            "</channel></rss>" % items).encode()


def news_config(url, *feeds, poll="15m", **feed_keys):
    name = config(*(feeds or [SERVER.url + "/plain.ics"]), **feed_keys)
    with open(name, "a") as file:
        file.write("[headlines]\nurl = %s\npoll = %s\n" % (url, poll))
    return name


def poll_news(page, body=None, **feed_keys):
    """Poll that page of the other server, which has news."""
    OTHER.body = body or news("Lift broken", "Lift mended")
    return run(news_config(OTHER.url + "/" + page, **feed_keys))


def asked_long_ago(outcome):
    """The document as it would be had the headlines been asked for an hour earlier."""
    document = outcome.document()
    for name in "asked", "fetched":
        at = datetime.datetime.fromisoformat(document["headlines"][name].replace("Z", "+00:00"))
        document["headlines"][name] = (at - datetime.timedelta(hours=1)) \
            .strftime("%Y-%m-%dT%H:%M:%SZ")
    return document


def again(document):
    """Poll as before, with that last document."""
    return run(path("room.conf"), "--last", write("last.json", json.dumps(document)))


@case
def headlines_of_rss_and_atom():
    atom = (b"<feed xmlns='http://www.w3.org/2005/Atom'><title>Canteen</title><entry><title "
            b"type='html'>Soup &amp;amp; bread</title><updated>2026-01-02T08:00:00Z</updated>"
            b"</entry></feed>")
    for page, body, source, titles in (
            ("plain.xml", None, "House news", ["Lift mended", "Lift broken"]),
            ("gzip.xml", None, "House news", ["Lift mended", "Lift broken"]),
            ("chunked.xml", None, "House news", ["Lift mended", "Lift broken"]),
            ("plain.xml", atom, "Canteen", ["Soup & bread"])):
        outcome = poll_news(page, body)
        told = outcome.document()["headlines"]
        expect(outcome.err == "" and outcome.titles() == BOTH, outcome.err)
        expect(told["titles"] == titles and told["source"] == source, told)
        expect(told["asked"] == told["fetched"] == outcome.document()["generated"], told)
        expect(told["error"] == "", told)
    without = poll("plain.ics").document()
    expect(without["headlines"]["url"] == "" and without["headlines"]["asked"] is None, without)
    expect(without["headlines"]["titles"] == [], without)
    expect(without["selection"] == outcome.document()["selection"], "selected otherwise")


@case
def headlines_are_asked_for_seldom():
    first = poll_news("plain.xml")
    asked = len(OTHER.seen)
    OTHER.body = news("Fire drill")
    second = again(first.document())
    expect(len(OTHER.seen) == asked, "asked again at once")
    expect(second.document()["headlines"] == first.document()["headlines"], second.out)
    later = again(asked_long_ago(first)).document()
    expect(len(OTHER.seen) == asked + 1, "not asked an hour later")
    expect(later["headlines"]["titles"] == ["Fire drill"], later["headlines"])
    expect(later["headlines"]["asked"] == later["generated"], later["headlines"])
    # The clock was set back since.
    document = first.document()
    document["headlines"]["asked"] = "2099-01-01T00:00:00Z"
    again(document)
    expect(len(OTHER.seen) == asked + 2, "waits for the year 2099")


@case
def other_headlines_are_asked_for_at_once():
    OTHER.body = news("Lift mended")
    for one, other in (("/a/conditional.xml", "/b/conditional.xml"),
                       ("/conditional.xml?page=1", "/conditional.xml?page=2")):
        first = run(news_config(OTHER.url + one)).document()
        news_config(OTHER.url + other)
        asked = len(OTHER.seen)
        second = again(first).document()
        expect(len(OTHER.seen) == asked + 1, "%s taken for %s" % (one, other))
        expect("If-None-Match" not in OTHER.seen[-1][1], OTHER.seen[-1])
        expect(second["headlines"]["titles"] == ["Lift mended"], second["headlines"])


@case
def unchanged_headlines_are_not_sent_again():
    for page, header in (("conditional.xml", "If-None-Match"),
                         ("dated.xml", "If-Modified-Since")):
        first = poll_news(page)
        OTHER.body = b"not to be seen"
        second = again(asked_long_ago(first))
        expect(header in OTHER.seen[-1][1], OTHER.seen[-1])
        expect(second.err == "", second.err)
        told, told_first = second.document()["headlines"], first.document()["headlines"]
        expect(told["titles"] == ["Lift mended", "Lift broken"], told)
        expect(told["fetched"] == told["asked"] == second.document()["generated"], told)
        for name in "etag", "last_modified", "source", "url":
            expect(told[name] == told_first[name], told)


@case
def failing_headlines_cost_nothing_but_themselves():
    first = asked_long_ago(poll_news("plain.xml"))
    for page, words in (("500", "HTTP 500"), ("404.xml", "HTTP 404"), ("429", "HTTP 429"),
                        ("503-seconds", "HTTP 503"), ("html", "an HTML page"),
                        ("empty", "empty"), ("short", "cut short"), ("reset", ""),
                        ("silent", "no complete answer"), ("endless", "larger than 2 MiB"),
                        ("bomb", "larger than 2 MiB"), ("304", "HTTP 304"),
                        ("no-http", "no HTTP"), ("to?file:///etc/passwd", "neither http")):
        OTHER.body = news("never whole")
        # As if the good address had turned bad.
        name = "%s/%s" % (OTHER.url, page)
        fresh = run(news_config(name))
        last = json.loads(json.dumps(first))
        last["headlines"]["url"] = fresh.document()["headlines"]["url"]
        for outcome, titles in ((fresh, []), (again(last), first["headlines"]["titles"])):
            expect(outcome.titles() == BOTH, outcome.err)
            expect(outcome.err.count("\n") == 1, outcome.err)
            expect(outcome.err.startswith("roomsign-feed: headlines ("), outcome.err)
            expect(words in outcome.err and "retry after" not in outcome.err, outcome.err)
            told = outcome.document()["headlines"]
            expect(told["titles"] == titles and told["error"] in outcome.err, told)
            expect(told["error"] and told["asked"] == outcome.document()["generated"], told)
            expect(told["fetched"] == (first["headlines"]["fetched"] if titles else None), told)
            expect("titles kept: 2, of" in outcome.err or not titles, outcome.err)


@case
def headlines_never_take_long():
    outcome = poll_news("silent", timeout="30s")
    expect(outcome.titles() == BOTH and 4 < outcome.seconds < 8, "%.1f s" % outcome.seconds)


@case
def without_a_schedule_headlines_are_not_asked_for():
    asked = len(OTHER.seen)
    run(news_config(OTHER.url + "/plain.xml", SERVER.url + "/500")).failed_with("HTTP 500")
    expect(len(OTHER.seen) == asked, "asked nevertheless")


@case
def headlines_that_break_off_are_told_as_far_as_they_go():
    body = news("Lift broken", "Lift mended", "Rock & roll", "Soup")
    outcome = poll_news("conditional.xml", body)
    told = outcome.document()["headlines"]
    expect(told["titles"] == ["Lift mended", "Lift broken"] and told["error"] == "", told)
    expect(told["etag"] == told["last_modified"] == "", told)
    expect("not well-formed" in outcome.err and outcome.err.count("\n") == 1, outcome.err)


@case
def headlines_get_the_password_on_the_feeds_server_alone():
    secret = write("password", PASSWORD + "\n", mode=0o600)
    keys = {"user": USER, "password_file": secret}
    outcome = poll_news("private.xml", **keys)
    expect("HTTP 401" in outcome.err, outcome.err)
    expect(not any("Authorization" in headers for _, headers in OTHER.seen), "sent elsewhere")
    write("program.ics", feed_server.programme())
    SERVER.body, body = news("For us alone"), SERVER.body
    try:
        outcome = run(news_config(SERVER.url + "/private.xml", SERVER.url + "/private.ics",
                                  file_url("program.ics"), **keys))
        expect(outcome.document()["headlines"]["titles"] == ["For us alone"], outcome.err)
    finally:
        SERVER.body = body
    write("password", "\n", mode=0o600)
    outcome = run(news_config(SERVER.url + "/private.xml", SERVER.url + "/private.ics",
                              file_url("program.ics"), **keys))
    expect("password_file" in outcome.document()["headlines"]["error"], outcome.err)


@case
def headlines_on_another_server_are_not_held_to_the_feeds_certificates():
    feed = TLS.url + "/plain.ics"
    TLS.body, body = news("Lift mended"), TLS.body
    try:
        # The feed's own page is news now, so the schedule comes from elsewhere.
        outcome = run(news_config(feed, SERVER.url + "/plain.ics", ca_file=path("ca.pem")))
        expect("headlines (" in outcome.err and "not trusted" in outcome.err, outcome.err)
        outcome = run(news_config(feed, SERVER.url + "/plain.ics", feed, ca_file=path("ca.pem")))
        expect(outcome.document()["headlines"]["titles"] == ["Lift mended"], outcome.err)
    finally:
        TLS.body = body


@case
def addresses_of_headlines_are_no_secret_told():
    url = OTHER.url.replace("//", "//hunter:s3cr3t@") + "/k8Xq2LmZpTr/%s?token=s3cr3t"
    OTHER.body = news("Lift mended")
    for page in "plain.xml", "500":
        outcome = run(news_config(url % page))
        for secret in "s3cr3t", "hunter", "k8Xq2LmZpTr":
            expect(secret not in outcome.out + outcome.err, outcome.out + outcome.err)


@case
def headlines_of_a_file():
    write("news.xml", news("Lift mended"))
    first = run(news_config(file_url("news.xml")))
    expect(first.document()["headlines"]["titles"] == ["Lift mended"], first.err)
    expect(first.document()["headlines"]["url"] == file_url("news.xml"), first.out)
    os.remove(path("news.xml"))
    second = again(asked_long_ago(first))
    expect(second.document()["headlines"]["titles"] == ["Lift mended"], second.out)
    expect("No such file" in second.err, second.err)


@case
def large_headlines_are_no_burden():
    write("program.ics", feed_server.programme())
    large = news(*("Title %d" % i for i in range(28))).replace(
        b"<item>", b"<item><description>" + b"words and words " * 4500 + b"</description>")
    expect(1.9e6 < len(large) < 2 * 1024 * 1024, len(large))
    outcomes = []
    for body in news("Title"), large:
        write("news.xml", body)
        outcomes.append(run(news_config(file_url("news.xml"), file_url("program.ics"))))
    expect(len(outcomes[1].document()["headlines"]["titles"]) == 8, outcomes[1].err)
    peaks = [outcome.peak_kib for outcome in outcomes]
    expect(peaks[1] < peaks[0] + 1024, peaks)


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
              extra=["ATTENDEE;CN=Ada:invalid:nomail",
                     "ATTENDEE;CN=Grace:invalid:nomail"]),
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
    expect(names == ["icalendar", "xcal", "frab-xml", "frab-json", "agenda"], names)


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
def a_truncated_calendar_keeps_the_last_schedule():
    whole = feed_server.programme()
    write("cut.ics", whole)
    write("other.ics", calendar(event("party@example.net", "Party", noon())))
    first = run(config(file_url("cut.ics"), file_url("other.ics")))
    expect(len(first.document()["sessions"]) == 3 and first.err == "", first.err)
    for length in range(20, len(whole.rstrip()), 97):
        write("cut.ics", whole[:length])
        # One feed of two: what it said stays. The only one: there is no new document at all.
        again = run(config(file_url("cut.ics"), file_url("other.ics")), "--last", "-",
                    stdin=first.out.encode())
        expect(again.document()["sessions"] == first.document()["sessions"], again.out)
        expect(again.document()["feeds"][0]["status"] == "failed", again.out)
        expect("truncated" in again.err and again.err.count("\n") == 1, again.err)
        alone = run(config(file_url("cut.ics")), "--last", "-", stdin=first.out.encode())
        alone.failed_with("truncated")


@case
def what_is_too_much_stays_within_the_signs_limits():
    hour = noon().strftime("%Y%m%dT%H")
    events = "".join(
        "BEGIN:VEVENT\nUID:%d\nDTSTART:%s%02d%02dZ\nSUMMARY:Number %d\nEND:VEVENT\n"
        % (i, hour, i // 60 % 60, i % 60, i) for i in range(200000))
    piece = '{"guid": "a", "date": "%s", "duration": "0:30", "title": "A"}' % noon().isoformat()
    frab = ('{"schedule": {"conference": {"days": [{"rooms": {"Hall": [' + piece + ', {"x": ['
            + "{}," * 320000 + "{}]}]}}]}}}")
    names = "<schedule><conference/>" + "".join("<a%x/>" % i for i in range(900000))
    for text, status, words in (
            ("BEGIN:VCALENDAR\n" + events + "END:VCALENDAR\n", 0, "more than 20000 sessions"),
            (frab, 0, ""), (names, 2, "too many different names")):
        write("huge", text)
        outcome = run("--url", file_url("huge"), limits=None if SANITIZED else limit_memory)
        expect(outcome.status == status and words in outcome.err, outcome.err[-1000:])
        expect(outcome.seconds < 20, "%.1f s" % outcome.seconds)


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

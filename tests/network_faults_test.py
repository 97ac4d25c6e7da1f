#!/usr/bin/env python3
"""The fault matrix of network and server: what the real sign makes of each with a real server.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/network_faults_test.py WORD` runs only the cases whose name holds the word.
"""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import feed_server  # noqa: E402
from cases import Skip, add_case, case, expect  # noqa: E402
from fault_bench import (  # noqa: E402
    MS_BIND, Trial, become_root, in_own_world, mount, set_loopback)
from sign_harness import ask_raw, path, run_suite, stored_files, write  # noqa: E402
from torture_table import row  # noqa: E402

SIGNS_AT_ONCE = 12
RETRY_S = 3
BACKOFF_MAX_S = 600


def serving(fault):
    """The server answers everything with that page of its own."""
    def run(trial):
        trial.server.fault = fault
    return run


def healed(trial):
    trial.server.fault = None


def stop_server(trial):
    trial.server.shutdown()
    trial.server.server_close()


def start_server(trial):
    """The same port, and the schedule that it should have."""
    fresh = feed_server.start(trial.port, trial.server.tls)
    fresh.body, fresh.etag, trial.server = trial.server.body, trial.server.etag, fresh


def go_deaf(trial):
    """The kernel still takes connections, and nobody answers."""
    trial.server.shutdown()


def hear_again(trial):
    threading.Thread(target=trial.server.serve_forever, args=(0.05,), daemon=True).start()


# Each: what it is, how it begins and ends, what the status then calls it.
FAULTS = [
    ("refused", stop_server, start_server, "Failed to connect"),
    ("no answer to a connection", go_deaf, hear_again, "no complete answer within"),
    ("reset before an answer", serving("reset_at_once"), healed, "."),
    ("reset mid-body", serving("reset"), healed, "."),
    ("slow first byte", serving("silent"), healed, "no complete answer within"),
    ("one byte a second", serving("slow"), healed, "no complete answer within"),
    ("endless body", serving("endless"), healed, "larger than 4 MiB"),
    ("endless header", serving("endless_header"), healed, "bytes of header fields"),
    ("bomb of gzip", serving("bomb"), healed, "larger than 4 MiB"),
    ("bomb of deflate", serving("bomb_deflate"), healed, "larger than 4 MiB"),
    ("bomb of brotli", serving("bomb_br"), healed, "larger than 4 MiB|content encoding"),
    ("bomb of zstd", serving("bomb_zstd"), healed, "larger than 4 MiB|content encoding"),
    ("body cut short", serving("short"), healed, "cut short"),
    ("chunks cut short", serving("short_chunked"), healed, "chunk|cut short"),
    ("calendar cut short", serving("truncated"), healed, "truncated"),
    ("error page with 200", serving("html"), healed, "HTML page"),
    ("nothing with 200", serving("empty"), healed, "empty"),
    ("no content", serving("204"), healed, "HTTP 204"),
    ("not found", serving("absent"), healed, "HTTP 404"),
    ("trouble", serving("500"), healed, "HTTP 500"),
    ("password wanted", serving("private"), healed, "HTTP 401"),
    ("no HTTP", serving("no_http"), healed, "no HTTP"),
    ("redirect loop", serving("loop"), healed, "redirected more than"),
    ("redirect to file", serving("to?file:///etc/passwd"), healed, "neither http nor https"),
    ("redirect to ftp", serving("to?ftp://127.0.0.1/feed.ics"), healed, "neither http nor https"),
    ("redirect to gopher", serving("to?gopher://127.0.0.1:70/"), healed, "neither http nor https"),
    ("captive portal 302", serving("portal"), healed, "HTML page"),
    ("captive portal 511", serving("511"), healed, "HTTP 511"),
]


def add_fault(name, begin, end, error):
    def befall():
        with Trial(name, max_size="4M") as trial:
            trial.suffer(name, lambda: begin(trial), lambda: end(trial), error)
    add_case(name, befall)


# A server that says when to come again

def add_retry(name, page, retry_after, least_s, most_s):
    def befall():
        with Trial(name) as trial:
            trial.wait_fresh()
            trial.server.retry_after = retry_after
            trial.server.fault = page
            status = trial.wait("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
            wait_s = status["feed"]["next_poll_s"]
            expect(least_s <= wait_s <= most_s, "asked again in %d s" % wait_s)
            trial.next_edition()
            trial.server.fault = None
            if most_s <= 5:
                recovered_s = trial.wait_fresh()
                expect(recovered_s >= least_s - 1, "%.1f s" % recovered_s)
                row(name, "countdown", recovered_s)
            else:
                trial.watch()
                # Whoever stands there need not wait so long.
                expect(ask_raw(trial.sign, {"command": "reload"})["ok"], "no reload")
                row(name + ", reloaded", "countdown, asks again in %d s" % wait_s,
                    trial.wait_fresh())
            trial.sign.end()
    add_case(name, befall)


def date_in(seconds):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))


RETRIES = [
    ("429 Retry-After in seconds", "429", str(RETRY_S), RETRY_S - 1, RETRY_S + 1),
    ("503 Retry-After in seconds", "503_seconds", str(RETRY_S), RETRY_S - 1, RETRY_S + 1),
    ("503 Retry-After a day", "503_seconds", "86400", BACKOFF_MAX_S - 5, BACKOFF_MAX_S * 1.05),
    ("503 Retry-After endless", "503_forever", "", BACKOFF_MAX_S - 5, BACKOFF_MAX_S * 1.05),
    ("503 Retry-After negative", "503_seconds", "-5", 0, 2),
    ("429 Retry-After words", "429", "when I am ready", 0, 2),
    ("503 Retry-After a date in 9999", "503_seconds", "Fri, 31 Dec 9999 23:59:59 GMT",
     BACKOFF_MAX_S - 5, BACKOFF_MAX_S * 1.05),
    ("503 Retry-After a date in the past", "503_seconds", "Thu, 01 Jan 1970 00:00:00 GMT", 0, 2),
]


# 304 for a body that is lost

@case
def not_modified_though_nothing_is_kept():
    """The stored schedule is gone, and the server insists that nothing has changed."""
    with Trial("lost body") as trial:
        trial.wait_fresh()
        trial.say()
        trial.kill()
        for name in stored_files(trial.name):
            os.remove(name)
        trial.server.fault = "304"
        trial.start()
        status = trial.wait("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect("HTTP 304" in status["feed"]["error"] and not status["feed"]["has_schedule"],
               str(status))
        expect(status["shows"]["words"] == "Waiting", str(status))
        expect("If-None-Match" not in trial.server.seen[-1][1], str(trial.server.seen[-1]))
        trial.server.fault = None
        recovered_s = trial.wait_fresh()
        trial.expect_said(trial.ask())
        row("304, nothing kept", "Waiting", recovered_s)
        trial.sign.end()


@case
def not_modified_though_the_file_is_gone():
    """What a running sign has in memory it has, and puts it back onto the disk."""
    with Trial("lost file") as trial:
        trial.wait_fresh()
        stored, = stored_files(trial.name)
        asked = len(trial.server.seen)
        os.remove(stored)
        trial.wait("more polls", lambda s: len(trial.server.seen) > asked + 2)
        expect(trial.server.seen[-1][1].get("If-None-Match") == trial.server.etag, "not asked so")
        trial.wait("the file", lambda s: os.path.exists(stored))
        trial.shown = "Edition 1"
        trial.say()
        trial.restart()
        row("304, file gone", "countdown")
        trial.sign.end()


# TLS

def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=path("tls"))


def make_certificates():
    """What our authority signed for this machine: good, expired, to come, another's name; and one
    that nobody signed."""
    os.mkdir(path("tls"))
    write("tls/ca.conf", "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nserial = serial\n"
          "new_certs_dir = .\ndefault_md = sha256\npolicy = any\nunique_subject = no\n"
          "copy_extensions = copy\n[any]\ncommonName = supplied\n")
    write("tls/index", "")
    write("tls/serial", "01\n")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    now = time.time()
    for name, host, from_s, until_s in (
            ("good", "IP:127.0.0.1", -86400, 86400), ("expired", "IP:127.0.0.1", -172800, -60),
            ("early", "IP:127.0.0.1", 3600, 86400), ("wrong", "DNS:elsewhere.test", -86400, 86400)):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", "/CN=" + name, "-addext", "subjectAltName=" + host, "-keyout",
                name + ".key", "-out", name + ".csr")
        stamps = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(now + s)) for s in (from_s, until_s)]
        openssl("ca", "-batch", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key",
                "-startdate", stamps[0], "-enddate", stamps[1], "-in", name + ".csr", "-out",
                name + ".pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=unknown", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", "unknown.key", "-out", "unknown.pem")


TLS_LOCK = threading.Lock()


def tls(name):
    with TLS_LOCK:
        if not os.path.exists(path("tls")):
            make_certificates()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("tls/%s.pem" % name), path("tls/%s.key" % name))
    return context


def speaking(certificate):
    def run(trial):
        trial.server.tls = tls(certificate) if certificate else None
    return run


TLS_FAULTS = [
    ("TLS expired", speaking("expired"), "not trusted.*expired"),
    ("TLS not yet valid", speaking("early"), "not yet valid.*clock right"),
    ("TLS wrong host", speaking("wrong"), "not trusted|no alternative certificate"),
    ("TLS unknown CA", speaking("unknown"), "not trusted"),
    ("plain HTTP where TLS was", speaking(None), "."),
    ("no TLS handshake", go_deaf, "no complete answer within"),
    ("redirect from https to http", serving("to?http://127.0.0.1/feed.ics"), "isn't https"),
    ("redirect from https to file", serving("to?file:///etc/passwd"), "isn't https"),
]


def add_tls_fault(name, begin, error):
    def end(trial):
        trial.server.tls, trial.server.fault = tls("good"), None
        if begin is go_deaf:
            hear_again(trial)

    def befall():
        with Trial(name, tls=tls("good"), ca_file=path("tls/ca.pem")) as trial:
            trial.suffer(name, lambda: begin(trial), lambda: end(trial), error)
    add_case(name, befall)


# Names, and the network itself

class NameServer:
    """Answers every question for an address with 127.0.0.1, or in the way that `fault` says."""
    CODES = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}

    def __init__(self):
        self.fault = None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, asker = self.socket.recvfrom(512)
            answer = self.answer(question)
            if answer:
                self.socket.sendto(answer, asker)

    def answer(self, question):
        if self.fault == "silence":
            return None
        if self.fault == "nonsense":
            return question[:2] + b"\xff" * 40
        code = self.CODES.get(self.fault, 0)
        end = question.index(b"\0", 12) + 5
        is_address = question[end - 4:end - 2] == b"\0\x01" and code == 0
        # Nobody is there in a network that has nothing but itself.
        address = bytes([192, 0, 2, 1] if self.fault == "elsewhere" else [127, 0, 0, 1])
        head = question[:2] + bytes([0x81, 0x80 + code, 0, 1, 0, is_address, 0, 0, 0, 0])
        record = b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04" + address if is_address else b""
        return head + question[12:end] + record


def lay_over(name, text):
    if not os.path.exists(name):
        raise Skip("no %s to lay another one over" % name)
    mount(write(os.path.basename(name), text), name, flags=MS_BIND)


def add_name_fault(fault, error):
    def befall():
        lay_over("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        lay_over("/etc/nsswitch.conf", "hosts: dns\n")
        names = NameServer()
        with Trial("name " + fault, host="feed.test", timeout="2s") as trial:
            trial.suffer("DNS " + fault, lambda: setattr(names, "fault", fault),
                         lambda: setattr(names, "fault", None), error)
    add_case("DNS " + fault, in_own_world(befall))


@case
@in_own_world
def network_down_and_up():
    with Trial("network") as trial:
        trial.suffer("network down", lambda: set_loopback(False), lambda: set_loopback(True),
                     "Failed to connect|no complete answer within")


@case
@in_own_world
def network_back_in_the_middle_of_a_wait():
    """The next poll would be many seconds away, and longer after a longer outage."""
    with Trial("network 60 s", poll="60s") as trial:
        trial.wait_fresh()
        set_loopback(False)
        expect(ask_raw(trial.sign, {"command": "reload"})["ok"], "no reload")
        status = trial.wait("a missed poll", lambda s: s["feed"]["missed_polls"] > 0)
        expect(status["feed"]["next_poll_s"] >= 6, str(status))
        trial.next_edition()
        set_loopback(True)
        recovered_s = trial.wait_fresh()
        expect(recovered_s < 5, "recovered in %.1f s" % recovered_s)
        row("network back in the middle of a wait", "countdown", recovered_s)
        trial.sign.end()


for each in FAULTS:
    add_fault(*each)
for each in RETRIES:
    add_retry(*each)
for each in TLS_FAULTS:
    add_tls_fault(*each)
for each in (("NXDOMAIN", "Could not resolve host"), ("SERVFAIL", "Could not resolve host"),
             ("REFUSED", "Could not resolve host"), ("nonsense", "Could not resolve host|within"),
             ("silence", "Could not resolve host|Resolving timed out|no complete answer"),
             ("elsewhere", "connect")):
    add_name_fault(*each)

if __name__ == "__main__":
    become_root()
    feed_server.brotli_bomb()
    feed_server.zstd_bomb()
    sys.exit(run_suite("network", at_once=SIGNS_AT_ONCE))

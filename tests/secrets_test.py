#!/usr/bin/env python3
"""That no secret leaks: what an address holds is told to its server and to nobody else.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
"""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
import feed_server  # noqa: E402
from cases import SANITIZED, Failure, Skip, case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    BUILD, SIGN, Sign, config, environment, path, run, run_suite, wait_for, write)

FEED = os.path.join(BUILD, "roomsign-feed")
# One for each place that an address has for a secret, and each is told in another way.
USER, PASSWORD, FOLDER, LEAF, QUERY, TOKEN, FRAGMENT = (
    "ada-Us7Er", "Pa55word-ada", "private-0a1b2c3d4e5f", "Le4fSecret", "qUery9Name", "t0kenValue",
    "fr4gMent")
# Where redirects lead, and what the environment and a password file hold.
NEXT, PROXY, WORD = "neXt-31337token", "pr0xyPassword", "w0rdInAFile"
SECRETS = (USER, PASSWORD, FOLDER, LEAF, QUERY, TOKEN, FRAGMENT, NEXT, PROXY, WORD)
SERVER = TLS_SERVER = None


class Handler(feed_server.FeedHandler):
    def answer_leads(self, query):
        """To another address with a secret, where what follows `to` happens."""
        target = urllib.parse.parse_qs(query)["to"][0]
        self.send_whole(302, b"", fields=[("Location", target)])

    def answer_slow(self, _query):
        time.sleep(1.2)


def full(page, server=None, host="127.0.0.1", scheme=None):
    """An address with a secret in each of its parts; `page` says what happens there."""
    server = server or SERVER
    name, _, query = page.partition("?")
    return "%s://%s:%s@%s:%d/%s/%s/%s?%s=%s&%s#%s" % (
        scheme or server.url.partition(":")[0], USER, PASSWORD, host, server.server_address[1],
        FOLDER, LEAF, name, QUERY, TOKEN, query, FRAGMENT)


def leading_to(url):
    return full("leads?to=" + urllib.parse.quote(url, safe=""))


def next_page(page, scheme="http"):
    return "%s://%s:%s@127.0.0.1:%d/%s/%s" % (
        scheme, USER, NEXT, SERVER.server_address[1], NEXT, page)


def faults():
    """Addresses, and a word of what is said of each."""
    return {
        full("plain.ics"): "",
        full("missing"): "HTTP 404",
        full("500"): "HTTP 500",
        full("private.ics"): "HTTP 401",
        full("503-seconds"): "HTTP 503",
        full("html"): "",
        full("short.ics"): "cut short",
        full("empty"): "",
        full("plain.ics", host="sign.invalid"): "sign.invalid",
        full("plain.ics", scheme="https"): "",
        full("plain.ics", TLS_SERVER): "not trusted",
        full("plain.ics", scheme="webcal"): "",
        full("slow"): "",
        leading_to(next_page("missing")): "HTTP 404",
        leading_to(next_page("plain.ics")): "",
        leading_to(next_page("plain.ics", "https")): "",
        leading_to(next_page("plain.ics", "ftp")): "neither http nor https",
        leading_to(next_page("plain.ics").replace("127.0.0.1", "sign.invalid")): "sign.invalid",
        leading_to("http://%s:%s@[broken/%s" % (USER, NEXT, NEXT)): "redirected to one",
        full("plain.ics").replace("127.0.0.1", "127.0.0.1:99"): "",
        full("plain.ics").replace("127.0.0.1", "[127.0.0.1"): "",
        full("plain.ics").replace("http://", "htp://"): "htp",
        full("plain.ics").replace("http://", ""): "",
    }


def check(what, text):
    """`text` is what somebody else can read."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    for secret in SECRETS:
        for form in (secret, urllib.parse.quote(secret)):
            if form in text:
                raise Failure("%s has %s: %s" % (what, secret, text[:2000]))


def said(answer):
    return answer.stdout + answer.stderr


@case
def a_feed_by_its_address():
    for url, words in faults().items():
        for rooms in ((), ("--rooms",))[:1 if "slow" in url else 2]:
            answer = run(FEED, "--url", url, *rooms)
            check(url, said(answer))
            expect(words in answer.stderr, "%r is not in %s" % (words, said(answer)))
    # Or nothing of this proves anything.
    seen = str(SERVER.seen)
    for secret in FOLDER, LEAF, QUERY, TOKEN, NEXT, "Authorization":
        expect(secret in seen, "the server saw nothing of " + secret)


@case
def a_feed_by_its_config():
    for url, words in faults().items():
        conf = config(url, poll="1m", timeout="1s")
        for answer in run(FEED, conf), run(SIGN, "--check", "--online", conf):
            check(url, said(answer))
        expect(words in said(answer), "%r is not in %s" % (words, said(answer)))


@case
def the_same_as_headlines():
    for url in list(faults())[:9]:
        conf = config(SERVER.url + "/plain.ics", timeout="1s")
        with open(conf, "a", encoding="utf-8") as file:
            file.write("[headlines]\nurl = %s\n" % url)
        for answer in run(FEED, conf), run(SIGN, "--check", "--online", conf):
            check(url, said(answer))


@case
def a_proxy_with_a_password():
    for proxy in ("ftp://%s:%s@127.0.0.1:9", "http://%s:%s@[127:9", "http://%s:%s@sign.invalid:9",
                  "http://%s:%s@127.0.0.1:1", "nonsense://%s:%s@127.0.0.1",
                  "http://%s:%s@127.0.0.1:99999"):
        variables = {"http_proxy": proxy % (USER, PROXY)}
        answer = run(FEED, "--url", full("plain.ics"), **variables)
        expect(answer.returncode == 2, "%s: %r" % (proxy, answer))
        check(proxy, said(answer))
        answer = run(SIGN, "--check", "--online", config(full("plain.ics")), **variables)
        check(proxy, said(answer))


@case
def config_files_that_are_wrong():
    url = full("plain.ics")
    head = "[room]\nname = Hall 1\n[feed]\n"
    for text in (url, "url " + url, head + url, head + "url " + url, head + "url = x" + url,
                 head + "url = " + url.partition("://")[2], head + "[feed] url = " + url,
                 head + "[" + url + "]", head + "[" + url, head + "url = %s\n" % url * 2,
                 head + "url = " + url + " " + url,
                 head + "url = %s\n%s/%s=%s" % (url, LEAF, FOLDER, TOKEN),
                 head + "url = %s\n%s/%s" % (url, LEAF, FOLDER)):
        answer = run(SIGN, "--check", write("wrong.conf", text + "\n"))
        expect(answer.returncode == 1 and "wrong.conf" in answer.stderr, "%s: %r" % (text, answer))
        check(text, said(answer))
        check(text, said(run(FEED, path("wrong.conf"))))


def running(sign):
    """The sign and its children."""
    pids = [sign.process.pid]
    try:
        with open("/proc/%d/task/%d/children" % (pids[0], pids[0]), encoding="ascii") as file:
            pids += [int(word) for word in file.read().split()]
    except FileNotFoundError:
        pass
    return pids


def check_process(pid):
    for name in "cmdline", "environ", "comm", "status":
        try:
            with open("/proc/%d/%s" % (pid, name), "rb") as file:
                check("/proc/%d/%s" % (pid, name), file.read())
        except OSError:
            pass  # it ended, or is none of ours to read


def check_stored():
    count = 0
    for folder, _, names in os.walk(path("state")):
        for name in names:
            check("a name", name)
            with open(os.path.join(folder, name), "rb") as file:
                check(name, file.read())
            count += 1
    return count


@case
def a_running_sign():
    password_file = write("word", WORD + "\n", 0o600)
    urls = [url for url in faults() if url.startswith(("http://", "https://", "webcal:")) and
            ":99" not in url and "[" not in url]
    for group in urls[:8], urls[8:16], urls[16:]:
        conf = config(*group, poll="1s", timeout="2s", user="sign", password_file=password_file)
        with Sign(conf, "--verbose") as sign:
            deadline = time.monotonic() + 10
            polled = False
            while time.monotonic() < deadline and not polled:
                for pid in running(sign):
                    check_process(pid)
                polled = sign.status() is not None and "next try in" in sign.log()
                time.sleep(0.05)
            expect(polled, sign.log())
            for arguments in ("status",), ("status", "--json"), ("reload",), ("snapshot",
                                                                              path("now.png")):
                check(arguments, said(sign.ctl(*arguments)))
            with open(path("now.png"), "rb") as file:
                check("a snapshot", file.read())
            sign.end()
            check("the log", sign.log())
        expect(check_stored() > 0, "nothing was stored")


@case
def pictures_and_scripts():
    conf = config(full("plain.ics"), leading_to(next_page("missing")), timeout="1s")
    for arguments in (("--snapshot", path("then.png")),
                      ("--rehearse", "2026-01-31T09:00/2026-01-31T12:00", "--sheet",
                       path("then.png"))):
        check(arguments, said(run(SIGN, *arguments, "--state", path("other"), conf)))
        with open(path("then.png"), "rb") as file:
            check(arguments, file.read())


@case
def a_command_line_is_wiped():
    with subprocess.Popen([FEED, "--url", full("slow")], env=environment(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as feed:
        def asked():
            with open("/proc/%d/cmdline" % feed.pid, "rb") as file:
                return b"--url\0xxx" in file.read()
        wait_for("an address that was wiped", asked)
        check_process(feed.pid)
        feed.kill()


@case
def a_check_tells_who_can_read_a_secret():
    words = "everybody on this computer can read it"
    secret, plain = full("plain.ics"), "https://example.org/2026/schedule.ics"
    conf = config(plain, secret)
    answer = run(SIGN, "--check", conf)
    expect(answer.returncode == 0 and "%s:6: [feed] url: " % conf in answer.stderr and
           answer.stderr.count(words) == 1, repr(answer))
    os.chmod(conf, 0o640)
    expect(words not in run(SIGN, "--check", conf).stderr, "of a file that is not open to all")
    expect(words not in run(SIGN, "--check", config(plain)).stderr, "of an address without any")
    conf = config(plain, user="sign", password_file=write("word", WORD, 0o644))
    answer = run(SIGN, "--check", conf)
    expect("[feed] password_file: " in answer.stderr and words in answer.stderr, repr(answer))


def dies(*command):
    """Whether a process left a core when it was killed, and what it holds."""
    if SANITIZED:
        raise Skip("a sanitizer takes the signal, and tells it")
    core = path("cores")
    os.makedirs(core, exist_ok=True)

    def allow():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    process = subprocess.Popen(command, cwd=core, env=environment(), preexec_fn=allow,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 2
    while FOLDER not in str(SERVER.seen) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = status
    expect(os.WIFSIGNALED(status), "status %d" % status)
    held = b""
    for name in os.listdir(core):
        with open(os.path.join(core, name), "rb") as file:
            held += file.read()
        os.unlink(os.path.join(core, name))
    return held


@case
def a_crash_leaves_no_core():
    conf = config(full("slow"), poll="1s")
    for open_ones, closed in (
            ((SIGN, "--traceable", "--window", "320x200", conf), (SIGN, "--window", "320x200", conf)),
            ((FEED, "--no-cage", conf), (FEED, conf))):
        SERVER.seen.clear()
        if FOLDER.encode() not in dies(*open_ones):
            raise Skip("this system leaves no core where a process crashes")
        SERVER.seen.clear()
        expect(dies(*closed) == b"", "a core of " + closed[0])


def main():
    global SERVER, TLS_SERVER
    import ssl
    SERVER = feed_server.start()
    SERVER.RequestHandlerClass = Handler
    folder = os.environ.get("TMPDIR", "/tmp")
    made = os.path.join(folder, "roomsign-secrets-%d.pem" % os.getpid())
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=sign",
                        "-keyout", made, "-out", made + ".crt"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made + ".crt", made)
    finally:
        for name in made, made + ".crt":
            if os.path.exists(name):
                os.unlink(name)
    TLS_SERVER = feed_server.start(tls=context)
    return run_suite("secrets")


if __name__ == "__main__":
    sys.exit(main())

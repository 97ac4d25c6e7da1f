"""A web server on loopback that serves a small calendar, and every fault that a feed can have.

The path says what happens (FeedHandler has a method for each), or, of every path, `fault` while it
is set. Tests import start(); by hand, `python3 tests/feed_server.py PORT` serves until interrupted.
"""

import base64
import ctypes
import datetime
import functools
import gzip
import hashlib
import http.server
import random
import socket
import struct
import sys
import threading
import time
import zlib

USER, PASSWORD = "sign", "open sesame"
BOMB_BYTES = 300 * 1024 * 1024
SMALL_BOMB_BYTES = 64 * 1024 * 1024
ETAG = 'W/"edition-7"'
LAST_MODIFIED = "Sat, 31 Jan 2026 08:00:00 GMT"
RETRY_S = 120


def event(uid, title, start, minutes=50, room="Hall 1", extra=()):
    end = start + datetime.timedelta(minutes=minutes)
    stamp = "%Y%m%dT%H%M%SZ"
    return ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z",
            "DTSTART:" + start.strftime(stamp), "DTEND:" + end.strftime(stamp),
            "SUMMARY:" + title, "LOCATION:" + room, *extra, "END:VEVENT"]


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//roomsign//tests//EN"]
    for lines_of_event in events:
        lines += lines_of_event
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def noon(days=0):
    """Noon UTC of a day from today on: in the usual window, whatever the zone."""
    today = datetime.datetime.now(datetime.timezone.utc)
    return today.replace(hour=12, minute=0, second=0, microsecond=0) + datetime.timedelta(days=days)


def programme():
    return calendar(
        event("opening@example.org", "Opening", noon()),
        event("keynote@example.org", "What a sign knows", noon() + datetime.timedelta(hours=1)),
        event("elsewhere@example.org", "Next door", noon(), room="Hall 2"))


def pieces(bytes_max):
    """A calendar that goes on and on, in pieces of 64 KiB."""
    line = b"X-NOTE:" + b"and on " * 9 + b"\r\n"
    piece = line * (65536 // len(line))
    yield b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    for _ in range(bytes_max // len(piece)):
        yield piece


@functools.cache
def brotli_bomb():
    """500 bytes. Packing takes its time, and so whoever has to answer soon does it before."""
    bomb, packed = b"".join(pieces(SMALL_BOMB_BYTES)), ctypes.create_string_buffer(1 << 20)
    size = ctypes.c_size_t(len(packed))
    ctypes.CDLL("libbrotlienc.so.1").BrotliEncoderCompress(
        5, 22, 0, ctypes.c_size_t(len(bomb)), bomb, ctypes.byref(size), packed)
    return packed[:size.value]


@functools.cache
def zstd_bomb():
    """6,000 bytes."""
    bomb, packed = b"".join(pieces(SMALL_BOMB_BYTES)), ctypes.create_string_buffer(1 << 20)
    compress = ctypes.CDLL("libzstd.so.1").ZSTD_compress
    compress.restype = ctypes.c_size_t
    size = compress(packed, ctypes.c_size_t(len(packed)), bomb, ctypes.c_size_t(len(bomb)), 1)
    return packed[:size]


class FeedServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), FeedHandler)
        self.seen = []
        self.body = programme()
        # What happens instead of what the path says, and what the next client is spoken to with.
        self.fault = self.tls = self.etag = None
        self.retry_after = str(RETRY_S)
        self.answer_within_s = 0.0
        self.url = "http://127.0.0.1:%d" % self.server_address[1]

    def get_request(self):
        connection, address = super().get_request()
        if self.tls:
            # The handshake is the handler's, who may wait.
            connection = self.tls.wrap_socket(connection, server_side=True,
                                              do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, client_address):
        """A client that hangs up is what most of these faults are about."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class FeedHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "faulty", ""
    timeout = 30

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers.items())))
        self.close_connection = True
        path, _, query = self.path.partition("?")
        if self.server.fault:
            path, _, query = self.server.fault.partition("?")
        name = path.strip("/").rpartition("/")[2].partition(".")[0].replace("-", "_")
        answer = getattr(self, "answer_" + name, None)
        if answer:
            answer(query)
        else:
            self.send_whole(404, b"<html><body>no such page</body></html>", "text/html")

    def send_head(self, status, fields=(), length=None):
        self.send_response(status)
        for field, value in fields:
            self.send_header(field, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def send_whole(self, status, body, kind="text/calendar", fields=()):
        self.send_head(status, [("Content-Type", kind), *fields], len(body))
        self.wfile.write(body)

    # What works

    def answer_plain(self, _query):
        self.send_whole(200, self.server.body)

    def answer_late(self, _query):
        time.sleep(random.uniform(0, self.server.answer_within_s))
        self.answer_plain(_query)

    def answer_gzip(self, _query):
        if "gzip" not in self.headers.get("Accept-Encoding", ""):
            return self.send_whole(406, b"")
        self.send_whole(200, gzip.compress(self.server.body),
                        fields=[("Content-Encoding", "gzip")])

    def answer_chunked(self, _query):
        self.send_head(200, [("Transfer-Encoding", "chunked")])
        for i in range(0, len(self.server.body), 7):
            piece = self.server.body[i:i + 7]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def answer_conditional(self, _query):
        etag = self.server.etag or ETAG
        if self.headers.get("If-None-Match") == etag:
            return self.send_head(304)
        self.send_whole(200, self.server.body,
                        fields=[("ETag", etag), ("Last-Modified", LAST_MODIFIED)])

    def answer_dated(self, _query):
        if self.headers.get("If-Modified-Since") == LAST_MODIFIED:
            return self.send_head(304)
        self.send_whole(200, self.server.body, fields=[("Last-Modified", LAST_MODIFIED)])

    def answer_long_tag(self, _query):
        self.send_whole(200, self.server.body, fields=[("ETag", '"' + "x" * 1000 + '"')])

    def answer_clock(self, _query):
        """A server whose clock shows something else, behind a cache that kept the answer."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nDate: Sat, 31 Jan 2026 09:30:00 GMT\r\nAge: 60\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(self.server.body))
        self.wfile.write(self.server.body)

    # Errors

    def answer_500(self, _query):
        self.send_whole(500, programme())

    def answer_204(self, _query):
        self.send_head(204)

    def answer_429(self, _query):
        self.send_whole(429, b"slow down", fields=[("Retry-After", self.server.retry_after)])

    def answer_503_seconds(self, _query):
        self.send_whole(503, b"busy", fields=[("Retry-After", self.server.retry_after)])

    def answer_511(self, _query):
        self.send_whole(511, b"<html><body>Please log in</body></html>", "text/html")

    def answer_503_date(self, _query):
        """The date is meant by the server's own clock, which here is years behind."""
        self.wfile.write(b"HTTP/1.1 503 Busy\r\nDate: Sat, 31 Jan 2026 09:30:00 GMT\r\n"
                         b"Retry-After: Sat, 31 Jan 2026 09:32:00 GMT\r\nContent-Length: 0\r\n\r\n")

    def answer_503_forever(self, _query):
        self.send_whole(503, b"busy", fields=[("Retry-After", "99999999999999999999")])

    def answer_304(self, _query):
        self.send_head(304)

    # Bodies that are not what they should be

    def answer_html(self, _query):
        self.send_whole(200, b"<!DOCTYPE html>\n<html><body>Please log in</body></html>",
                        "text/html")

    def answer_empty(self, _query):
        self.send_whole(200, b"")

    def answer_truncated(self, _query):
        self.send_whole(200, self.server.body[:-40])

    def answer_short(self, _query):
        self.send_head(200, length=len(self.server.body) + 1000)
        self.wfile.write(self.server.body)

    def answer_short_chunked(self, _query):
        self.send_head(200, [("Transfer-Encoding", "chunked")])
        self.wfile.write(b"%x\r\n%s\r\n" % (len(self.server.body), self.server.body))

    def answer_reset(self, _query):
        self.send_head(200, length=len(self.server.body))
        self.wfile.write(self.server.body[:100])
        self.wfile.flush()
        self.answer_reset_at_once(_query)

    def answer_reset_at_once(self, _query):
        # Lingering for no time at all makes close() a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def answer_no_http(self, _query):
        self.wfile.write(b"220 example.org ESMTP\r\n")

    # Too slow, too much

    def answer_slow(self, _query):
        self.send_head(200, length=len(self.server.body))
        for i in range(len(self.server.body)):
            self.wfile.write(self.server.body[i:i + 1])
            time.sleep(1)

    def answer_silent(self, _query):
        time.sleep(10)

    def answer_endless(self, _query):
        self.send_head(200)
        for piece in pieces(1 << 40):
            self.wfile.write(piece)

    def answer_bomb(self, _query):
        self.send_head(200, [("Content-Encoding", "gzip")])
        self.pack(zlib.compressobj(1, wbits=31))

    def pack(self, packer):
        for piece in pieces(BOMB_BYTES):
            self.wfile.write(packer.compress(piece))
        self.wfile.write(packer.flush())

    def answer_bomb_deflate(self, _query):
        self.send_head(200, [("Content-Encoding", "deflate")])
        self.pack(zlib.compressobj(1))

    def answer_bomb_br(self, _query):
        self.send_whole(200, brotli_bomb(), fields=[("Content-Encoding", "br")])

    def answer_bomb_zstd(self, _query):
        self.send_whole(200, zstd_bomb(), fields=[("Content-Encoding", "zstd")])

    def answer_endless_header(self, _query):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for i in range(1 << 20):
            self.wfile.write(b"X-Note-%d: %s\r\n" % (i, b"and on " * 100))

    # Redirects

    def answer_to(self, query):
        self.send_head(302, [("Location", query)], 0)

    def answer_loop(self, _query):
        self.send_head(302, [("Location", "/loop")], 0)

    def answer_nowhere(self, _query):
        self.send_whole(302, self.server.body)

    def answer_portal(self, _query):
        """As before somebody has logged in: whatever is asked for is a page that asks who."""
        if self.path == "/login":
            return self.answer_html(_query)
        self.send_head(302, [("Location", "/login")], 0)

    # Who asks

    def answer_private(self, _query):
        asked = self.headers.get("Authorization", "")
        right = base64.b64encode(("%s:%s" % (USER, PASSWORD)).encode()).decode()
        if asked == "Basic " + right:
            return self.send_whole(200, self.server.body)
        self.send_whole(401, b"who is there?",
                        fields=[("WWW-Authenticate", 'Basic realm="programme"')])

    def answer_digest(self, _query):
        asked = self.headers.get("Authorization", "")
        fields = dict(part.strip().split("=", 1) for part in asked[len("Digest "):].split(",")
                      if "=" in part)

        def value(name):
            return fields.get(name, "").strip('"')

        def md5(*parts):
            return hashlib.md5(":".join(parts).encode()).hexdigest()

        answer = md5(md5(USER, "programme", PASSWORD), "17", value("nc"), value("cnonce"), "auth",
                     md5("GET", self.path))
        if value("response") == answer:
            return self.send_whole(200, self.server.body)
        self.send_whole(401, b"who is there?", fields=[
            ("WWW-Authenticate", 'Digest realm="programme", qop="auth", nonce="17"'),
            ("WWW-Authenticate", 'Basic realm="programme"')])


def start(port=0, tls=None):
    """A running server; tls is the ssl.SSLContext it speaks with."""
    server = FeedServer(port)
    if tls:
        server.tls = tls
        server.url = server.url.replace("http:", "https:")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05},
                     daemon=True).start()
    return server


if __name__ == "__main__":
    by_hand = FeedServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(by_hand.url, flush=True)
    by_hand.serve_forever()

"""The venue's server, on this machine's loopback: a calendar in editions, and the time of day."""

import datetime
import http.server
import threading

UTC = datetime.timezone.utc


class Feed:
    """Serves edition after edition; `clock` tells what time it is for the guest."""

    def __init__(self, clock):
        self.clock = clock
        self.edition = 1
        # Each poll is told something new.
        self.is_restless = False
        self.asked = 0
        feed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = feed.answer()
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def date_time_string(self, timestamp=None):
                return feed.clock().strftime("%a, %d %b %Y %H:%M:%S GMT")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://10.0.2.2:%d/room.ics" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self):
        self.asked += 1
        if self.is_restless:
            self.edition += 1
        return calendar(self.edition)


def calendar(edition):
    """A morning's session, and after noon one that tells the edition and begins with it."""
    day = datetime.datetime(2027, 1, 31, tzinfo=UTC)
    events = [("morning", 9, 0, 180, "Rust in the kitchen"),
              ("noon", 12, 30, 45, "Edition %d" % edition),
              ("afternoon", 14, 0, 50, "A deep dive into session memory")]
    # So long that a write takes its time, and that a piece of it isn't the whole; and on the next
    # day, because a list that turns pages is never twice the same.
    events += [("more%d" % i, 34, i * 5, 5, "Lightning talk %d of edition %d" % (i, edition))
               for i in range(40)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//roomsign//tests//EN"]
    for uid, hour, minute, minutes, title in events:
        start = day + datetime.timedelta(hours=hour, minutes=minute)
        end = start + datetime.timedelta(minutes=minutes)
        stamp = "%Y%m%dT%H%M%SZ"
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z",
                  "DTSTART:" + start.strftime(stamp), "DTEND:" + end.strftime(stamp),
                  "SUMMARY:" + title, "LOCATION:Hall 1", "END:VEVENT"]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()

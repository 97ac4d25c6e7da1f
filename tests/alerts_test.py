#!/usr/bin/env python3
"""roomsignd and roomsignctl, as built: what a schedule's changes and the operator's word come to.

Says `ok - case` or `not ok - case` a line each; $BUILD is where the programs are (build).
`tests/alerts_test.py WORD` runs only the cases whose name holds the word.
"""

import json
import sys

sys.dont_write_bytecode = True
from cases import case, expect  # noqa: E402
from sign_harness import (  # noqa: E402
    DAY, PLAN, ROOM, SIGN, Sign, config, document, has_schedule, run, run_suite, session, write)

KEYNOTE = {"kind": "moved", "uid": "keynote", "seen": DAY + "08:00:00Z", "old_title": "Keynote",
           "old_room": ROOM, "old_start": DAY + "09:30:00Z", "old_end": DAY + "10:15:00Z",
           "title": "Keynote", "room": "Hall 2", "start": DAY + "13:30:00Z",
           "end": DAY + "14:15:00Z", "gone": True}
ELSEWHERE = [{"uid": "e1", "start": DAY + "09:30:00Z", "end": DAY + "10:30:00Z",
              "title": "Rust in the kernel", "room": "Hall 3", "feed": 0},
             {"uid": "e2", "start": DAY + "12:00:00Z", "end": DAY + "12:30:00Z",
              "title": "Much later", "room": "Hall 4", "feed": 0}]


def changed_plan():
    off = session("off", DAY + "09:40:00Z", DAY + "10:20:00Z", status="cancelled")
    made = json.loads(document(PLAN[0], off, *PLAN[1:]))
    made.update(changes=[KEYNOTE], elsewhere=ELSEWHERE)
    return write("changed.json", json.dumps(made))


def alert(kind, words, subject="", time="", detail=""):
    return {"kind": kind, "words": words, "subject": subject, "time": time, "detail": detail}


@case
def the_status_tells_the_alerts():
    moved = alert("moved", "Moved to Hall 2, 14:30", "Keynote", "10:30")
    with Sign(config("file:x"), "--schedule", changed_plan(), "--at", DAY + "09:45:00Z",
              state="alerts") as sign:
        status = sign.wait_status("a schedule", has_schedule)
        expect(status["shows"]["alerts"] == [moved, alert("cancelled", "Cancelled", "Talk off",
                                                          "10:40")], str(status["shows"]))
        expect(status["notices"] == ["moved", "cancelled"], str(status["notices"]))
        full = json.loads(sign.ctl("full", "--json").stdout)
        expect(full["shows"]["alerts"][:2] == [
            alert("full", "Full", "Talk one", "", "Hall 3: Rust in the kernel"), moved], str(full))
        said = sign.ctl("say", "--for", "10m", "Doors on the other side")
        expect("message: Doors on the other side, until " in said.stdout and
               "room: full\n" in said.stdout and
               "alert: Full: Talk one; instead Hall 3: Rust in the kernel\n" in said.stdout and
               "alert: Moved to Hall 2, 14:30: 10:30 Keynote\n" in said.stdout and
               "alert: Doors" not in said.stdout and "alert: Cancelled" not in said.stdout,
               said.stdout)
        status = sign.status()
        expect(status["shows"]["alerts"][0] == alert("message", "Doors on the other side"),
               str(status["shows"]))
        expect(status["notices"] == ["moved", "cancelled", "full", "message"], str(status))
        extended = json.loads(sign.ctl("extend", "5", "--json").stdout)
        expect(extended["shows"]["note"] == "Extended to 11:25", str(extended["shows"]))
        sign.end()


@case
def a_message_is_told_where_no_schedule_is():
    with Sign(config("file:x"), "--schedule", changed_plan(), "--at", "2026-06-01T09:45:00Z",
              state="messages") as sign:
        sign.wait_status("a schedule", has_schedule)
        expect(sign.ctl("say", "Closed for cleaning").returncode == 0, "say is refused")
        status = sign.status()
        expect(status["shows"]["headline"] == "No schedule yet" and
               status["shows"]["alerts"] == [alert("message", "Closed for cleaning")] and
               status["message"]["text"] == "Closed for cleaning", str(status))
        sign.end()


@case
def the_script_of_a_document_has_its_changes():
    told = run(SIGN, "--rehearse", DAY + "10:10/" + DAY + "11:30", "--schedule", changed_plan(),
               config("file:x"))
    lines = [line.split("\t") for line in told.stdout.splitlines()]
    expect(told.returncode == 0 and [(line[0], line[6]) for line in lines] == [
        (DAY + "09:10:00Z", "moved,cancelled"), (DAY + "09:20:00Z", "moved,cancelled"),
        (DAY + "09:30:00Z", "moved,cancelled"), (DAY + "10:15:00Z", "cancelled"),
        (DAY + "10:20:00Z", "-"), (DAY + "10:25:00Z", "-")], told.stdout + told.stderr)


if __name__ == "__main__":
    sys.exit(run_suite("alerts"))

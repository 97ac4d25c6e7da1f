#!/usr/bin/env python3
"""`make bench` with small feeds: that it runs, checks what it measures, and judges as it says."""

import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from cases import case, expect, run_all

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
BENCH = os.path.join(TOP, "tests", "bench", "bench")
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
EVENTS = 3000

sys.path.insert(0, os.path.dirname(BENCH))
loader = importlib.machinery.SourceFileLoader("bench", BENCH)
bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench", loader))
loader.exec_module(bench)


def run(*options, environment=None):
    return subprocess.run([sys.executable, BENCH, BUILD, "--runs", "1", "--events", str(EVENTS),
                           *options], capture_output=True, text=True, timeout=120, check=False,
                          env=dict(os.environ, **(environment or {})))


@case
def every_row_stands_beside_its_yardstick():
    child = run("--json")
    expect(child.returncode == 0, child.stderr)
    told = json.loads(child.stdout)
    expect("median of 1" in told["machine"], told["machine"])
    rows = [(row["row"].split(":")[0].split(" MB ")[-1], row["figure"],
             row["yardstick_name"].split(",")[0]) for row in told["rows"]]
    parse, copied = ("iCalendar", "cpu", "libical"), ("iCalendar", "cpu", "its bytes copied")
    for row in (parse, copied, ("iCalendar", "wall", "libical"), ("iCalendar", "peak", "libical"),
                ("schedule.xml", "cpu", "expat alone"), ("schedule.json", "peak", "jansson alone")):
        expect(row in rows, "no row %s in %s" % (row, rows))
    for row in told["rows"]:
        expect(row["ours"] > 0 and row["yardstick"] > 0 and row["pss"] > 0, "nothing measured: %s" % row)


@case
def the_table_is_aligned_and_needs_no_published_feed():
    child = run(environment={"ROOMSIGN_FEEDS": "/nonexistent"})
    expect(child.returncode == 0, child.stderr)
    machine, head, *lines, blank, aims, rest = child.stdout.splitlines()
    expect((blank, rest) == ("", "is no error, here or in your build."), child.stdout)
    reached = sum(line.endswith("  reached") for line in lines)
    aimed = sum(not line.endswith("to compare") for line in lines)
    expect(aims.startswith("Of %d aims %d are reached. " % (aimed, reached)), child.stdout)
    expect("an empty program:" in machine, machine)
    expect(head.split()[:3] == ["row", "ours", "yardstick"], head)
    at = head.index("verdict")
    for line in lines:
        expect(line[at - 2:at] == "  " and line[at:] in
               ("reached", "not reached", "too close to call", "to compare"), line)


@case
def a_wrong_result_is_no_measurement():
    path = os.path.join(BUILD, "bench", "events-%d" % EVENTS, "large.ics")
    run()
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text.replace("Hall 1.007", "Hall 1.070"))
        child = run()
        expect(child.returncode == 1, "exit status %d" % child.returncode)
        expect("0 sessions, not " in child.stderr, child.stderr)
    finally:
        os.remove(path)


@case
def a_run_tells_its_program_s_own_cost():
    measure = os.path.join(BUILD, "bench", "measure")
    work = "import sys; x = bytearray(80_000_000); sum(range(3_000_000)); sys.exit(int(sys.argv[1]))"
    ballast = bytearray(200_000_000)
    costs = []
    for command in ([sys.executable, "-c", work, "0"], ["/bin/true"]):
        child = subprocess.run([measure, "/dev/null", *command], capture_output=True, text=True,
                               timeout=60, check=True)
        costs.append({name: int(value) for name, value in
                      (line.split() for line in child.stdout.splitlines())})
    busy, idle = costs
    expect(busy["peak_kib"] * 1024 > 80_000_000, busy)
    expect(idle["peak_kib"] * 1024 < len(ballast), idle)
    expect(busy["cpu_us"] > 10 * idle["cpu_us"], costs)
    expect(busy["wall_us"] >= 0.5 * busy["cpu_us"], costs)
    child = subprocess.run([measure, "/dev/null", sys.executable, "-c", work, "3"], timeout=60,
                           capture_output=True, check=False)
    expect(child.returncode == 1, "a failed program passes for a measured one")


@case
def a_program_that_fails_is_told():
    try:
        bench.Program("false", BUILD, ["/bin/false"], None).figures()
    except bench.CannotMeasure as told:
        expect("/bin/false" in str(told), told)
        return
    expect(False, "a failed program has figures")


class Recorded(bench.Probe):
    order = []

    def prepare(self):
        self.order.append(self.name.upper())

    def figures(self):
        self.order.append(self.name)
        return {}


@case
def the_programs_run_in_turns():
    bench.measure([Recorded("a"), Recorded("b")], 3)
    expect("".join(Recorded.order) == "ABabbaab", Recorded.order)


class Fixed(bench.Probe):
    def __init__(self, *values):
        super().__init__("fixed")
        self.samples = [{"cpu": value} for value in values]


@case
def the_verdict_is_the_median_s_and_minds_the_noise():
    for ours, yardsticks, aim, wanted in (
            ((1, 1, 9), [(6, 6, 6)], bench.faster(5), "too close to call"),
            ((1, 1, 1), [(6, 6, 6)], bench.faster(5), "reached"),
            ((1, 1, 1), [(4, 4, 4)], bench.faster(5), "not reached"),
            ((1, 1, 1), [(8, 8, 8), (4, 4, 4)], bench.faster(5), "not reached"),
            ((3, 3, 3), [(1, 1, 1)], bench.at_most(4), "reached"),
            ((5, 5, 5), [(1, 1, 1)], bench.at_most(4), "not reached"),
            ((5, 5, 5), [(1, 1, 1)], bench.below_bytes(10), "reached"),
            ((11, 11, 11), [(1, 1, 1)], bench.below_bytes(10), "not reached"),
            ((11, 11, 11), [(1, 1, 1)], None, "to compare")):
        row = bench.Row("row", "cpu", Fixed(*ours), [Fixed(*values) for values in yardsticks], aim)
        result = row.result()
        expect(result["verdict"] == wanted, "%s, not %s" % (result, wanted))


if __name__ == "__main__":
    sys.exit(run_all("bench"))

"""The rows of `make torture`: fault, shown, recovered in, lost.

A test tells each fault it went through by row(). The rows go to the file that $TORTURE_TABLE names;
without it they are dropped, because `make check` counts cases and prints no table.
"""

import json
import os
import sys


def row(fault, shown, recovered_s=None, lost="nothing"):
    """`fault` and `shown` in a few words, `recovered_s` from the fault's end to the right sign (None:
    the sign was right all the time), `lost` what of the stored things is gone."""
    path = os.environ.get("TORTURE_TABLE")
    if path:
        with open(path, "a", encoding="utf-8") as table:
            table.write(json.dumps([fault, shown, recovered_s, lost]) + "\n")


def print_table(path):
    with open(path, encoding="utf-8") as table:
        rows = [json.loads(line) for line in table]
    cells = [["fault", "shown", "recovered in", "lost"]]
    cells += [[fault, shown, "-" if took_s is None else f"{took_s:.1f} s", lost]
              for fault, shown, took_s, lost in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


if __name__ == "__main__":
    print_table(sys.argv[1])

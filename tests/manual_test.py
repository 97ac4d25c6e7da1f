#!/usr/bin/env python3
"""Reads the manual pages of config/man as those do who print them, and takes no complaint."""

import glob
import os
import shutil
import subprocess
import sys

import cases
from cases import Skip, case, expect

PAGES = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "config",
                                      "man", "*.[158]")))


def complaints(*command):
    if not shutil.which(command[0]):
        raise Skip("no " + command[0])
    done = subprocess.run(command, check=False, capture_output=True, text=True,
                          env=dict(os.environ, MANROFFSEQ="", MANWIDTH="80"))
    return done.stdout, done.stderr


@case
def there_are_four_pages():
    names = [os.path.basename(page) for page in PAGES]
    expect(names == ["roomsign-feed.1", "roomsign.conf.5", "roomsignctl.1", "roomsignd.8"], names)


@case
def mandoc_has_no_complaint():
    for page in PAGES:
        # That a page refers to one which isn't installed here is no fault of it.
        found = [line for line in "".join(complaints("mandoc", "-Tlint", page)).splitlines()
                 if "referenced manual not found" not in line]
        expect(not found, "\n".join(found))


@case
def groff_has_no_complaint():
    for page in PAGES:
        shown, found = complaints("groff", "-mandoc", "-Tutf8", "-ww", page)
        expect(not found and len(shown) > 1000, "%s: %s" % (page, found))


if __name__ == "__main__":
    sys.exit(cases.run_all("manual"))

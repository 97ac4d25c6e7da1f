#!/usr/bin/env python3
"""Looks at what `make install` installs: how its programs and its unit are hardened, and that one
which is not would be found. `make check` installs into $BUILD/installed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import cases
from cases import SANITIZED, Skip, case, expect

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
INSTALLED = os.path.join(BUILD, "installed", "usr", "bin")
UNIT = os.path.join(BUILD, "installed", "usr", "lib", "systemd", "system", "roomsign@.service")
# By systemd-analyze security: 0 is perfect, 10 is a root shell.
EXPOSURE_MAX = 1.5
PROGRAMS = ("roomsignd", "roomsign-feed", "roomsignctl")
# Enough of everything for a compiler to protect.
SOURCE = """
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    char text[64];
    memcpy(text, argv[0], strlen(argv[argc - 1]));
    snprintf(text, sizeof(text), "%s", argv[0]);
    return puts(text) < 0;
}
"""
HARDENED = ["-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fPIE",
            "-pie", "-Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code"]
# What each takes away, and what must then be missing.
WEAKENED = [
    (["-no-pie", "-fno-pie"], "position-independent"),
    (["-Wl,-z,lazy"], "bound at start"),
    (["-Wl,-z,norelro"], "read-only after start"),
    (["-Wl,-z,execstack"], "no executable stack"),
    (["-fno-stack-protector"], "stack protector"),
    (["-U_FORTIFY_SOURCE"], "fortified calls"),
    (["-Wl,-rpath,/tmp"], "no search path"),
    (["-Wl,-z,noseparate-code"], "nothing both writable or data and executable"),
]


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C")).stdout


def missing(path):
    """What of the hardening a program lacks."""
    header, dynamic = readelf("-h", path), readelf("-d", path)
    segments, symbols = readelf("-l", path), readelf("--dyn-syms", path)
    loads = re.findall(r"^ +LOAD +(?:0x[0-9a-f]+ +){5}(R?.?W?.?E?) +0x", segments, re.MULTILINE)
    stack = re.search(r"^ +GNU_STACK +(?:0x[0-9a-f]+ +){5}(\S+) ", segments, re.MULTILINE)
    # The first page holds headers: mapped with the code, they are code to jump to.
    first = loads[0] if loads else "E"
    found = {
        "position-independent": re.search(r"Type: +DYN", header) and "FLAGS_1" in dynamic
                                and re.search(r"Flags:.*\bPIE\b", dynamic),
        "bound at start": re.search(r"Flags:.*\bNOW\b", dynamic),
        "read-only after start": "GNU_RELRO" in segments,
        "no executable stack": stack and "E" not in stack.group(1),
        "stack protector": "__stack_chk_fail" in symbols,
        "fortified calls": re.search(r"__\w+_chk\b", symbols.replace("__stack_chk", "")),
        "no search path": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
        "nothing both writable or data and executable":
            "E" not in first and not any("W" in load and "E" in load for load in loads),
        "no relocated code": "TEXTREL" not in dynamic,
    }
    return [name for name, is_there in found.items() if not is_there]


def compiled(folder, *flags):
    source, program = os.path.join(folder, "program.c"), os.path.join(folder, "program")
    with open(source, "w", encoding="utf-8") as file:
        file.write(SOURCE)
    subprocess.run([os.environ.get("CC", "cc"), "-w", *HARDENED, *flags, source, "-o", program],
                   check=True)
    return program


@case
def what_is_installed_is_hardened():
    if SANITIZED:
        raise Skip("a build for the sanitizers is not for installing")
    for name in PROGRAMS:
        path = os.path.join(INSTALLED, name)
        expect(os.path.exists(path), "%s is not installed; make check does it" % path)
        expect(missing(path) == [], "%s lacks: %s" % (name, ", ".join(missing(path))))
    expect(sorted(os.listdir(INSTALLED)) == sorted(PROGRAMS), os.listdir(INSTALLED))


@case
def all_code_is_hardened():
    """A call that a compiler left alone shows nothing: the flags say how the others were made."""
    with open(os.path.join(BUILD, "flags"), encoding="utf-8") as file:
        flags = file.read().split()
    if SANITIZED:
        raise Skip("a build for the sanitizers is not for installing")
    for flag in ("-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fstack-clash-protection",
                 "-fPIE", "-pie"):
        expect(flag in flags, flag)


@case
def a_hardened_program_lacks_nothing():
    with tempfile.TemporaryDirectory() as folder:
        found = missing(compiled(folder))
        expect(found == [], found)


@case
def each_weakness_is_found():
    with tempfile.TemporaryDirectory() as folder:
        for flags, weakness in WEAKENED:
            found = missing(compiled(folder, *flags))
            expect(weakness in found, "%s: found %s" % (" ".join(flags), found))


def exposure(unit):
    """What systemd-analyze gives a unit file, without asking a running systemd."""
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit], check=False,
        capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
    if "offline" in done.stderr and done.returncode:
        raise Skip("systemd-analyze is older than 250")
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    expect(found, done.stdout + done.stderr)
    return float(found.group(1))


@case
def the_unit_gives_a_sign_no_more_than_it_needs():
    found = exposure(UNIT)
    expect(found <= EXPOSURE_MAX, "exposure %s, at most %s is wanted" % (found, EXPOSURE_MAX))


@case
def a_protection_less_is_found():
    with open(UNIT, encoding="utf-8") as file:
        text = file.read()
    for line in ("PrivateUsers=yes\n", "ProtectClock=yes\n"):
        expect(line in text, line)
        text = text.replace(line, "")
    with tempfile.TemporaryDirectory() as folder:
        weaker = os.path.join(folder, "roomsign@.service")
        with open(weaker, "w", encoding="utf-8") as file:
            file.write(text)
        expect(exposure(weaker) > EXPOSURE_MAX, exposure(weaker))


if __name__ == "__main__":
    sys.exit(cases.run_all("hardening"))

#!/usr/bin/env python3
"""Shows that tests/lint finds what it forbids: a clean tree, and one seeded with each violation."""

import importlib.machinery
import importlib.util
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("lint", os.path.join(HERE, "lint"))
lint = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint", loader))
loader.exec_module(lint)


def header(name, *includes):
    guard = f"ROOMSIGN_{name.upper()}_H"
    lines = [f"#include {include}" for include in includes]
    return "\n".join([f"#ifndef {guard}", f"#define {guard}", *lines,
                      f"int {name}_count(void);", "#endif", ""])


def source(*lines):
    return "\n".join([*lines, ""])


CLEAN = {
    "Makefile": "all:\n\ttrue\n",
    ".gitignore": "/build/\n",
    "include/roomsign/clock.h": header("clock"),
    "include/roomsign/view.h": header("view", "<roomsign/clock.h>"),
    "include/roomsign/tracker.h": header("tracker", "<stdint.h>"),
    "include/roomsign/config.h": header("config", "<roomsign/view.h>"),
    "include/roomsign/canvas.h": header("canvas", "<roomsign/view.h>"),
    "include/roomsign/sign_options.h": header("sign_options"),
    "include/roomsign/limits.h":
        "#ifndef ROOMSIGN_LIMITS_H\n#define ROOMSIGN_LIMITS_H\n#define LIMIT 3\n#endif\n",
    "daemon/base/clock.c": source("#include <time.h>", "int f(void) { return time(NULL) > 0; }"),
    "daemon/base/zone.c": source("void g(void) { localtime_r(a, b); }"),
    "daemon/core/view.c": source("#include <roomsign/view.h>", "#include <unicode/ubrk.h>",
                                 "/* strcpy(a, b) in a comment, time(NULL) too */",
                                 "const char *a = \"sprintf(x) and \\\"system(y)\";",
                                 "int runtime(int x) { return runtime(x) + queue.time (x); }"),
    "daemon/core/tracker.c": source("#include <roomsign/tracker.h>", "#include <stdio.h>",
                                    "void n(char *t) { snprintf(t, 3, \"a\"); }"),
    "daemon/files/config.c": source("#include <roomsign/config.h>"),
    "daemon/files/ini_file.c": source("#include <ini.h>", "#include <roomsign/config.h>"),
    "daemon/feed/fetch.c": source("#include <curl/curl.h>", "#include <roomsign/config.h>"),
    "daemon/feed/ical_value.c": source("#include <libical/ical.h>"),
    "daemon/feed/xml_reader.c": source("#include <expat.h>"),
    "daemon/screen/canvas.c": source("#include <SDL.h>", "#include <roomsign/canvas.h>",
                                     "#include \"own.h\""),
    "daemon/screen/own.h": "",
    "daemon/sign/main.c": source("#include <roomsign/canvas.h>", "#include <roomsign/tracker.h>"),
    "daemon/sign/options.c": source("#include <roomsign/sign_options.h>"),
    "daemon/ctl/options.c": source("int o;"),
    "daemon/ctl/main.c": source("#include <roomsign/config.h>"),
    "tests/test_clock.c": source("int t(void) { return clock_gettime(0, 0); }"),
}

# Each: what it is, the file to write, its content, what the finding must say, and where.
SEEDS = [
    ("a folder at the top", "docs/notes.md", "x\n", "docs:1: nothing else belongs at the top"),
    ("a file at the top", "NEWS", "x\n", "NEWS:1: nothing else belongs at the top"),
    ("an unknown layer", "daemon/net/a.c", source("int a;"), "net/a.c:1: sources live in"),
    ("a folder in a layer", "daemon/base/x/a.c", source("int a;"), "x/a.c:1: sources live in"),
    ("base uses core", "daemon/base/a.c", source("#include <roomsign/view.h>"),
     "a.c:1: base may not use core (roomsign/view.h)"),
    ("core uses files", "daemon/core/a.c", source("", "#include <roomsign/config.h>"),
     "a.c:2: core may not use files"),
    ("files use screen", "daemon/files/a.c", source("#include <roomsign/canvas.h>"),
     "a.c:1: files may not use screen"),
    ("feed uses screen", "daemon/feed/a.c", source("#include <roomsign/canvas.h>"),
     "a.c:1: feed may not use screen"),
    ("screen uses files", "daemon/screen/a.c", source("#include <roomsign/config.h>"),
     "a.c:1: screen may not use files"),
    ("screen uses the tracker", "daemon/screen/a.c", source("#include <roomsign/tracker.h>"),
     "a.c:1: screen knows only these of the core"),
    ("ctl uses sign's options", "daemon/ctl/a.c", source("#include <roomsign/sign_options.h>"),
     "a.c:1: ctl may not use sign"),
    ("ctl uses screen", "daemon/ctl/a.c", source("#include <roomsign/canvas.h>"),
     "a.c:1: ctl may not use screen"),
    ("a header uses a later layer", "include/roomsign/tracker.h",
     header("tracker", "<roomsign/config.h>"), "tracker.h:3: core may not use files"),
    ("a private header of another layer", "daemon/sign/a.c", source("#include \"../screen/own.h\""),
     "a.c:1: \"../screen/own.h\" is no header of daemon/sign/"),
    ("a header without a source", "include/roomsign/lonely.h", header("lonely"),
     "lonely.h:1: needs exactly one daemon/LAYER/lonely.c, there are 0"),
    ("a header with two sources", "daemon/sign/view.c", source("int v;"),
     "view.h:1: needs exactly one daemon/LAYER/view.c, there are 2"),
    ("a header without its guard", "include/roomsign/view.h", "int view_count(void);\n",
     "view.h:1: no include guard ROOMSIGN_VIEW_H"),
    ("SDL outside the screen", "daemon/sign/a.c", source("#include <SDL2/SDL.h>"),
     "a.c:1: SDL belongs to screen"),
    ("SDL_ttf outside the screen", "daemon/core/a.c", source("#include <SDL_ttf.h>"),
     "a.c:1: SDL belongs to screen"),
    ("fontconfig outside the screen", "daemon/sign/a.c",
     source("#include <fontconfig/fontconfig.h>"), "a.c:1: fontconfig belongs to screen"),
    ("libpng outside the screen", "daemon/sign/a.c", source("#include <png.h>"),
     "a.c:1: libpng belongs to screen"),
    ("libqrencode outside its file", "daemon/core/a.c", source("#include <qrencode.h>"),
     "a.c:1: libqrencode belongs to screen/qr_draw.c"),
    ("libcurl outside the fetch", "daemon/feed/a.c", source("#include <curl/curl.h>"),
     "a.c:1: libcurl belongs to feed/fetch.c"),
    ("libical outside its files", "daemon/feed/a.c", source("#include <libical/ical.h>"),
     "a.c:1: libical belongs to feed/ical_value.c"),
    ("expat outside its file", "daemon/feed/a.c", source("#include <expat.h>"),
     "a.c:1: expat belongs to feed/xml_reader.c"),
    ("jansson in the core", "daemon/core/a.c", source("#include <jansson.h>"),
     "a.c:1: jansson belongs to files"),
    ("inih outside the config", "daemon/files/a.c", source("#include <ini.h>"),
     "a.c:1: inih belongs to files/ini_file.c"),
    ("a size of one's own", "daemon/core/a.c",
     source("#include <roomsign/pen.h>", "#define SIZE_TITLE 9.2"), "a.c:2: a loose measure"),
    ("a gap of one's own", "daemon/core/a.c",
     source("#include <roomsign/pen.h>", "int gap = pen_space(pen, 3);"), "a.c:2: a loose measure"),
    ("ICU in base", "daemon/base/a.c", source("#include <unicode/ubrk.h>"),
     "a.c:1: ICU belongs to core"),
    ("a system header in the core", "daemon/core/a.c", source("#include <sys/socket.h>"),
     "a.c:1: the core knows no <sys/socket.h>"),
    ("time.h in the core", "daemon/core/a.c", source("#include <time.h>"),
     "a.c:1: the core knows no <time.h>"),
    ("a line of 101 columns", "daemon/base/a.c", source("int a;", "int " + "a" * 96 + ";"),
     "a.c:2: longer than 100 columns"),
    ("a tab", "daemon/base/a.c", source("\tint a;"), "a.c:1: a tab"),
    ("blanks at a line's end", "daemon/base/a.c", source("int a; "), "a.c:1: blanks at the end"),
    ("no newline at the end", "daemon/base/a.c", "int a;", "a.c:1: no newline at the end"),
    ("a long file", "daemon/base/a.c", "int a;\n" * 701, "a.c:701: longer than 700 lines"),
    ("a long main", "daemon/ctl/main.c", "int a;\n" * 201, "main.c:201: longer than 200 lines"),
]
for call in lint.UNBOUNDED:
    SEEDS.append((f"{call} in a program", "daemon/sign/a.c", source(f"int a = {call}(b);"),
                  f"daemon/sign/a.c:1: {call} has no limit"))
SEEDS.append(("strcpy in a test", "tests/test_a.c", source("int a = strcpy (b);"),
              "tests/test_a.c:1: strcpy has no limit"))
SEEDS.append(("strcat in a header", "include/roomsign/view.h",
              header("view") + "#define A strcat(a, b)\n", "view.h:5: strcat has no limit"))
for call in lint.WALL_CLOCK:
    SEEDS.append((f"{call} outside the clock", "daemon/sign/a.c", source(f"int a = {call}(0);"),
                  f"daemon/sign/a.c:1: {call} reads the wall clock"))
SEEDS.append(("time where only localtime_r is allowed", "daemon/base/zone.c",
              source("int a = time(0);"), "zone.c:1: time reads the wall clock"))
for call in lint.CORE_IO:
    SEEDS.append((f"{call} in the core", "daemon/core/a.c", source(f"int a = {call}(0);"),
                  f"daemon/core/a.c:1: {call} is I/O"))


def findings_of(files):
    root = tempfile.mkdtemp()
    try:
        for path, content in files.items():
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as file:
                file.write(content)
        return lint.Tree(root).check()
    finally:
        shutil.rmtree(root)


def main():
    failed = 0
    findings = findings_of(CLEAN)
    failed += bool(findings)
    print("not ok" if findings else "ok", "- lint: a clean tree has no finding")
    for finding in findings:
        print("#", finding)
    for name, path, content, expected in SEEDS:
        findings = findings_of({**CLEAN, path: content})
        found = len(findings) == 1 and expected in findings[0]
        failed += not found
        print("ok" if found else "not ok", "- lint:", name)
        if not found:
            print("# expected:", expected)
            for finding in findings or ["nothing found"]:
                print("# found:", finding)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""An X server of a test's own: Xvfb, whose frame buffer is a file, and a keyboard for it."""

import contextlib
import ctypes
import glob
import mmap
import os
import shutil
import subprocess
import tempfile
import time

import sign_harness
from cases import Failure, Skip, expect

# A second press of the same key counts after 300 ms.
AGAIN_S = 0.35


class Keyboard:
    """What XTEST types goes the way of a real keyboard's keys."""

    def __init__(self, display):
        try:
            self.x11 = ctypes.CDLL("libX11.so.6")
            self.xtest = ctypes.CDLL("libXtst.so.6")
        except OSError as problem:
            raise Skip(str(problem)) from None
        self.x11.XOpenDisplay.restype = self.x11.XStringToKeysym.restype = ctypes.c_void_p
        self.x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x11.XFlush.argtypes = [ctypes.c_void_p]
        self.xtest.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int,
                                                 ctypes.c_ulong]
        self.display = self.x11.XOpenDisplay(display.encode())
        expect(self.display, "no connection to " + display)

    def change(self, name, is_down):
        keysym = self.x11.XStringToKeysym(name.encode())
        code = self.x11.XKeysymToKeycode(self.display, keysym)
        expect(code, "no key " + name)
        self.xtest.XTestFakeKeyEvent(self.display, code, is_down, 0)
        self.x11.XFlush(self.display)

    def press(self, *names):
        for name in names:
            self.change(name, True)
            self.change(name, False)
            time.sleep(AGAIN_S)


class Screen:
    def __init__(self, directory):
        path = glob.glob(os.path.join(directory, "Xvfb_screen0"))[0]
        with open(path, "rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def pixels(self):
        return self.map[:]

    def ms_to_change(self, before, since, patience_s=5):
        """From `since` (monotonic) to the last of what changes in one go."""
        while self.pixels() == before:
            if time.monotonic() - since > patience_s:
                raise Failure("nothing changes on the screen")
        changed, now = time.monotonic(), self.pixels()
        while time.monotonic() - changed < 0.03:
            again = self.pixels()
            if again != now:
                changed, now = time.monotonic(), again
        return (changed - since) * 1000


@contextlib.contextmanager
def x_server(size="1280x720", number=None):
    """Its name, the directory of its frame buffer, and its process. It chooses a number by itself,
    or has the one of an earlier server: ":7"."""
    if not shutil.which("Xvfb"):
        raise Skip("no Xvfb")
    with tempfile.TemporaryDirectory(dir=sign_harness.SCRATCH) as directory:
        read_end, write_end = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", *([number] if number else []), "-displayfd", str(write_end), "-screen", "0",
             size + "x24", "-fbdir", directory, "-nolisten", "tcp", "-noreset"],
            pass_fds=[write_end], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(write_end)
        try:
            with os.fdopen(read_end) as file:
                found = file.readline().strip()
            expect(found, "Xvfb doesn't start")
            yield ":" + found, directory, server
        finally:
            server.terminate()
            server.wait()

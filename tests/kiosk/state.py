"""The sign's state as a disk has it: read from an image, without the guest."""

import collections
import glob
import json
import os
import subprocess
import tempfile

from guest import GuestError

State = collections.namedtuple("State", "edition is_in_a_write")


def read(image):
    """As after a boot: the file system is mended by its journal first, in place."""
    with tempfile.TemporaryDirectory() as folder:
        mended = subprocess.run(["e2fsck", "-p", image], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, check=False)
        if mended.returncode > 1:
            raise GuestError("the file system: " + mended.stdout)
        subprocess.run(["debugfs", "-R", "rdump / " + folder, image], stdin=subprocess.DEVNULL,
                       capture_output=True, check=True)
        bad = glob.glob(os.path.join(folder, "*.bad"))
        if bad:
            raise GuestError("the sign found a damaged store: %r" % bad)
        stores = [name for name in glob.glob(os.path.join(folder, "*.json"))]
        if len(stores) != 1:
            raise GuestError("not one store but %r" % stores)
        return State(edition_in(stores[0]), bool(glob.glob(os.path.join(folder, "*.new"))))


def edition_in(path):
    """Of all sessions alike; a piece of a file has none."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        sessions = json.loads(text)["sessions"]
    except (ValueError, KeyError) as problem:
        raise GuestError("%s is torn: %s" % (path, problem)) from None
    editions = {int(session["title"].rsplit(maxsplit=1)[1]) for session in sessions
                if "dition " in session["title"]}
    if len(editions) != 1 or len(sessions) < 40:
        raise GuestError("%s has %d sessions of editions %r" % (path, len(sessions), editions))
    return editions.pop()

"""A Debian in QEMU with a screen, a keyboard and a cable: started, asked, looked at, cut off."""

import base64
import json
import os
import socket
import subprocess
import time

# Software emulation on a busy machine: nothing here is slow by itself.
PATIENCE_S = float(os.environ.get("PATIENCE", "1")) * 300
SCREEN = (1280, 720)


class GuestError(Exception):
    pass


class Guest:
    """`with` ends it, as pulling the plug does."""

    def __init__(self, folder, disks, clock):
        self.folder = folder
        self.clock = clock
        self.started = time.monotonic()
        for name in ("qmp", "agent"):
            if os.path.exists(self.file(name)):
                os.unlink(self.file(name))
        with open(self.file("qemu.log"), "wb") as log:
            self.process = subprocess.Popen(self.command(disks), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        self.qmp_lines = self.connect("qmp").makefile("rw")
        self.qmp_lines.readline()
        self.qmp("qmp_capabilities")
        self.agent = self.connect("agent")

    def file(self, name):
        return os.path.join(self.folder, name)

    def command(self, disks):
        command = [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu",
            "Nehalem", "-smp", "2", "-m", "1G", "-nodefaults", "-display", "none",
            "-kernel", self.file("vmlinuz"), "-initrd", self.file("initrd.img"),
            "-append", "root=/dev/vda rw console=ttyS0 console=tty1 quiet",
            "-rtc", "base=" + self.clock.strftime("%Y-%m-%dT%H:%M:%S"),
            "-device", "virtio-gpu-pci,edid=on,xres=%d,yres=%d" % SCREEN,
            "-device", "virtio-keyboard-pci",
            "-netdev", "user,id=cable", "-device", "virtio-net-pci,id=wire,netdev=cable",
            "-serial", "file:" + self.file("serial.log"),
            "-qmp", "unix:%s,server=on,wait=off" % self.file("qmp"),
            "-device", "virtio-serial-pci",
            "-chardev", "socket,id=agent,path=%s,server=on,wait=off" % self.file("agent"),
            "-device", "virtserialport,chardev=agent,name=agent"]
        for disk in disks:
            command += ["-drive", "if=virtio,format=raw,file=" + self.file(disk)]
        return command

    def connect(self, name):
        end = socket.socket(socket.AF_UNIX)
        end.settimeout(PATIENCE_S)
        deadline = time.monotonic() + 30
        while True:
            try:
                end.connect(self.file(name))
                return end
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    with open(self.file("qemu.log"), encoding="utf-8") as log:
                        raise GuestError("QEMU: " + log.read()) from None
                time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()

    def qmp(self, command, **arguments):
        self.qmp_lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp_lines.flush()
        while True:
            answer = json.loads(self.qmp_lines.readline())
            if "error" in answer:
                raise GuestError("%s: %s" % (command, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]

    def run(self, script, check=True):
        """What a root's shell in the guest says to it, once the guest is far enough."""
        self.agent.sendall(base64.b64encode(script.encode()) + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            piece = self.agent.recv(1 << 16)
            if not piece:
                raise GuestError("the guest is gone")
            answer += piece
        output, _, status = base64.b64decode(answer).decode("utf-8", "replace").rstrip().rpartition(
            "status=")
        if check and status != "0":
            raise GuestError("%s: status %s: %s" % (script.strip(), status, output))
        return output.strip()

    def wait_for(self, what, question, seconds=None):
        """Asks until the answer is truthy, and returns it with the seconds that it took."""
        started = time.monotonic()
        limit = seconds or PATIENCE_S
        while True:
            answer = question()
            if answer:
                return answer, time.monotonic() - started
            if time.monotonic() - started > limit:
                raise GuestError("%s: not within %d s" % (what, limit))
            time.sleep(0.05)

    def get(self, path):
        return base64.b64decode(self.run("base64 -w0 " + path))

    def shot(self, name):
        """The screen's picture, as the graphics card has it."""
        self.qmp("screendump", filename=self.file(name), format="png")
        return self.file(name)

    def press(self, key):
        for down in (True, False):
            self.qmp("input-send-event", events=[
                {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}])

    def plug_network(self, plugged):
        self.qmp("set_link", name="wire", up=plugged)

    def slow_down(self, disk, per_second):
        """So many requests are served by the disk, as by a poor card."""
        self.qmp("block_set_io_throttle", device="virtio%d" % disk, bps=0, bps_rd=0, bps_wr=0,
                 iops=per_second, iops_rd=0, iops_wr=0)

    def shut_down(self):
        self.agent.sendall(base64.b64encode(b"systemctl poweroff --no-block") + b"\n")
        self.process.wait(PATIENCE_S)

    def cut(self):
        """As when somebody pulls the plug."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

"""Pictures of a screen: read, and compared with what the sign draws into a file."""

import struct
import zlib

# What two drawings of the same may differ by in a channel.
TOLERANCE = 2


class Picture:
    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    def is_empty(self):
        """Of one colour, or nearly: a dark screen, or a console with a few words."""
        counts = {}
        for at in range(0, len(self.rgb), 3 * 7):
            pixel = self.rgb[at:at + 3]
            counts[pixel] = counts.get(pixel, 0) + 1
        return len(counts) < 20

    def pixels_unlike(self, other, but_rows=range(0)):
        """How many pixels differ by more than the tolerance, but for some rows; all, if the sizes
        do."""
        if (self.width, self.height) != (other.width, other.height):
            return self.width * self.height
        count, step = 0, 3 * self.width
        for y in range(self.height):
            ours, theirs = (of.rgb[y * step:(y + 1) * step] for of in (self, other))
            if ours == theirs or y in but_rows:
                continue
            for at in range(0, step, 3):
                count += any(abs(a - b) > TOLERANCE for a, b in
                             zip(ours[at:at + 3], theirs[at:at + 3]))
        return count


def unfilter_row(kind, row, above, channels):
    """One line of a PNG (RFC 2083, section 6), in place."""
    if kind == 2:
        for at, byte in enumerate(above):
            row[at] = (row[at] + byte) & 255
    elif kind:
        for at, byte in enumerate(row):
            left = row[at - channels] if at >= channels else 0
            corner = above[at - channels] if at >= channels else 0
            if kind == 4:
                near = left + above[at] - corner
                to_left, to_above, to_corner = (abs(near - left), abs(near - above[at]),
                                                abs(near - corner))
                guess = (left if to_left <= to_above and to_left <= to_corner else
                         above[at] if to_above <= to_corner else corner)
            else:
                guess = left if kind == 1 else (left + above[at]) // 2
            row[at] = (byte + guess) & 255


def read_png(data):
    """Of 8 bits a channel, not interlaced, with or without alpha."""
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    if depth != 8 or colour not in (2, 6):
        raise ValueError("a picture of %d bits, kind %d" % (depth, colour))
    channels = 3 if colour == 2 else 4
    raw, stride = zlib.decompress(packed), width * channels
    above, rgb = bytearray(stride), bytearray()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1:start + 1 + stride])
        unfilter_row(raw[start], line, above, channels)
        above = line
        if channels == 4:
            line = bytearray(stride // 4 * 3)
            for channel in range(3):
                line[channel::3] = above[channel::4]
        rgb += line
    return Picture(width, height, bytes(rgb))


def read_file(path):
    with open(path, "rb") as file:
        return read_png(file.read())

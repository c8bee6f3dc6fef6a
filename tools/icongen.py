"""The sign as a picture of dots, for phones that install the pages: assetgen.py calls it.

    png(svg, size, bleed) -> bytes

Reads the one form of web/favicon.svg: a rounded rect, a path of a straight line and an arc with a round
stroke, a circle; colours of the light style.  `bleed`: without round corners and with the sign in the
middle eight tenths, as launchers want it that cut a shape of their own ("maskable").
"""
import math
import re
import struct
import zlib


def _number(name, text):
    return float(re.search(rf'\b{name}="([\d.]+)"', text).group(1))


def _colour(element, svg):
    digits = re.search(rf"{element}{{(?:fill|stroke):#(\w{{6}})}}", svg).group(1)
    return tuple(int(digits[i:i + 2], 16) for i in (0, 2, 4))


def _centre(x1, y1, x2, y2, r, large, sweep):
    """The centre of an SVG arc (circle) between two points."""
    half = math.hypot(x2 - x1, y2 - y1) / 2
    away = math.sqrt(max(r * r - half * half, 0)) * (1 if large != sweep else -1)
    return ((x1 + x2) / 2 - (y2 - y1) / (2 * half) * away,
            (y1 + y2) / 2 + (x2 - x1) / (2 * half) * away)


class _Sign:
    def __init__(self, svg):
        path = re.search(r'd="M([\d.]+) ([\d.]+)h([\d.]+)A([\d.]+) [\d.]+ 0 ([01]) ([01]) ([\d.]+) ([\d.]+)"', svg)
        if path is None:
            raise SystemExit("favicon.svg: error: tools/icongen.py does not know this form of the sign")
        x, y, line, r = (float(path.group(i)) for i in range(1, 5))
        large, sweep = path.group(5) == "1", path.group(6) == "1"
        self.from_, self.to, self.y, self.r = x, x + line, y, r
        self.end = float(path.group(7)), float(path.group(8))
        self.c = _centre(self.to, y, *self.end, r, large, sweep)
        self.a = math.atan2(y - self.c[1], self.to - self.c[0])
        turn = math.atan2(self.end[1] - self.c[1], self.end[0] - self.c[0]) - self.a
        self.turn = turn % math.tau - (0 if sweep else math.tau)
        self.half = _number("stroke-width", svg) / 2
        circle = re.search(r"<circle [^>]*>", svg).group(0)
        self.dot = _number("cx", circle), _number("cy", circle), _number("r", circle)
        self.corner = _number("rx", svg)
        self.colours = [_colour(element, svg) for element in ("rect", "path", "circle")]

    def stroke(self, x, y):
        """How far outside the stroke a place is; negative inside."""
        line = math.hypot(x - min(max(x, self.from_), self.to), y - self.y)
        dx, dy = x - self.c[0], y - self.c[1]
        along = (math.atan2(dy, dx) - self.a) % math.tau
        if self.turn < 0:
            along -= math.tau
        inside = 0 <= along <= self.turn if self.turn > 0 else self.turn <= along <= 0
        arc = abs(math.hypot(dx, dy) - self.r) if inside else min(
            math.hypot(x - self.to, y - self.y), math.hypot(x - self.end[0], y - self.end[1]))
        return min(line, arc) - self.half

    def ground(self, x, y):
        dx = max(abs(x - 16) - 16 + self.corner, 0)
        dy = max(abs(y - 16) - 16 + self.corner, 0)
        return math.hypot(dx, dy) - self.corner


def _rows(sign, size, bleed):
    scale = size / 32 * (.8 if bleed else 1)
    ground, stroke, dot = sign.colours
    for row in range(size):
        line = bytearray(b"\0")
        for column in range(size):
            x = (column + .5 - size / 2) / scale + 16
            y = (row + .5 - size / 2) / scale + 16
            colour = ground
            for ink, distance in ((stroke, sign.stroke(x, y)),
                                  (dot, math.hypot(x - sign.dot[0], y - sign.dot[1]) - sign.dot[2])):
                share = min(max(.5 - distance * scale, 0), 1)
                if share:
                    colour = tuple(round(under + (over - under) * share) for under, over in zip(colour, ink))
            alpha = 1 if bleed else min(max(.5 - sign.ground(x, y) * scale, 0), 1)
            line += bytes((*colour, round(255 * alpha)))
        yield bytes(line)


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(svg, size, bleed=False):
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    dots = zlib.compress(b"".join(_rows(_Sign(svg), size, bleed)), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", dots) + _chunk(b"IEND", b"")

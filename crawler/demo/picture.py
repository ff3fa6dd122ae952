"""Lead pictures: an evening sky over a horizon, drawn as PNG so that no image file is needed."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 480, 270


def picture(number: int) -> bytes:
    """A PNG whose colours and horizon depend on the story's number alone."""
    sky = (40 + number * 37 % 120, 70 + number * 23 % 100, 120 + number * 11 % 110)
    ground = (30 + number * 17 % 60, 50 + number * 13 % 70, 30 + number * 7 % 40)
    horizon = HEIGHT // 2 + number * 19 % (HEIGHT // 3)
    rows = b"".join(
        b"\x00" + _colour(sky, y, horizon) * WIDTH
        if y < horizon
        else b"\x00" + bytes(ground) * WIDTH
        for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _colour(sky: tuple[int, int, int], y: int, horizon: int) -> bytes:
    return bytes(part + (245 - part) * y // horizon for part in sky)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""Takes the chunked transfer coding off as it arrives, as leniently as browsers do.

``archive.codings.dechunk`` reads what this lets pass: bare LF, spaces around a size, extensions of
any length that fits a line. Twisted's own decoder refuses these.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_LINE = 16 * 1024
"""Bytes of a chunk's size and extensions, or of a trailer field."""

MAX_TRAILERS = 64 * 1024
"""Bytes of all trailer fields."""

_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")


class ChunkError(ValueError):
    """What came is not chunked (RFC 9112 7.1)."""


class Dechunker:
    """Gives the data to ``on_data``, and at the end what follows the message to ``on_end``."""

    def __init__(self, on_data: Callable[[bytes], None], on_end: Callable[[bytes], None]) -> None:
        self._on_data = on_data
        self._on_end = on_end
        self._buffer = b""
        self._left = 0  # of the chunk under way
        self._trailers = 0
        self._read_line: Callable[[bytes], None] = self._size
        self.finished = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises ChunkError where they are not chunked."""
        pieces: list[bytes] = []
        try:
            self._buffer = self._take_from(self._buffer + data, pieces)
        finally:
            # In one: a chunk may be a byte, and whoever listens does much for each piece.
            if pieces:
                self._on_data(b"".join(pieces))
        if self.finished:
            rest, self._buffer = self._buffer, b""
            self._on_end(rest)

    def _take_from(self, buffer: bytes, pieces: list[bytes]) -> bytes:
        """Put the data of a buffer into ``pieces``; gives what is left of it."""
        at = 0
        while at < len(buffer) and not self.finished:
            if self._left:
                piece = buffer[at : at + self._left]
                pieces.append(piece)
                self._left -= len(piece)
                at += len(piece)
                continue
            end = buffer.find(b"\n", at) + 1
            if (end or len(buffer)) - at > MAX_LINE:
                raise ChunkError("a line is too long")
            if not end:
                break
            self._read_line(buffer[at:end])
            at = end
        return buffer[at:]

    def _size(self, line: bytes) -> None:
        match = _SIZE.fullmatch(line)
        if match is None:
            raise ChunkError(f"no chunk size: {line[:40]!r}")
        self._left = int(match[1], 16)
        self._read_line = self._end_of_chunk if self._left else self._trailer

    def _end_of_chunk(self, line: bytes) -> None:
        if line not in (b"\r\n", b"\n"):
            raise ChunkError("a chunk is longer than its size says")
        self._read_line = self._size

    def _trailer(self, line: bytes) -> None:
        self._trailers += len(line)
        if self._trailers > MAX_TRAILERS:
            raise ChunkError("too many trailers")
        if line in (b"\r\n", b"\n"):
            self.finished = True

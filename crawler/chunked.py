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
        self._buffer += data
        while self._buffer and not self.finished:
            if self._left:
                self._give()
                continue
            end = self._buffer.find(b"\n") + 1
            if (end or len(self._buffer)) > MAX_LINE:
                raise ChunkError("a line is too long")
            if not end:
                return
            line, self._buffer = self._buffer[:end], self._buffer[end:]
            self._read_line(line)

    def _give(self) -> None:
        piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
        self._left -= len(piece)
        self._on_data(piece)

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
            rest, self._buffer = self._buffer, b""
            self._on_end(rest)

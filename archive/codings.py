"""Transfer and content codings undone piece by piece, in constant memory.

Each function takes pieces of bytes and lazily gives pieces of about ``PIECE`` bytes, never twice as
many: a consumer that stops at its limit stops a decompression bomb there. What could be decoded is
given first; only then does a broken or unfinished coding raise DecodeError.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import IO

import brotli

from archive.errors import DecodeError, UnfinishedCoding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 64 * 1024

_MAX_LINE = 64 * 1024
_STEP = 4096
# Spaces around the size and any extension are let pass, as browsers do (RFC 9112 7.1.1).
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n?")


def pieces(stream: IO[bytes], size: int | None = None, most: int = PIECE) -> Iterator[bytes]:
    """The next ``size`` bytes of a stream, or all that are left, ``most`` of them at a time."""
    while size is None or size > 0:
        piece = stream.read(most if size is None else min(most, size))
        if not piece:
            return
        if size is not None:
            size -= len(piece)
        yield piece


def dechunk(source: Iterable[bytes]) -> Iterator[bytes]:
    """The chunked transfer coding off, trailers dropped (RFC 9112 7.1); bare LF is let pass.

    A body that does not begin with a chunk size is given as it is: archives exist whose writers
    took the coding off and kept its header.
    """
    reader = _Reader(source)
    line = reader.line()
    match = _CHUNK_SIZE.fullmatch(line)
    if line and not match:
        yield line
        yield from reader.up_to(None)
        return
    while match and line.endswith(b"\n"):
        size = int(match[1], 16)
        if size == 0:
            _skip_trailers(reader)
            return
        for piece in reader.up_to(size):
            size -= len(piece)
            yield piece
        if size or reader.line() not in (b"\r\n", b"\n"):
            raise DecodeError("chunked coding: a chunk is not as long as its size says")
        line = reader.line()
        match = _CHUNK_SIZE.fullmatch(line)
    raise DecodeError("chunked coding: no chunk size where one is due")


def _skip_trailers(reader: _Reader) -> None:
    while line := reader.line():
        if line in (b"\r\n", b"\n"):
            return
    raise DecodeError("chunked coding: ends before the line that ends it")


class _Reader:
    """Lines and counted bytes out of pieces of any size."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._held = b""
        self._at = 0

    def _fill(self) -> bool:
        if self._at < len(self._held):
            return True
        self._held = next(self._source, b"")
        self._at = 0
        return bool(self._held)

    def up_to(self, size: int | None) -> Iterator[bytes]:
        """The next ``size`` bytes, or all, or what there is."""
        while (size is None or size > 0) and self._fill():
            piece = self._held[self._at : None if size is None else self._at + size]
            self._at += len(piece)
            if size is not None:
                size -= len(piece)
            yield piece

    def line(self) -> bytes:
        """Through the next LF, or what there is, or the first 64 KiB of a line that is longer."""
        parts: list[bytes] = []
        length = 0
        while length < _MAX_LINE and self._fill():
            end = self._held.find(b"\n", self._at) + 1
            parts.append(self._held[self._at : end or None])
            self._at += len(parts[-1])
            length += len(parts[-1])
            if end:
                break
        return b"".join(parts)


def gunzip(source: Iterable[bytes]) -> Iterator[bytes]:
    """gzip off, all members of it (RFC 1952 2.2); what follows the last one is dropped."""
    member = zlib.decompressobj(31)
    for piece in source:
        rest = piece
        while rest:
            if member.eof:
                if not rest.startswith(b"\x1f"):
                    return
                member = zlib.decompressobj(31)
            yield from _limited(member, rest)
            rest = member.unused_data
    if not member.eof:
        raise UnfinishedCoding("gzip: ends early")


def inflate(source: Iterable[bytes]) -> Iterator[bytes]:
    """deflate off: with zlib's header, as RFC 9110 8.4.1.2 wants it, or bare, as some send it."""
    reader = _Reader(source)
    start = b"".join(reader.up_to(2))
    # RFC 1950 2.2: method 8, and a multiple of 31.
    is_zlib = len(start) == 2 and start[0] & 15 == 8 and int.from_bytes(start) % 31 == 0
    engine = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    for piece in chain([start], reader.up_to(None)):
        yield from _limited(engine, piece)
        if engine.eof:
            return
    if start:
        raise UnfinishedCoding("deflate: ends early")


def unbrotli(source: Iterable[bytes]) -> Iterator[bytes]:
    """br off (RFC 7932)."""
    engine = brotli.Decompressor()
    for piece in source:
        rest = piece
        while not engine.is_finished():
            try:
                output = engine.process(rest, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise DecodeError(f"br: {error}") from error
            rest = b""
            if output:
                yield output
            elif engine.can_accept_more_data():
                break  # not before: it may take more while it still has some to give
        if engine.is_finished():
            return
    if not engine.is_finished():
        raise UnfinishedCoding("br: ends early")


def unzstd(source: Iterable[bytes]) -> Iterator[bytes]:
    """zstd off, all frames of it (RFC 8878). We do not ask for it; some servers send it anyway."""
    frame = zstd.ZstdDecompressor()
    for piece in source:
        rest = piece
        while rest or not (frame.eof or frame.needs_input):
            if frame.eof:
                frame = zstd.ZstdDecompressor()
            try:
                output = frame.decompress(rest, PIECE)
            except zstd.ZstdError as error:
                raise DecodeError(f"zstd: {error}") from error
            if output:
                yield output
            rest = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise UnfinishedCoding("zstd: ends early")


# The type of zlib's objects has no public name at run time.
def _limited(engine: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    """What one piece inflates to, in small pieces."""
    # What is behind its end is in unconsumed_tail too, and would stay there.
    while piece and not engine.eof:
        before = engine.copy()
        try:
            output = engine.decompress(piece, PIECE)
        except zlib.error as error:
            yield from _until_broken(before, piece)
            message = f"gzip or deflate: {error}"
            # zlib.h: "incorrect data check" and "incorrect length check", behind the last byte.
            is_check = "incorrect data check" in message or "incorrect length check" in message
            raise (UnfinishedCoding if is_check else DecodeError)(message) from error
        if output:
            yield output
        piece = engine.unconsumed_tail


def _until_broken(engine: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    """What zlib had inflated, and kept to itself, before it came to what is broken."""
    before = engine.copy()
    with suppress(zlib.error):
        while True:
            if output := engine.decompress(piece, _STEP):
                yield output
            before, piece = engine.copy(), engine.unconsumed_tail
    with suppress(zlib.error):
        for at in range(len(piece)):
            if output := before.decompress(piece[at : at + 1]):
                yield output


_UNDO: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "chunked": dechunk,
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": inflate,
    "br": unbrotli,
    "zstd": unzstd,
}


def is_content_coding(coding: str) -> bool:
    """Whether this is a content coding, in lower case, that can be taken off."""
    return coding in _UNDO and coding != "chunked"


def undo(
    source: Iterator[bytes], codings: Sequence[str], *, is_strict: bool = False
) -> tuple[Iterator[bytes], str | None]:
    """Take off ``codings``, given in lower case in the order in which they were put on.

    Gives the pieces and the outermost coding that stays on because it is not known here, or None.
    Markup in the clear under a coding that was never put on is given as it is, or, ``is_strict``,
    raises DecodeError.
    """
    for coding in reversed(codings):
        if coding in ("identity", ""):
            continue
        if coding not in _UNDO:
            return source, coding
        decode = _UNDO[coding]
        is_exact = is_strict or coding == "chunked"
        source = decode(source) if is_exact else _lenient(source, decode)
    return source, None


def _lenient(
    source: Iterator[bytes], decode: Callable[[Iterable[bytes]], Iterator[bytes]]
) -> Iterator[bytes]:
    """Decode, unless it is markup in the clear: some servers name a coding and do not apply it."""
    first = next(source, b"")
    if not first:
        return  # no body at all, as after HEAD
    output = decode(chain([first], source))
    try:
        start = next(output, b"")
    except DecodeError:
        if not _is_markup(first):
            raise
        yield first
        yield from source
        return
    yield start
    yield from output


def _is_markup(piece: bytes) -> bool:
    return piece.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{", b"[")

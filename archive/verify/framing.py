"""WARC records out of the bytes of a file, strictly: every byte has to be where it belongs."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

_PIECE = 64 * 1024
_MEMORY = 4 * 1024 * 1024
_MAX_HEAD = 1024 * 1024
_MAGIC = b"\x1f\x8b\x08"

Report = Callable[[str, int, str], None]
"""Told the point, the offset and what is wrong."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it lies in the file.

    ``offset`` and ``length``: of its gzip member, or of itself where the file is not compressed.
    ``fields``: names as written, values stripped. ``block``: open until the next one is asked for.
    ``digests``: of the block, by algorithm. ``has_company``: others are in its gzip member.
    """

    offset: int
    length: int
    version: str
    fields: tuple[tuple[str, str], ...]
    block: IO[bytes]
    block_length: int
    digests: dict[str, bytes]
    has_company: bool = False

    def all(self, name: str) -> list[str]:
        """Every value of a field, without regard to case."""
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def get(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        return next(iter(self.all(name)), "")


class Broken(Exception):
    """The framing cannot be followed any further. ``point``: against which it is."""

    def __init__(self, point: str, what: str) -> None:
        super().__init__(what)
        self.point = point


class Member:
    """The content of a gzip member, or of a whole file that is not compressed, from ``offset`` on.

    Reading raises Broken where the member does not inflate to its end.
    """

    def __init__(self, file: IO[bytes], offset: int, *, is_gzip: bool) -> None:
        self._file = file
        self._next = file.seek(offset)
        self._engine = zlib.decompressobj(31) if is_gzip else None
        self._raw = b""
        self._held = b""

    @property
    def position(self) -> int:
        """Offset in the file behind what was read; of a gzip member, right at its end only."""
        return self._next - len(self._raw) - (0 if self._engine else len(self._held))

    def read(self, size: int) -> bytes:
        """1 to ``size`` bytes, or none at the end."""
        if not self._held:
            self._fill()
        piece, self._held = self._held[:size], self._held[size:]
        return piece

    def read_until(self, mark: bytes, limit: int) -> bytes:
        """Through ``mark``; Broken where it does not come within ``limit`` bytes."""
        while mark not in self._held:
            before = len(self._held)
            if before > limit:
                raise Broken("R02", "no end of the record's header")
            self._fill()
            if len(self._held) == before:
                raise Broken("R02", "ends within the record's header")
        end = self._held.index(mark) + len(mark)
        piece, self._held = self._held[:end], self._held[end:]
        return piece

    def starts_with(self, begin: bytes) -> bool:
        """Whether these bytes come next; reads nothing."""
        while len(self._held) < len(begin):
            before = len(self._held)
            self._fill()
            if len(self._held) == before:
                break
        return self._held.startswith(begin)

    def _fill(self) -> None:
        """Hold more, unless the end is reached."""
        if self._engine is None:
            piece = self._file.read(_PIECE)
            self._next += len(piece)
            self._held += piece
            return
        while not self._engine.eof:
            if not self._raw:
                self._raw = self._file.read(_PIECE)
                self._next += len(self._raw)
            if not self._raw:
                raise Broken("F03", "the file ends within this gzip member")
            try:
                piece = self._engine.decompress(self._raw, _PIECE)
            except zlib.error as error:
                raise Broken("F03", f"damaged gzip member ({error})") from error
            self._raw = self._engine.unused_data or self._engine.unconsumed_tail
            if piece:
                self._held += piece
                return


def iter_raw(path: Path, report: Report) -> Iterator[RawRecord]:
    """The records of a file in order; what is wrong with their framing goes to ``report``.

    After a damaged gzip member it goes on at the next that begins a record. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        is_gzip = file.read(2) == _MAGIC[:2]
        offset: int | None = 0
        while offset is not None and offset < size:
            member = Member(file, offset, is_gzip=is_gzip)
            try:
                if is_gzip:
                    _check_magic(file, offset)
                    file.seek(offset)
                yield from _records(member, offset, report, is_gzip=is_gzip)
                offset = member.position
            except Broken as broken:
                report(broken.point, offset, str(broken))
                offset = _next_record(file, offset + 1) if is_gzip else None


def _check_magic(file: IO[bytes], offset: int) -> None:
    file.seek(offset)
    found = file.read(len(_MAGIC))
    if found != _MAGIC:
        raise Broken("F03", f"bytes that are no gzip member: {found!r}")


def _records(member: Member, start: int, report: Report, *, is_gzip: bool) -> Iterator[RawRecord]:
    """The records of one member; of a file that is not compressed, all."""
    has_company = False
    while True:
        offset = start if is_gzip else member.position
        if not is_gzip and not member.starts_with(b"W") and not member.read(1):
            return
        with SpooledTemporaryFile(_MEMORY) as block:
            record = _record(member, offset, block, report)
            is_last = True
            if is_gzip and (is_last := _ends(member, offset, report)) is False:
                report("F04", offset, "more than one record in a gzip member")
                has_company = True
            length = (0 if has_company else member.position - offset) if is_gzip else record.length
            yield replace(record, length=length, has_company=has_company)
        if is_gzip and is_last:
            return


def _ends(member: Member, offset: int, report: Report) -> bool:
    """Whether the member ends here. What follows and is no record is against R07."""
    if member.starts_with(b"WARC/"):
        return False
    surplus = 0
    while piece := member.read(_PIECE):
        surplus += len(piece)
    if surplus:
        report("R07", offset, f"{surplus} bytes behind the end of the record")
    return True


def _record(member: Member, offset: int, block: IO[bytes], report: Report) -> RawRecord:
    head = member.read_until(b"\r\n\r\n", _MAX_HEAD)
    version, *lines = head[:-4].split(b"\r\n")
    if not re.fullmatch(rb"WARC/\d\.\d", version):
        raise Broken("R01", f"not a version line: {version[:40]!r}")
    fields = tuple(_field(line, offset, report) for line in lines)
    lengths = [value for name, value in fields if name.lower() == "content-length"]
    if not lengths or not re.fullmatch("[0-9]{1,18}", lengths[0]):
        raise Broken("R03", "no Content-Length, so that the block has no end")
    labels = [value for name, value in fields if name.lower() == "warc-block-digest"]
    digests = _spool(member, int(lengths[0]), block, engines_for(labels))
    end = _four(member)
    if end != b"\r\n\r\n":
        raise Broken("R07", f"the block is not ended by CRLF CRLF but by {end!r}")
    length = member.position - offset - len(end)
    return RawRecord(offset, length, version.decode(), fields, block, int(lengths[0]), digests)


def _four(member: Member) -> bytes:
    end = b""
    while len(end) < 4 and (piece := member.read(4 - len(end))):
        end += piece
    return end


def _field(line: bytes, offset: int, report: Report) -> tuple[str, str]:
    if not re.fullmatch(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*", line):
        report("R02", offset, f"not a header line: {line[:60]!r}")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        report("R02", offset, f"a header line that is not UTF-8: {line[:60]!r}")
        text = line.decode("latin-1")
    name, _, value = text.partition(":")
    return name.strip(), value.strip()


def engines_for(labels: Sequence[str]) -> dict[str, hashlib._Hash]:
    """A digest in the making for each algorithm that these labels name, if it is known."""
    makers = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
    named = {algorithm_of(label) for label in labels}
    return {name: make(usedforsecurity=False) for name, make in makers.items() if name in named}


def algorithm_of(label: str) -> str:
    """``sha1`` of ``sha1:…``."""
    return label.partition(":")[0].lower().replace("-", "")


def _spool(
    member: Member, length: int, block: IO[bytes], engines: dict[str, hashlib._Hash]
) -> dict[str, bytes]:
    missing = length
    while missing and (piece := member.read(min(missing, _PIECE))):
        for engine in engines.values():
            engine.update(piece)
        block.write(piece)
        missing -= len(piece)
    if missing:
        raise Broken("R07", f"ends {missing} bytes before its block does")
    block.seek(0)
    return {name: engine.digest() for name, engine in engines.items()}


def _next_record(file: IO[bytes], offset: int) -> int | None:
    """Where the next gzip member begins that begins a record."""
    while True:
        file.seek(offset)
        piece = file.read(_PIECE)
        at = piece.find(_MAGIC)
        if at < 0:
            if len(piece) < _PIECE:
                return None
            offset += len(piece) - len(_MAGIC) + 1
            continue
        offset += at
        file.seek(offset)
        try:
            if zlib.decompressobj(31).decompress(file.read(4096), 5) == b"WARC/":
                return offset
        except zlib.error:
            pass
        offset += 1


def matches(label: str, digests: dict[str, bytes]) -> bool | None:
    """Whether ``sha1:…`` or the like is among these digests; None for an algorithm not known."""
    value = label.partition(":")[2]
    expected = digests.get(algorithm_of(label))
    if expected is None:
        return None
    base32 = base64.b32encode(expected).decode()
    return value.upper().rstrip("=") == base32.rstrip("=") or value.lower() == expected.hex()

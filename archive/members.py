"""The bytes of a WARC or JSONL file with gzip undone; knows where members begin and end."""

from __future__ import annotations

import re
import zlib
from typing import IO

from archive.codings import PIECE
from archive.errors import CorruptRecord, TornFile

# RFC 1952 2.3.1: two bytes of identification and the only method there is.
_MAGIC = b"\x1f\x8b\x08"
# Enough of a member to inflate the first bytes of a record.
_PROBE = 4096
_LINE_ENDS = re.compile(rb"[\r\n]*")


class Members:
    """Reads a seekable file from its position on, member by member.

    A file that is not compressed is a single member. ``start`` is the offset of the current member
    in the file; ``position`` the offset behind what was read, which in a gzip member is exact at
    its end only. Reading raises TornFile where the file ends within a member, and CorruptRecord
    where a member cannot be inflated, fails its CRC, or has a line longer than ``max_line``.
    """

    def __init__(self, file: IO[bytes], name: str, max_line: int = 1 << 20) -> None:
        self._file = file
        self._name = name
        self._max_line = max_line
        self._seek(file.tell())
        self._raw = file.read(PIECE)
        self._offset += len(self._raw)
        self.is_gzip = self._raw.startswith(_MAGIC[:2])
        self.start = -1

    def _seek(self, offset: int) -> None:
        self._offset = self._file.seek(offset)
        self._raw = b""  # read, and not inflated yet
        self._held = b""  # inflated, and not given yet from _at on
        self._at = 0
        self._engine = zlib.decompressobj(31)

    @property
    def where(self) -> str:
        """File and offset, for messages."""
        return f"{self._name}: offset {self.start if self.is_gzip else self.position}"

    @property
    def position(self) -> int:
        """Offset in the file behind what was read."""
        return self._offset - len(self._raw) - (0 if self.is_gzip else len(self._held) - self._at)

    def next_member(self) -> bool:
        """Go to the next member, the one before having been read to its end. False: no more.

        Raises CorruptRecord for bytes that begin no member.
        """
        is_first = self.start < 0
        self.start = self.position
        if not self.is_gzip:
            return is_first and bool(self._raw)
        if len(self._raw) < len(_MAGIC):
            self._fetch()
        if self._raw and not self._raw.startswith(_MAGIC[: len(self._raw)]):
            raise CorruptRecord(f"{self._name}: no gzip member begins at offset {self.start}")
        self._engine = zlib.decompressobj(31)
        return bool(self._raw)

    def find_member(self) -> bool:
        """After damage: go to the next gzip member that begins a WARC record. False: there is none.

        Looks from the byte behind ``start`` on.
        """
        offset = self.start + 1
        while self.is_gzip:
            self._file.seek(offset)
            block = self._file.read(PIECE)
            at = block.find(_MAGIC)
            if at >= 0:
                offset = self._file.seek(offset + at)
                if _begins_record(self._file.read(_PROBE)):
                    self._seek(offset)
                    return self.next_member()
                offset += 1
            elif len(block) < len(_MAGIC):
                return False
            else:
                # Less the bytes that could begin a magic number.
                offset += len(block) - len(_MAGIC) + 1
        return False

    def at_end(self) -> bool:
        """Whether the member has been read to its end."""
        return not self._more()

    def skip_line_ends(self) -> None:
        """Pass over CR and LF: two pairs end a record, and foreign files have any number."""
        while self._more():
            match = _LINE_ENDS.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._held):
                return

    def read(self, size: int) -> bytes:
        """1 to ``size`` bytes of the member, or none at its end."""
        if not self._more():
            return b""
        piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def readline(self) -> bytes:
        """Through the next LF, or what is left of the member."""
        parts: list[bytes] = []
        length = 0
        while self._more():
            end = self._held.find(b"\n", self._at) + 1
            parts.append(self._held[self._at : end or None])
            self._at += len(parts[-1])
            length += len(parts[-1])
            if end:
                break
            if length > self._max_line:
                raise CorruptRecord(
                    f"{self._name}: a line longer than {self._max_line} bytes after {self.start}"
                )
        return b"".join(parts)

    def plain_head(self) -> bytes | None:
        """The lines up to an empty one, and behind it, if they are at hand, end in CR LF, and none
        goes on from the line before; else None, with nothing read."""
        end = self._held.find(b"\r\n\r\n", self._at)
        head = self._held[self._at : end]
        if end < 0 or head.startswith(b"\r\n"):
            return None
        is_folded = b"\n " in head or b"\n\t" in head
        if is_folded or head.count(b"\n") != head.count(b"\r\n") or len(head) > self._max_line:
            return None
        self._at = end + 4
        return head

    def _more(self) -> bool:
        if self._at < len(self._held):
            return True
        self._held, self._at = self._inflate() if self.is_gzip else self._take(), 0
        return bool(self._held)

    def _take(self) -> bytes:
        if not self._raw:
            self._fetch()
        piece, self._raw = self._raw, b""
        return piece

    def _fetch(self) -> None:
        more = self._file.read(PIECE)
        self._offset += len(more)
        self._raw += more

    def _inflate(self) -> bytes:
        """The next piece of the member; empty at its end."""
        while not self._engine.eof:
            if not self._raw:
                self._fetch()
            if not self._raw:
                raise TornFile(
                    f"{self._name}: ends within the gzip member at offset {self.start};"
                    " what is before it is whole"
                )
            try:
                piece = self._engine.decompress(self._raw, PIECE)
            except zlib.error as error:
                raise CorruptRecord(
                    f"{self._name}: damaged gzip member at offset {self.start} ({error})"
                ) from error
            self._raw = self._engine.unused_data or self._engine.unconsumed_tail
            if piece:
                return piece
        return b""


def _begins_record(raw: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(raw, 5) == b"WARC/"
    except zlib.error:
        return False

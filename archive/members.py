"""The bytes of a WARC or JSONL file with gzip undone, which know where members begin and end."""

from __future__ import annotations

import zlib
from typing import IO

from archive.codings import PIECE
from archive.errors import CorruptRecord, TornFile

_MAGIC = b"\x1f\x8b"
# Of a member that begins where it seems to, so much is looked at.
_PROBE = 4096


class Members:
    """Reads a seekable file from its position on, member by member.

    A file that is not compressed is a single member. ``start`` is the offset of the current member
    in the file, ``position`` the offset behind what was read (in a gzip member: behind what was
    inflated, so exact only at its end). All reading methods raise TornFile where the file ends in
    the middle of a member, and CorruptRecord where a member cannot be inflated.
    """

    def __init__(self, file: IO[bytes], name: str, max_line: int = 1 << 20) -> None:
        self._file = file
        self._name = name
        self._max_line = max_line
        self._offset = self._file.tell()
        self._raw = b""
        self._held = b""
        self._at = 0
        self._engine = zlib.decompressobj(31)
        self._peek()
        self.is_gzip = self._raw.startswith(_MAGIC)
        self.start = -1

    @property
    def position(self) -> int:
        """Offset in the file behind what was read."""
        return self._offset - len(self._raw) - (0 if self.is_gzip else len(self._held) - self._at)

    def next_member(self) -> bool:
        """Go to the next member; the one before must have been read to its end. False at the end.

        Raises CorruptRecord for bytes that begin no member.
        """
        if not self.is_gzip:
            is_first, self.start = self.start < 0, max(0, self.start)
            if is_first:
                self.start = self.position
            return is_first and bool(self._raw)
        self._peek()
        if not self._raw:
            return False
        self.start = self.position
        if not self._raw.startswith(_MAGIC[: len(self._raw)]):
            raise CorruptRecord(f"{self._name}: no gzip member at offset {self.start}")
        self._engine = zlib.decompressobj(31)
        self._held, self._at = b"", 0
        return True

    def find_member(self) -> bool:
        """After damage: go to the next gzip member that begins with a WARC record; False: none."""
        if not self.is_gzip:
            return False
        self._offset = self._file.seek(self.start + 1)
        self._raw = b""
        while self._peek(_PROBE):
            at = self._raw.find(_MAGIC)
            if at < 0:
                self._raw = self._raw[-1:] if self._raw[-1:] == _MAGIC[:1] else b""
                if not self._raw and not self._peek(_PROBE):
                    return False
                if len(self._raw) < len(_MAGIC):
                    return False
                continue
            self._raw = self._raw[at:]
            self._peek(_PROBE)
            if _begins_record(self._raw[:_PROBE]):
                return self.next_member()
            self._raw = self._raw[1:]
        return False

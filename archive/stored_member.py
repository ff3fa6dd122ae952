"""A member of a ZIP that is stored as it is, read in place like a file of its own."""

from __future__ import annotations

import struct
import zipfile
from typing import IO

from archive.errors import CorruptRecord

# APPNOTE 4.3.7: the local header ends with the lengths of the name and of the extra field.
_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"


class StoredMember:
    """``size`` bytes of ``file`` from ``start`` on; what is around them is not seen.

    As much of a file as a reader of WARC uses.
    """

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def tell(self) -> int:
        """Bytes from the member's begin."""
        return self._at

    def seek(self, offset: int) -> int:
        """Go to so many bytes from the member's begin."""
        self._at = offset
        return offset

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the member's end."""
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(size, self._size - self._at)))
        self._at += len(data)
        return data


def open_stored(file: IO[bytes], member: zipfile.ZipInfo) -> StoredMember:
    """The member of the ZIP in ``file``; its checksum is not looked at: WARC has its own.

    Raises CorruptRecord where the local header is not there.
    """
    file.seek(member.header_offset)
    raw = file.read(_HEADER.size)
    if len(raw) < _HEADER.size or not raw.startswith(_SIGNATURE):
        raise CorruptRecord(f"{member.filename}: no member of the ZIP begins where it should")
    _, name, extra = _HEADER.unpack(raw)
    return StoredMember(file, member.header_offset + _HEADER.size + name + extra, member.file_size)

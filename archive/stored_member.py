"""A member of a ZIP that is stored as it is, read in place like a file of its own."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from typing import IO, TYPE_CHECKING

from archive.errors import CorruptRecord

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# APPNOTE 4.3.7: the local header ends with the lengths of the name and of the extra field.
_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"


class StoredMember(io.RawIOBase):
    """``size`` bytes of ``file`` from ``start`` on; what is around them is not seen."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes from the member's begin."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """As of any file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer`` as far as the member goes."""
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(view), max(0, self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


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

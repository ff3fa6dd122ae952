"""The ZIP of a WACZ: members with their digests, laid out so that every player can read them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, Self

from archive.errors import ArchiveError

_PIECE = 1024 * 1024
# 644, an ordinary file: what unzip gives the members.
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Resource:
    """A member as datapackage.json lists it. ``digest`` is ``sha256:HEX``; ``size`` in bytes."""

    path: str
    digest: str
    size: int

    def described(self) -> dict[str, object]:
        """Its entry. The name by the rule of the Data Package standard: lower case, a plain set."""
        name = PurePosixPath(self.path).name.lower()
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name)
        return {"name": plain, "path": self.path, "hash": self.digest, "bytes": self.size}


class PackageWriter:
    """Appends members to a ZIP. ``moment`` is their time, so that the same input gives one output.

    A context manager: at its end the directory of the ZIP is written; the file stays open. Raises
    OSError; ArchiveError for a member that is not as long as it was said to be.
    """

    def __init__(self, file: IO[bytes], moment: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._moment = moment.astimezone(UTC)
        self.resources: list[Resource] = []

    def add(
        self,
        path: str,
        source: IO[bytes],
        size: int,
        *,
        deflate: bool = False,
        on_bytes: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """Copy ``size`` bytes from where ``source`` stands; ``on_bytes`` is told of each piece.

        ``deflate``: not for WARC nor gzip, which are read in place.
        """
        info = self._info(path, deflate)
        if size > zipfile.ZIP64_LIMIT:
            # Said only where it must be: for what might come out larger, zipfile puts zip64 into
            # the local header alone, and ReplayWeb.page then reads from a wrong offset.
            info.file_size = size
        digest = hashlib.sha256()
        missing = size
        with self._zip.open(info, "w") as member:
            while missing and (piece := source.read(min(_PIECE, missing))):
                digest.update(piece)
                member.write(piece)
                missing -= len(piece)
                on_bytes(len(piece))
        if missing or source.read(1):
            raise ArchiveError(f"{path}: changed while it was packed; pack again when it is whole")
        self.resources.append(Resource(path, f"sha256:{digest.hexdigest()}", size))

    def add_unlisted(self, path: str, data: bytes) -> None:
        """A member that says what the others are, and so is not among them."""
        self._zip.writestr(self._info(path, deflate=True), data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _info(self, path: str, deflate: bool) -> zipfile.ZipInfo:
        at = self._moment
        date = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
        info = zipfile.ZipInfo(path, date)
        info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        info.external_attr = _MODE
        info.create_system = 3  # Unix, wherever it is made
        return info

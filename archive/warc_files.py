"""Finding WARC files, ours or anybody's: in a directory, by a glob, and inside a WACZ."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import IO, cast

from archive.collection import WARC_SUFFIXES
from archive.errors import ArchiveError, CorruptRecord
from archive.exchange import WarcPointer
from archive.members import Members
from archive.stored_member import open_stored
from archive.warc_reader import WarcRecord, iter_records, read_record, record_in, records_in

_WACZ = ".wacz"


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC to read. ``name``: by which pointers name it; ``member``: its path in a WACZ."""

    path: Path
    name: str
    member: str | None = None

    def __str__(self) -> str:
        """For messages."""
        return f"{self.path}!{self.member}" if self.member else str(self.path)

    def records(
        self, on_damage: Callable[[ArchiveError], None] | None = None
    ) -> Iterator[WarcRecord]:
        """Its whole records in their order, as ``warc_reader.iter_records`` gives them.

        In a WACZ they are read where they lie: its members are stored. Raises OSError.
        """
        if self.member is None:
            return iter_records(self.path, on_damage, self.name)
        return self._records_of_member(self.member, on_damage)

    def record(self, pointer: WarcPointer) -> WarcRecord:
        """The record at a pointer into this file, as ``warc_reader.read_record`` gives it.

        Raises ArchiveError where it is not there, and OSError.
        """
        if self.member is None:
            return read_record(self.path, pointer)
        try:
            with zipfile.ZipFile(self.path) as package, _opened(package, self.member) as file:
                return record_in(file, self.name, pointer, str(self))
        except (zipfile.BadZipFile, EOFError) as error:
            raise CorruptRecord(f"{self}: {error}") from error

    def _records_of_member(
        self, member: str, on_damage: Callable[[ArchiveError], None] | None
    ) -> Iterator[WarcRecord]:
        try:
            with zipfile.ZipFile(self.path) as package, _opened(package, member) as file:
                yield from records_in(Members(file, str(self)), self.name, on_damage)
        except (zipfile.BadZipFile, EOFError) as error:
            damage = CorruptRecord(f"{self}: {error}")
            if on_damage is None:
                raise damage from error
            on_damage(damage)


@contextmanager
def _opened(package: zipfile.ZipFile, member: str) -> Iterator[IO[bytes]]:
    info = package.getinfo(member)
    if info.compress_type == zipfile.ZIP_STORED and package.filename:
        with Path(package.filename).open("rb") as file:
            yield cast(IO[bytes], open_stored(file, info))
    else:
        # Against the standard, and still readable.
        with package.open(info) as stream:
            yield stream


def find_warc_files(pattern: str | Path) -> list[WarcFile]:
    """The WARC files that a path, a directory or a glob names, sorted; a WACZ stands for its own.

    Names are relative to the directory, or to ``archive/`` of a WACZ. Empty where there is none.
    Raises CorruptRecord for a WACZ that is no ZIP, and OSError.
    """
    path = Path(pattern).expanduser()
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.name.endswith((*WARC_SUFFIXES, _WACZ)))
        named = [(file, file.relative_to(path).as_posix()) for file in found]
    else:
        # A literal name first: it may hold brackets.
        names = [str(path)] if path.is_file() else sorted(glob(str(path), recursive=True))  # noqa: PTH207 - a glob may be absolute
        named = [(Path(name), Path(name).name) for name in names]
    named = [(file, name) for file, name in named if file.is_file()]
    loose = {file.name for file, _ in named}
    files: list[WarcFile] = []
    for file, name in named:
        if name.endswith(_WACZ):
            # A package beside the files that it was made of gives none of them twice.
            files += [warc for warc in _packed_in(file) if Path(warc.name).name not in loose]
        else:
            files.append(WarcFile(file, name))
    return files


def _packed_in(path: Path) -> list[WarcFile]:
    try:
        with zipfile.ZipFile(path) as package:
            members = sorted(name for name in package.namelist() if name.endswith(WARC_SUFFIXES))
    except zipfile.BadZipFile as error:
        raise CorruptRecord(f"{path}: no WACZ: {error}") from error
    return [WarcFile(path, member.removeprefix("archive/"), member) for member in members]

"""The index of a WACZ: the CDXJ lines of all its WARC files, merged in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from archive.cdxj import CdxjEntry, entry_of, parse_line
from archive.errors import ArchiveError, CorruptRecord
from archive.warc_reader import iter_records

# Files merged at a time: below the usual limit of 1,024 open files for a process.
_MERGED = 200


@dataclass(frozen=True, slots=True)
class PackedWarc:
    """A WARC to pack. ``name``: of its member in ``archive/``, and so in the index.

    ``cdxj``: its own index, used where it is there and names the file so; else it is read.
    """

    path: Path
    name: str
    cdxj: Path | None = None


def merged_lines(
    warcs: Iterable[PackedWarc], scratch: Path, on_damage: Callable[[ArchiveError], None]
) -> Iterator[bytes]:
    """The lines of all ``warcs``, sorted bytewise; temporary files lie in ``scratch``.

    Holds the lines of one WARC in memory at a time, and only where it must be read. Raises OSError.
    """
    with ExitStack() as stack:
        files: list[IO[bytes]] = []
        for warc in warcs:
            if len(files) == _MERGED:
                files = [_spooled(merge(*files), scratch, stack, closed=files)]
            files.append(_spooled(_lines(warc, on_damage), scratch, stack))
        yield from merge(*files)


def _spooled(
    lines: Iterable[bytes], scratch: Path, stack: ExitStack, closed: Iterable[IO[bytes]] = ()
) -> IO[bytes]:
    """A temporary file of these lines; then ``closed``, from which they came, are."""
    file: IO[bytes] = stack.enter_context(TemporaryFile(dir=scratch))  # noqa: SIM115 - the stack's
    file.writelines(lines)
    file.seek(0)
    for source in closed:
        source.close()
    return file


def _lines(warc: PackedWarc, on_damage: Callable[[ArchiveError], None]) -> Iterator[bytes]:
    if warc.cdxj is not None and warc.cdxj.is_file():
        with warc.cdxj.open("rb") as file:
            if _names(warc, file.readline()):
                file.seek(0)
                yield from file
                return
    yield from sorted(entry.line() for entry in _entries(warc, on_damage))


def _names(warc: PackedWarc, line: bytes) -> bool:
    """Whether an index with this line is of that WARC."""
    try:
        return parse_line(line).filename == warc.name
    except ValueError:
        return False


def _entries(warc: PackedWarc, on_damage: Callable[[ArchiveError], None]) -> Iterator[CdxjEntry]:
    for record in iter_records(warc.path, on_damage, warc.name):
        entry = entry_of(record)
        if entry is None:
            continue
        if not entry.length:
            raise CorruptRecord(
                f"{warc.path}: several records share a gzip member, so that no player can find"
                " them; repack it with `warcio recompress`"
            )
        yield entry

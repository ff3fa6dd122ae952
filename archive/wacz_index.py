"""The index of a WACZ: the CDXJ lines of all its WARC files, merged in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.cdxj import parse_line
from archive.cdxj_file import index_warc
from archive.errors import ArchiveError
from archive.line_sort import merge_files


@dataclass(frozen=True, slots=True)
class PackedWarc:
    """A WARC to pack. ``name``: of its member in ``archive/``, and so in the index.

    ``cdxj``: its own index, used where it is there and names the file so; else it is read.
    """

    path: Path
    name: str
    cdxj: Path | None = None


def merge_index(
    warcs: Sequence[PackedWarc], directory: Path, on_damage: Callable[[ArchiveError], None]
) -> Path:
    """A file in ``directory`` of the lines of all ``warcs``, sorted bytewise.

    ``on_damage`` is told of each place that is no whole record and of each record that no player
    could be pointed to. Raises OSError.
    """
    sources = []
    for number, warc in enumerate(warcs):
        source = warc.cdxj
        if source is None or not _is_of(source, warc):
            source = directory / f"{number}.cdxj"
            index_warc(warc.path, source, on_damage, warc.name)
        sources.append(source)
    merged = directory / "index.cdxj"
    merge_files(sources, merged)
    return merged


def _is_of(cdxj: Path, warc: PackedWarc) -> bool:
    """Whether an index is there, was made after the WARC was whole, and names it so."""
    if not cdxj.is_file() or cdxj.stat().st_mtime < warc.path.stat().st_mtime:
        return False
    with cdxj.open("rb") as file:
        line = file.readline()
    try:
        return parse_line(line).filename == warc.name
    except ValueError:
        return False

"""The merged index of a directory: ``index.cdxj``, and the CDXJ files that came since it was made.

Merging reads and writes the whole index, so it is not done for every new file: it waits until what
is new comes to an eighth of it (a log-structured merge of two levels). Over its life a line is then
written about nine times, however often runs end. Who looks something up looks into the merged file
and into those that are not in it yet (``searched``); ``index.sources.json`` tells which is which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.line_sort import merge_files, write_lines

# Merging this much takes less than a second, so that small archives have it all in one file.
_SMALL = 32 * 1024 * 1024
_SHARE = 8

_INDEX = "index"


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which a file is known again: its size in bytes and its time of modification."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the merged index stands to the CDXJ files that are there; names below ``cdx``.

    ``merged``: in it. ``fresh``: not in it. ``outdated``: it has lines of theirs that are wrong, or
    is not the file that it was. ``pending``: bytes of files that came or went since.
    """

    merged: tuple[str, ...]
    fresh: tuple[str, ...]
    outdated: bool
    pending: int


def coverage(
    recorded: Mapping[str, Stamp], index: Stamp | None, present: Mapping[str, Stamp]
) -> Coverage:
    """Compare what was merged with what is there.

    ``recorded``: the stamps of the merged files, and of the index itself under the name ``index``.
    """
    names = [name for name in present if name in recorded]
    changed = any(present[name] != recorded[name] for name in names)
    if index is None or recorded.get(_INDEX) != index or changed:
        size = sum(stamp.size for stamp in present.values())
        return Coverage((), tuple(present), outdated=True, pending=size)
    fresh = tuple(name for name in present if name not in recorded)
    gone = recorded.keys() - present.keys() - {_INDEX}
    pending = sum(present[name].size for name in fresh) + sum(recorded[n].size for n in gone)
    return Coverage(tuple(names), fresh, outdated=False, pending=pending)


def is_due(covered: Coverage, index_size: int) -> bool:
    """Whether merging is worth what it costs."""
    if covered.outdated:
        return bool(covered.fresh)
    return covered.pending > 0 and (
        index_size + covered.pending <= _SMALL or covered.pending * _SHARE >= index_size
    )


def update(collection: Collection, *, at_once: bool = False) -> int | None:
    """Bring ``index.cdxj`` up to date if that is due, or in any case ``at_once``.

    Gives the count of its lines, None where it stays as it is. A crash leaves the index as it was
    or as it is to be; if it comes before the list of its sources is written, the next call merges
    everything again. Raises OSError.
    """
    layout = collection.layout
    present = _present(collection)
    recorded = _recorded(layout.index_sources)
    covered = coverage(recorded, _stamp(layout.index), present)
    index_size = recorded.get(_INDEX, Stamp(0, 0)).size
    if not (at_once and (covered.pending or covered.outdated)) and not is_due(covered, index_size):
        return None
    is_whole = set(covered.merged) == recorded.keys() - {_INDEX}
    names = covered.fresh if is_whole and not covered.outdated else tuple(present)
    sources = [layout.cdx / name for name in names]
    if len(names) < len(present):
        sources.append(layout.index)
    lines = merge_files(sources, layout.index)
    stamps = {**present, _INDEX: _stamp(layout.index) or Stamp(0, 0)}
    values = {name: [stamp.size, stamp.mtime_ns] for name, stamp in stamps.items()}
    write_lines(layout.index_sources, [json.dumps(values).encode() + b"\n"])
    return lines


def searched(collection: Collection) -> list[Path]:
    """The sorted files that together hold every line: the merged one if it can be used, and those
    that are not in it. Raises OSError."""
    layout = collection.layout
    present = _present(collection)
    covered = coverage(_recorded(layout.index_sources), _stamp(layout.index), present)
    rest = [layout.cdx / name for name in covered.fresh]
    return rest if covered.outdated else [layout.index, *rest]


def merged_sources(collection: Collection) -> list[Path]:
    """The CDXJ files whose lines the merged one has, as far as it can be used. Raises OSError."""
    layout = collection.layout
    recorded = _recorded(layout.index_sources)
    covered = coverage(recorded, _stamp(layout.index), _present(collection))
    return [layout.cdx / name for name in covered.merged]


def _present(collection: Collection) -> dict[str, Stamp]:
    """The CDXJ files whose WARC is there."""
    stamps = {}
    for warc in collection.warcs():
        path = collection.cdxj_of(warc)
        if stamp := _stamp(path):
            stamps[path.relative_to(collection.layout.cdx).as_posix()] = stamp
    return stamps


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def _recorded(path: Path) -> dict[str, Stamp]:
    """What the list says; nothing where it is not there or cannot be read as one."""
    try:
        values = json.loads(path.read_bytes())
        return {name: Stamp(*map(int, stamp)) for name, stamp in values.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}

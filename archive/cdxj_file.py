"""The CDXJ file of one WARC: made while it is written, or from what it holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.cdxj import CdxjEntry, entry_of
from archive.errors import ArchiveError, CorruptRecord
from archive.line_sort import LineSorter, write_lines
from archive.warc_reader import WarcRecord, iter_records

# A request may come before or after its response; of either, so many are looked back at.
_NEIGHBOURS = 16


def index_warc(
    warc: Path, target: Path, on_damage: Callable[[ArchiveError], None], name: str | None = None
) -> int:
    """Write the CDXJ of a WARC file, durably; gives the count of its lines.

    ``on_damage`` is told of each place that is no whole record and of each record that cannot be
    pointed to. ``name``: for the lines, if not the file's own. Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sorter = LineSorter(target.parent)
    try:
        for entry in iter_entries(warc, on_damage, name):
            sorter.add(entry.line())
        return write_lines(target, sorter)
    finally:
        sorter.close()


def iter_entries(
    warc: Path, on_damage: Callable[[ArchiveError], None], name: str | None = None
) -> Iterator[CdxjEntry]:
    """The entries of a WARC file in the order of its records, as ``index_warc`` says."""
    heads = _Heads()
    for record in iter_records(warc, on_damage, name):
        if record.type == "request":
            heads.note(record)
            continue
        try:
            entry = entry_of(record)
        except CorruptRecord as error:
            on_damage(error)
            continue
        if entry is None:
            continue
        if entry.length == 0:
            on_damage(
                CorruptRecord(
                    f"{warc}: offset {entry.offset}: more than a record in a gzip member, so none"
                    " can be pointed to; make it one a member with: warcio recompress"
                )
            )
        else:
            yield from heads.pass_on(entry, record)
    yield from heads.rest()


@dataclass(frozen=True, slots=True)
class _Held:
    entry: CdxjEntry
    ids: frozenset[str]


@dataclass(slots=True)
class _Heads:
    """Keeps entries back until the request would have come that tells of HEAD."""

    _ids: deque[str] = field(default_factory=lambda: deque(maxlen=4 * _NEIGHBOURS))
    _held: deque[_Held] = field(default_factory=deque)

    def note(self, request: WarcRecord) -> None:
        """See a request."""
        if request.block.read(5) == b"HEAD ":
            self._ids.extend(_ids(request))

    def pass_on(self, entry: CdxjEntry, record: WarcRecord) -> Iterator[CdxjEntry]:
        """Take an entry, give one that was taken before."""
        self._held.append(_Held(entry, _ids(record)))
        if len(self._held) > _NEIGHBOURS:
            yield from self._release()

    def rest(self) -> Iterator[CdxjEntry]:
        """The entries that are still held."""
        while self._held:
            yield from self._release()

    def _release(self) -> Iterator[CdxjEntry]:
        oldest = self._held.popleft()
        if oldest.ids.isdisjoint(self._ids):
            yield oldest.entry


def _ids(record: WarcRecord) -> frozenset[str]:
    """The ids by which records of a capture know each other."""
    others = (value.strip("<>") for value in record.headers.values("WARC-Concurrent-To"))
    return frozenset({record.pointer.record_id, *others})

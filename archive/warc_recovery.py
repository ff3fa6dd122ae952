"""Finishes the WARC files that a dead run left open: their whole captures stay, the tail goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.cdxj_file import index_warc
from archive.durable import publish, sync_directory, sync_file
from archive.errors import ArchiveError, CorruptRecord, TornFile
from archive.layout import OPEN, cdxj_path
from archive.warc_reader import WarcRecord, iter_records


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of one file. ``file``: its name now, or the one it would have had.

    Records and bytes that were kept (both 0: the file is removed) and cut; a record that is not
    whole counts as bytes only. ``reason`` says what was found where the tail begins, if anything.
    """

    file: str
    records_kept: int
    records_cut: int
    bytes_kept: int
    bytes_cut: int
    reason: str | None

    def __str__(self) -> str:
        """One line for the log."""
        fate = "kept" if self.bytes_kept else "removed, as it held no whole capture"
        why = f" ({self.reason})" if self.reason else ""
        return (
            f"{self.file}: {fate}; {self.records_kept} records and {self.bytes_kept} bytes kept,"
            f" {self.records_cut} whole records and {self.bytes_cut} bytes cut{why}"
        )


@dataclass(slots=True)
class _Whole:
    """How far a file is whole."""

    end: int = 0
    kept: int = 0
    cut: int = 0
    reason: str | None = None


def recover(directory: Path, cdx: Path) -> list[Recovered]:
    """Repair and rename every ``*.warc.gz.open`` in ``directory``; no writer may be at work there.

    Each gets its CDXJ in ``cdx``, made from what is kept, before it gets its name.

    What is kept ends behind the last capture all of whose records are whole: a request without its
    response is cut. Everything behind the first place that is no whole record goes: it was never
    durable, so nothing refers to it. Raises OSError, and ArchiveError for a file whose final name
    is taken; files already finished stay so, and the rest is for the next call.
    """
    return [_recover(path, cdx) for path in sorted(directory.glob(f"*.warc.gz{OPEN}"))]


def _recover(path: Path, cdx: Path) -> Recovered:
    final = path.with_name(path.name.removesuffix(OPEN))
    if final.exists():
        raise ArchiveError(f"{path}: {final.name} exists too; compare them and move one away")
    size = path.stat().st_size
    whole = _measure(path)
    if whole.end == 0:
        path.unlink()
        sync_directory(path.parent)
    else:
        os.truncate(path, whole.end)
        sync_file(path)
        _index(path, final.name, cdx)
        publish(path, final)
    return Recovered(final.name, whole.kept, whole.cut, whole.end, size - whole.end, whole.reason)


def _index(path: Path, name: str, cdx: Path) -> None:
    def refuse(error: ArchiveError) -> None:
        # Cannot be: all of it was just read, and found whole.
        raise error

    index_warc(path, cdxj_path(cdx, name), refuse, name)


def _measure(path: Path) -> _Whole:
    whole = _Whole()
    count = 0
    awaited: set[str] = set()
    try:
        for record in _own_records(path):
            count += 1
            awaited.update(id_.strip("<>") for id_ in record.headers.values("WARC-Concurrent-To"))
            awaited.discard(record.pointer.record_id)
            # The record that the others are concurrent to is the last of its capture.
            if not awaited and record.type != "warcinfo":
                whole.end = record.pointer.offset + record.pointer.length
                whole.kept = count
    except (TornFile, CorruptRecord) as error:
        whole.reason = str(error)
    if awaited and whole.reason is None:
        whole.reason = f"{path}: the last capture has no response"
    whole.cut = count - whole.kept
    return whole


def _own_records(path: Path) -> Iterator[WarcRecord]:
    """Records as our writer makes them: one gzip member each."""
    for record in iter_records(path):
        if not record.pointer.length:
            raise CorruptRecord(f"{path}: more than a record at offset {record.pointer.offset}")
        yield record

"""Writes captures into WARC files: one capture whole or not at all, one owner, one thread."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile

from archive.cdxj import make_entry
from archive.durable import publish, sync_directory, write_whole
from archive.exchange import Exchange, WarcPointer, Written
from archive.layout import OPEN, cdxj_path, warc_name
from archive.line_sort import LineSorter, write_lines
from archive.originals import Holding, NoOriginals, Original, Originals, OriginalsAtHand
from archive.warc_capture import Capture, describe, warcinfo
from archive.warc_frame import Draft, write_record
from archive.warc_headers import WarcHeaders
from archive.warc_values import new_record_id, target_uri

# Compressed bytes of one capture that are held in memory; more goes to the disk.
_SPOOL = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WarcOptions:
    """How files are named and begun, and when the next one is.

    A file is followed by another once it has ``max_bytes`` or was begun ``max_age`` seconds ago.
    ``info`` are fields of its warcinfo record (6.2): software, robots, http-header-user-agent.
    ``cdx``: the directory for the CDXJ index of each file, None for no index.
    """

    prefix: str = "broadsheet"
    max_bytes: int = 1_000_000_000
    max_age: float = math.inf
    info: Mapping[str, str] = field(default_factory=dict)
    cdx: Path | None = None


@dataclass(frozen=True, slots=True)
class _Start:
    """How a file begins."""

    name: str
    warcinfo: Draft
    at: datetime


@dataclass(slots=True)
class _OpenFile:
    """A file that is being written. ``end``: where its last whole capture ends, in bytes.

    ``index``: the lines of its CDXJ so far.
    """

    path: Path
    start: _Start
    descriptor: int
    index: LineSorter
    end: int = 0
    is_torn: bool = False

    def cut(self) -> None:
        """Take away what a failed write has left. Raises OSError and stays torn."""
        if self.is_torn:
            os.ftruncate(self.descriptor, self.end)
            self.is_torn = False


class WarcWriter:
    """Appends captures to ``<prefix>-<timestamp>-<serial>-<run>.warc.gz`` in ``directory``.

    A file is made by the first capture and has the suffix ``.open`` while it is written. It is
    longer than the options say by one capture at most: a capture is never parted. ``originals``
    knows what earlier captures hold; a revisit refers only to a file that is still there.
    A file's CDXJ index is collected meanwhile, and written before the file gets its name.

    Not thread-safe. Writes are unbuffered: what ``append`` has returned for is in the file.
    """

    def __init__(
        self,
        directory: Path,
        run_id: str,
        options: WarcOptions,
        originals: Originals | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        warc_name(options.prefix, clock(), 0, run_id)  # a wrong prefix fails at start
        self._directory = directory
        self._run_id = run_id
        self._options = options
        self._originals = OriginalsAtHand(originals or NoOriginals(), directory)
        self._clock = clock
        self._serial = 0
        self._file: _OpenFile | None = None

    def append(self, exchange: Exchange) -> Written | None:
        """Write the records of one exchange; they are in the file on return, not yet durable.

        None where the answer holds no whole HTTP response head: the request and what came instead
        are archived all the same. Does not close ``exchange.response``. Raises OSError, with the
        file as it was before.
        """
        if self._file and self._is_due(self._file):
            self.close()
        start = self._file.start if self._file else self._begin()
        # In the same directory: the system's own may be memory, or too small for a large body.
        with SpooledTemporaryFile(_SPOOL, dir=str(self._directory)) as spool:
            capture = describe(exchange, start.warcinfo.record_id, self._originals)
            if self._file is None:
                write_record(spool, start.warcinfo)
            last = 0
            for draft in capture.drafts:
                last = spool.tell()
                write_record(spool, draft)
            length = spool.tell() - last
            offset = self._write(spool, start) + last
        pointer = WarcPointer(start.name, offset, length, capture.drafts[-1].record_id)
        self._index(capture, exchange, pointer)
        return _written(capture, exchange, pointer)

    def sync(self) -> None:
        """Make everything appended so far durable. Raises OSError."""
        if self._file:
            os.fsync(self._file.descriptor)

    def close(self) -> None:
        """Make the file durable and give it its name. Raises OSError, with the file still open.

        The next ``append`` begins a new file; without one, nothing is left but whole files.
        """
        if self._file is None:
            return
        file = self._file
        file.cut()
        os.fsync(file.descriptor)
        if self._options.cdx:
            write_lines(cdxj_path(self._options.cdx, file.start.name), file.index)
        publish(file.path, file.path.with_name(file.start.name))
        self._file = None
        file.index.close()
        os.close(file.descriptor)

    def _index(self, capture: Capture, exchange: Exchange, pointer: WarcPointer) -> None:
        if self._file is None or capture.answer is None or exchange.method.upper() == "HEAD":
            return
        headers = WarcHeaders(capture.drafts[-1].fields)
        if entry := make_entry(capture.answer.record_type, headers, capture.head, pointer):
            self._file.index.add(entry.line())

    def _begin(self) -> _Start:
        now = self._clock()
        name = warc_name(self._options.prefix, now, self._serial, self._run_id)
        info = {"isPartOf": self._run_id, **self._options.info}
        return _Start(name, warcinfo(name, new_record_id(), now, info), now)

    def _is_due(self, file: _OpenFile) -> bool:
        age = (self._clock() - file.start.at).total_seconds()
        return file.end >= self._options.max_bytes or age >= self._options.max_age

    def _write(self, spool: SpooledTemporaryFile[bytes], start: _Start) -> int:
        """Copy the spool to the end of the file; gives where that was."""
        file = self._file or self._create(start)
        offset = file.end
        try:
            file.cut()
            spool.seek(0)
            while piece := spool.read(_SPOOL):
                offset = write_whole(file.descriptor, piece, offset)
        except OSError:
            self._roll_back(file)
            raise
        self._file = file
        start_of_capture, file.end = file.end, offset
        return start_of_capture

    def _create(self, start: _Start) -> _OpenFile:
        path = self._directory / f"{start.name}{OPEN}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        file = _OpenFile(path, start, os.open(path, flags, 0o644), LineSorter(self._directory))
        self._serial += 1
        # A synced file whose name is lost is lost.
        sync_directory(self._directory)
        return file

    @staticmethod
    def _roll_back(file: _OpenFile) -> None:
        file.is_torn = True
        if file.end == 0:
            os.close(file.descriptor)
            file.path.unlink()
            return
        # A file that cannot be cut now is cut before the next write or by the next recovery; the
        # error to tell of is the first one.
        with suppress(OSError):
            file.cut()


def _written(capture: Capture, exchange: Exchange, pointer: WarcPointer) -> Written | None:
    head, answer = capture.head, capture.answer
    if head is None or answer is None:
        return None
    holding = None
    if answer.payload:
        target = target_uri(exchange.url)
        at = (capture.captured_at, pointer.file, pointer.offset)
        here = Original(pointer.record_id, target, *at)
        validated = bool(head.values("etag") or head.values("last-modified"))
        holding = Holding(target, answer.payload, answer.original or here, validated)
    return Written(pointer, answer.payload_digest, capture.captured_at, holding)

"""Appends JSON Lines by day: plain text while a file is written, gzip once it is whole.

The whole life of the format is here: write, read (``iter_lines``), repair (``recover``).
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.durable import sync_directory, write_whole
from archive.jsonl_file import BadLine, finish, iter_lines, open_path_of
from archive.jsonl_recovery import RecoveredJsonl, recover
from archive.layout import jsonl_path

__all__ = ["BadLine", "JsonlWriter", "RecoveredJsonl", "iter_lines", "recover"]

# A replay meets captures of any day; days are many and descriptors few.
_MAX_OPEN = 32


@dataclass(slots=True)
class _Part:
    """A file that is being written. ``size``: where its last whole line ends, in bytes."""

    path: Path
    size: int = 0
    is_dirty: bool = False
    is_torn: bool = False


class JsonlWriter:
    """Appends to ``date=YYYY-MM-DD/<run_id>-NNNNN.jsonl.gz`` in ``directory``.

    While it is written a file is plain text and ends in ``.jsonl.open``. One that would become
    longer than ``max_bytes`` (of text) is finished first, and another begins. Of many days, only
    the files used last are open at a time.

    ``before_finish`` is called each time before a file, by then durable, gets its final name. Who
    keeps a record of the lines makes it durable there: ``recover`` reads only files that are still
    ``.open``. Where it raises, the file stays as it is.

    Not thread-safe. Writes are unbuffered: what ``append`` has returned for is in the file.
    """

    def __init__(
        self,
        directory: Path,
        run_id: str,
        max_bytes: int,
        before_finish: Callable[[], None] = lambda: None,
    ) -> None:
        jsonl_path(directory, "0000-00-00", run_id, 0)  # a wrong run id fails at start
        self._directory = directory
        self._run_id = run_id
        self._max_bytes = max_bytes
        self._before_finish = before_finish
        self._parts: dict[str, _Part] = {}
        self._serials: dict[str, int] = {}
        self._descriptors: OrderedDict[Path, int] = OrderedDict()

    def append(self, day: str, line: bytes) -> None:
        """Write one line, with or without its line end, to the file of ``day`` (YYYY-MM-DD).

        Raises OSError, with the file cut back to its last whole line, and ValueError for a day of
        another form and for a line with a line end within.
        """
        data = line.removesuffix(b"\n") + b"\n"
        if data.find(b"\n") < len(data) - 1:
            raise ValueError(f"a line end within a line of {day}")
        part = self._parts.get(day)
        if part and part.size and part.size + len(data) > self._max_bytes:
            self._finish(day)
            part = None
        self._write(day, part or self._begin(day), data)

    def sync(self) -> None:
        """Make all lines so far durable. Raises OSError."""
        for part in self._parts.values():
            self._sync(part)

    def close(self) -> None:
        """Finish all files. Raises the first OSError, after trying each.

        A file that could not be finished stays whole as ``.open``, for another call of this method
        or for ``recover``.
        """
        first: OSError | None = None
        for day in list(self._parts):
            try:
                self._finish(day)
            except OSError as error:
                first = first or error
        if first:
            raise first

    def _begin(self, day: str) -> _Part:
        serial = self._serials.get(day, 0)
        part = _Part(open_path_of(jsonl_path(self._directory, day, self._run_id, serial)))
        if not part.path.parent.is_dir():
            part.path.parent.mkdir(parents=True)
            sync_directory(self._directory)
        return part

    def _write(self, day: str, part: _Part, data: bytes) -> None:
        descriptor = self._descriptor(part)
        try:
            _cut(part, descriptor)
            end = write_whole(descriptor, data, part.size)
        except OSError:
            self._roll_back(part)
            raise
        part.size = end
        part.is_dirty = True
        if day not in self._parts:
            self._parts[day] = part
            self._serials[day] = self._serials.get(day, 0) + 1
            sync_directory(part.path.parent)

    def _roll_back(self, part: _Part) -> None:
        part.is_torn = True
        if part.size == 0:
            os.close(self._descriptors.pop(part.path))
            part.path.unlink()
            return
        # A file that cannot be cut now is cut before the next write or by the next recovery; the
        # error to tell of is the first one.
        with suppress(OSError):
            _cut(part, self._descriptors[part.path])

    def _descriptor(self, part: _Part) -> int:
        """The open file of a part; one that was not used for long is closed for it."""
        if part.path in self._descriptors:
            self._descriptors.move_to_end(part.path)
            return self._descriptors[part.path]
        if len(self._descriptors) >= _MAX_OPEN:
            self._close_oldest()
        new = os.O_CREAT | os.O_EXCL if part.size == 0 else 0
        descriptor = os.open(part.path, os.O_WRONLY | os.O_CLOEXEC | new, 0o644)
        self._descriptors[part.path] = descriptor
        return descriptor

    def _close_oldest(self) -> None:
        oldest = next(iter(self._descriptors))
        self._release(next(part for part in self._parts.values() if part.path == oldest))

    def _sync(self, part: _Part) -> None:
        if part.path in self._descriptors:
            _cut(part, self._descriptors[part.path])
            if part.is_dirty:
                os.fsync(self._descriptors[part.path])
                part.is_dirty = False

    def _release(self, part: _Part) -> None:
        """Make a part durable and close it; what is closed has nothing to sync or to cut."""
        self._sync(part)
        if part.path in self._descriptors:
            os.close(self._descriptors.pop(part.path))

    def _finish(self, day: str) -> None:
        part = self._parts[day]
        self._release(part)
        self._before_finish()
        finish(part.path)
        del self._parts[day]


def _cut(part: _Part, descriptor: int) -> None:
    """Take away what a failed write has left. Raises OSError and stays torn."""
    if part.is_torn:
        os.ftruncate(descriptor, part.size)
        part.is_torn = False

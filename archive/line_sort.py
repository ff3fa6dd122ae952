"""Sorts and merges lines bytewise, in bounded memory and without doubles."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from archive.durable import publish, write_whole
from archive.layout import TEMPORARY

# Bytes of lines held in memory, some 3,000 captures: a crawl holds them from page to page.
_MEMORY = 1024 * 1024
_PIECE = 8 * 1024  # read of each run at a time
# Files that are open at a time: a process has 1024 descriptors by default.
_FAN_IN = 200


class LineSorter:
    """Takes lines in any order and gives them sorted; what is too much goes to a file.

    ``directory``: for that file, in which sorted runs of lines lie one after another. While it
    cannot be written, the lines stay in memory. Each line ends with LF. Not thread-safe. Reading
    raises OSError.
    """

    def __init__(self, directory: Path, max_bytes: int = _MEMORY) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._lines: list[bytes] = []
        self._size = 0
        self._limit = max_bytes
        self._file: IO[bytes] | None = None
        self._ends = [0]

    def add(self, line: bytes) -> None:
        """Take a line."""
        self._lines.append(line)
        self._size += len(line)
        if self._size >= self._limit:
            try:
                self._spill()
            except OSError:
                # Whose line this is has been written: no error of theirs. Tried again later.
                self._limit = self._size + self._max_bytes

    def __iter__(self) -> Iterator[bytes]:
        """All lines so far; may be asked for again."""
        runs = [self._run(begin, end) for begin, end in pairwise(self._ends)]
        self._lines.sort()
        return unique(heapq.merge(*runs, self._lines))

    def close(self) -> None:
        """Forget all lines."""
        if self._file:
            self._file.close()
        self._file, self._ends = None, [0]
        self._lines, self._size, self._limit = [], 0, self._max_bytes

    def _spill(self) -> None:
        if self._file is None:
            # Unbuffered, so that closing it writes nothing and cannot fail.
            self._file = TemporaryFile(  # noqa: SIM115 - closed by close()
                dir=self._directory, buffering=0
            )
        self._lines.sort()
        end = write_whole(self._file.fileno(), b"".join(self._lines), self._ends[-1])
        self._ends.append(end)
        self._lines, self._size, self._limit = [], 0, self._max_bytes

    def _run(self, at: int, end: int) -> Iterator[bytes]:
        rest = b""
        while self._file and at < end:
            piece = os.pread(self._file.fileno(), min(_PIECE, end - at), at)
            if not piece:
                raise OSError(f"{self._directory}: a temporary file ends at {at}, not at {end}")
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line + b"\n"


def unique(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines, each once."""
    last = None
    for line in lines:
        if line != last:
            yield line
        last = line


def write_lines(target: Path, lines: Iterable[bytes]) -> int:
    """Replace ``target`` by these lines, durably and in one instant; gives their count.

    Raises OSError, with ``target`` as it was.
    """
    temporary = target.with_name(target.name + TEMPORARY)
    count = 0
    try:
        with temporary.open("wb", buffering=1 << 20) as file:
            for count, line in enumerate(lines, 1):  # noqa: B007 - counts
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    publish(temporary, target)
    return count


def merge_files(sources: Sequence[Path], target: Path) -> int:
    """Merge sorted files into ``target``, as ``write_lines`` does; gives the count of lines.

    ``target`` may be among the sources. Raises OSError.
    """
    with ExitStack() as stack:
        runs: list[IO[bytes]] = []
        for at in range(0, len(sources), _FAN_IN):
            group = sources[at : at + _FAN_IN]
            if len(sources) <= _FAN_IN:
                runs = [stack.enter_context(path.open("rb")) for path in group]
            else:
                runs.append(stack.enter_context(_merged(group, target.parent)))
        return write_lines(target, unique(heapq.merge(*runs)))


def _merged(sources: Sequence[Path], directory: Path) -> IO[bytes]:
    """A temporary file of what these hold."""
    merged = TemporaryFile(dir=directory)  # noqa: SIM115 - given on
    with ExitStack() as stack:
        merged.writelines(heapq.merge(*(stack.enter_context(p.open("rb")) for p in sources)))
    merged.seek(0)
    return merged

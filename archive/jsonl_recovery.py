"""Finishes the JSONL files that a dead run left open: their whole lines stay, the tail goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from archive.durable import sync_directory, sync_file
from archive.jsonl_file import final_path_of, finish, parse_line
from archive.layout import OPEN, TEMPORARY

_BATCH = 500


@dataclass(frozen=True, slots=True)
class RecoveredJsonl:
    """What became of one file. ``file``: below the articles directory; ``lines`` 0: removed."""

    file: str
    lines: int
    bytes_kept: int
    bytes_cut: int

    def __str__(self) -> str:
        """One line for the log."""
        fate = "kept" if self.lines else "removed, as it held no whole line"
        return f"{self.file}: {fate}; {self.lines} lines kept, {self.bytes_cut} bytes cut"


def recover(
    directory: Path,
    take: Callable[[list[bytes]], object] = lambda _lines: None,
    is_backed: Callable[[dict[str, object]], bool] = lambda _line: True,
) -> list[RecoveredJsonl]:
    """Repair and finish every ``date=*/*.jsonl.open``; no writer may be at work there.

    ``take`` is given the lines that stay, some hundreds at a time and without their line ends,
    before the file is finished: a crash in between, or an error that ``take`` raises, repeats it at
    the next call, so it must bear to see a line twice. A line that is not ``is_backed`` is cut with
    all behind it: after a power cut a line may be on the disk without the record that it was made
    from, and then nothing from there on was ever synced. Raises OSError.
    """
    recovered = [
        _recover(path, directory, take, is_backed)
        for path in sorted(directory.glob(f"date=*/*.jsonl{OPEN}"))
    ]
    for stale in directory.glob(f"date=*/*.jsonl.gz{TEMPORARY}"):
        stale.unlink()
    return recovered


def _recover(
    path: Path,
    directory: Path,
    take: Callable[[list[bytes]], object],
    is_backed: Callable[[dict[str, object]], bool],
) -> RecoveredJsonl:
    size = path.stat().st_size
    lines, end = _measure(path, is_backed)
    file = final_path_of(path).relative_to(directory).as_posix()
    if not lines:
        path.unlink()
        sync_directory(path.parent)
        return RecoveredJsonl(file, 0, 0, size)
    if end < size:
        os.truncate(path, end)
    # The state that is made of these lines must not outlive them.
    sync_file(path)
    for batch in _batches(path):
        take(batch)
    finish(path)
    return RecoveredJsonl(file, lines, end, size - end)


def _measure(path: Path, is_backed: Callable[[dict[str, object]], bool]) -> tuple[int, int]:
    """Count and end in bytes of the lines before the first that is not whole, or not backed.

    What is behind one was never synced, so no state speaks of it.
    """
    count = end = 0
    with path.open("rb") as file:
        for line in file:
            value = parse_line(line) if line.endswith(b"\n") else None
            if value is None or not is_backed(value):
                break
            count += 1
            end += len(line)
    return count, end


def _batches(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while batch := [line.rstrip(b"\n") for line in islice(file, _BATCH)]:
            yield batch

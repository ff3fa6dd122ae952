"""Finds the captures of a URL in sorted CDXJ files by bisection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from archive.cdxj import CdxjEntry, parse_line, surt_key


def captures_of(url: str, indexes: Iterable[Path]) -> list[CdxjEntry]:
    """Every capture whose URL has the same SURT key, the oldest first.

    That is more than the very URL: http and https, ``www.`` and none, upper and lower case share a
    key. Lines that are none are passed over. Raises OSError.
    """
    prefix = f"{surt_key(url)} ".encode()
    lines = {line for path in indexes for line in lines_with(prefix, path)}
    entries = []
    for line in lines:
        try:
            entries.append(parse_line(line))
        except ValueError:
            continue
    return sorted(entries, key=lambda entry: (entry.timestamp, entry.filename, entry.offset))


def choose(captures: Iterable[CdxjEntry], url: str, at: str | None = None) -> CdxjEntry | None:
    """The newest capture, or the one nearest to ``at`` (1 to 14 digits of a timestamp).

    Those of the very URL go before others with its key.
    """
    found = list(captures)
    found = [entry for entry in found if entry.url == url] or found
    if not found:
        return None
    if at is None:
        return found[-1]
    # Compared as seconds would be: the digits that were not given count as the earliest.
    wanted = _ordinal(at)
    return min(found, key=lambda entry: abs(_ordinal(entry.timestamp) - wanted))


def lines_with(prefix: bytes, path: Path) -> Iterator[bytes]:
    """The lines of a sorted file that begin with ``prefix``, found in O(log n). Raises OSError."""
    with path.open("rb") as file:
        _seek(file, prefix)
        for line in file:
            if not line.startswith(prefix):
                return
            yield line


def _seek(file: IO[bytes], prefix: bytes) -> None:
    """Go to the first line that is not below ``prefix``."""
    low, high = 0, file.seek(0, os.SEEK_END)
    # The line wanted begins in [low, high]; a line begins at low.
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.seek(middle - 1)
            file.readline()
        begin = file.tell()
        line = file.readline()
        if begin >= high or not line or line >= prefix:
            high = middle
        else:
            low = begin + len(line)
    file.seek(low)
    if low:
        file.seek(low - 1)
        file.readline()


def _ordinal(timestamp: str) -> int:
    """Seconds, near enough to compare: months count 31 days."""
    digits = timestamp + "00000101000000"[len(timestamp) :]
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14])
    days = (year * 12 + month) * 31 + day
    return ((days * 24 + hour) * 60 + minute) * 60 + second

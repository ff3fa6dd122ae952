"""Writes that are whole or not there: fsync, atomic rename, fsync of the directory."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until the content of ``path`` is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Wait until the names in ``directory`` are on the disk: a rename alone is not durable."""
    sync_file(directory)


def publish(temporary: Path, final: Path) -> None:
    """Give a file, already synced, its final name in the same directory; durable on return.

    A file that has the final name is replaced in the same instant. Raises OSError.
    """
    temporary.replace(final)
    sync_directory(final.parent)


def write_whole(descriptor: int, data: bytes | memoryview, offset: int) -> int:
    """Write all of ``data`` at ``offset``; gives the offset behind it.

    Raises OSError, possibly after some of it was written: the caller rolls back.
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        offset += written
        rest = rest[written:]
    return offset

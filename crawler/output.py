"""Opening an output directory: the lock, what a dead run left, then the session of this one."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from archive import jsonl_recovery, warc_recovery
from archive.errors import ArchiveError
from archive.jsonl import JsonlWriter
from archive.layout import OutputLayout
from archive.warc_writer import WarcOptions, WarcWriter
from crawler.errors import LockedError, StorageError
from crawler.session import ArchiveSession, replay_lines
from crawler.sqlite import SQLiteState
from crawler.state import StateStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What a run keeps and how; sizes in bytes, ``sync_interval`` in seconds.

    ``warc``: None keeps no exchanges.
    """

    root: Path
    warc: WarcOptions | None
    jsonl_max_bytes: int = 64 * 1024 * 1024
    sync_interval: float = 1.0
    keep_state: bool = True


def memory_session(run_id: str) -> ArchiveSession:
    """A session that writes nothing and forgets everything: for commands that only look."""
    return ArchiveSession(run_id, SQLiteState(None))


def open_session(options: OutputOptions, run_id: str) -> ArchiveSession:
    """Lock the directory, put right what a dead run left there, and open this run's files.

    Raises LockedError where another run is at work, and StorageError where the directory cannot be
    written or its state cannot be read.
    """
    layout = OutputLayout(options.root)
    try:
        for directory in (layout.articles, layout.runs):
            directory.mkdir(parents=True, exist_ok=True)
        if options.warc:
            layout.warc.mkdir(exist_ok=True)
        _lock(layout)
        state = _open_state(layout if options.keep_state else None)
        _recover(layout, state)
    except ArchiveError as error:
        raise StorageError(str(error)) from error
    except OSError as error:
        raise StorageError(
            f"{options.root}: {error.strerror or error}; give another directory with"
            " -s OUTPUT_DIR=... or make this one writable"
        ) from error
    warc = WarcWriter(layout.warc, run_id, options.warc, state) if options.warc else None

    def settle() -> None:
        # No file of lines gets its final name before the state knows its lines: recovery reads
        # only the files that are still open.
        if warc is not None:
            warc.sync()
        state.commit()

    lines = JsonlWriter(layout.articles, run_id, options.jsonl_max_bytes, settle)
    return ArchiveSession(run_id, state, warc, lines, options.sync_interval)


def _lock(layout: OutputLayout) -> None:
    """Hold the directory until this process ends, however it ends: the kernel lets go."""
    # Never closed on purpose: the descriptor is the lock.
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise LockedError(
            f"{layout.root}: another run is at work here (process {holder});"
            " wait for it, or give another directory with -s OUTPUT_DIR=..."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _open_state(layout: OutputLayout | None) -> StateStore:
    path = layout.state if layout else None
    try:
        return SQLiteState(path)
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: cannot be opened or written ({error}); make room") from error
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{path}: not a readable state ({error}); move it away to start with an empty one"
        ) from error


def _recover(layout: OutputLayout, state: StateStore) -> None:
    """Finish the files of a run that was killed: the archive first, then what follows from it."""
    for torn in warc_recovery.recover(layout.warc):
        logger.warning("Recovered %s", torn)
    for left in jsonl_recovery.recover(layout.articles, lambda lines: _confirm(state, lines)):
        logger.warning("Recovered %s", left)


def _confirm(state: StateStore, lines: list[bytes]) -> None:
    replay_lines(state, lines)
    state.commit()

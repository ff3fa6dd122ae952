"""Opening an output directory: the lock, what a dead run left, then the session of this one."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from archive import jsonl_recovery, merged_index, warc_recovery
from archive.collection import Collection
from archive.errors import ArchiveError
from archive.jsonl import JsonlWriter
from archive.layout import OutputLayout
from archive.warc_reader import read_record
from archive.warc_writer import WarcOptions, WarcWriter
from crawler.claims import replay_lines
from crawler.errors import LockedError, StorageError
from crawler.instants import now
from crawler.readback import PageReader
from crawler.revisit_plan import RevisitPlan
from crawler.session import ArchiveSession
from crawler.sqlite import SQLiteState
from crawler.state import StateStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What a run keeps and how; sizes in bytes, ``sync_interval`` in seconds.

    ``warc``: None keeps no exchanges. ``max_page``: of a page that is read back; ``plan``: when
    stories are visited again.
    """

    root: Path
    warc: WarcOptions | None
    jsonl_max_bytes: int = 64 * 1024 * 1024
    sync_interval: float = 1.0
    keep_state: bool = True
    max_page: int = 50 * 1024 * 1024
    plan: RevisitPlan = field(default_factory=RevisitPlan)


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
            layout.cdx.mkdir(exist_ok=True)
        lock(layout)
        state = _open_state(layout if options.keep_state else None)
        _recover(layout, state, options.plan)
    except ArchiveError as error:
        raise StorageError(str(error)) from error
    except OSError as error:
        raise StorageError(
            f"{options.root}: {error.strerror or error}; give another directory with"
            " -s OUTPUT_DIR=... or make this one writable"
        ) from error
    warc = None
    if options.warc:
        with_index = replace(options.warc, cdx=layout.cdx)
        warc = WarcWriter(layout.warc, run_id, with_index, state, clock=now)

    def settle() -> None:
        # No file of lines gets its final name before the state knows its lines: recovery reads
        # only the files that are still open.
        if warc is not None:
            warc.sync()
        state.commit()

    lines = JsonlWriter(layout.articles, run_id, options.jsonl_max_bytes, settle)
    session = ArchiveSession(run_id, state, warc, lines, options.sync_interval)
    session.on_closed = lambda: _merge_index(layout)
    session.reader = PageReader(partial(read_record, layout.warc), options.max_page)
    session.claims.plan = options.plan
    return session


def _merge_index(layout: OutputLayout) -> None:
    if (lines := merged_index.update(Collection(layout))) is not None:
        logger.info("Merged the index: %d lines in %s", lines, layout.index)


def lock(layout: OutputLayout) -> None:
    """Hold the directory until this process ends, however it ends: the kernel lets go.

    Raises LockedError where another process holds it, and OSError.
    """
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


def _recover(layout: OutputLayout, state: StateStore, plan: RevisitPlan) -> None:
    """Finish the files of a run that was killed: the archive first, then what follows from it."""
    for torn in warc_recovery.recover(layout.warc, layout.cdx):
        logger.warning("Recovered %s", torn)
    for left in jsonl_recovery.recover(layout.articles, lambda lines: _confirm(state, lines, plan)):
        logger.warning("Recovered %s", left)


def _confirm(state: StateStore, lines: list[bytes], plan: RevisitPlan) -> None:
    replay_lines(state, lines, plan)
    state.commit()

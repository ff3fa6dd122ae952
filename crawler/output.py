"""Opening an output directory: the lock, what a dead run left, then the session of this one."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from archive import jsonl_recovery, merged_index, warc_recovery
from archive.collection import Collection
from archive.durable import sync_directory
from archive.errors import ArchiveError
from archive.jsonl import JsonlWriter
from archive.layout import TEMPORARY, OutputLayout, run_of
from archive.warc_reader import read_record
from archive.warc_writer import WarcOptions, WarcWriter
from crawler.claims import replay_lines
from crawler.errors import ConfigurationError, LockedError, StorageError
from crawler.free_disk import in_units, wanted_free
from crawler.instants import now
from crawler.output_place import Creation, check_place
from crawler.readback import PageReader
from crawler.revisit_plan import RevisitPlan
from crawler.session import ArchiveSession
from crawler.sqlite import SQLiteState
from crawler.state import StateStore
from crawler.state_file import Filler, open_state

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What a run keeps and how; sizes in bytes, ``sync_interval`` in seconds.

    ``warc``: None keeps no exchanges. ``fill``: how a lost state is made again; None keeps no
    state. ``max_page``: of a page that is read back; ``plan``: when stories are visited again.
    ``min_free``: bytes of the disk that stay free, see ``wanted_free``. ``creation``: what is made
    where there is no archive.
    """

    root: Path
    warc: WarcOptions | None
    fill: Filler | None = None
    jsonl_max_bytes: int = 64 * 1024 * 1024
    sync_interval: float = 1.0
    max_page: int = 50 * 1024 * 1024
    plan: RevisitPlan = field(default_factory=RevisitPlan)
    min_free: int | None = None
    creation: Creation = Creation.HERE


def memory_session(run_id: str) -> ArchiveSession:
    """A session that writes nothing and forgets everything: for commands that only look."""
    return ArchiveSession(run_id, SQLiteState(None))


def open_session(options: OutputOptions, run_id: str) -> ArchiveSession:
    """Lock the directory, put right what a dead run left there, and open this run's files.

    Raises LockedError where another run is at work, and StorageError where the directory cannot be
    written or its state cannot be read.
    """
    layout = OutputLayout(options.root)
    check_place(layout, options.creation)
    with storage_errors(options.root):
        hold_directory(layout, *([layout.warc, layout.cdx] if options.warc else []))
        check_free(options.root, options.min_free)
        recover_warc(layout)
        state = _state_after(layout, options)
    try:
        warc = _warc_writer(layout, run_id, options.warc, state) if options.warc else None
    except ValueError as error:
        raise ConfigurationError(f"WARC_PREFIX: {error}") from error

    def settle() -> None:
        # No file of lines gets its final name before the state knows its lines: recovery reads
        # only the files that are still open. The commit speaks of the lines of other days too.
        if warc is not None:
            warc.sync()
        lines.sync()
        state.commit()

    lines = JsonlWriter(layout.articles, run_id, options.jsonl_max_bytes, settle)
    session = ArchiveSession(run_id, state, warc, lines, options.sync_interval)
    session.on_closed = lambda: _merge_index(layout)
    session.reader = PageReader(partial(read_record, layout.warc), options.max_page)
    session.claims.plan = options.plan
    return session


def _state_after(layout: OutputLayout, options: OutputOptions) -> StateStore:
    """The state, and in it what dead runs left in their lines and WARC files."""

    def catch_up(state: StateStore) -> None:
        recover_lines(layout, state, options.plan)
        if options.fill:
            read_unread(layout, state, options.fill)

    if options.fill:
        return open_state(layout, options.fill, catch_up)
    state = SQLiteState(None)
    catch_up(state)
    return state


def _warc_writer(
    layout: OutputLayout, run_id: str, options: WarcOptions, state: StateStore
) -> WarcWriter:
    with_index = replace(options, cdx=layout.cdx)
    return WarcWriter(layout.warc, run_id, with_index, state, clock=now)


def _merge_index(layout: OutputLayout) -> None:
    if (lines := merged_index.update(Collection(layout))) is not None:
        logger.info("Merged the index: %d lines in %s", lines, layout.index)


@contextmanager
def storage_errors(root: Path) -> Iterator[None]:
    """Raises StorageError, in one line, for what goes wrong with the files below ``root``."""
    try:
        yield
    except ArchiveError as error:
        raise StorageError(str(error)) from error
    except OSError as error:
        raise StorageError(
            f"{root}: {error.strerror or error}; give another directory with"
            " -s OUTPUT_DIR=... or make this one writable"
        ) from error


def hold_directory(layout: OutputLayout, *more: Path) -> None:
    """Make the directory where there is none, see that it can be written, and lock it.

    ``more``: directories that are made in it as well. Raises LockedError and OSError.
    """
    for directory in (layout.articles, layout.runs, *more):
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, f"{directory.name}/ is not writable")
    for directory in (layout.root, layout.root.parent):
        sync_directory(directory)
    lock(layout)


def check_free(root: Path, min_free: int | None) -> None:
    """Raises StorageError where less than ``min_free`` bytes are free: see ``wanted_free``."""
    disk = shutil.disk_usage(root)
    wanted = wanted_free(min_free, disk.total)
    if disk.free < wanted:
        raise StorageError(
            f"{root}: {in_units(disk.free)} are free, and MIN_FREE_DISK wants {in_units(wanted)};"
            " make room, or set it lower"
        )


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


def recover_warc(layout: OutputLayout) -> None:
    """Finish the WARC files of a run that was killed: the archive first, the rest follows it."""
    for stale in layout.runs.glob(f"*{TEMPORARY}"):
        stale.unlink()
    for torn in warc_recovery.recover(layout.warc, layout.cdx):
        logger.warning("Recovered %s", torn)


def recover_lines(layout: OutputLayout, state: StateStore, plan: RevisitPlan) -> None:
    """Finish its lines too, and confirm them."""

    def confirm(lines: list[bytes]) -> None:
        replay_lines(state, lines, plan)
        state.commit()

    def is_backed(line: dict[str, object]) -> bool:
        return _is_archived(layout.warc, line) or _is_confirmed(state, line)

    for left in jsonl_recovery.recover(layout.articles, confirm, is_backed):
        logger.warning("Recovered %s", left)


def read_unread(layout: OutputLayout, state: StateStore, fill: Filler) -> None:
    """Put on the frontier what runs that were killed had archived of listings, and not yet read.

    That they are put right is in the same commit: a kill before it repeats the work.
    """
    runs = set(state.unended_runs())
    left = sorted(path.name for path in layout.warc.glob("*.warc.gz") if run_of(path.name) in runs)
    if left and (leads := fill(layout, state, left).leads):
        logger.warning("Found %d stories in listings that a dead run had not read", leads)
    if runs:
        state.end_runs()
        state.commit()


def _is_archived(warc: Path, line: dict[str, object]) -> bool:
    """Whether the record that a line was made from is there, if it was made from one."""
    match line:
        case {"warc_file": str(name), "warc_offset": int(offset), "warc_length": int(length)}:
            path = warc / name
            return path.is_file() and path.stat().st_size >= offset + length
    return True


def _is_confirmed(state: StateStore, line: dict[str, object]) -> bool:
    """Whether a line was durable before the crash, wherever its record has been moved since."""
    match line:
        case {"url_hash": str(key), "version": int(version)}:
            story = state.story(key)
            return story is not None and story.version >= version
    return False

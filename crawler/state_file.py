"""The state's file from run to run: opened, checked, and made again where it is lost."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from archive.durable import publish, sync_directory
from archive.layout import TEMPORARY, OutputLayout, run_of
from crawler.errors import StorageError
from crawler.instants import now
from crawler.rebuild import Rebuilt
from crawler.sqlite import NewerStateError, SQLiteState
from crawler.state import StateStore

logger = logging.getLogger(__name__)

# SQLite keeps a transaction that is not in the file yet in the first; both belong to it.
_COMPANIONS = ("-wal", "-shm")
_SMALL = 32 * 1024 * 1024  # is read in a tenth of a second
_PAGE = 4096  # SQLite's, unless a database was made with another


class Filler(Protocol):
    """Puts into a state what the archive tells; does not commit. ``unread``: only what the listings
    in these WARC files show."""

    def __call__(
        self, layout: OutputLayout, state: StateStore, unread: Sequence[str] = ()
    ) -> Rebuilt: ...


def open_state(
    layout: OutputLayout, fill: Filler, catch_up: Callable[[StateStore], None]
) -> StateStore:
    """The state of an output directory whose lock is held, after ``catch_up`` on it.

    One that is damaged is set aside, never deleted; in its stead, and where there is none beside an
    archive, a new one is filled from the archive. One that is older than the lines (a backup) is
    completed. All of it is told in a line of the log. Raises StorageError.
    """
    try:
        if layout.state.exists():
            return _found(layout, fill, catch_up)
        state = _made(layout, fill)
        catch_up(state)
    except NewerStateError as error:
        raise StorageError(
            f"{layout.state}: {error}; update Broadsheet, or move it away"
        ) from error
    except (sqlite3.DatabaseError, OSError) as error:
        raise StorageError(
            f"{layout.state}: cannot be opened or written ({error}); make room, or make it writable"
        ) from error
    return state


def rebuild_state(layout: OutputLayout, fill: Filler) -> StateStore:
    """Set the state aside, if there is one, and fill a new one from the archive.

    The new one gets its name when it is whole: a crash before that repeats the work. Raises
    OSError and sqlite3.DatabaseError.
    """
    temporary = layout.state.with_name(layout.state.name + TEMPORARY)
    _remove(temporary)
    state = SQLiteState(temporary)
    rebuilt = fill(layout, state)
    _note_runs(state, _newest_runs(layout))
    state.close()
    _set_aside(layout.state)
    publish(temporary, layout.state)
    logger.warning("Rebuilt %s from the archive: %s", layout.state, rebuilt)
    return SQLiteState(layout.state)


def _set_aside(path: Path) -> None:
    """Rename what there is of a state; a stale companion would be played into the new one."""
    # The clock may have been here before; what was set aside is not overwritten.
    stamp = f"{now():%Y%m%dt%H%M%S}-{os.urandom(3).hex()}"
    for suffix in (*_COMPANIONS, ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            aside = path.with_name(f"{path.name}.damaged-{stamp}{suffix}")
            part.rename(aside)
            logger.warning("%s is set aside as %s", part.name, aside.name)
    sync_directory(path.parent)


def _found(
    layout: OutputLayout, fill: Filler, catch_up: Callable[[StateStore], None]
) -> StateStore:
    """The state that is there, or where it is damaged, a new one."""
    state = _checked(layout)
    if state is not None:
        try:
            _complete(layout, state, fill)
            catch_up(state)
            return state
        except (sqlite3.DatabaseError, OSError) as error:
            # What reading the whole file does not see: a commit says it as an OSError.
            cause = error.__cause__ or error
            if isinstance(cause, sqlite3.OperationalError | OSError):
                raise
            state.abandon()
            logger.warning("%s is damaged (%s)", layout.state, cause)
    made = rebuild_state(layout, fill)
    catch_up(made)
    return made


def _made(layout: OutputLayout, fill: Filler) -> StateStore:
    if _newest_runs(layout) or any(layout.warc.glob("*.warc.gz")):
        logger.warning("%s is gone, but its archive is there", layout.state)
        return rebuild_state(layout, fill)
    state = SQLiteState(layout.state)
    sync_directory(layout.root)
    return state


def _checked(layout: OutputLayout) -> SQLiteState | None:
    """The state, or None where it is damaged."""
    path = layout.state
    if not path.is_file():
        logger.warning("%s is no file", path)
        return None
    if path.stat().st_size < _PAGE:
        # SQLite takes it for a new database.
        logger.warning("%s is empty, or cut before the end of its first page", path)
        return None
    try:
        state = SQLiteState(path)
        state.check(is_doubtful=_is_doubtful(layout, state))
    except (NewerStateError, sqlite3.OperationalError):
        raise
    except sqlite3.DatabaseError as error:
        logger.warning("%s is damaged (%s)", path, error)
        return None
    return state


def _is_doubtful(layout: OutputLayout, state: SQLiteState) -> bool:
    """Whether it is read as a whole, also after a run that ended in order: where that takes no
    time, once a day, and where it may be older than its archive because a hole took the last run.
    """
    is_small = layout.state.stat().st_size < _SMALL
    return is_small or not state.ran_since(f"{now():%Y%m%d}") or bool(_unknown(layout, state))


def _complete(layout: OutputLayout, state: SQLiteState, fill: Filler) -> None:
    if unknown := _unknown(layout, state):
        logger.warning(
            "%s is older than its archive: it knows nothing of %s", layout.state, unknown
        )
        logger.warning("Completed %s: %s", layout.state, fill(layout, state))
        _note_runs(state, unknown)
    state.commit()


def _unknown(layout: OutputLayout, state: SQLiteState) -> list[str]:
    return [run for run in _newest_runs(layout) if not state.knows_run(run)]


def _note_runs(state: StateStore, runs: list[str]) -> None:
    """Of a state that was just filled with all that there is."""
    for run in runs:
        state.run_began(run, "", "")
    state.end_runs()


def _newest_runs(layout: OutputLayout) -> list[str]:
    """The runs that have lines of the newest day there is, and that of the newest WARC file."""
    days = sorted(layout.articles.glob("date=*"))
    names = {path.name for path in days[-1].glob("*.jsonl*")} if days else set()
    runs = {name.partition(".")[0].rpartition("-")[0] for name in names}
    newest = max((path.name for path in layout.warc.glob("*.warc.gz")), default="")
    return sorted(runs | ({run} if (run := run_of(newest)) else set()))


def _remove(path: Path) -> None:
    for name in (path.name, *(path.name + companion for companion in _COMPANIONS)):
        path.with_name(name).unlink(missing_ok=True)

"""The one thread that writes an output directory, each thing in the order it was asked for."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class WriterThread:
    """Runs jobs one after the other, off the event loop. What SQLite reports is an OSError here."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._has_ended = False

    async def run(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of a job, once all that were given before it are done. Raises OSError."""
        if self._has_ended:
            # A spider that still asks, such as one that was stopped while it began, has ended too.
            raise asyncio.CancelledError("the run has ended")
        return await self._run(job, *args, **kwargs)

    async def run_last(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The same, and the thread ends: what is asked from now on is cancelled."""
        self._has_ended = True
        try:
            return await self._run(job, *args, **kwargs)
        finally:
            self._thread.shutdown(wait=True)

    async def _run(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        def safely() -> _T:
            with _storage_errors():
                return job(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._thread, safely)

    def run_last_at_once(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The same, after an event loop that was stopped."""
        try:
            with _storage_errors():
                return self._thread.submit(job, *args, **kwargs).result()
        finally:
            self._thread.shutdown(wait=True)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        # SQLite says "disk full", "I/O error" and "malformed" in exceptions of its own.
        raise OSError(errno.EIO, f"the state: {error}") from error

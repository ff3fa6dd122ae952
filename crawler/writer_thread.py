"""The one thread that writes an output directory, each thing in the order it was asked for."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class WriterThread:
    """Runs jobs one after the other, off the event loop. What SQLite reports is an OSError here.

    A page makes several jobs, so they cost little to hand over: those that come while the thread is
    at work are found by it, and what it has done meanwhile goes back in one call of the event loop.
    """

    def __init__(self) -> None:
        # The executor's thread, for how it ends: with its work done, also where nobody closes it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._jobs: deque[_Job] = deque()
        self._lock = Lock()
        self._is_at_work = False
        self._answers: _Answers | None = None
        self._last: Future[Any] | None = None

    async def run(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of a job, once all that were given before it are done. Raises OSError."""
        if self._last is not None:
            # A spider that still asks, such as one that was stopped while it began, has ended too.
            raise asyncio.CancelledError("the run has ended")
        return await self._run(lambda: job(*args, **kwargs))

    async def run_last(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The same, and the thread ends: what is asked from now on is cancelled."""
        try:
            last = asyncio.wrap_future(self._begin_last(job, *args, **kwargs))
            result: _T = await asyncio.shield(last)  # also where nobody waits any more
            return result
        finally:
            self._thread.shutdown(wait=True)

    def run_last_at_once(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The same, after an event loop that was stopped; where it waited for the last job
        already, what comes of that one."""
        try:
            result: _T = self._begin_last(job, *args, **kwargs).result()
            return result
        finally:
            self._thread.shutdown(wait=True)

    def _begin_last(
        self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[Any]:
        if self._last is None:
            # The executor has it after what finds the jobs before it.
            self._last = self._thread.submit(_storage_errors()(job), *args, **kwargs)
        return self._last

    async def _run(self, call: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        if self._answers is None or self._answers.loop is not loop:
            self._answers = _Answers(loop)
        job = _Job(call, self._answers)
        with self._lock:
            self._jobs.append(job)
            is_idle, self._is_at_work = not self._is_at_work, True
        if is_idle:
            self._thread.submit(self._work)
        result: _T = await job.future
        return result

    def _work(self) -> None:
        """On the thread: whatever there is to do."""
        while True:
            with self._lock:
                if not self._jobs:
                    self._is_at_work = False
                    return
                job = self._jobs.popleft()
            if not job.future.cancelled():
                job.do()


class _Answers:
    """What came of jobs, on its way to those who wait for it on an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._due: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()

    def send(self, future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        """From the thread."""
        self._due.append((future, result, error))
        if len(self._due) == 1:
            # Else the loop has been called already, and has not come yet.
            with suppress(RuntimeError):  # it is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        while self._due:
            future, result, error = self._due.popleft()
            if future.done():
                continue  # whoever waited was cancelled
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


class _Job:
    """A call, and who waits for what comes of it."""

    __slots__ = ("_answers", "_call", "future")

    def __init__(self, call: Callable[[], Any], answers: _Answers) -> None:
        self._call = call
        self._answers = answers
        self.future: asyncio.Future[Any] = answers.loop.create_future()

    def do(self) -> None:
        """On the thread."""
        try:
            with _storage_errors():
                result = self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the job is awaited
            self._answers.send(self.future, None, error)
        else:
            self._answers.send(self.future, result, None)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        # SQLite says "disk full", "I/O error" and "malformed" in exceptions of its own.
        raise OSError(errno.EIO, f"the state: {error}") from error

"""Worker processes for everything that parses: feeds, sitemaps, pages.

A pool of our own because a killed worker breaks ``ProcessPoolExecutor`` and takes all its pending
tasks along, and because a task that hangs cannot be cancelled there. Here each worker is one child
process that reads calls from its standard input and writes results to its standard output. A call
that takes too long, or too much memory, costs its worker and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from crawler.forking import Forked, Forker, TemplateError
from crawler.precedence import Precedence
from crawler.worker_process import LENGTH

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SHUT_DOWN = "the workers are shut down"
# Calls that one worker has at a time: the one it runs, and the next, which it finds in its pipe
# when it is done. It would have to wait for the event loop otherwise.
_AT_A_TIME = 2
# A call ends by its CPU: on a busy machine its wall time says nothing of the page. Only one that
# has waited so many times as long ends by the clock.
_PATIENCE = 10
# libxml2 keeps every name of an element or attribute that a process ever met, and a heap falls to
# pieces: a worker of so many calls is followed by a fresh one, which is there in milliseconds.
_RENEWED_AFTER = 1000


class WorkerError(Exception):
    """A call that gave no result; the message is the reason, fit for ``extraction_error``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: ``seconds`` of CPU, ``memory`` bytes above the idle worker."""

    seconds: float = 30.0
    memory: int = 1 << 30


@dataclass(slots=True)
class WorkerPool:
    """``size`` processes that run module-level functions on picklable values.

    ``preload`` names what is imported before the first call, and called ("module:function"), once
    for all workers. ``niceness``: of how much less urgency than ours they are (0 to 19, nice(2)).
    ``renewed_after``: calls that one process answers before another takes its place.
    """

    size: int
    limits: Limits = Limits()
    preload: tuple[str, ...] = ()
    niceness: int = 0
    renewed_after: int = _RENEWED_AFTER
    _forker: Forker = field(init=False)
    _free: Precedence[_Worker] = field(default_factory=Precedence)
    _workers: list[_Worker] = field(default_factory=list)
    _closed: bool = False

    def __post_init__(self) -> None:
        limits = (str(self.limits.seconds), str(self.limits.memory), str(self.niceness))
        self._forker = Forker(*limits, *self.preload)

    async def run(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call ``function`` in a worker. Raises WorkerError with the reason if it gives no result.

        A call whose worker died is tried once more in a fresh one; one that ran out of time or
        memory is not.
        """
        worker = await self._take(goes_first=False)
        return await self._run(worker, partial(function, *args, **kwargs))

    async def run_first(
        self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """The same before the calls of ``run`` that wait: for what is short and brings work."""
        worker = await self._take(goes_first=True)
        return await self._run(worker, partial(function, *args, **kwargs))

    async def _run(self, worker: _Worker, call: Callable[[], _T]) -> _T:
        try:
            # Not before there is a worker: what waits is in memory once, not twice.
            answer = await self._ask(worker, pickle.dumps(call, pickle.HIGHEST_PROTOCOL))
        except _Died as death:
            raise WorkerError(_SHUT_DOWN if self._closed else str(death)) from None
        finally:
            self._free.give(worker, is_idle=worker.is_idle)
        done, value = pickle.loads(answer)  # noqa: S301 - from our own child
        if not done:
            raise WorkerError(value)
        result: _T = value
        return result

    async def _ask(self, worker: _Worker, call: bytes) -> bytes:
        is_second = False
        while True:
            try:
                return await worker.ask(call)
            except _NotBegun:
                if self._closed:
                    raise
            except _Died:
                if self._closed or is_second:
                    raise
                is_second = True

    async def _take(self, *, goes_first: bool) -> _Worker:
        if self._closed:
            raise WorkerError(_SHUT_DOWN)
        if len(self._workers) < self.size and not any(one.is_idle for one in self._workers):
            worker = _Worker(self.limits.seconds, self._forker, self.renewed_after)
            self._workers.append(worker)
            for _ in range(_AT_A_TIME - 1):
                self._free.give(worker, is_idle=False)
            return worker
        return await self._free.take(goes_first=goes_first)

    async def close(self) -> None:
        """End every worker, also one that is busy."""
        self._closed = True
        self._free.refuse(WorkerError(_SHUT_DOWN))
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        await self._forker.close()


class _Died(Exception):
    """The worker ended before it answered."""


class _NotBegun(_Died):
    """It ended with the call before."""


class _Worker:
    """One process, started when first asked and again after it was lost.

    It is asked again before it has answered; the answers come in the order of the calls.
    """

    def __init__(self, seconds: float, forker: Forker, renewed_after: int) -> None:
        self._seconds = seconds
        self._forker = forker
        self._renewed_after = renewed_after
        self._left = 0
        self._process: Forked | None = None
        self._starting = asyncio.Lock()
        self._answering = asyncio.Lock()
        self._asked = 0
        self._has_ended = False

    @property
    def is_idle(self) -> bool:
        """Whether it has no call."""
        return not self._asked

    async def ask(self, call: bytes) -> bytes:
        self._asked += 1
        try:
            async with self._starting:
                if self._has_ended:
                    raise _Died(_SHUT_DOWN)
                process = await self._current()
            return await self._ask(process, call)
        finally:
            self._asked -= 1

    async def _current(self) -> Forked:
        if self._process is not None and not self._left:
            # It ends when it has answered what it was asked.
            self._process.calls.close()
            self._process = None
        process = self._process or await self._start()
        self._left -= 1
        return process

    async def _ask(self, process: Forked, call: bytes) -> bytes:
        patience = self._seconds * _PATIENCE
        # Nothing is awaited in between: whose call comes first is also the first in the lock.
        process.calls.write(LENGTH.pack(len(call)) + call)
        try:
            async with self._answering:
                if process.is_lost:
                    raise _NotBegun("the worker ended with the call before")
                async with asyncio.timeout(patience):
                    return await _answer_of(process)
        except TimeoutError:
            await self._lose(process)
            raise WorkerError(f"took longer than {patience:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._lose(process)
            if process.returncode == -signal.SIGPROF:
                raise WorkerError(f"took more than {self._seconds:g} s of CPU") from None
            raise _Died(f"the worker ended with status {process.returncode}") from None
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next call.
            await self._lose(process)
            raise

    async def _start(self) -> Forked:
        try:
            self._process = await self._forker.fork()
        except TemplateError as error:
            raise _Died(str(error)) from None
        self._left = self._renewed_after
        return self._process

    async def stop(self) -> None:
        """For good; also a process that is just being started."""
        self._has_ended = True
        async with self._starting:
            if self._process is not None:
                await self._lose(self._process)

    async def _lose(self, process: Forked) -> None:
        if self._process is process:
            self._process = None
        await process.end()


async def _answer_of(process: Forked) -> bytes:
    head = await process.results.readexactly(LENGTH.size)
    return await process.results.readexactly(LENGTH.unpack(head)[0])

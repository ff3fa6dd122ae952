"""Worker processes for everything that parses: feeds, sitemaps, pages.

A pool of our own because a killed worker breaks ``ProcessPoolExecutor`` and takes all its pending
tasks along, and because a task that hangs cannot be cancelled there. Here each worker is one child
process that reads calls from its standard input and writes results to its standard output. A call
that takes too long, or too much memory, costs its worker and nothing else.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import gc
import logging
import os
import pickle
import resource
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from crawler.precedence import Precedence
from crawler.work_deadline import at_most

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_LENGTH = struct.Struct("!I")
_PIPE = 1 << 20  # as much as anybody may ask for (pipe-max-size)
_SHUT_DOWN = "the workers are shut down"


class WorkerError(Exception):
    """A call that gave no result; the message is the reason, fit for ``extraction_error``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: ``seconds`` of wall time, less what it waited for the processor where
    the system tells that, and ``memory`` bytes above the idle worker."""

    seconds: float = 30.0
    memory: int = 1 << 30


@dataclass(slots=True)
class WorkerPool:
    """``size`` processes that run module-level functions on picklable values.

    ``preload`` names modules that a worker imports before its first call. ``niceness``: of how much
    less urgency than ours they are (0 to 19, nice(2)).
    """

    size: int
    limits: Limits = Limits()
    preload: tuple[str, ...] = ()
    niceness: int = 0
    _free: Precedence[_Worker] = field(default_factory=Precedence)
    _workers: list[_Worker] = field(default_factory=list)
    _closed: bool = False

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
            raise WorkerError(str(death)) from None
        finally:
            self._free.give(worker)
        done, value = pickle.loads(answer)  # noqa: S301 - from our own child
        if not done:
            raise WorkerError(value)
        result: _T = value
        return result

    async def _ask(self, worker: _Worker, call: bytes) -> bytes:
        try:
            return await worker.ask(call, self.limits.seconds)
        except _Died:
            if self._closed:
                raise
            return await worker.ask(call, self.limits.seconds)

    async def _take(self, *, goes_first: bool) -> _Worker:
        if self._closed:
            raise WorkerError(_SHUT_DOWN)
        if not self._free.is_idle and len(self._workers) < self.size:
            self._workers.append(_Worker(self.limits.memory, self.niceness, self.preload))
            return self._workers[-1]
        return await self._free.take(goes_first=goes_first)

    async def close(self) -> None:
        """End every worker, also one that is busy."""
        self._closed = True
        self._free.refuse(WorkerError(_SHUT_DOWN))
        await asyncio.gather(*(worker.stop() for worker in self._workers))


class _Died(Exception):
    """The worker ended before it answered."""


class _Worker:
    """One child process, started when first asked and again after it was lost."""

    def __init__(self, memory: int, niceness: int, preload: tuple[str, ...]) -> None:
        self._arguments = (str(memory), str(niceness), *preload)
        self._process: Process | None = None

    async def ask(self, call: bytes, seconds: float) -> bytes:
        process = self._process or await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with at_most(seconds, process.pid):
                process.stdin.write(_LENGTH.pack(len(call)) + call)
                await process.stdin.drain()
                head = await process.stdout.readexactly(_LENGTH.size)
                return await process.stdout.readexactly(_LENGTH.unpack(head)[0])
        except TimeoutError:
            await self.stop()
            raise WorkerError(f"took longer than {seconds:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self.stop()
            raise _Died(f"the worker ended with status {process.returncode}") from None
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from crawler.workers import serve; serve()",
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            # The child must find what the parent finds, also from a checkout.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # A Ctrl-C on the terminal is the parent's to handle. A session of its own would do too,
            # but Linux shares the processor out by sessions first (sched(7), autogroups), and then
            # being nice within one changes nothing.
            process_group=0,
        )
        assert self._process.stdin is not None
        _widen(self._process.stdin)
        return self._process

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            # Not Process.kill(): it polls first, takes the exit status away from asyncio's watcher
            # of children, and that then warns of a process it does not know.
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()


def _widen(pipe: asyncio.StreamWriter) -> None:
    """Let a page go into the pipe in one piece, where the system can: 64 KiB of it do in Linux, and
    the rest would wait for turns of the reactor, and the worker with it."""
    if sys.platform == "linux":
        with suppress(OSError):  # more than one user may have: it works without
            fcntl.fcntl(pipe.get_extra_info("pipe"), fcntl.F_SETPIPE_SZ, _PIPE)


# --- In the child -------------------------------------------------------------------------------

# A worker whose parent was killed ends when its input does. One that is at work at that moment is
# killed by Linux (prctl(2), PR_SET_PDEATHSIG); elsewhere, by this alarm, in seconds.
_PARENT_DEATH_SIGNAL = 1
_ORPHAN_ALARM = 600


def serve() -> None:
    """The worker's life: read a call, run it, write its result, until the input ends."""
    _end_with_parent()
    memory, niceness, *preload = sys.argv[1:]
    os.nice(int(niceness))
    for name in preload:
        __import__(name)
    # Modules are no garbage: the collector is not to visit them with every few hundred pages.
    gc.freeze()
    calls, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between the results.
    os.dup2(2, 1)
    _limit_memory(int(memory))
    while (head := calls.read(_LENGTH.size)) and len(head) == _LENGTH.size:
        call = calls.read(_LENGTH.unpack(head)[0])
        signal.alarm(_ORPHAN_ALARM)
        answer = _answer(call)
        signal.alarm(0)
        results.write(_LENGTH.pack(len(answer)) + answer)
        results.flush()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _answer(call: bytes) -> bytes:
    try:
        function = pickle.loads(call)  # noqa: S301 - from our own parent
        return pickle.dumps((True, function()), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((False, "took too much memory"))
    except RecursionError:
        return pickle.dumps((False, "nested too deeply"))
    except Exception as error:  # noqa: BLE001 - the process edge: the parent logs and counts it
        return pickle.dumps((False, f"{type(error).__name__}: {str(error)[:200]}"))


def _limit_memory(extra: int) -> None:
    """Bound the address space to what is used now and ``extra`` bytes (where the system can)."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return  # no /proc: macOS has no usable limit on the address space either
    limit = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

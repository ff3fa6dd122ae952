"""Worker processes by the fork of a template: what ``crawler.workers`` starts and loses.

Not by a fork of the crawler itself, which has threads. The template (``crawler.worker_template``)
is started with the first worker, and again should it be lost: its workers end with it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections import deque
from contextlib import suppress
from typing import BinaryIO

from crawler.one_cpu import let_go
from crawler.worker_template import FORK, NEWS, ORDER

_PIPE = 1 << 20  # as much as anybody may ask for (pipe-max-size)
_LARGEST_READ = 1 << 16
_PATIENCE = 5.0  # seconds, for a template that does not do as it is told: somebody stopped it
_ENDED = "the template of the workers ended"


class TemplateError(Exception):
    """The template ended before it forked."""


class Forked:
    """One worker: the ends of its pipes, and how it ended (as ``Popen.returncode`` says it)."""

    def __init__(self, template: _Template, pid: int) -> None:
        self.pid = pid
        self.calls: asyncio.WriteTransport
        self.results = asyncio.StreamReader()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.is_lost = False
        self._template = template
        self._reading: asyncio.ReadTransport

    @property
    def returncode(self) -> int | None:
        return self.ended.result() if self.ended.done() else None

    async def connect(self, calls: BinaryIO, results: BinaryIO) -> None:
        loop = asyncio.get_running_loop()
        self.calls, _ = await loop.connect_write_pipe(asyncio.Protocol, calls)
        self._reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.results), results
        )

    async def end(self) -> None:
        """Kill it, if it has not ended, and wait until it has. Its answers are lost at once."""
        self.is_lost = True
        self._template.kill(self)
        await asyncio.wait([self.ended], timeout=_PATIENCE)
        if not self.ended.done():
            self._template.abort()
            await asyncio.wait([self.ended])
        if not self.calls.is_closing():
            self.calls.abort()
        self._reading.close()


class Forker:
    """Starts workers. ``arguments`` are those of ``crawler.worker_template.stand``."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._template: _Template | None = None
        self._starting = asyncio.Lock()

    async def fork(self) -> Forked:
        """A new worker. Raises TemplateError."""
        async with self._starting:
            if self._template is None or self._template.has_ended:
                self._template = await _Template.start(self._arguments)
        template = self._template
        calls, our_calls = os.pipe()
        our_results, results = os.pipe()
        _widen(our_calls)
        writing, reading = os.fdopen(our_calls, "wb", 0), os.fdopen(our_results, "rb", 0)
        try:
            worker = await template.fork(calls, results)
            await worker.connect(writing, reading)
        except BaseException:  # cancelled: the worker ends when its input does
            writing.close()
            reading.close()
            raise
        return worker

    async def close(self) -> None:
        """End the template, and with it what workers there are."""
        async with self._starting:
            if self._template is not None:
                await self._template.close()


class _Template:
    """The template's process, and the socket over which it is told and tells."""

    def __init__(self, process: Process, talk: socket.socket) -> None:
        self.has_ended = False
        self._process = process
        self._talk = talk
        self._heard = b""
        self._forking: deque[asyncio.Future[Forked]] = deque()
        self._workers: dict[int, Forked] = {}
        talk.setblocking(False)
        asyncio.get_running_loop().add_reader(talk, self._hear)

    @classmethod
    async def start(cls, arguments: tuple[str, ...]) -> _Template:
        ours, its = socket.socketpair()
        with its:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                "from crawler.worker_template import stand; stand()",
                *arguments,
                stdin=its.fileno(),
                env={
                    **os.environ,
                    # The child must find what the parent finds, also from a checkout.
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    # numpy would start threads with its import, and no thread lives through a fork.
                    "OPENBLAS_NUM_THREADS": "1",
                },
                # A Ctrl-C on the terminal is the parent's to handle. A session of its own would do
                # too, but Linux shares the processor out by sessions first (sched(7), autogroups),
                # and then being nice within one changes nothing.
                process_group=0,
            )
        let_go(process.pid)
        return cls(process, ours)

    async def fork(self, calls: int, results: int) -> Forked:
        """A worker with these ends of two pipes, which are closed here. Raises TemplateError."""
        answer: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
        try:
            socket.send_fds(self._talk, [ORDER.pack(FORK)], [calls, results])
        except OSError:
            raise TemplateError(_ENDED) from None
        finally:
            os.close(calls)
            os.close(results)
        self._forking.append(answer)
        return await answer

    def kill(self, worker: Forked) -> None:
        """Kill a worker, unless it has ended."""
        if worker.pid in self._workers:
            with suppress(OSError):  # the template has ended, and the worker with it
                self._talk.send(ORDER.pack(worker.pid))

    async def close(self) -> None:
        self.abort()
        await self._process.wait()
        self._end()

    def abort(self) -> None:
        """Kill it, and by that its workers."""
        if self._process.returncode is None:
            # Not Process.kill(): it polls first, takes the exit status away from asyncio's watcher
            # of children, and that then warns of a process it does not know.
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def _hear(self) -> None:
        try:
            news = self._talk.recv(_LARGEST_READ)
        except BlockingIOError:
            return
        except OSError:
            news = b""
        if not news:
            self._end()
            return
        self._heard += news
        while len(self._heard) >= NEWS.size:
            self._note(*NEWS.unpack(self._heard[: NEWS.size]))
            self._heard = self._heard[NEWS.size :]

    def _note(self, pid: int, has_ended: bool, status: int) -> None:
        if has_ended:
            self._workers.pop(pid).ended.set_result(status)
            return
        worker = self._workers[pid] = Forked(self, pid)
        answer = self._forking.popleft()
        if not answer.done():  # cancelled: nobody asks for it
            answer.set_result(worker)

    def _end(self) -> None:
        if self.has_ended:
            return
        self.has_ended = True
        asyncio.get_running_loop().remove_reader(self._talk)
        self._talk.close()
        for answer in self._forking:
            if not answer.done():
                answer.set_exception(TemplateError(_ENDED))
        for worker in self._workers.values():
            worker.ended.set_result(-signal.SIGKILL)
        self._workers.clear()


def _widen(pipe: int) -> None:
    """Let a page go into the pipe in one piece, where the system can: 64 KiB of it do in Linux, and
    the rest would wait for turns of the reactor, and the worker with it."""
    if sys.platform == "linux":
        with suppress(OSError):  # more than one user may have: it works without
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)

"""The farm's server: one process, answers made ahead, its CPU counted apart from the crawlers'.

A page costs it a dictionary look-up and a write. Conditional requests for a feed are answered with
304. Every arrival is noted, so that a schedule can be judged by what the sites saw.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection

from benchmarks.farm.bodies import Body, bodies, small_body
from benchmarks.farm.plan import FarmPlan, body_number, feed_xml, number_of

_ROBOTS = b"User-agent: *\nAllow: /\n"


@dataclass(frozen=True, slots=True)
class Served:
    """What the server saw: ``arrivals`` are (host, monotonic instant) of each request."""

    arrivals: list[tuple[str, float]]
    size: int
    cpu: float


@dataclass(slots=True)
class Farm:
    """The answers of all hosts, and a note of each request."""

    plan: FarmPlan
    pages: list[Body]
    feeds: dict[str, bytes] = field(default_factory=dict)
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    size: int = 0

    def answer(self, host: str, target: str, *, is_conditional: bool) -> bytes:
        self.arrivals.append((host, time.monotonic()))
        whole = self._answer(host, target, is_conditional)
        self.size += len(whole)
        return whole

    def _answer(self, host: str, target: str, is_conditional: bool) -> bytes:
        if (number := number_of(target)) is not None:
            page = self.pages[body_number(number, len(self.pages))]
            return _ok(page.copy(number), page.content_type, b"Content-Encoding: gzip\r\n")
        if target == "/feed.xml":
            if is_conditional:
                return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
            return _ok(self._feed(host), "application/rss+xml", b'ETag: "1"\r\n')
        if target == "/robots.txt":
            return _ok(_ROBOTS, "text/plain", b"")
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def _feed(self, host: str) -> bytes:
        if host not in self.feeds:
            self.feeds[host] = feed_xml(self.plan, self.plan.addresses.index(host))
        return self.feeds[host]


def _ok(body: bytes, content_type: str, more: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nServer: farm\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
    return head % (content_type.encode(), len(body), more) + body


class _Connection(asyncio.Protocol):
    """One keep-alive connection; requests have no bodies."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self._heard = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode("ascii")
            is_conditional = b"\r\nif-none-match:" in head.lower()
            answer = self._farm.answer(self._host, target, is_conditional=is_conditional)
            if latency := self._farm.plan.latency:
                asyncio.get_running_loop().call_later(latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _sockets(plan: FarmPlan) -> list[socket.socket]:
    """One listener a host, all at the port that the first was given."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port, listeners = plan.port, []
    for address in plan.addresses:
        listeners.append(socket.create_server((address, port), backlog=64))
        port = port or listeners[0].getsockname()[1]
    return listeners


async def _serve(plan: FarmPlan, pipe: Connection) -> None:
    listeners = _sockets(plan)
    farm = Farm(
        replace(plan, port=listeners[0].getsockname()[1]),
        [small_body()] if plan.is_small else bodies(),
    )
    loop = asyncio.get_running_loop()
    for listener in listeners:
        await loop.create_server(lambda: _Connection(farm), sock=listener)
    asked = asyncio.Event()
    loop.add_reader(pipe.fileno(), asked.set)
    pipe.send(farm.plan)
    began = time.process_time()
    while True:
        await asked.wait()
        asked.clear()
        # The loop may tell twice of one question: to wait for another would hold up every site.
        if not pipe.poll():
            continue
        try:
            pipe.recv()
        except EOFError:
            return
        pipe.send(Served(farm.arrivals, farm.size, time.process_time() - began))
        farm.arrivals, farm.size, began = [], 0, time.process_time()


def _run(plan: FarmPlan, pipe: Connection) -> None:
    asyncio.run(_serve(plan, pipe))


@dataclass(frozen=True, slots=True)
class Standing:
    """A farm that is up; ``plan`` has its port."""

    plan: FarmPlan
    _pipe: Connection

    def served(self) -> Served:
        """What was served since this was asked last."""
        self._pipe.send(None)
        found: Served = self._pipe.recv()
        return found


@contextmanager
def standing(plan: FarmPlan) -> Iterator[Standing]:
    """The farm in a process of its own, until the block is left."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_run, args=(plan, there), daemon=True)
    server.start()
    there.close()
    try:
        yield Standing(here.recv(), here)
    finally:
        here.close()
        server.join(10)
        server.terminate()

"""Exchanges and writers for the tests of this directory."""

from __future__ import annotations

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.exchange import Exchange
from archive.originals import Holding, Original
from archive.warc_writer import WarcOptions, WarcWriter

AT = datetime(2026, 11, 24, 10, 15, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /story?id=1 HTTP/1.1\r\nHost: news.example\r\nUser-Agent: Broadsheet\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


# Any: the changes are Exchange's own fields, of as many types as it has.
def exchange(response: bytes = OK, **changes: Any) -> Exchange:
    """A GET of a story answered with ``response``, but for ``changes``."""
    made = Exchange(
        url="http://news.example/story?id=1",
        method="GET",
        request=REQUEST,
        response=io.BytesIO(response),
        started_at=AT,
        ip="192.0.2.7",
    )
    return replace(made, **changes)


def writer(directory: Path, max_bytes: int = 1_000_000) -> WarcWriter:
    """A writer of run ``20261124t101500-3f9a2c`` with a fixed clock."""
    info = {"software": "Broadsheet/1", "robots": "obey", "http-header-user-agent": "Broadsheet"}
    options = WarcOptions("sample", max_bytes, info=info)
    return WarcWriter(directory, "20261124t101500-3f9a2c", options, clock=lambda: AT)


class Memory:
    """Originals in two dictionaries."""

    def __init__(self) -> None:
        self.by_payload: dict[str, Original] = {}
        self.by_uri: dict[str, Original] = {}

    def original_with(self, payload: str) -> Original | None:
        return self.by_payload.get(payload)

    def original_of(self, target_uri: str) -> Original | None:
        return self.by_uri.get(target_uri)

    def hold(self, holding: Holding) -> None:
        self.by_payload[holding.payload] = holding.original
        if holding.validated:
            self.by_uri[holding.target_uri] = holding.original


def remembering(directory: Path, memory: Memory, *exchanges: Exchange) -> Path:
    """The finished file that holds the exchanges, those with a known payload as revisits."""
    options = WarcOptions("sample")
    warc = WarcWriter(directory, "20261124t101500-3f9a2c", options, memory, clock=lambda: AT)
    for one in exchanges:
        written = warc.append(one)
        if written and written.holding:
            memory.hold(written.holding)
    warc.close()
    (path,) = directory.glob("sample-*")
    return path


def written_file(directory: Path, *exchanges: Exchange) -> Path:
    """The finished file that holds the exchanges."""
    warc = writer(directory)
    for one in exchanges:
        warc.append(one)
    warc.close()
    (path,) = directory.iterdir()
    return path


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file can become longer than ``size`` bytes: the write that would fails half-way."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

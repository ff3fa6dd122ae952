"""One sample newspaper for all tests here, and a client that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from crawler.demo import DemoServer, start

Answer = tuple[HTTPResponse, bytes]


def request(url: str, method: str = "GET", **headers: str) -> Answer:
    """One exchange; header names have ``_`` for ``-``."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=fields)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="session")
def running() -> Iterator[DemoServer]:
    with start(port=0) as server:
        yield server


@pytest.fixture
def server(running: DemoServer) -> DemoServer:
    """The server, back at the first edition."""
    running.set_edition(1)
    return running

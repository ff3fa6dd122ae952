"""A `wayback` of pywb on loopback, over our WARC files and our index."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.wacz_index import PackedWarc, merge_index
from tests.oracles.environment import tool

_STARTED_WITHIN = 120.0  # seconds; it compiles its templates first


@contextmanager
def serving(warcs: Sequence[Path], root: Path) -> Iterator[int]:
    """The port of a server that lives in ``root``; skips the test where pywb is not installed."""
    program = tool("pywb", "wayback")
    collection = root / "collections" / "all"
    (collection / "indexes").mkdir(parents=True)
    (collection / "archive").mkdir()
    for path in warcs:
        (collection / "archive" / path.name).symlink_to(path)
    packed = [PackedWarc(path, path.name) for path in warcs]
    index = merge_index(packed, root, lambda error: pytest.fail(str(error)))
    index.rename(collection / "indexes" / "index.cdxj")
    port = _free_port()
    command = [str(program), "--bind", "127.0.0.1", "--port", str(port)]
    with (root / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
        try:
            _wait_for(port, server, root / "log.txt")
            yield port
        finally:
            server.terminate()
            server.wait(30)


def replayed(port: int, url: str, timestamp: str, timeout: float = 60) -> tuple[int, bytes]:
    """Status and body of a capture as it was, content-coding on: ``id_`` rewrites nothing.

    Raises OSError and HTTPException.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Accept-Encoding": "gzip, deflate, br"}
        connection.request("GET", f"/all/{timestamp}id_/{url}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"pywb did not start: {log.read_text()}")

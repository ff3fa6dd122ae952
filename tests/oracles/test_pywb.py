"""pywb replays every capture byte for byte."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.wacz_index import PackedWarc, merge_index
from tests.oracles.captures import Archive, Capture
from tests.oracles.environment import tool

_STARTED_WITHIN = 60.0  # seconds; it compiles its templates first


@pytest.fixture(scope="module")
def pywb(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a `wayback` that serves our WARC files by our index."""
    program = tool("pywb", "wayback")
    root = tmp_path_factory.mktemp("pywb")
    collection = root / "collections" / "all"
    (collection / "indexes").mkdir(parents=True)
    (collection / "archive").mkdir()
    for path in archive.warcs:
        (collection / "archive" / path.name).symlink_to(path)
    warcs = [PackedWarc(path, path.name) for path in archive.warcs]
    merge_index(warcs, root, lambda error: pytest.fail(str(error)))
    (root / "index.cdxj").rename(collection / "indexes" / "index.cdxj")
    port = free_port()
    command = [str(program), "--bind", "127.0.0.1", "--port", str(port)]
    with (root / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
        try:
            wait_for(port, server, root / "log.txt")
            yield port
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"pywb did not start: {log.read_text()}")


def replayed(connection: http.client.HTTPConnection, capture: Capture) -> tuple[int, bytes]:
    """Status and body of a capture as it was, content-coding on: ``id_`` rewrites nothing."""
    target = f"/all/{capture.timestamp}id_/{capture.url}"
    connection.request("GET", target, headers={"Accept-Encoding": "gzip, deflate, br"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_pywb_replays_every_capture_byte_for_byte(pywb: int, archive: Archive) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", pywb, timeout=30)
    wrong = []
    for capture in archive.captures:
        status, body = replayed(connection, capture)
        # A 304 replays as the 304 that it was: the status, and no body.
        if (status, body) not in {(c.status, c.entity) for c in archive.twins(capture)}:
            wrong.append((capture.url, capture.timestamp, status, len(body), len(capture.entity)))
    connection.close()
    assert wrong == []

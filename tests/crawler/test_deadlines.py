"""When an exchange is overdue."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.deadlines import Patience, Progress, next_deadline, watched
from tests.faults.fault import page
from tests.running import FAST, lines_of, manifest_of, scrapy
from tests.wire import WireServer, plain

PATIENCE = Patience(connect=10, first_byte=20, idle=5)


@pytest.mark.parametrize(
    ("progress", "at", "what"),
    [
        pytest.param(Progress(100), 110, "no connection", id="not-connected"),
        pytest.param(Progress(100, 103), 123, "no answer", id="no-first-byte"),
        pytest.param(Progress(100, 103, 104), 109, "silent", id="silent"),
    ],
)
def test_each_part_of_an_exchange_has_its_own_limit(
    progress: Progress, at: float, what: str
) -> None:
    deadline, why = next_deadline(PATIENCE, progress)
    assert deadline == at
    assert what in why


def test_what_is_overdue_is_cancelled_and_says_why() -> None:
    async def hang() -> None:
        began = asyncio.get_running_loop().time()
        async with watched(Patience(0.05, 9, 9), lambda: Progress(began)):
            await asyncio.sleep(600)

    with pytest.raises(DownloadTimeoutError, match=r"no connection within 0\.05 s"):
        asyncio.run(hang())


def test_what_goes_on_is_left_alone() -> None:
    async def drip() -> str:
        loop = asyncio.get_running_loop()
        began = loop.time()
        last = began
        async with watched(Patience(9, 9, 5), lambda: Progress(began, began, last)):
            for _ in range(5):
                await asyncio.sleep(0.01)
                last = loop.time()
            return "whole"

    assert asyncio.run(drip()) == "whole"


def test_a_cancellation_from_outside_stays_one() -> None:
    async def stopped() -> None:
        async with watched(PATIENCE, lambda: Progress(asyncio.get_running_loop().time())):
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())


def test_a_host_that_takes_no_connection_costs_only_itself(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(WireServer({"/good": plain(page("good"))}))
        deaf = stack.enter_context(socket.create_server(("127.0.0.2", 0), backlog=0))
        for _ in range(8):  # its queue is full: whoever comes now hears nothing at all
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        pages = tmp_path / "pages.txt"
        pages.write_text(f"http://127.0.0.2:{deaf.getsockname()[1]}/story\n{server.base}/good\n")
        options = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", "-s", "RETRY_TIMES=0")
        run = ("-a", f"file={pages}", *FAST, *options, "-s", "CONNECT_TIMEOUT=1")
        log = scrapy("crawl", "urls", *run).stderr
    assert "DownloadTimeoutError" in log
    assert [line["url"] for line in lines_of(tmp_path / "out")] == [f"{server.base}/good"]
    assert manifest_of(tmp_path / "out")["failed"] == {"robots_unreachable": 1}

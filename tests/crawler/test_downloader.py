"""What the downloader counts, over a middleware that answers, drops or fails when it is told to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.downloader import CountingDownloader
from tests.unplugged import crawler_unplugged


@pytest.mark.parametrize(
    "outcome",
    [Response("http://a/"), Request("http://b/"), IgnoreRequest("dropped"), OSError("no route")],
    ids=lambda outcome: type(outcome).__name__,
)
def test_a_request_is_under_way_until_it_leaves_however_it_does(
    outcome: Response | Request | Exception,
) -> None:
    async def fetch() -> None:
        downloader = CountingDownloader(crawler_unplugged())
        ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        downloader.middleware = SimpleNamespace(download_async=lambda *_: _wait_for(ended))  # type: ignore[assignment]
        downloader.watchers.append(lambda slot: told.append((slot, downloader.under_way[slot])))
        leaving = downloader.fetch(Request("http://a/1"))
        assert downloader.under_way == {"a": 1}
        ended.set_result(outcome)
        await asyncio.gather(maybe_deferred_to_future(leaving), return_exceptions=True)
        assert not downloader.under_way
        assert not downloader.active

    told: list[tuple[str, int]] = []
    asyncio.run(fetch())
    assert told == [("a", 1), ("a", 0)]


async def _wait_for(ended: asyncio.Future[Any]) -> Any:
    outcome = await ended
    if isinstance(outcome, Exception):
        raise outcome
    return outcome

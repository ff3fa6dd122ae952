"""The articles of a replay on their way through the pipelines, several at a time."""

from __future__ import annotations

import asyncio

from scrapy.core.scraper import Scraper

from crawler.items import Article

# Enough that one which waits for a worker holds nobody up; each is some kilobytes.
_AT_A_TIME = 64


class Delivery:
    """Hands articles to the pipelines of ``scraper`` in their order, and bounds how many are there.

    Items that a spider yields from ``start`` go there too, but each through a turn of the engine
    and of every spider middleware, and without a bound.
    """

    def __init__(self, scraper: Scraper) -> None:
        self._scraper = scraper
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(self, article: Article) -> None:
        """Send an article on its way."""
        while len(self._under_way) >= _AT_A_TIME:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.ensure_future(self._scraper.start_itemproc_async(article, response=None))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def end(self) -> None:
        """Wait until all of them are through."""
        await asyncio.gather(*self._under_way)

"""The articles of a replay on their way through the pipelines, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress

from scrapy.core.scraper import Scraper

from crawler.items import Article
from crawler.pipelines import delivers_ahead
from crawler.session import ArchiveSession

# Enough that one which waits for a worker holds nobody up; each is some kilobytes, or a handful.
_AT_A_TIME = 64


class Delivery:
    """Hands articles to the pipelines of ``scraper`` in their order, and bounds how many are there.

    Items that a spider yields from ``start`` go there too, but each through a turn of the engine
    and of every spider middleware, and without a bound.

    Where our pipelines come first, those of a handful that are new are written in one job of the
    writer's thread before they come through; it would be three for each.
    """

    def __init__(self, scraper: Scraper, session: ArchiveSession) -> None:
        self._scraper = scraper
        self._session = session
        self._ahead = delivers_ahead(scraper.itemproc.middlewares)
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(self, articles: Sequence[Article]) -> None:
        """Send articles on their way."""
        while len(self._under_way) >= _AT_A_TIME:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        ready: list[Article] = []
        for article in articles:
            if self._ahead is not None and self._session.take_now(article):
                ready.append(article)
            else:
                self._go(self._through(article))
        if len(ready) < len(articles):
            # What waits for its turn must have asked for it before a later article does.
            await asyncio.sleep(0)
        if ready:
            self._go(self._deliver(ready))

    async def end(self) -> None:
        """Wait until all of them are through."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _go(self, way: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(way)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, articles: Sequence[Article]) -> None:
        assert self._ahead is not None
        with suppress(OSError):  # the run ends; what is not written is told so by the pipelines
            await self._ahead.deliver_new(articles)
        for article in articles:  # one may have to wait: for a worker, or in another's pipeline
            self._go(self._through(article))

    async def _through(self, article: Article) -> None:
        await self._scraper.start_itemproc_async(article, response=None)

"""Stories that wait on the frontier in the state while enough of their source are asked for.

A request in Scrapy's queue takes kilobytes, a row of the frontier none. So of each source only so
many stories are requests at a time; the rest are read from the state in pages as the queue drains,
however many an archive or a long outage has left there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from crawler.fairness import FairQueue
from crawler.items import Article
from crawler.state import Lead

AHEAD = 50
"""Stories of one source that are requests at a time: at a page a second, most of a minute."""

# Of all sources together: half a minute of what one machine fetches, at some kilobytes each.
_OF_ALL = 2000
# Of each of very many: one is asked for while the next page of the frontier is read.
_LEAST = 4

_LOOK_AGAIN = 0.25  # seconds


def ahead_of(sources: int) -> int:
    """Stories of one source that are requests at a time, where there are so many sources."""
    return max(_LEAST, min(AHEAD, _OF_ALL // max(1, sources)))


Reader = Callable[[str, Lead | None, int], Awaitable[list[Lead]]]
Maker = Callable[[Lead], Awaitable[Request | None]]


@dataclass(eq=False)  # no slots: signals keep weak references
class Backlog:
    """Hands out the frontier. ``read(source, after, most)`` gives a page of it, oldest first;
    ``make(lead)`` its request, or None for a story that this run leaves alone. ``ahead``: requests
    of one source at a time."""

    crawler: Crawler
    read: Reader
    make: Maker
    ahead: int = AHEAD
    _after: dict[str, Lead | None] = field(default_factory=dict)
    _again: set[str] = field(default_factory=set)
    _asked: set[int] = field(default_factory=set)
    _feeding: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        connect = self.crawler.signals.connect
        connect(self._keep_open, signals.spider_idle)
        connect(self._stop, signals.spider_closed)
        connect(self._settled, signals.item_scraped)
        connect(self._settled, signals.item_dropped)

    async def begin(self, source_id: str) -> list[Request]:
        """Requests for what earlier runs left of a source: at once the first page."""
        self._after[source_id] = None
        return await self._next_page(source_id)

    def new(self, leads: list[Lead]) -> Iterator[Lead]:
        """Of leads that have just been put on the frontier, those that are to be asked for now."""
        room: dict[str, int] = {}
        for lead in leads:
            source_id = lead.source_id
            left = room.setdefault(source_id, self.ahead - self._waiting(source_id))
            if left <= 0:
                self._leave(source_id)
                continue
            room[source_id] = left - 1
            self._asked.add(hash(lead.url))
            yield lead

    def _leave(self, source_id: str) -> None:
        """There is more on the frontier than is asked for: read it from its beginning, later."""
        if source_id in self._after:
            self._again.add(source_id)
        else:
            self._after[source_id] = None
        self._feed()

    async def _next_page(self, source_id: str) -> list[Request]:
        page = await self.read(source_id, self._after[source_id], self.ahead)
        requests = []
        for lead in page:
            if hash(lead.url) in self._asked:
                continue
            self._asked.add(hash(lead.url))
            if request := await self.make(lead):
                requests.append(request)
        if len(page) == self.ahead:
            self._after[source_id] = page[-1]
            self._feed()
        elif source_id in self._again:
            self._again.discard(source_id)
            self._after[source_id] = None
            self._feed()
        else:
            del self._after[source_id]
        return requests

    def _waiting(self, source_id: str) -> int:
        """Stories of a source that are in Scrapy's queue."""
        scheduler = self.crawler.engine.scheduler
        queues = (getattr(scheduler, name, None) for name in ("mqs", "dqs"))
        return sum(q.waiting[source_id] for q in queues if isinstance(q, FairQueue))

    def _feed(self) -> None:
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.ensure_future(self._feed_all())

    async def _feed_all(self) -> None:
        with suppress(OSError):  # the state failed: the archive has been told, and ends the run
            while self._after:
                await asyncio.sleep(_LOOK_AGAIN)
                await self._top_up()

    async def _top_up(self) -> None:
        for source_id in tuple(self._after):
            if self._waiting(source_id) < self.ahead // 2:
                for request in await self._next_page(source_id):
                    self.crawler.engine.crawl(request)

    def _keep_open(self) -> None:
        if self._feeding is not None and not self._feeding.done():
            raise DontCloseSpider

    def _stop(self) -> None:
        if self._feeding is not None:
            self._feeding.cancel()

    def settled(self, url: str) -> None:
        """A story that is off the frontier need not be remembered here."""
        self._asked.discard(hash(url))

    def _settled(self, item: object) -> None:
        if isinstance(item, Article):
            self.settled(item.url)

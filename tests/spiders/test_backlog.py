"""The frontier as requests, over a real state and queue; the engine is only what is asked of it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import DontCloseSpider
from scrapy.squeues import FifoMemoryQueue

from crawler.fairness import FairQueue
from crawler.hints import Hints
from crawler.sqlite import SQLiteState
from crawler.state import Lead
from crawler.urls import canonicalize, url_hash
from spiders.backlog import AHEAD, Backlog, ahead_of
from tests.unplugged import crawler_unplugged


class Run:
    """A run that has a queue and a frontier, and no downloader."""

    def __init__(self) -> None:
        self.state = SQLiteState(None)
        crawler = crawler_unplugged()
        crawler.engine.crawl = self.crawl
        self.queue = FairQueue(crawler, FifoMemoryQueue, "")
        crawler.engine.scheduler = SimpleNamespace(mqs=self.queue, dqs=None)
        self.requested: list[str] = []
        self.most = 0
        self.backlog = Backlog(crawler, self.read, self.make)

    async def read(self, source_id: str, after: Lead | None, most: int) -> list[Lead]:
        return self.state.leads(source_id, after, most)

    async def make(self, lead: Lead) -> Request:
        return Request(lead.url, meta={"is_story": True, "source_id": lead.source_id})

    def crawl(self, request: Request) -> None:
        self.requested.append(request.url)
        self.queue.push(request)
        self.most = max(self.most, len(self.queue))

    def listed(self, first: int, count: int) -> list[Lead]:
        """Puts stories on the frontier and gives them."""
        leads = [
            Lead(f"http://paper.example/{n}", "paper", "feed", f"2026-01-01T{n:06d}", Hints())
            for n in range(first, first + count)
        ]
        for lead in leads:
            assert self.state.discover(url_hash(canonicalize(lead.url)), lead)
        return leads

    async def ask_for(self, leads: list[Lead]) -> None:
        for lead in self.backlog.new(leads):
            self.crawl(await self.make(lead))

    async def drain(self) -> None:
        """Takes requests off the queue until no more come."""
        quiet = 0
        while quiet < 40:
            request = self.queue.pop()
            self.queue.crawler.engine.downloader.let_go()
            quiet = 0 if request else quiet + 1
            await asyncio.sleep(0.0 if request else 0.025)


def urls(count: int) -> list[str]:
    return [f"http://paper.example/{n}" for n in range(count)]


def test_what_earlier_runs_left_is_asked_for_in_pages_and_once() -> None:
    async def crawl() -> Run:
        run = Run()
        run.listed(0, 3 * AHEAD + 7)
        for request in await run.backlog.begin("paper"):
            run.crawl(request)
        await run.drain()
        return run

    run = asyncio.run(crawl())

    assert run.requested == urls(3 * AHEAD + 7)
    assert run.most <= 2 * AHEAD


def test_a_long_listing_waits_on_the_frontier_and_none_of_it_is_lost() -> None:
    async def crawl() -> Run:
        run = Run()
        await run.ask_for(run.listed(0, AHEAD + 30))
        # While the first page of the rest is being read, another listing adds more.
        await run.ask_for(run.listed(1000, 5))
        await run.drain()
        return run

    run = asyncio.run(crawl())

    expected = {*urls(AHEAD + 30), *(f"http://paper.example/{n}" for n in range(1000, 1005))}
    assert len(run.requested) == len(expected)
    assert set(run.requested) == expected
    assert run.most <= 2 * AHEAD


def test_a_spider_is_kept_open_while_stories_wait() -> None:
    async def crawl() -> None:
        run = Run()
        run.backlog._keep_open()
        await run.ask_for(run.listed(0, AHEAD + 1))
        with pytest.raises(DontCloseSpider):
            run.backlog._keep_open()
        await run.drain()
        run.backlog._keep_open()

    asyncio.run(crawl())


@pytest.mark.parametrize(
    ("sources", "each"),
    [pytest.param(n, each, id=str(n)) for n, each in ((0, 50), (1, 50), (50, 40), (5000, 4))],
)
def test_the_more_sources_the_fewer_stories_of_each_are_requests(sources: int, each: int) -> None:
    assert ahead_of(sources) == each


def test_with_few_at_a_time_all_are_asked_for_once_and_nothing_of_them_is_kept() -> None:
    async def crawl() -> Run:
        run = Run()
        run.backlog.ahead = 4
        await run.ask_for(run.listed(0, 90))
        await run.drain()
        for url in run.requested:
            run.backlog.settled(url)
        return run

    run = asyncio.run(crawl())

    assert sorted(run.requested) == sorted(urls(90))
    assert run.most <= 2 * 4
    assert not run.backlog._asked

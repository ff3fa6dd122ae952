"""Scrapy's downloader, which counts what is under way at each host and tells who wants to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred


class CountingDownloader(Downloader):
    """The queue must know which hosts may be asked for more, and not look at all to find out.

    ``under_way`` counts by slot what was handed to the downloader and did not leave it yet: also
    what waits for its host's robots.txt, which Scrapy's slots do not know, and what a middleware
    will drop. Whoever is in ``watchers`` is called with the slot whose count has changed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.under_way: Counter[str] = Counter()
        self.watchers: list[Callable[[str], None]] = []

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        """Fetch and count. ``spider`` is Scrapy's, and deprecated there."""
        slot = self.get_slot_key(request)
        self.count(slot, 1)
        fetching: Deferred[Response | Request] = super().fetch(request)
        return fetching.addBoth(self._left, slot)

    def at_once(self, slot: str) -> int:
        """How many requests a host is asked at a time."""
        known = self.slots.get(slot)
        return known.concurrency if known else self.domain_concurrency

    def count(self, slot: str, change: int) -> None:
        """One request more at a host, or one less."""
        self.under_way[slot] += change
        if not self.under_way[slot]:
            del self.under_way[slot]
        for watcher in self.watchers:
            watcher(slot)

    def _left(self, result: Any, slot: str) -> Any:  # a Response, a Request or a Failure
        self.count(slot, -1)
        return result

"""A scheduler queue in which no host takes more places of the downloader than it can use."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue

VISIT_PRIORITY = -10
"""Of visits to delivered stories: behind listings and new stories."""

ANSWERS_AHEAD = 128
"""Answers that the spider may be busy with, most of them waiting for a worker."""


class FairQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue, which asks the least busy host first, with a bound for each host.

    A host is handed twice as many requests as it is asked at once: those on the wire and as many
    that wait for their turn. The rest stay here. Scrapy counts no request that waits for its host's
    robots.txt, so one whose robots.txt is slow would fill all CONCURRENT_REQUESTS places, and every
    other host would wait for it.

    Scrapy's own looks at every host for every request. Here hosts take turns, and the search ends
    at the first that has nothing under way: with thousands of hosts that is nearly always the next.

    Nothing is handed out while ``ANSWERS_AHEAD`` are not read yet. Scrapy bounds their bytes alone
    (SCRAPER_SLOT_MAX_ACTIVE_SIZE), and five thousand short pages have few, but take 170 MiB.

    ``waiting`` counts the new stories of each source that are in here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Scrapy's own arguments
        super().__init__(*args, **kwargs)
        self._turns: deque[str] = deque(self.pqueues)
        self._handed: dict[str, list[Request]] = {}
        self.waiting: Counter[str] = Counter()

    def push(self, request: Request) -> None:
        key = self.crawler.engine.downloader.get_slot_key(request)
        if key not in self.pqueues:
            self._turns.append(key)
        super().push(request)
        if _is_new_story(request):
            self.waiting[request.meta["source_id"]] += 1

    def pop(self) -> Request | None:
        key = None if self._is_far_ahead() else self._next_host()
        if key is None:
            return None
        everything, self.pqueues = self.pqueues, {key: self.pqueues[key]}
        try:
            request = super().pop()
        finally:
            is_empty = not self.pqueues
            self.pqueues = everything
        self._turns.remove(key)
        if is_empty:
            del everything[key]
        else:
            self._turns.append(key)
        if request is not None:
            self._handed.setdefault(key, []).append(request)
            self._count_out(request)
        return request

    def _count_out(self, request: Request) -> None:
        if not _is_new_story(request):
            return
        source_id = request.meta["source_id"]
        self.waiting[source_id] -= 1
        if self.waiting[source_id] <= 0:
            del self.waiting[source_id]

    def peek(self) -> Request | None:
        key = self._next_host()
        return None if key is None else self.pqueues[key].peek()

    def close(self) -> dict[str, list[int]]:
        self._turns.clear()
        return super().close()

    def _is_far_ahead(self) -> bool:
        scraped = self.crawler.engine.scraper.slot
        return scraped is not None and len(scraped.active) >= ANSWERS_AHEAD

    def _next_host(self) -> str | None:
        """A host with nothing under way, else one that may be handed another request, or None."""
        second = None
        for _ in range(len(self._turns)):
            key = self._turns[0]
            under_way = self._under_way(key)
            if not under_way:
                return key
            if second is None and under_way < 2 * self._at_once(key):
                second = key
            self._turns.rotate(-1)
        return second

    def _under_way(self, key: str) -> int:
        """Requests that were handed out for a host and are not answered yet."""
        if key not in self._handed:
            return 0
        active = self.crawler.engine.downloader.active
        left = [request for request in self._handed[key] if request in active]
        if left:
            self._handed[key] = left
        else:
            del self._handed[key]
        return len(left)

    def _at_once(self, key: str) -> int:
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(key)
        return slot.concurrency if slot else downloader.domain_concurrency


def _is_new_story(request: Request) -> bool:
    meta = request.meta
    return bool(meta.get("is_story") and "source_id" in meta) and request.priority > VISIT_PRIORITY

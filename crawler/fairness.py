"""A scheduler queue in which no host takes more places of the downloader than it can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue


class FairQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue, which asks the least busy host first, with a bound for each host.

    A host is handed twice as many requests as it is asked at once: those on the wire and as many
    that wait for their turn. The rest stay here. Scrapy counts no request that waits for its host's
    robots.txt, so one whose robots.txt is slow would fill all CONCURRENT_REQUESTS places, and every
    other host would wait for it.
    """

    def pop(self) -> Request | None:
        with self._only_ready():
            return super().pop()

    def peek(self) -> Request | None:
        with self._only_ready():
            return super().peek()

    @contextmanager
    def _only_ready(self) -> Iterator[None]:
        """Only the queues of hosts that may be handed another request."""
        everything = self.pqueues
        downloader = self.crawler.engine.downloader
        under_way = Counter(map(downloader.get_slot_key, downloader.active))
        held = {key: queue for key, queue in everything.items() if self._is_busy(key, under_way)}
        self.pqueues = {key: queue for key, queue in everything.items() if key not in held}
        try:
            yield
        finally:
            self.pqueues |= held

    def _is_busy(self, key: str, under_way: Counter[str]) -> bool:
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(key)
        at_once = slot.concurrency if slot else downloader.domain_concurrency
        return under_way[key] >= 2 * at_once

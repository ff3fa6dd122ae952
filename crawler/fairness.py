"""A scheduler queue in which no host takes more places of the downloader than it can use."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Any

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue

from crawler.downloader import CountingDownloader
from crawler.errors import ConfigurationError

VISIT_PRIORITY = -10
"""Of visits to delivered stories: behind listings and new stories."""

ANSWERS_AHEAD = 128
"""Answers that the spider may be busy with, most of them waiting for a worker; half are enough to
keep the workers busy."""


class FairQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue, which asks the least busy host first, with a bound for each host.

    A host is handed twice as many requests as it is asked at once: those on the wire and as many
    that wait for their turn. The rest stay here. Scrapy counts no request that waits for its host's
    robots.txt, so one whose robots.txt is slow would fill all CONCURRENT_REQUESTS places, and every
    other host would wait for it.

    Scrapy's own looks at every host for every request. Here hosts stand in two lines, those with
    nothing under way and those that may be handed more, and in none while they have enough; the
    downloader tells when that changes. So the next host is found in the same time however many
    there are.

    While the spider has enough to read, one request is handed out for each answer that was read,
    and not more than ``ANSWERS_AHEAD`` wait or are on their way. Scrapy bounds their bytes alone
    (SCRAPER_SLOT_MAX_ACTIVE_SIZE): five thousand short pages have few, but take 170 MiB, and of
    long ones each time that there is room all hosts are asked at once.

    ``waiting`` counts the new stories of each source that are in here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Scrapy's own arguments
        super().__init__(*args, **kwargs)
        downloader = self.crawler.engine.downloader
        if not isinstance(downloader, CountingDownloader):
            raise ConfigurationError(
                f"DOWNLOADER: {type(downloader).__name__} does not count what is under way; derive"
                " it from crawler.downloader.CountingDownloader or set SCHEDULER_PRIORITY_QUEUE"
            )
        self._downloader = downloader
        # Ordered dictionaries are the lines: a host leaves the middle of one in constant time.
        self._idle: OrderedDict[str, None] = OrderedDict()
        self._busy: OrderedDict[str, None] = OrderedDict()
        self.waiting: Counter[str] = Counter()
        for host in self.pqueues:
            self._line_up(host)
        downloader.watchers.append(self._line_up)

    def push(self, request: Request) -> None:
        host = self._downloader.get_slot_key(request)
        is_new = host not in self.pqueues
        super().push(request)
        if is_new:
            self._line_up(host)
        if _is_new_story(request):
            self.waiting[request.meta["source_id"]] += 1

    def pop(self) -> Request | None:
        host = None if self._is_far_ahead() else self._next_host()
        if host is None:
            return None
        everything, self.pqueues = self.pqueues, {host: self.pqueues[host]}
        try:
            request = super().pop()
        finally:
            is_empty = not self.pqueues
            self.pqueues = everything
        if is_empty:
            del everything[host]
        self._line_up(host)
        if request is not None:
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
        host = self._next_host()
        return None if host is None else self.pqueues[host].peek()

    def close(self) -> dict[str, list[int]]:
        self._downloader.watchers.remove(self._line_up)
        return super().close()

    def _is_far_ahead(self) -> bool:
        scraped = self.crawler.engine.scraper.slot
        unread = len(scraped.active) if scraped else 0
        has_enough = unread >= ANSWERS_AHEAD // 2
        return has_enough and unread + len(self._downloader.active) >= ANSWERS_AHEAD

    def _next_host(self) -> str | None:
        """A host with nothing under way, else one that may be handed another request, or None."""
        return next(iter(self._idle or self._busy), None)

    def _line_up(self, host: str) -> None:
        """Put a host at the end of the line in which it belongs, if there is anything of it."""
        self._idle.pop(host, None)
        self._busy.pop(host, None)
        if host not in self.pqueues:
            return
        under_way = self._downloader.under_way[host]
        if not under_way:
            self._idle[host] = None
        elif under_way < 2 * self._downloader.at_once(host):
            self._busy[host] = None


def _is_new_story(request: Request) -> bool:
    meta = request.meta
    return bool(meta.get("is_story") and "source_id" in meta) and request.priority > VISIT_PRIORITY

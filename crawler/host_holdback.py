"""How long a host is left alone: one that asks for it, one that is overloaded, one that is silent.

A downloader middleware that the download handler asks too: by then a request has waited its turn in
the host's queue, and what the answer before it said is known.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.instants import now

logger = logging.getLogger(__name__)

HOST_SILENT = "host_silent"
"""The reason of a request that was not made because its host had cost the run HOST_PATIENCE."""

# Scrapy's downloader computes a slot's wait from its delay, so a held slot must have one.
_SHORTEST_DELAY = 0.01
_SLOWED_FROM = 0.5  # seconds; the delay is doubled from here at least


@dataclass(frozen=True, slots=True)
class Holdback:
    """In seconds: the ``longest`` Retry-After that is waited for, the ``patience`` with a host that
    does not answer, the first pause before a request is made again and the longest, the ``slowest``
    and the ``usual`` delay between two requests."""

    longest: float
    patience: float
    backoff: float
    backoff_max: float
    slowest: float
    usual: float


class HostHoldback:
    """Leaves a host alone for as long as it asks with Retry-After (RFC 9110 10.2.3), asks one that
    is overloaded less often and again only after a pause, and none once the run is to end."""

    def __init__(self, crawler: Crawler, limits: Holdback) -> None:
        self._crawler = crawler
        self._limits = limits
        self._left_until: dict[str, float] = {}
        self._lost: defaultdict[str, float] = defaultdict(float)
        self._stopping = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostHoldback:
        number = crawler.settings.getfloat
        return cls(
            crawler,
            Holdback(
                longest=number("RETRY_AFTER_MAX"),
                patience=number("HOST_PATIENCE"),
                backoff=number("RETRY_BACKOFF"),
                backoff_max=number("RETRY_BACKOFF_MAX"),
                slowest=number("CRAWL_DELAY_MAX"),
                usual=number("DOWNLOAD_DELAY"),
            ),
        )

    async def process_request(self, request: Request) -> None:
        """A request that is made again waits first, twice as long each time; less if the run ends.

        It waits outside its host's queue: others of the host go on meanwhile.
        """
        if again := request.meta.get("retry_times", 0):
            pause = backoff(again, self._limits, random.random())  # noqa: S311 - no secret
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def leave_all(self) -> None:
        """The run is to end: nothing that still waits in a host's queue is asked for."""
        self._stopping.set()
        for slot in self._crawler.engine.downloader.slots.values():
            slot.delay = 0.0  # let the queues drain at once

    def lost(self, request: Request, seconds: float) -> None:
        """A request came to nothing after so many seconds on the wire."""
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        had = self._lost[key]
        self._lost[key] += seconds
        if had < self._limits.patience <= self._lost[key]:
            self._crawler.stats.inc_value("news/hosts_silent")
            logger.warning(
                "%r: %.0f s lost on requests without an answer; it is left for the next run",
                *(key, self._lost[key]),
            )
            if slot := downloader.slots.get(key):
                slot.delay = 0.0  # nobody is asked any more: let the queue drain at once

    def refuse(self, request: Request) -> None:
        """Raise IgnoreRequest for a host that asked for more time than this run has, or may have,
        or that has cost the run more time than it may.

        The download handler asks: by then a request has waited its turn in the host's queue, and
        the answer to one before it may have said so.
        """
        if self._stopping.is_set():
            raise IgnoreRequest("stopping")
        key = self._crawler.engine.downloader.get_slot_key(request)
        if time.monotonic() < self._left_until.get(key, 0.0):
            raise IgnoreRequest("retry_after")
        if self._lost.get(key, 0.0) >= self._limits.patience:
            raise IgnoreRequest(HOST_SILENT)

    def heed(self, request: Request, response: Response) -> None:
        """On 429 and 503: ask the host half as often, and hold its queue back for as long as it
        says, or give it up until the next run."""
        if response.status not in {429, 503}:
            return
        raw = response.headers.get(b"Retry-After")
        wait = retry_after(raw, now()) if raw else None
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        self._slow_down(key)
        if not wait:
            return
        self._crawler.stats.inc_value("news/held_back")
        if wait > self._limits.longest:
            logger.warning("%s asks for %d s; it is left for the next run", key, wait)
            self._left_until[key] = time.monotonic() + wait
            if slot := downloader.slots.get(key):
                slot.delay = 0.0  # nobody is asked any more: let the queue drain at once
        elif slot := downloader.slots.get(key):
            slot.delay = max(slot.delay, _SHORTEST_DELAY)
            slot.lastseen = time.monotonic() + wait - slot.delay * (1 - slot.jitter)

    def _slow_down(self, key: str) -> None:
        """For the rest of the run: twice the delay between two requests, up to CRAWL_DELAY_MAX."""
        downloader = self._crawler.engine.downloader
        settings = downloader.per_slot_settings.setdefault(key, {})
        slot = downloader.slots.get(key)
        had = slot.delay if slot else settings.get("delay", self._limits.usual)
        delay = slower(had, self._limits.slowest)
        # In the settings too, as an idle slot is dropped and made again from them.
        settings.update(delay=delay, concurrency=1)
        if slot:
            slot.delay, slot.concurrency = delay, 1
        self._crawler.stats.inc_value("news/slowed_down")


def slower(delay: float, slowest: float) -> float:
    """The delay between two requests, in seconds, to a host that had too many with ``delay``."""
    return max(delay, min(slowest, max(delay, _SLOWED_FROM) * 2))


def backoff(again: int, limits: Holdback, chance: float) -> float:
    """Seconds to wait before a request is made for the ``again``-th time after its first; spread by
    ``chance``, from 0 to 1, so that many do not come back in step."""
    doubled = limits.backoff * 2.0 ** min(again - 1, 30)
    return min(limits.backoff_max, doubled) * (0.5 + chance / 2)


def retry_after(raw: bytes, at: datetime) -> float | None:
    """Seconds to wait from a Retry-After value (seconds or an HTTP date); None if it is neither."""
    text = raw.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (until - at).total_seconds()) if until.tzinfo else None

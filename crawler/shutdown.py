"""SIGINT, SIGTERM, SIGHUP: the run drains within a grace period, and remembers what stopped it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from types import FrameType

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.ending import end_by_signal
from crawler.host_holdback import HostHoldback

logger = logging.getLogger(__name__)


class Shutdown:
    """Lets Scrapy drain on the first signal and stop at once on the second, which it sends itself
    after ``grace`` seconds. ``signal_number`` is the first one that came, or None."""

    def __init__(self, crawler: Crawler, grace: float) -> None:
        self.signal_number: int | None = None
        self._crawler = crawler
        self._grace = grace
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deadline: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Shutdown:
        shutdown = cls(crawler, crawler.settings.getfloat("SHUTDOWN_GRACE"))
        crawler.signals.connect(shutdown.spider_opened, signals.spider_opened)
        crawler.signals.connect(shutdown.spider_closed, signals.spider_closed)
        return shutdown

    async def spider_opened(self) -> None:
        """Put our handler before the one that Scrapy has installed by now."""
        # Only the main thread may set handlers; a crawl in another is stopped by its owner.
        if threading.current_thread() is threading.main_thread():
            self._loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                self._wrap(number)
            # Not where nohup has it ignored.
            if signal.getsignal(signal.SIGHUP) in (signal.SIG_DFL, end_by_signal):
                signal.signal(signal.SIGHUP, _as_terminated)

    def spider_closed(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _wrap(self, number: signal.Signals) -> None:
        scrapys = signal.getsignal(number)
        if not callable(scrapys):
            return

        def handle(received: int, frame: FrameType | None) -> None:
            if self.signal_number is None:
                self.signal_number = received
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._drain, received)
            scrapys(received, frame)

        signal.signal(number, handle)

    def _drain(self, number: int) -> None:
        assert self._loop is not None
        if holdback := self._crawler.get_downloader_middleware(HostHoldback):
            holdback.leave_all()
        self._deadline = self._loop.call_later(self._grace, self._force, number)

    def _force(self, number: int) -> None:
        logger.warning("Still at work %g s after the signal: stopping at once", self._grace)
        os.kill(os.getpid(), number)


def _as_terminated(number: int, frame: FrameType | None) -> None:
    """Scrapy knows nothing of a SIGHUP, which comes when a terminal closes: as a SIGTERM now."""
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler):
        handler(number, frame)

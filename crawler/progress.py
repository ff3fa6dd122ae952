"""How far a run is, for whoever sits before it."""

from __future__ import annotations

import sys

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall


class Progress:
    """One line on the terminal that tells how far the run is; nothing where there is none."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._timer = AsyncioLoopingCall(self.show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        if not sys.stderr.isatty():
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        self._timer.start(0.5, now=False)

    def spider_closed(self) -> None:
        self._timer.stop()
        self._write("")

    def show(self) -> None:
        """Rewrite the line."""
        count = self._stats.get_value
        walked, left = count("backfill/walked", 0), count("backfill/left", 0)
        self._write(
            f"{count('downloader/response_count', 0)} answers"
            f" · {count('news/listed', 0)} stories listed, {count('news/discovered', 0)} new"
            f" · {count('item_scraped_count', 0)} written"
            + (f" · {walked} of {walked + left} listings walked" if walked + left else "")
        )

    @staticmethod
    def _write(line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

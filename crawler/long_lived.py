"""The garbage collector leaves what lives as long as the run alone."""

from __future__ import annotations

import gc

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.collector import set_aside


class LongLived:
    """Takes what is there when the spider opens out of the collector's rounds until it closes.

    Modules, classes and settings are hundreds of thousands of objects that never become garbage. A
    full round visits each, and nothing held the reactor up as long (docs/performance.md).
    """

    def __init__(self) -> None:
        self._thresholds = gc.get_threshold()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LongLived:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        set_aside()

    def spider_closed(self) -> None:
        gc.unfreeze()
        gc.set_threshold(*self._thresholds)

"""The lines that Scrapy logs of every answer and every item."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class LogLines(LogFormatter):
    """Makes no record of what is below the level that is logged.

    Scrapy makes them all: its root logger lets everything pass, and the handler drops it.
    """

    def __init__(self, *, is_debug: bool = True) -> None:
        self._is_debug = is_debug

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        given = str(crawler.settings["LOG_LEVEL"])  # a name or a number
        names = logging.getLevelNamesMapping()
        return cls(is_debug=(names[given] if given in names else int(given)) <= logging.DEBUG)

    def crawled(  # type: ignore[override] # None is allowed by the base class's documentation
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """One line an answer, if anybody reads it."""
        return super().crawled(request, response, spider) if self._is_debug else None

    def scraped(  # type: ignore[override] # the same
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """One line an item, if anybody reads it."""
        return super().scraped(item, response, spider) if self._is_debug else None

"""Scrapy with its defaults that fetches pages and does nothing with them: what fetching costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response


class Plain(scrapy.Spider):
    """``scrapy runspider plain.py -a urls=FILE -a out=DIR``; leaves the count of answers there."""

    name = "plain"
    custom_settings = {  # noqa: RUF012 - Scrapy's own way
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, urls: str, out: str, **kwargs: Any) -> None:  # what Scrapy gives
        super().__init__(**kwargs)
        self.urls = Path(urls).read_text("ascii").split()
        self.out = Path(out)
        self.received = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> None:
        self.received += 1

    def closed(self, reason: str) -> None:
        (self.out / "received.txt").write_text(str(self.received), "ascii")

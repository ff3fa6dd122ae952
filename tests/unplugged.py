"""A crawler without a network: what is fetched stays under way until it is let go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scrapy import Request, Spider
from scrapy.core.scraper import Slot
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred

from crawler.downloader import CountingDownloader

_SCHEMES = ("data", "file", "ftp", "http", "https", "s3")


class UnpluggedDownloader(CountingDownloader):
    """Its counts, slots and bounds are those of the real one."""

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        self.count(self.get_slot_key(request), 1)
        return Deferred()

    def let_go(self, most: int = 1 << 30) -> None:
        """End so many of the requests that are under way, or all."""
        for slot in list(self.under_way.elements())[:most]:
            self.count(slot, -1)


def crawler_unplugged() -> Any:  # a Crawler whose engine is only what a queue asks of it
    settings = {"DOWNLOAD_HANDLERS": dict.fromkeys(_SCHEMES), "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    crawler: Any = get_crawler(settings_dict=settings)
    downloader = UnpluggedDownloader(crawler)
    crawler.engine = SimpleNamespace(downloader=downloader, scraper=SimpleNamespace(slot=Slot()))
    return crawler

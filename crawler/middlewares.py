"""Downloader middlewares: how fast each host is asked, and with which header fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.pace import SteadySlot
from crawler.urls import is_downgrade, is_fetchable, same_site

BAD_REDIRECT = "bad_redirect"
"""The reason of a request that was not made because a redirect led to what is never asked for."""


class HostPace:
    """Gives each host the delay and concurrency of its source, or the slower of its robots.txt."""

    def __init__(self, crawler: Crawler, max_crawl_delay: float, robots_agent: str) -> None:
        self._crawler = crawler
        self._is_throttled = crawler.settings.getbool("AUTOTHROTTLE_ENABLED")
        self._max_crawl_delay = max_crawl_delay
        self._robots_agent = robots_agent
        self._paces: Mapping[str, Mapping[str, Any]] | None = None
        self._seen: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostPace:
        pace = cls(
            crawler,
            crawler.settings.getfloat("CRAWL_DELAY_MAX"),
            crawler.settings["ROBOTSTXT_USER_AGENT"],
        )
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        return pace

    def process_request(self, request: Request) -> None:
        """Before the first request to a host reaches the downloader: set its slot."""
        host = urlparse_cached(request).hostname or ""
        if host not in self._seen:
            self._seen.add(host)
            self._find_pace(host)
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        # AutoThrottle sets its slots up itself.
        if key not in downloader.slots and not self._is_throttled:
            downloader.slots[key] = self._slot(downloader.per_slot_settings.get(key, {}))

    def _slot(self, own: Mapping[str, Any]) -> SteadySlot:
        settings = self._crawler.settings
        return SteadySlot(
            own.get("concurrency", settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")),
            own.get("delay", settings.getfloat("DOWNLOAD_DELAY")),
            own.get("jitter", settings.getfloat("DOWNLOAD_DELAY_JITTER")),
        )

    def _find_pace(self, host: str) -> None:
        if self._paces is None:
            self._paces = getattr(self._crawler.spider, "paces", {})
        labels = host.split(".")
        for start in range(len(labels)):
            if pace := self._paces.get(".".join(labels[start:])):
                self._crawler.engine.downloader.per_slot_settings.setdefault(host, dict(pace))
                return

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """A host that asks for a longer Crawl-delay gets it, up to CRAWL_DELAY_MAX seconds."""
        asked = robotparser.crawl_delay(self._robots_agent)
        if not asked:
            return
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        delay = min(asked, self._max_crawl_delay)
        settings = downloader.per_slot_settings.setdefault(key, {})
        default = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        if delay <= settings.get("delay", default):
            return
        settings.update(delay=delay, concurrency=1)
        if slot := downloader.slots.get(key):
            slot.delay, slot.concurrency = delay, 1


class FetchableRedirects:
    """Refuses a redirect to a URL that no link may have: with a user name or password in it, which
    would get into lines and logs, or longer than anything is asked for."""

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest, before the request's robots.txt is asked for."""
        if request.meta.get("redirect_times") and not is_fetchable(request.url):
            raise IgnoreRequest(BAD_REDIRECT)


class FieldsStayHome:
    """Takes the header fields that a source's declaration supplied off a request that a redirect
    leads to another site or out of TLS: they may be credentials, and Scrapy drops two of them by
    name only."""

    def process_request(self, request: Request) -> None:
        """For a redirected request, before it is sent."""
        supplied = request.meta.get("configured_fields")
        came_from = request.meta.get("redirect_urls")
        if supplied and came_from and not _is_as_safe(came_from[0], request.url):
            for name in supplied:
                request.headers.pop(name, None)
            request.meta["configured_fields"] = ()


def _is_as_safe(first: str, url: str) -> bool:
    """Whether what was meant for the one URL may be sent to the other."""
    return same_site(first, url) and not is_downgrade(first, url)


class AcceptEncoding:
    """Asks for the content codings that every replay tool decodes: not zstd, Scrapy's default."""

    def process_request(self, request: Request) -> None:
        """Scrapy's own compression middleware adds its list only where none is set."""
        request.headers.setdefault("Accept-Encoding", "gzip, br")

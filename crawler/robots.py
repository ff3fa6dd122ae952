"""robots.txt by RFC 9309: asked for once a host, waited for by every request to it."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler.early_stop import READS_AT_MOST
from crawler.resolver import ADDRESS_REFUSED

logger = logging.getLogger(__name__)

UNREACHABLE = "robots_unreachable"
"""The reason of a request that was not made because its host's rules could not be read."""

_PARSED = 500 * 1024  # bytes; 2.5 asks for at least so many
_LARGEST = 64 * 1024 * 1024  # bytes that its coding may unfold to
_KEPT = 24 * 3600.0  # seconds; 2.4
_ASKED_AGAIN = 600.0  # seconds until an unreachable robots.txt is tried again


@dataclass(frozen=True, slots=True)
class _Rules:
    """A host's rules: a parser, or None for a host without; ``until`` on the monotonic clock."""

    parser: RobotParser | None
    until: float
    is_reachable: bool = True


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware by the letter of the standard.

    A robots.txt that answers 5xx or 429, or not at all, forbids everything until it does answer
    (2.3.1.4); Scrapy would allow everything. One that is not there allows everything (2.3.1.3). A
    host's requests wait for one another: in Scrapy 2.19 those that arrive while robots.txt is under
    way are let through unchecked, since they share a Deferred whose first reader takes the result.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rules: dict[str, _Rules] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, or None where it has none.

        Raises IgnoreRequest where they could not be read.
        """
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        async with self._asking[host]:
            rules = self._rules.get(host)
            if rules is None or monotonic() > rules.until:
                rules = self._rules[host] = await self._ask(host, request)
        if not rules.is_reachable:
            raise IgnoreRequest(UNREACHABLE)
        return rules.parser

    async def _ask(self, host: str, request: Request) -> _Rules:
        asked = Request(
            f"{host}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={
                "dont_obey_robotstxt": True,
                # A longer one is read in part, whatever DOWNLOAD_MAXSIZE is for pages.
                READS_AT_MOST: _PARSED,
                "download_maxsize": _LARGEST,
            },
            callback=NO_CALLBACK,
        )
        self._stats.inc_value("robotstxt/request_count")
        try:
            response = await self.crawler.engine.download_async(asked)
        except IgnoreRequest as error:
            if str(error) == ADDRESS_REFUSED:
                raise
            # More redirects than are followed count as unavailable (2.3.1.2).
            if "max redirections" in str(error):
                return self._lasting(None)
            return self._unreachable(asked.url, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a download can end in: logged, counted
            return self._unreachable(asked.url, type(error).__name__)
        return await self._read(response, request)

    async def _read(self, response: Response, request: Request) -> _Rules:
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status == 429 or response.status >= 500:
            return self._unreachable(response.url, f"HTTP {response.status}")
        if response.status != 200:
            return self._lasting(None)
        body = response.body[:_PARSED]
        parser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return self._lasting(parser)

    def _lasting(self, parser: RobotParser | None) -> _Rules:
        return _Rules(parser, monotonic() + _KEPT)

    def _unreachable(self, url: str, why: str) -> _Rules:
        self._stats.inc_value("robotstxt/unreachable")
        logger.warning("%s: %s: nothing is asked of this host until it answers", url, why)
        return _Rules(None, monotonic() + _ASKED_AGAIN, is_reachable=False)

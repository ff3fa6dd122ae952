"""robots.txt, asked for once a host and waited for by every request to it."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached


class PatientRobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, with one request at a time asking for a host's rules.

    In Scrapy 2.19 the requests that arrive while a robots.txt is under way all wait on one
    Deferred; the first takes its result, and the others get None, which means "no rules": they are
    let through unchecked.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, or None where it has none."""
        async with self._asking[urlparse_cached(request).netloc]:
            return await super().robot_parser(request)

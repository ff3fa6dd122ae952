"""Fetches given pages, with no discovery."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.errors import ConfigurationError
from crawler.items import Article
from crawler.joining import PagesFetcher
from crawler.outcome import failure_reason, no_page
from crawler.reservations import OBEYABLE
from crawler.spider import bare_lead
from crawler.state import Lead
from crawler.urls import is_fetchable
from crawler.wire_page import UnreadablePageError


class UrlsSpider(PagesFetcher):
    """``scrapy crawl urls -a url=URL | -a file=FILE`` (one URL a line, # begins a comment)."""

    name = "urls"
    arguments = ("url", "file")
    needs_one_of = arguments

    def __init__(self, pages: Iterable[str]) -> None:
        super().__init__()
        self.pages = tuple(dict.fromkeys(pages))

    @classmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """Raises ConfigurationError for an unreadable file or a URL that is none."""
        pages = [("-a url", given["url"])] if "url" in given else []
        if "file" in given:
            pages += _read(Path(given["file"]).expanduser())
        for place, page in pages:
            if not is_fetchable(page):
                raise ConfigurationError(f"{place}: {page!r} is no http or https URL to fetch")
        return {"pages": [page for _, page in pages]}

    async def start(self) -> AsyncIterator[Request]:
        """One request for each URL."""
        for page in self.pages:
            lead = bare_lead(page)
            yield Request(
                page,
                self.parse,
                errback=self.story_failed,
                cb_kwargs={"lead": lead},
                meta=self.story_meta(self.story_facts(lead)) | self.limits,
            )

    async def parse(self, response: Response, lead: Lead | None = None) -> AsyncIterator[Article]:
        """The article of a page; a page that is no HTML is none, and is counted."""
        lead = lead or bare_lead(response.url)
        if reason := no_page(response):
            self.count("news/fetched")
            self.count(f"news/dropped/{reason}")
            self.logger.warning("%s: no page to read: %s", response.url, reason)
            return
        if self.only_archives:
            self.count("news/fetched")
            self.count("news/archived")
            return
        try:
            article = await self.article_of(response, lead)
        except UnreadablePageError as error:
            self._failed(lead, error.reason)
            return
        self.count("news/fetched")
        if not self.refused(article):
            yield article

    def story_failed(self, failure: Failure) -> None:
        """Count why a page was not fetched."""
        lead: Lead = failure.request.cb_kwargs["lead"]  # type: ignore[attr-defined] # Scrapy's
        self._failed(lead, failure_reason(failure))

    def _failed(self, lead: Lead, reason: str) -> None:
        self.count(f"news/{'dropped' if reason in OBEYABLE else 'failed'}/{reason}")
        self.logger.warning("%s: %s", lead.url, reason)


def _read(file: Path) -> list[tuple[str, str]]:
    """(place, URL) of each line that has one."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"-a file: {file}: cannot be read: {error}") from None
    stripped = ((f"-a file: {file} line {n}", line.strip()) for n, line in enumerate(lines, 1))
    return [(place, line) for place, line in stripped if line and not line.startswith("#")]

"""Stories that are spread over several pages: the further pages are fetched with the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.articles import Capture, further_page
from crawler.extraction import StoryPage
from crawler.extraction.following import goes_on_at, may_go_on
from crawler.further import FurtherPage
from crawler.gone import gone_by_page
from crawler.outcome import NOT_TRIED, failure_reason, no_page
from crawler.reservations import refusal
from crawler.spider import FURTHER_PAGE, StorySpider, bare_lead
from crawler.state import Lead
from crawler.wire_page import ReadPage, Unreadable, UnreadablePageError, join_read
from crawler.workers import WorkerError


class JoiningSpider(StorySpider):
    """Base of the spiders that make one article of the pages of a story."""

    async def join(self, pages: Sequence[StoryPage]) -> ReadPage:
        """The pages of one story as one page; counts a story that is not whole."""
        try:
            read = await self.workers.run(join_read, tuple(pages))
        except WorkerError as error:
            self.count("news/extraction_failed")
            self.logger.warning("%s: its pages were not joined: %s", pages[0].url, error)
            first = replace(pages[0].extraction, access="truncated", error=str(error))
            return ReadPage(first)
        if read.extraction.next_page is not None:
            self.count("news/pages_missing")
        return read

    def begins_story(self, read: ReadPage, capture: Capture) -> bool:
        """Whether further pages belong to a page: not those of a section that stands where the
        story was, and none to one that is no part of a story."""
        page = read.extraction
        if not may_go_on(page):
            return False
        is_there = gone_by_page(capture.url, capture.final_url, page) is None
        return is_there and self.why_unusable(read, capture) is None

    def why_unusable(self, read: ReadPage, capture: Capture) -> str | None:
        """Why a page is no part of a story: it has no text, or is reserved; or None."""
        if read.extraction.text is None:
            return "no_text"
        reserved = (*read.extraction.reservations, *capture.reservations)
        return refusal(reserved, self.obeyed)


class PagesFetcher(JoiningSpider):
    """Base of the spiders that fetch: an article has the text of all pages of its story.

    They are fetched one after another while the story is in hand, and so before its line is
    written: a run that dies between two of them leaves the story to the next.
    """

    def request_of(self, source_id: str, url: str) -> Request:
        """A request for a page of a source."""
        return Request(url, meta=dict(self.limits))

    async def whole_story(self, read: ReadPage, capture: Capture) -> tuple[ReadPage, Capture]:
        """The first page and its capture with all that follow, up to STORY_PAGES.

        Raises UnreadablePageError where a further page is only not to be had in this run.
        """
        most = self.settings.getint("STORY_PAGES")
        if most < 2 or not self.begins_story(read, capture):
            return read, capture
        pages = [StoryPage(capture.url, capture.final_url, read.extraction)]
        further: list[FurtherPage] = []
        while len(pages) < most and (address := goes_on_at(pages)):
            found = await self._further(address, capture)
            if found is None:
                break
            pages.append(found[0])
            further.append(found[1])
        return await self.join(pages), replace(capture, pages=tuple(further))

    async def _further(self, url: str, first: Capture) -> tuple[StoryPage, FurtherPage] | None:
        """The page behind the last, or None where there is none to be had."""
        if urlsplit(url).netloc != urlsplit(first.final_url).netloc:
            self.logger.warning("%s goes on at another host: %s", first.final_url, url)
            return None
        lead = replace(bare_lead(url), source_id=first.source_id or "")
        try:
            response = await self._fetch(lead, first)
            read = await self.read(self.page_of(response, lead), self.codings_of(response))
            capture = self.capture_of(response, lead)
            if reason := self.why_unusable(read, capture):
                raise UnreadablePageError(Unreadable(reason, url))
        except UnreadablePageError as error:
            if error.reason in NOT_TRIED:
                raise
            self.logger.warning("%s goes on at %s: %s", first.final_url, url, error.reason)
            return None
        self.count("news/further_pages")
        return StoryPage(url, response.url, read.extraction), further_page(capture)

    async def _fetch(self, lead: Lead, first: Capture) -> Response:
        """Through the downloader and its middlewares, as any other request of the source.

        Raises UnreadablePageError for what is no page.
        """
        assert self.crawler.engine is not None
        request = self.request_of(lead.source_id, lead.url)
        page_of = {"page-of": first.pointer.record_id if first.pointer else ""}
        facts = self.facts(role=FURTHER_PAGE, requested=lead.url, source=lead.source_id, **page_of)
        request.meta.update(self.story_meta(facts))
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            failed = failure_reason(Failure(error))  # type: ignore[no-untyped-call] # Twisted's
            raise UnreadablePageError(Unreadable(failed, lead.url)) from error
        if reason := no_page(response):
            raise UnreadablePageError(Unreadable(reason, lead.url))
        return response

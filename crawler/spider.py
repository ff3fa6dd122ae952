"""What every spider of ours shares: a fetched page becomes an article, a failure gets a reason."""

from __future__ import annotations

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.articles import Capture, build_absence, build_article
from crawler.chain import NOTHING_KEPT, Kept
from crawler.change import Gone
from crawler.early_stop import READS_TEXT
from crawler.errors import ConfigurationError
from crawler.extensions import Archive, Workers
from crawler.extraction import extractor
from crawler.extraction.record import Extraction, Page
from crawler.gone import gone_by_page
from crawler.hints import NO_HINTS, read_hints
from crawler.instants import iso, now, parse
from crawler.items import Article
from crawler.outcome import header, header_fields
from crawler.overrides import Overrides
from crawler.reservations import refusal, said_beside
from crawler.session import ArchiveSession
from crawler.state import Lead
from crawler.tdmrep import TDM_FILE
from crawler.tls import is_verified, opted_out_hosts
from crawler.urls import canonicalize
from crawler.wire_bodies import READS_WIRE, WireResponse
from crawler.wire_page import ReadPage, Unreadable, UnreadablePageError, WirePage, read_wire
from crawler.workers import WorkerError, WorkerPool

# The role, among the fetch facts, of a page that a crawl took for a story.
STORY = "story"
# The same of a page behind the first of a story; its fact ``page-of`` is the record of the first.
FURTHER_PAGE = "further_page"


class StorySpider(Spider):
    """Base of the spiders: gives them the session, the workers and ``article_of``.

    ``arguments`` names the ``-a`` arguments that a spider takes; any other is an error at start.
    ``needs_one_of`` are those of which ``scrapy crawl`` must be given one.
    """

    arguments: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        # By canonical URL, when the newest capture of it will be read.
        self._under_way: dict[str, asyncio.Future[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's entry. Raises ConfigurationError for an argument that the spider has not."""
        if unknown := sorted(set(kwargs) - set(cls.arguments)):
            raise ConfigurationError(
                f"-a {unknown[0]}: the spider {cls.name} has no such argument;"
                f" it takes {', '.join(cls.arguments)}"
            )
        return super().from_crawler(crawler, **cls.read_arguments(crawler, kwargs))

    @classmethod
    @abstractmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """What ``__init__`` takes, from the ``-a`` arguments.

        Raises ConfigurationError, in one line, for a value that cannot be used.
        """

    @cached_property
    def session(self) -> ArchiveSession:
        """The archive session of this run."""
        return self._archive.session

    @cached_property
    def workers(self) -> WorkerPool:
        """The processes that parse."""
        workers = self.crawler.get_extension(Workers)
        assert workers is not None, "crawler.extensions.Workers must be in EXTENSIONS"
        return workers.pool

    @cached_property
    def _archive(self) -> Archive:
        archive = self.crawler.get_extension(Archive)
        assert archive is not None, "crawler.extensions.Archive must be in EXTENSIONS"
        return archive

    def overrides_of(self, source_id: str) -> Overrides | None:
        """The selectors that a source declares for its pages; None where it declares none."""
        return None

    @property
    def only_archives(self) -> bool:
        """Whether pages are to be kept and not read."""
        return not self.settings.getbool("EXTRACT")

    def count(self, what: str) -> None:
        """Add one to a stat of the run report."""
        self.crawler.stats.inc_value(what)

    async def article_of(self, response: Response, lead: Lead) -> Article:
        """The article of a fetched page; one that says why where there is no text, or that the page
        stands where a story was.

        Captures of one URL give their articles in the order of capture, whichever worker is done
        first: so of several links to a story the same one wins in the crawl and in every replay.
        Raises UnreadablePageError.
        """
        key = canonicalize(response.url)
        earlier = self._under_way.get(key)
        read = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            article = await self._article_of(response, lead)
            if earlier is not None:
                await earlier
            return article
        finally:
            read.set_result(None)
            if self._under_way[key] is read:
                del self._under_way[key]

    async def _article_of(self, response: Response, lead: Lead) -> Article:
        capture = self.capture_of(response, lead)
        read = await self.read(self.page_of(response, lead), self.codings_of(response))
        read, capture = await self.whole_story(read, capture)
        kept = Kept(header(response, "ETag"), header(response, "Last-Modified"))
        return self.article(read, capture, kept)

    async def whole_story(self, read: ReadPage, capture: Capture) -> tuple[ReadPage, Capture]:
        """A page and its capture with those of the further pages of its story; here it alone."""
        return read, capture

    def page_of(self, response: Response, lead: Lead) -> Page:
        """A fetched page as it is read; its body may have its codings on."""
        return Page(
            url=response.url,
            body=response.body,
            captured_at=parse(self.captured_at(response)) or now(),
            content_type=header(response, "Content-Type"),
            hints=lead.hints,
            overrides=self.overrides_of(lead.source_id),
        )

    def codings_of(self, response: Response) -> tuple[str, ...]:
        """What the body of a response is coded in."""
        return response.codings if isinstance(response, WireResponse) else ()

    def capture_of(self, response: Response, lead: Lead) -> Capture:
        """How a page came: its lead, and where its answer is archived."""
        assert response.request is not None
        written = self._archive.written(response.request)
        return Capture(
            url=lead.url,
            final_url=response.url,
            captured_at=self.captured_at(response),
            http_status=response.status,
            payload_digest=written.payload_digest if written else None,
            pointer=written.pointer if written else None,
            tls_verified=is_verified(
                response.request,
                self.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
                opted_out_hosts(self),
            ),
            source_id=lead.source_id or None,
            discovered_from=lead.listing or None,
            discovered_at=lead.discovered_at or None,
            reservations=said_beside(
                header_fields(response),
                response.request.meta.get(TDM_FILE),
                self.settings["ROBOTSTXT_USER_AGENT"],
            ),
        )

    def refused(self, article: Article) -> str | None:
        """The obeyed reservation for which an article makes no line, and counts it; or None."""
        reason = refusal(article.reservations, self.obeyed)
        if reason is not None:
            self.count(f"news/dropped/{reason}")
            self.logger.info("%s: %s is reserved", article.final_url, reason)
        return reason

    def captured_at(self, response: Response) -> str:
        """The WARC-Date of a response; where nothing is archived, the present."""
        assert response.request is not None
        written = self._archive.written(response.request)
        return written.captured_at if written else iso(now())

    def absence(self, capture: Capture, gone: Gone) -> Article:
        """The item of an answer that says that the story is gone."""
        return build_absence(capture, gone, extractor=extractor(), run_id=self.session.run_id)

    def article(self, read: ReadPage, capture: Capture, kept: Kept = NOTHING_KEPT) -> Article:
        """The item of a page and its capture, signed by this run; ``kept`` came with it."""
        gone = gone_by_page(capture.url, capture.final_url, read.extraction)
        if gone is not None and gone != "soft_404":
            return self.absence(capture, gone)
        run_id = self.session.run_id
        article = build_article(read.extraction, capture, extractor=extractor(), run_id=run_id)
        self.session.keep(article.id, Kept(kept.etag, kept.last_modified, read.sketch))
        return article

    async def read(self, page: Page, codings: tuple[str, ...] = ()) -> ReadPage:
        """What a page says; a page that breaks its worker gives an extraction with an error.

        ``codings``: what its body is coded in. Raises UnreadablePageError.
        """
        read = await self.read_wire_page(self.wire_page(page, codings))
        if isinstance(read, Unreadable):
            raise UnreadablePageError(read)
        return read

    async def read_wire_page(self, wire: WirePage) -> ReadPage | Unreadable:
        """The same of a page as the workers take it; nothing is raised."""
        try:
            return await self.workers.run(read_wire, wire)
        except WorkerError as error:
            self.count("news/extraction_failed")
            self.logger.warning("No text from %s: %s", wire.page.url, error)
            url = canonicalize(wire.page.url)
            return ReadPage(Extraction(url, kind="other", access="full", error=str(error)))

    def wire_page(self, page: Page, codings: tuple[str, ...]) -> WirePage:
        """A page as the workers take it."""
        return WirePage(replace(page, **self._reads_as), codings, self.longest_page)

    @cached_property
    def _reads_as(self) -> dict[str, Any]:  # fields of a page
        get = self.settings.getbool
        return {"agent": self.settings["ROBOTSTXT_USER_AGENT"], "evidence": get("EVIDENCE")}

    @cached_property
    def obeyed(self) -> list[str]:
        """The reservations that are obeyed."""
        return self.settings.getlist("RESERVATIONS_OBEYED")

    @cached_property
    def longest_page(self) -> int:
        """Bytes of a page, on the wire and with its codings off; 0 for any number."""
        sizes = map(self.settings.getint, ("PAGE_MAXSIZE", "DOWNLOAD_MAXSIZE"))
        return min(filter(None, sizes), default=0)

    @property
    def limits(self) -> dict[str, object]:
        """For a request's meta: what of its answer is worth having."""
        return {READS_TEXT: True, "download_maxsize": self.longest_page}

    def story_facts(self, lead: Lead, *, is_visit: bool = False) -> Mapping[str, str]:
        """What the archive keeps of how a story was found, so that a replay makes the same line.

        ``is_visit``: it was delivered before.
        """
        hints = {key: value for key, value in asdict(lead.hints).items() if value}
        return self.facts(
            role=STORY,
            requested=lead.url,
            via=lead.listing,
            source=lead.source_id,
            discovered=lead.discovered_at,
            hints=json.dumps(hints, ensure_ascii=True) if hints else "",
            visit="true" if is_visit else "",
            # What nobody reads has no line; a rebuilt state then knows by this that it was wanted.
            unread="true" if self.only_archives else "",
        )

    @staticmethod
    def story_meta(facts: Mapping[str, str]) -> dict[str, object]:
        """For the meta of a request for a page of a story, with its fetch facts."""
        return {"fetch_facts": facts, "is_story": True, READS_WIRE: True}

    def facts(self, **facts: str) -> Mapping[str, str]:
        """The fetch facts of a request, for its ``meta``; those that are empty are left out."""
        if not self.settings.getbool("WARC_FETCH_FACTS"):
            return {}
        return {key: value for key, value in facts.items() if value}


def lead_of(facts: Mapping[str, str], url: str) -> Lead:
    """The inverse of ``StorySpider.story_facts``; ``url`` stands in where they do not say."""
    return Lead(
        url=facts.get("requested", url),
        source_id=facts.get("source", ""),
        listing=facts.get("via", ""),
        discovered_at=facts.get("discovered", ""),
        hints=read_hints(facts.get("hints") or "{}"),
    )


def bare_lead(url: str) -> Lead:
    """The lead of a page that no listing showed."""
    return Lead(url, source_id="", listing="", discovered_at="", hints=NO_HINTS)

"""The main spider: polls what the sources list, and fetches each story once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.errors import ConfigurationError
from crawler.instants import iso, now, parse, parse_since
from crawler.items import Article, Listed
from crawler.overrides import Overrides
from crawler.resolver import ADDRESS_REFUSED
from crawler.sources import Source, load_sources, pick_sources, shipped_sources, wants
from crawler.spider import (
    StorySpider,
    bare_lead,
    body_digest,
    failure_reason,
    header,
    no_page,
)
from crawler.state import Lead, Validators
from crawler.urls import is_fetchable
from crawler.workers import WorkerError
from spiders.discovery.feed import read_feed
from spiders.discovery.listing import Listing
from spiders.discovery.news_sitemap import read_news_sitemap
from spiders.discovery.section import read_section
from spiders.polls import Poll, hosts_of, polls_of

# These answers will not get better by asking again; the listing may still claim a change later.
_FOR_GOOD = frozenset({"http_404", "http_410", "http_451", "robots", "too_large", ADDRESS_REFUSED})
# Nobody's fault but ours or the hour's: not counted against the story.
_NOT_TRIED = frozenset({"storage", "retry_after", "robots_unreachable", "stopping"})


class NewsSpider(StorySpider):
    """``scrapy crawl news [-a sources=PATH] [-a source=ID,ID] [-a since=2d] [-a limit=N]``."""

    name = "news"
    arguments = ("sources", "source", "since", "limit")

    def __init__(self, chosen: Iterable[Source], since: datetime | None, limit: int | None) -> None:
        super().__init__()
        self.chosen = {source.id: source for source in chosen}
        self.since = since
        self.limit = limit
        self._requested = 0
        self._polled: set[str] = set()

    @classmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """Loads the sources, so that what is wrong with them shows before any request."""
        path = given.get("sources") or crawler.settings["SOURCES"]
        sources = load_sources(Path(path).expanduser() if path else shipped_sources())
        ids = [name.strip() for name in given.get("source", "").split(",") if name.strip()]
        if "source" in given and not ids:
            raise ConfigurationError("-a source: no id given; write -a source=ID or leave it out")
        return {
            "chosen": pick_sources(sources, ids),
            "since": _since(given.get("since")),
            "limit": _limit(given.get("limit")),
        }

    def overrides_of(self, source_id: str) -> Overrides | None:
        """The selectors of a chosen source."""
        source = self.chosen.get(source_id)
        return source.overrides if source else None

    @property
    def paces(self) -> dict[str, dict[str, float]]:
        """Delay and concurrency by host, for the sources that set their own."""
        paces: dict[str, dict[str, float]] = {}
        for source in self.chosen.values():
            pace = {"delay": source.delay, "concurrency": source.concurrency}
            given = {key: value for key, value in pace.items() if value is not None}
            if given:
                paces.update(dict.fromkeys(hosts_of(source), given))
        return paces

    @cached_property
    def unverified_hosts(self) -> frozenset[str]:
        """The hosts of the sources that have opted out of certificate verification."""
        opted_out = (s for s in self.chosen.values() if not s.verify_tls)
        return frozenset(host for source in opted_out for host in hosts_of(source))

    async def start(self) -> AsyncIterator[Request]:
        """Every listing of the chosen sources, then what earlier runs left undone."""
        for source in self.chosen.values():
            for poll in polls_of(source):
                yield await self.poll_request(poll)
        for lead in await self.session.leads(self.chosen):
            if request := self.story_request(lead):
                yield request

    # --- Listings ---------------------------------------------------------------------------------

    async def poll_request(self, poll: Poll) -> Request:
        """A request for a listing, conditional on what it answered last."""
        self._polled.add(poll.url)
        known = await self.session.validators(poll.url)
        request = self._request(poll.source_id, poll.url)
        request.meta["fetch_facts"] = self.facts(role=poll.kind, source=poll.source_id)
        if not self._reaches_further_back(known):
            if known.etag:
                request.headers["If-None-Match"] = known.etag
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified
        request.meta["handle_httpstatus_list"] = [304]
        return request.replace(
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"poll": poll},
            priority=10,  # all listings first: a story that two of them show is fetched once
            dont_filter=True,
        )

    async def parse_listing(self, response: Response, poll: Poll) -> AsyncIterator[Request]:
        """The stories that a listing shows and that are new, or newly changed."""
        known = await self.session.validators(poll.url)
        digest = body_digest(response)
        unchanged = response.status == 304 or (
            digest == known.body_sha256 and not self._reaches_further_back(known)
        )
        if unchanged:
            self.count("news/listings_unchanged")
            self.count(f"source/{poll.source_id}/polled")
            return
        try:
            listing = await self._read(response, poll)
        except WorkerError as error:
            self._listing_lost(poll, "unreadable", str(error))
            return
        for problem in listing.problems:
            self.logger.warning("%s: %s: %s", poll.source_id, poll.url, problem)
        if listing.problems and not (listing.entries or listing.children):
            self._listing_lost(poll, "no_listing", listing.problems[0])
            return
        self.count(f"source/{poll.source_id}/polled")
        for child in listing.children:
            if request := await self._child_request(poll, child.url, child.lastmod):
                yield request
        leads = list(self._leads(poll, listing))
        validators = self._validators_of(response, digest, listing)
        for lead in await self.session.polled(poll.url, validators, iso(now()), leads):
            self.count("news/discovered")
            if request := self.story_request(lead):
                yield request

    def _validators_of(self, response: Response, digest: str, listing: Listing) -> Validators:
        if listing.children:
            # An index may stay the same while its sitemaps change: it is always read.
            return Validators()
        return Validators(
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            body_sha256=digest,
            since=iso(self.since) if self.since else None,
        )

    def listing_failed(self, failure: Failure) -> None:
        """A listing that did not answer, or not with a listing."""
        poll: Poll = failure.request.cb_kwargs["poll"]  # type: ignore[attr-defined] # Scrapy's
        self._listing_lost(poll, failure_reason(failure), str(failure.value))

    def _listing_lost(self, poll: Poll, reason: str, detail: str) -> None:
        self.count(f"news/failed/listing_{reason}")
        self.count(f"source/{poll.source_id}/failed")
        self.logger.warning("%s: %s: %s: %s", poll.source_id, poll.url, reason, detail[:300])

    async def _read(self, response: Response, poll: Poll) -> Listing:
        content_type = header(response, "Content-Type")
        if poll.kind == "feed":
            return await self.workers.run(read_feed, response.body, response.url, content_type)
        if poll.kind == "news_sitemap":
            return await self.workers.run(read_news_sitemap, response.body, response.url)
        take = self.chosen[poll.source_id].take
        return await self.workers.run(read_section, response.body, response.url, content_type, take)

    async def _child_request(self, poll: Poll, url: str, lastmod: str | None) -> Request | None:
        if url in self._polled or not is_fetchable(url):
            return None
        if poll.depth >= self.settings.getint("SITEMAP_DEPTH"):
            self.count("news/dropped/sitemap_too_deep")
            return None
        if self._is_before_since(lastmod):
            self.count("news/dropped/before_since")
            return None
        return await self.poll_request(Poll(poll.source_id, poll.kind, url, poll.depth + 1))

    def _leads(self, poll: Poll, listing: Listing) -> Iterator[Lead]:
        source = self.chosen[poll.source_id]
        seen_at = iso(now())
        for entry in listing.entries:
            self.count("news/listed")
            if reason := self._refusal(source, entry):
                self.count(f"news/dropped/{reason}")
                continue
            modified = parse(entry.hints.modified) or parse(entry.hints.published)
            yield Lead(
                url=entry.url,
                source_id=source.id,
                listing=poll.url,
                discovered_at=seen_at,
                hints=entry.hints,
                modified=iso(modified) if modified else None,
                rank=entry.rank,
            )

    def _refusal(self, source: Source, entry: Listed) -> str | None:
        if not is_fetchable(entry.url):
            return "bad_url"
        if not wants(source, entry.url):
            return "not_wanted"
        if self._is_before_since(entry.hints.modified or entry.hints.published):
            return "before_since"
        return None

    def _is_before_since(self, raw: str | None) -> bool:
        instant = parse(raw)
        return self.since is not None and instant is not None and instant < self.since

    def _reaches_further_back(self, known: Validators) -> bool:
        """Whether this run wants entries that the last reading of a listing passed over."""
        return known.since is not None and (self.since is None or iso(self.since) < known.since)

    # --- Stories ----------------------------------------------------------------------------------

    def story_request(self, lead: Lead) -> Request | None:
        """A request for a story; None past the limit, and then it waits for the next run."""
        if self.limit is not None and self._requested >= self.limit:
            self.count("news/left_for_next_run")
            return None
        self._requested += 1
        request = self._request(lead.source_id, lead.url)
        request.meta["fetch_facts"] = self.story_facts(lead)
        return request.replace(
            callback=self.parse_story, errback=self.story_failed, cb_kwargs={"lead": lead}
        )

    async def parse_story(
        self, response: Response, lead: Lead | None = None
    ) -> AsyncIterator[Article]:
        """The article of a page; a page that is no HTML is none, and is counted."""
        self.count("news/fetched")
        lead = lead or bare_lead(response.url)
        if reason := no_page(response):
            self.count(f"news/dropped/{reason}")
            await self.session.dismiss([lead.url], reason)
            return
        yield await self.article_of(response, lead)

    async def story_failed(self, failure: Failure) -> None:
        """Give the story up for good, or leave it on the frontier for the next run."""
        lead: Lead = failure.request.cb_kwargs["lead"]  # type: ignore[attr-defined] # Scrapy's
        reason = failure_reason(failure)
        self.count(f"news/{'dropped' if reason == 'robots' else 'failed'}/{reason}")
        self.logger.warning("%s: %s: %s", lead.source_id, lead.url, reason)
        if reason in _NOT_TRIED:
            return
        attempts = await self.session.failed(lead.url)
        if reason in _FOR_GOOD or attempts >= self.settings.getint("LEAD_ATTEMPTS"):
            await self.session.dismiss([lead.url], reason)

    def _request(self, source_id: str, url: str) -> Request:
        supplied = dict(self.chosen[source_id].headers)
        return Request(url, headers=supplied, meta={"configured_fields": tuple(supplied)})


def _since(raw: str | None) -> datetime | None:
    try:
        return parse_since(raw, now()) if raw else None
    except ValueError as error:
        raise ConfigurationError(f"-a since: {error}") from None


def _limit(raw: str | None) -> int | None:
    if raw is None:
        return None
    if not raw.isdecimal():
        raise ConfigurationError(f"-a limit: {raw!r} is no whole number, such as 100")
    return int(raw)

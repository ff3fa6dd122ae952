"""The listing half of the news spider: which listings are due, what they show, how they fared."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.hints import Listed
from crawler.instants import iso, now, parse
from crawler.listing_memory import ListingMemory
from crawler.outcome import body_digest, header
from crawler.polling import Answer, History, after, is_due
from crawler.sources import Source, is_of, wants
from crawler.state import Lead, Tracked, Validators
from crawler.url_traps import trap
from crawler.urls import is_fetchable, same_site
from crawler.workers import WorkerError
from spiders.answers import Fared, answered, failed, tracked_after
from spiders.discovery.listing import ChildSitemap, Listing
from spiders.discovery.read import Fetched, read_listing
from spiders.polls import (
    Poll,
    children_of,
    is_named_as_changed,
    newest_first,
    pace_of,
    polls_of,
)
from spiders.stories import StoryFetcher
from spiders.window import Window, span_of

# Not the listing's doing: nothing is learned from it, and the next run asks.
_NOT_TRIED = frozenset({"storage", "stopping"})


class UnreadableListingError(Exception):
    """A listing that shows nothing: ``reason`` is the word it is counted under."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class ListingSpider(StoryFetcher):
    """Polls what is due of the listings of its sources; ``story_request`` says what becomes of
    their stories. ``ask_all``: whatever is due."""

    def __init__(self, chosen: Iterable[Source], window: Window, ask_all: bool = False) -> None:
        super().__init__(chosen)
        self.window = window
        self.ask_all = ask_all
        self._polled: set[str] = set()
        self._shown: dict[str, set[int]] = {}
        self._tracked: dict[str, Tracked] = {}

    @property
    def memory(self) -> ListingMemory:
        """What is remembered of listings."""
        return ListingMemory(self.session)

    async def due_polls(self) -> AsyncIterator[Request]:
        """A request for every listing that is due, also for sitemaps that an index named once."""
        self._tracked = await self.memory.tracked(self.chosen)
        below: defaultdict[str, list[Tracked]] = defaultdict(list)
        for tracked in self._tracked.values():
            below[tracked.source_id].append(tracked)
        for source in self.chosen.values():
            for poll in [*polls_of(source), *children_of(source, below[source.id])]:
                if await self._is_due(poll):
                    yield await self.poll_request(poll)
                else:
                    self._left_alone(poll)

    async def _is_due(self, poll: Poll) -> bool:
        known = self._tracked.get(poll.url)
        if self.ask_all or known is None or is_due(known.history, now(), parse(known.tried_at)):
            return True
        return self._reaches_further_back(await self.session.validators(poll.url))

    def _left_alone(self, poll: Poll) -> None:
        self.count("news/listings_not_due")
        self.count(f"source/{poll.source_id}/not_due")
        if failures := self._tracked[poll.url].history.failures:
            # A dead listing is seen in every report, also of the runs that do not try it.
            self.crawler.stats.set_value(f"failing/{poll.url}", failures)

    async def poll_request(self, poll: Poll) -> Request:
        """A request for a listing, conditional on what it answered last."""
        self._polled.add(poll.url)
        request = self.request_of(poll.source_id, poll.url)
        request.meta["fetch_facts"] = self.facts(
            role=poll.kind, source=poll.source_id, window=self.window.fact
        )
        known = await self.session.validators(poll.url)
        if not self._reaches_further_back(known) and not self._is_to_be_whole(poll):
            if known.etag:
                request.headers["If-None-Match"] = known.etag
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified
        request.meta["handle_httpstatus_list"] = [304]
        if poll.kind == "news_sitemap":
            del request.meta["download_maxsize"]  # the protocol allows 50 MB
        return request.replace(
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"poll": poll},
            priority=10,  # all listings first: a story that two of them show is fetched once
            dont_filter=True,
        )

    def _is_to_be_whole(self, poll: Poll) -> bool:
        """Whether the last answer with a body is so old that 304 is no longer believed."""
        tracked = self._tracked.get(poll.url)
        last = parse(tracked.full_at) if tracked else None
        longest = self.settings.getfloat("FULL_FETCH_AFTER")
        if last is None:
            return False
        # A last answer of the future was dated by a wrong clock.
        return not 0 <= (now() - last).total_seconds() < longest

    async def parse_listing(self, response: Response, poll: Poll) -> AsyncIterator[Request]:
        """The stories that a listing shows and that are new, or newly changed."""
        known = await self.session.validators(poll.url)
        digest = body_digest(response)
        if response.status == 304 or (
            digest == known.body_sha256 and not self._reaches_further_back(known)
        ):
            self.count("news/listings_unchanged")
            self.count(f"source/{poll.source_id}/polled")
            await self._settle(poll, answered(response, is_new=False))
            return
        try:
            listing = await self._read(response, poll)
        except UnreadableListingError as error:
            await self._lost(poll, Fared(Answer("failed"), error.reason), str(error))
            return
        self.count(f"source/{poll.source_id}/polled")
        async for request in self._child_requests(poll, listing.children):
            yield request
        leads = list(self._leads(poll, listing))
        validators = self._validators_of(response, digest, listing)
        fresh = await self.session.polled(poll.url, validators, iso(now()), leads)
        is_new = bool(fresh) or (bool(listing.children) and digest != known.body_sha256)
        await self._settle(poll, answered(response, is_new=is_new, wishes=listing.wishes))
        self.crawler.stats.inc_value("news/discovered", len(fresh))
        for lead in self.backlog.new(fresh):
            if story := self.story_request(lead):
                yield story

    async def _read(self, response: Response, poll: Poll) -> Listing:
        """What a listing shows. Raises UnreadableListingError."""
        take = self.chosen[poll.source_id].take
        content_type = header(response, "Content-Type")
        fetched = Fetched(poll.kind, response.body, response.url, content_type, take)
        try:
            listing = await self.workers.run_first(read_listing, fetched)
        except WorkerError as error:
            raise UnreadableListingError("unreadable", str(error)) from error
        for problem in listing.problems:
            self.logger.warning("%s: %s: %s", poll.source_id, poll.url, problem)
        if listing.problems and not (listing.entries or listing.children):
            raise UnreadableListingError("no_listing", listing.problems[0])
        return listing

    def _validators_of(self, response: Response, digest: str, listing: Listing) -> Validators:
        # An index may stay the same while its sitemaps change, but they have their own instants.
        return Validators(
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            body_sha256=digest,
            since=iso(self.window.since) if self.window.since else None,
        )

    # --- How it fared -----------------------------------------------------------------------------

    async def listing_failed(self, failure: Failure) -> None:
        """A listing that did not answer, or not with a listing."""
        poll: Poll = failure.request.cb_kwargs["poll"]  # type: ignore[attr-defined] # Scrapy's
        await self._lost(poll, failed(failure), str(failure.value))

    async def _lost(self, poll: Poll, fared: Fared, detail: str) -> None:
        reason = fared.reason or "failed"
        self.count(f"news/failed/listing_{reason}")
        self.count(f"source/{poll.source_id}/failed")
        self.logger.warning("%s: %s: %s: %s", poll.source_id, poll.url, reason, detail[:300])
        if reason not in _NOT_TRIED:
            await self._settle(poll, fared)

    async def _settle(self, poll: Poll, fared: Fared) -> None:
        """Learn from a poll, and remember when the next one is due."""
        at, known = now(), self._tracked.get(poll.url)
        floor, ceiling = map(self.settings.getfloat, ("POLL_FLOOR", "POLL_CEILING"))
        pace = pace_of(self.chosen[poll.source_id], floor, ceiling)
        luck = random.random()  # noqa: S311 - jitter, no secret
        history = after(known.history if known else History(), fared.answer, at, pace, luck)
        tracked = replace(tracked_after(known, poll, fared, iso(at)), history=history)
        if history.failures:
            self.crawler.stats.set_value(f"failing/{poll.url}", history.failures)
        self._tracked[poll.url] = tracked
        await self.memory.track(tracked)

    # --- What it shows ----------------------------------------------------------------------------

    async def _child_requests(
        self, poll: Poll, children: Iterable[ChildSitemap]
    ) -> AsyncIterator[Request]:
        """The sitemaps of an index that are new or due, or that it says have changed."""
        named = newest_first(child for child in children if self._is_followed(poll, child))
        longest = self.settings.getint("SITEMAP_CHILDREN")
        if len(named) > longest:
            self.crawler.stats.inc_value("news/dropped/sitemap_too_old", len(named) - longest)
        await self.memory.keep_children(poll.url, [child.url for child in named[:longest]])
        for child in named[:longest]:
            below = Poll(
                *(poll.source_id, "news_sitemap", child.url, poll.depth + 1),
                *(poll.url, child.lastmod),
            )
            if child.url in self._polled:
                continue
            is_changed = is_named_as_changed(child, self._tracked.get(child.url))
            if is_changed or await self._is_due(below):
                yield await self.poll_request(below)
            else:
                self._left_alone(below)

    def _is_followed(self, poll: Poll, child: ChildSitemap) -> bool:
        reason = None
        source = self.chosen[poll.source_id]
        if not is_fetchable(child.url):
            reason = "bad_url"
        elif poll.depth >= self.settings.getint("SITEMAP_DEPTH"):
            reason = "sitemap_too_deep"
        # A robots.txt may name sitemaps on other hosts (sitemaps.org, "cross submits").
        elif poll.kind != "robots" and not (
            is_of(source, child.url) or same_site(poll.url, child.url)
        ):
            reason = "sitemap_elsewhere"
        elif self.window.outside(span_of(child.lastmod)) == "before_since":
            reason = "before_since"
        if reason:
            self.count(f"news/dropped/{reason}")
        return reason is None

    def _leads(self, poll: Poll, listing: Listing) -> Iterator[Lead]:
        source = self.chosen[poll.source_id]
        seen_at = iso(now())
        for entry in listing.entries:
            self.count("news/listed")
            reason = self._refusal(source, entry)
            if reason is None and poll.kind == "section":
                reason = trap(entry.url)
            if reason:
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
        return self._outside(entry)

    def _outside(self, entry: Listed) -> str | None:
        return self.window.outside_entry(entry)

    def _reaches_further_back(self, known: Validators) -> bool:
        """Whether this run wants entries that the last reading of a listing passed over."""
        since = self.window.since
        return known.since is not None and (since is None or iso(since) < known.since)

"""Backfill: walks through the archives of sources, and goes on where it was interrupted.

Sitemaps and their indexes, also those that only robots.txt names, and feeds and section pages to
their last page.
Every listing is a step in the state; it is done in the commit that puts its stories on the
frontier.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.hints import Listed, ListingKind
from crawler.outcome import NOT_TRIED, failure_reason
from crawler.sources import Source, is_of
from crawler.state import WalkStep
from crawler.url_traps import trap
from crawler.urls import same_site
from spiders.discovery.listing import Listing
from spiders.listings import ListingSpider, UnreadableListingError
from spiders.polls import Poll, polls_of
from spiders.window import entry_span, sitemap_span, span_of

# These will not answer another time either.
_FOR_GOOD = frozenset({"http_404", "http_410", "http_451", "robots", "too_large"})
# What goes on on another page.
_PAGED: frozenset[ListingKind] = frozenset({"feed", "section"})
# How a feed says that there is no further page, where it does not say so before.
_NO_PAGE = frozenset({"http_404", "http_410", "http_400"})


class BackfillSpider(ListingSpider):
    """What the news spider does with ``-a mode=backfill``."""

    async def backfill_requests(self) -> AsyncIterator[Request]:
        """A request for every listing that the backfill of this window has left to walk."""
        begin = [step for source in self.chosen.values() for step in self._beginning(source)]
        left = await self.memory.walk_left(begin)
        await self._tell_progress()
        for step in left:
            yield self._walk_request(step)

    def _beginning(self, source: Source) -> Iterator[WalkStep]:
        robots = Poll(source.id, "robots", urljoin(source.home, "/robots.txt"))
        for poll in [robots, *polls_of(source)]:
            yield WalkStep(self.window.name, source.id, poll.kind, poll.url)

    def _walk_request(self, step: WalkStep) -> Request:
        request = self.request_of(step.source_id, step.url)
        request.meta["fetch_facts"] = self.facts(
            role=step.kind, source=step.source_id, window=self.window.fact
        )
        if step.kind == "news_sitemap":
            del request.meta["download_maxsize"]  # the protocol allows 50 MB
        return request.replace(
            callback=self.parse_walked,
            errback=self.walk_failed,
            cb_kwargs={"step": step},
            priority=10,
            dont_filter=True,
        )

    async def parse_walked(self, response: Response, step: WalkStep) -> AsyncIterator[Request]:
        """The stories of the window that a listing shows, and the listings that it leads to."""
        poll = Poll(step.source_id, step.kind, step.url, step.depth)
        try:
            listing = await self._read(response, poll)
        except UnreadableListingError as error:
            self._walk_lost(step, error.reason, str(error))
            await self.memory.walk_failed(step, most=1)
            await self._tell_progress()
            return
        self.count("backfill/listings")
        self.count(f"source/{step.source_id}/polled")
        leads = list(self._leads(poll, listing))
        further = [*self._below(poll, listing), *self._continued(step, listing)]
        fresh, added = await self.memory.walked(
            step, leads, (self._step(step, kind, url) for kind, url in further)
        )
        await self._tell_progress()
        for one in added:
            yield self._walk_request(one)
        self.crawler.stats.inc_value("news/discovered", len(fresh))
        for lead in self.backlog.new(fresh):
            if story := self.story_request(lead):
                yield story

    def _outside(self, entry: Listed) -> str | None:
        """Here what counts is when a story was published: archives are modified all the time."""
        return self.window.outside(entry_span(entry))

    def _step(self, step: WalkStep, kind: ListingKind, url: str) -> WalkStep:
        return WalkStep(step.job, step.source_id, kind, url, step.depth + 1)

    def _below(self, poll: Poll, listing: Listing) -> Iterator[tuple[ListingKind, str]]:
        """The sitemaps of an index that may hold something of the window.

        By lastmod, before which nothing in them was changed, and by the month in their names.
        """
        for child in listing.children:
            if not self._is_followed(poll, child):
                continue
            named = self.window.outside(sitemap_span(child.url))
            changed = self.window.outside(span_of(child.lastmod))
            reason = named or (changed if changed == "before_since" else None)
            if reason:
                self.count(f"backfill/passed_over/{reason}")
            else:
                yield "news_sitemap", child.url

    def _continued(self, step: WalkStep, listing: Listing) -> Iterator[tuple[ListingKind, str]]:
        """The next page of a feed or section, unless this one leads nowhere or out of it."""
        following = listing.next_page
        if step.kind not in _PAGED or following is None or not listing.entries:
            return
        added = self._first_shown(step, listing, following)
        if added and self._is_behind(added):
            return
        reason = self._refused_page(step, following)
        if reason is None and not added:
            reason = "endless_pagination"
        if reason:
            self.count(f"news/dropped/{reason}")
        else:
            yield step.kind, following

    def _is_behind(self, entries: list[Listed]) -> bool:
        """Whether what a page adds lies before the window: all that is dated, and that is most."""
        dated = [span for span in map(entry_span, entries) if span is not None]
        reasons = {self.window.outside(span) for span in dated}
        return reasons == {"before_since"} and 2 * len(dated) >= len(entries)

    def _refused_page(self, step: WalkStep, following: str) -> str | None:
        """Why a next page is not followed, whatever this one shows."""
        if not (is_of(self.chosen[step.source_id], following) or same_site(step.url, following)):
            return "page_elsewhere"
        if step.kind == "section" and (reason := trap(following)):
            return reason
        is_last = step.depth + 1 >= self.settings.getint("BACKFILL_PAGES")
        return "too_many_pages" if is_last else None

    def _first_shown(self, step: WalkStep, listing: Listing, following: str) -> list[Listed]:
        """The stories that no page before, of this run and listing, has shown: what stands beside
        the list is on all of them."""
        shown = self._shown.pop(step.url, set())
        added = [entry for entry in listing.entries if hash(entry.url) not in shown]
        self._shown[following] = shown | {hash(entry.url) for entry in added}
        return added

    async def walk_failed(self, failure: Failure) -> None:
        """A listing that did not answer is asked again by the next run, some times."""
        step: WalkStep = failure.request.cb_kwargs["step"]  # type: ignore[attr-defined] # Scrapy's
        reason = failure_reason(failure)
        # A site without robots.txt, or with a page instead of it, just names no sitemaps.
        is_none = step.kind == "robots" and reason in _FOR_GOOD
        is_end = step.kind == "feed" and step.depth > 0 and reason in _NO_PAGE
        if not (is_none or is_end):
            self._walk_lost(step, reason, str(failure.value))
        if reason not in NOT_TRIED:
            most = 1 if reason in _FOR_GOOD or is_end else self.settings.getint("LEAD_ATTEMPTS")
            await self.memory.walk_failed(step, most)
            await self._tell_progress()

    def _walk_lost(self, step: WalkStep, reason: str, detail: str) -> None:
        self.count(f"news/failed/listing_{reason}")
        self.count(f"source/{step.source_id}/failed")
        self.logger.warning("%s: %s: %s: %s", step.source_id, step.url, reason, detail[:300])

    async def _tell_progress(self) -> None:
        progress = await self.memory.walk_progress(self.window.name, self.chosen)
        self.crawler.stats.set_value("backfill/walked", progress.walked)
        self.crawler.stats.set_value("backfill/left", progress.left)
        self.logger.info(
            "Backfill %s: %d of %d known listings walked, %d stories listed",
            *(self.window.name, progress.walked, progress.walked + progress.left),
            self.crawler.stats.get_value("news/listed", 0),
        )

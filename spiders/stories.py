"""The stories of sources: new ones are fetched, delivered ones visited when they are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.biography import shows_the_same
from crawler.budgets import OVER_BUDGET, Budget
from crawler.gone import gone_by_status
from crawler.host_holdback import HOST_SILENT
from crawler.instants import iso, now, parse
from crawler.items import Article
from crawler.joining import PagesFetcher
from crawler.outcome import NOT_TRIED, answer_of, failure_reason, no_page
from crawler.page_or_not import EMPTY
from crawler.reservations import OBEYABLE
from crawler.resolver import ADDRESS_REFUSED
from crawler.sources import Source, headers_for, wants
from crawler.spider import bare_lead
from crawler.state import Lead, Story
from crawler.wire_page import UnreadablePageError, WirePage
from crawler.workers import WorkerError
from spiders.backlog import Backlog, ahead_of
from spiders.polls import budget_of
from spiders.revisits import as_visit, lead_of_story

# These answers will not get better by asking again; the listing may still claim a change later.
_FORBIDDEN = frozenset({"robots", *OBEYABLE})
# Nobody's fault, but not for ever: every run would ask a host that is gone for its robots.txt.
_UNREACHABLE = frozenset({"robots_unreachable", HOST_SILENT})
_FOR_GOOD = frozenset({"http_404", "http_410", "http_451", "too_large", ADDRESS_REFUSED})


class StoryFetcher(PagesFetcher):
    """Base of a spider over sources: turns leads and due stories into requests and articles.

    ``limit``: new stories that one run asks for at most, None for all.
    """

    limit: int | None = None

    def __init__(self, chosen: Iterable[Source] = ()) -> None:
        super().__init__()
        self.chosen = {source.id: source for source in chosen}
        self._requested = 0
        self._asked: Counter[str] = Counter()

    @cached_property
    def budgets(self) -> dict[str, Budget]:
        """What each source may cost in this run."""
        pages, megabytes, minutes = (
            self.settings.getfloat(f"SOURCE_{what}") for what in ("PAGES", "MEGABYTES", "MINUTES")
        )
        default = Budget(int(pages), int(megabytes * 1e6), minutes)
        return {source.id: budget_of(source, default) for source in self.chosen.values()}

    @cached_property
    def backlog(self) -> Backlog:
        """The frontier, as it is turned into requests."""
        ahead = ahead_of(len(self.chosen))
        return Backlog(self.crawler, self.session.leads, self._request_left, ahead)

    async def _request_left(self, lead: Lead) -> Request | None:
        # The source's patterns may be others by now, and a rebuilt frontier did not ask them.
        if not wants(self.chosen[lead.source_id], lead.url):
            await self.session.dismiss([lead.url], "not_wanted")
            return None
        return self.story_request(lead)

    def story_request(self, lead: Lead) -> Request | None:
        """A request for a story; None past the limit, and then it waits for the next run."""
        if self.limit is not None and self._requested >= self.limit:
            self.count("news/left_for_next_run")
            return None
        # More than the budget would only fill the queue; the middleware counts the rest.
        pages = self.budgets[lead.source_id].pages
        if pages and self._asked[lead.source_id] >= pages:
            self.count("news/left_for_next_run")
            self.count("news/left/budget_pages")
            self.count(f"source/{lead.source_id}/left_over_budget")
            return None
        self._asked[lead.source_id] += 1
        self._requested += 1
        request = self.request_of(lead.source_id, lead.url)
        request.meta.update(self.story_meta(self.story_facts(lead)))
        return request.replace(
            callback=self.parse_story, errback=self.story_failed, cb_kwargs={"lead": lead}
        )

    async def visits(self) -> AsyncIterator[Request]:
        """Requests for the delivered stories that are due; a run with a limit leaves them."""
        most = 0 if self.limit is not None else self.settings.getint("REVISITS_PER_RUN")
        at = iso(now().replace(microsecond=0))
        longest = timedelta(seconds=self.settings.getfloat("FULL_FETCH_AFTER"))
        for source in self.chosen.values():
            for story in await self.session.due(source.id, at, most):
                self.count("news/visits")
                lead = lead_of_story(story)
                request = self.request_of(source.id, story.url)
                request.meta.update(self.story_meta(self.story_facts(lead, is_visit=True)))
                is_full = self.session.is_full_visit(story, at, longest)
                yield as_visit(request, story, is_full=is_full).replace(
                    callback=self.parse_story,
                    errback=self.story_failed,
                    cb_kwargs={"lead": lead, "story": story, "is_full": is_full},
                )

    async def parse_story(
        self,
        response: Response,
        lead: Lead | None = None,
        story: Story | None = None,
        is_full: bool = True,
    ) -> AsyncIterator[Article]:
        """The article of a page; a page that is no HTML is none, and is counted.

        ``story``: the one that is visited; it may answer that it is not modified. ``is_full``: all
        its pages are looked at, also where the first is as it was.
        """
        lead = lead or bare_lead(response.url)
        if story is not None and response.status == 304:
            await self._unchanged(response, story)
            return
        if reason := no_page(response):
            await self._no_page(reason, lead, story)
            return
        if self.only_archives:
            await self._archived(response, lead, story)
            return
        if story and not is_full and await self._begins_as_before(response, story, lead):
            await self._unchanged(response, story)
            return
        try:
            article = await self.article_of(response, lead)
        except UnreadablePageError as error:
            await self._fail(lead, story, error.reason)
            return
        self.count("news/fetched")
        if reason := self.refused(article):
            await self._give_up(lead, story, reason, for_good=True)
        else:
            yield article

    async def _no_page(self, reason: str, lead: Lead, story: Story | None) -> None:
        if reason == EMPTY:
            await self._fail(lead, story, reason)
            return
        self.count("news/fetched")
        self.count(f"news/dropped/{reason}")
        await self._give_up(lead, story, reason, for_good=True)

    async def _begins_as_before(self, response: Response, story: Story, lead: Lead) -> bool:
        """Whether the first page of a whole story of several pages shows what it showed: then the
        others are not fetched again."""
        if not (story.whole and story.pages and story.pointer):
            return False
        before = (await self.session.pages(story.pointer))[0]
        if before is None:
            return False
        page, own = self.page_of(response, lead), self.overrides_of(lead.source_id)
        after = WirePage(page, self.codings_of(response), self.longest_page)
        try:
            return await self.workers.run(shows_the_same, replace(before, overrides=own), after)
        except WorkerError:
            return False

    async def _unchanged(self, response: Response, story: Story) -> None:
        self.count("news/fetched")
        self.count("news/visits_unchanged")
        await self.session.visited(story, self.captured_at(response))

    async def _archived(self, response: Response, lead: Lead, story: Story | None) -> None:
        self.count("news/fetched")
        self.count("news/archived")
        if story is not None:
            await self.session.visited(story, self.captured_at(response))
        else:
            await self._dismiss(lead, "archived", self.captured_at(response))

    async def story_failed(self, failure: Failure) -> AsyncIterator[Article]:
        """Give a story up for good, leave it for a later run, or record that it is gone."""
        request = failure.request  # type: ignore[attr-defined] # Scrapy's
        lead: Lead = request.cb_kwargs["lead"]
        story: Story | None = request.cb_kwargs.get("story")
        reason = failure_reason(failure)
        response = answer_of(failure)
        gone = gone_by_status(response.status) if response else None
        if response and gone and await self.session.story_at(lead.url):
            # No failure: that is what the story has come to.
            self.count("news/fetched")
            yield self.absence(self.capture_of(response, lead), gone)
            if story is None:
                await self._dismiss(lead, reason)
            return
        if reason in OVER_BUDGET:
            self.count("news/left_for_next_run")
            self.count(f"news/left/{reason}")
            return
        await self._fail(lead, story, reason)

    async def _fail(self, lead: Lead, story: Story | None, reason: str) -> None:
        self.count(f"news/{'dropped' if reason in _FORBIDDEN else 'failed'}/{reason}")
        self.logger.warning("%s: %s: %s", lead.source_id, lead.url, reason)
        if reason not in NOT_TRIED:
            await self._give_up(lead, story, reason, for_good=reason in _FOR_GOOD | _FORBIDDEN)
        elif story is None and reason in _UNREACHABLE and self._is_unreachable_for_good(lead):
            await self._dismiss(lead, reason)

    async def _give_up(
        self, lead: Lead, story: Story | None, reason: str, *, for_good: bool
    ) -> None:
        """After an answer without a page: the visit, or the lead, is left for later or for good."""
        if story is not None:
            await self.session.missed(story, iso(now()))
            return
        if for_good or self._is_out_of_patience(lead, await self.session.failed(lead.url)):
            await self._dismiss(lead, reason)

    async def _dismiss(self, lead: Lead, reason: str, captured_at: str | None = None) -> None:
        await self.session.dismiss([lead.url], reason, captured_at)
        self.backlog.settled(lead.url)

    def _is_out_of_patience(self, lead: Lead, attempts: int) -> bool:
        is_old = _age(lead) >= self.settings.getfloat("LEAD_PATIENCE")
        return is_old and attempts >= self.settings.getint("LEAD_ATTEMPTS")

    def _is_unreachable_for_good(self, lead: Lead) -> bool:
        return _age(lead) >= self.settings.getfloat("LEAD_UNREACHABLE")

    def request_of(self, source_id: str, url: str) -> Request:
        """A request with the headers that its source's declaration supplies."""
        source = self.chosen[source_id]
        supplied = headers_for(source, url)
        meta = {"configured_fields": tuple(supplied), "source_id": source_id, **self.limits}
        return Request(url, headers=supplied, meta=meta)


def _age(lead: Lead) -> float:
    """Seconds since it was listed."""
    return (now() - (parse(lead.discovered_at) or now())).total_seconds()

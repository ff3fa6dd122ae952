"""The main spider: polls what the sources list, and fetches each story once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.budgets import OVER_BUDGET, Budget
from crawler.errors import ConfigurationError
from crawler.instants import now, parse_since
from crawler.items import Article
from crawler.middlewares import HOST_SILENT
from crawler.resolver import ADDRESS_REFUSED
from crawler.sources import Source, load_sources, pick_sources, shipped_sources
from crawler.spider import bare_lead, failure_reason, no_page
from crawler.state import Lead
from spiders.listings import ListingSpider
from spiders.polls import budget_of, hosts_of

# These answers will not get better by asking again; the listing may still claim a change later.
_FOR_GOOD = frozenset({"http_404", "http_410", "http_451", "robots", "too_large", ADDRESS_REFUSED})
# Nobody's fault but ours or the hour's: not counted against the story.
_NOT_TRIED = frozenset({"storage", "retry_after", "robots_unreachable", "stopping", HOST_SILENT})


class NewsSpider(ListingSpider):
    """``scrapy crawl news [-a sources=PATH] [-a source=ID,ID] [-a since=2d] [-a limit=N]
    [-a due=all]``."""

    name = "news"
    arguments = ("sources", "source", "since", "limit", "due")

    def __init__(
        self, chosen: Iterable[Source], since: datetime | None, limit: int | None, ask_all: bool
    ) -> None:
        super().__init__(chosen, since, ask_all)
        self.limit = limit
        self._requested = 0

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
            "ask_all": _ask_all(given.get("due")),
        }

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

    @cached_property
    def budgets(self) -> dict[str, Budget]:
        """What each source may cost in this run."""
        pages, megabytes, minutes = (
            self.settings.getfloat(f"SOURCE_{what}") for what in ("PAGES", "MEGABYTES", "MINUTES")
        )
        default = Budget(int(pages), int(megabytes * 1e6), minutes)
        return {source.id: budget_of(source, default) for source in self.chosen.values()}

    async def start(self) -> AsyncIterator[Request]:
        """The listings that are due, then what earlier runs left undone."""
        async for poll in self.due_polls():
            yield poll
        for lead in await self.session.leads(self.chosen):
            if request := self.story_request(lead):
                yield request

    def story_request(self, lead: Lead) -> Request | None:
        """A request for a story; None past the limit, and then it waits for the next run."""
        if self.limit is not None and self._requested >= self.limit:
            self.count("news/left_for_next_run")
            return None
        self._requested += 1
        request = self._request(lead.source_id, lead.url)
        request.meta["fetch_facts"] = self.story_facts(lead)
        request.meta["is_story"] = True
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
        if reason in OVER_BUDGET:
            self.count("news/left_for_next_run")
            self.count(f"news/left/{reason}")
            return
        self.count(f"news/{'dropped' if reason == 'robots' else 'failed'}/{reason}")
        self.logger.warning("%s: %s: %s", lead.source_id, lead.url, reason)
        if reason in _NOT_TRIED:
            return
        attempts = await self.session.failed(lead.url)
        if reason in _FOR_GOOD or attempts >= self.settings.getint("LEAD_ATTEMPTS"):
            await self.session.dismiss([lead.url], reason)


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


def _ask_all(raw: str | None) -> bool:
    if raw not in (None, "all"):
        raise ConfigurationError(f"-a due: {raw!r}; write -a due=all, or leave it out")
    return raw == "all"

"""What a source may cost in one run: pages, bytes, minutes. What is over waits for the next run."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

OVER_BUDGET = frozenset({"budget_pages", "budget_bytes", "budget_minutes"})
"""The reasons of stories that were left for the next run because their source had cost enough."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The bounds of one source in one run; 0 is no bound. ``size`` in bytes of bodies as they
    came over the wire."""

    pages: int = 0
    size: int = 0
    minutes: float = 0.0


@dataclass(slots=True)
class Spent:
    """What a source has cost so far; ``since`` on the monotonic clock, None before it was asked."""

    pages: int = 0
    size: int = 0
    since: float | None = None


def over(budget: Budget, spent: Spent, at: float) -> str | None:
    """Which bound a source has reached at the monotonic instant ``at``, or None."""
    if budget.pages and spent.pages >= budget.pages:
        return "budget_pages"
    if budget.size and spent.size >= budget.size:
        return "budget_bytes"
    if budget.minutes and spent.since is not None and at - spent.since >= budget.minutes * 60:
        return "budget_minutes"
    return None


class SourceBudget:
    """Downloader middleware: refuses stories of a source that has cost enough.

    Listings are always asked: a story that was seen is on the frontier, one that was not is lost.
    The spider names each source's budget in ``budgets`` and a request's source in its meta.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spent: defaultdict[str, Spent] = defaultdict(Spent)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest with the reason."""
        source_id = request.meta.get("source_id")
        if source_id is None:
            return
        spent = self._spent[source_id]
        if spent.since is None:
            spent.since = time.monotonic()
        if not request.meta.get("is_story"):
            return
        budgets: Mapping[str, Budget] = getattr(self._crawler.spider, "budgets", {})
        if reason := over(budgets.get(source_id, Budget()), spent, time.monotonic()):
            self._crawler.stats.inc_value(f"source/{source_id}/left_over_budget")
            raise IgnoreRequest(reason)
        spent.pages += 1

    def received(self, source_id: str, size: int) -> None:
        """Count the bytes of an answer."""
        self._spent[source_id].size += size


class AnswerSizes:
    """Downloader middleware: counts the bytes of every answer against its source's budget."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """For what came, before it is decoded."""
        source_id = request.meta.get("source_id")
        if source_id and (budget := self._budget) is not None:
            budget.received(source_id, len(response.body))
        return response

    @cached_property
    def _budget(self) -> SourceBudget | None:
        return self._crawler.get_downloader_middleware(SourceBudget)

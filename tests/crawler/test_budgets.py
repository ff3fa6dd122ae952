from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.spiders import Spider
from scrapy.utils.test import get_crawler

from crawler.budgets import Budget, SourceBudget, Spent, over


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        pytest.param(Budget(), None, id="no-bound"),
        pytest.param(Budget(pages=11, size=101, minutes=2.1), None, id="below-all"),
        pytest.param(Budget(pages=10), "budget_pages", id="pages"),
        pytest.param(Budget(size=100), "budget_bytes", id="bytes"),
        pytest.param(Budget(minutes=2), "budget_minutes", id="minutes"),
    ],
)
def test_a_source_is_over_its_budget_at_each_bound(budget: Budget, reason: str | None) -> None:
    assert over(budget, Spent(pages=10, size=100, since=1000.0), at=1120.0) == reason


def story(source_id: str) -> Request:
    return Request("https://ex.org/a", meta={"source_id": source_id, "is_story": True})


def middleware(**budgets: Budget) -> SourceBudget:
    crawler = get_crawler(Spider)
    crawler.spider = Spider("news")
    crawler.spider.budgets = budgets  # type: ignore[attr-defined]
    return SourceBudget.from_crawler(crawler)


def test_a_source_that_has_cost_enough_is_asked_for_listings_only() -> None:
    budget = middleware(post=Budget(pages=2))
    for _ in range(2):
        budget.process_request(story("post"))
    with pytest.raises(IgnoreRequest, match="budget_pages"):
        budget.process_request(story("post"))
    budget.process_request(story("times"))
    budget.process_request(Request("https://ex.org/feed", meta={"source_id": "post"}))


def test_bytes_of_listings_count_too() -> None:
    budget = middleware(post=Budget(size=1000))
    budget.received("post", 1000)
    with pytest.raises(IgnoreRequest, match="budget_bytes"):
        budget.process_request(story("post"))

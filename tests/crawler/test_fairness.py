"""The queue over a downloader and a scraper of which only the sets that it reads are there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.scraper import Slot
from scrapy.squeues import FifoMemoryQueue
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.test import get_crawler

from crawler.fairness import ANSWERS_AHEAD, VISIT_PRIORITY, FairQueue


def host_of(request: Request) -> str:
    return urlparse_cached(request).hostname or ""


@pytest.fixture
def queue() -> FairQueue:
    crawler: Any = get_crawler()
    crawler.engine = SimpleNamespace(
        downloader=SimpleNamespace(
            active=set(), slots={}, domain_concurrency=1, get_slot_key=host_of
        ),
        scraper=SimpleNamespace(slot=Slot()),
    )
    return FairQueue(crawler, FifoMemoryQueue, "")


def story(host: str, number: int, priority: int = 0) -> Request:
    meta = {"is_story": True, "source_id": host}
    return Request(f"http://{host}/{number}", meta=meta, priority=priority)


def take(queue: FairQueue) -> str | None:
    """The host of the next request, which is then under way."""
    request = queue.pop()
    if request is None:
        return None
    queue.crawler.engine.downloader.active.add(request)
    return host_of(request)


def test_hosts_take_turns_and_no_host_has_more_than_two_under_way(queue: FairQueue) -> None:
    for host in ("a", "b", "c"):
        for number in range(4):
            queue.push(story(host, number))

    taken = [take(queue) for _ in range(7)]

    assert sorted(taken[:3]) == ["a", "b", "c"]
    assert sorted(taken[3:6]) == ["a", "b", "c"]
    assert taken[6] is None
    assert len(queue) == 6


def test_a_host_with_nothing_under_way_comes_first(queue: FairQueue) -> None:
    for number in range(4):
        queue.push(story("a", number))
    assert take(queue) == "a"
    queue.push(story("b", 0))

    assert [take(queue), take(queue)] == ["b", "a"]


def test_an_answered_request_makes_room(queue: FairQueue) -> None:
    for number in range(4):
        queue.push(story("a", number))
    assert [take(queue) for _ in range(3)] == ["a", "a", None]

    queue.crawler.engine.downloader.active.clear()

    assert [take(queue) for _ in range(3)] == ["a", "a", None]
    assert len(queue) == 0


def test_new_stories_are_counted_by_source_and_visits_are_not(queue: FairQueue) -> None:
    queue.push(story("a", 1))
    queue.push(story("a", 2, VISIT_PRIORITY))
    assert queue.waiting["a"] == 1

    take(queue)

    assert not queue.waiting


def test_nothing_is_fetched_while_enough_answers_wait_to_be_read(queue: FairQueue) -> None:
    unread = queue.crawler.engine.scraper.slot.active
    unread.update(story("b", number) for number in range(ANSWERS_AHEAD))
    queue.push(story("a", 1))
    assert take(queue) is None
    assert len(queue) == 1

    unread.pop()

    assert take(queue) == "a"

"""The queue over a downloader that has no network and never answers unasked."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.squeues import FifoMemoryQueue
from scrapy.utils.httpobj import urlparse_cached

from crawler.errors import ConfigurationError
from crawler.fairness import ANSWERS_AHEAD, VISIT_PRIORITY, FairQueue
from tests.unplugged import crawler_unplugged


def host_of(request: Request) -> str:
    return urlparse_cached(request).hostname or ""


@pytest.fixture
def queue() -> FairQueue:
    return FairQueue(crawler_unplugged(), FifoMemoryQueue, "")


def story(host: str, number: int, priority: int = 0) -> Request:
    meta = {"is_story": True, "source_id": host}
    return Request(f"http://{host}/{number}", meta=meta, priority=priority)


def take(queue: FairQueue) -> str | None:
    """The host of the next request, which is then under way."""
    request = queue.pop()
    if request is None:
        return None
    queue.crawler.engine.downloader.fetch(request)
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

    queue.crawler.engine.downloader.let_go()

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


def test_a_spider_that_has_enough_to_read_gets_one_more_for_each_that_it_read(
    queue: FairQueue,
) -> None:
    scraper, downloader = queue.crawler.engine.scraper, queue.crawler.engine.downloader
    enough = ANSWERS_AHEAD // 2
    scraper.slot.active.update(story("b", number) for number in range(enough))
    downloader.active.update(story("c", number) for number in range(enough))
    for host in ("a", "d"):
        queue.push(story(host, 1))
    assert take(queue) is None

    downloader.active.pop()

    assert take(queue) == "a"


def test_a_host_that_has_enough_is_asked_again_when_one_of_its_requests_leaves(
    queue: FairQueue,
) -> None:
    for number in range(3):
        queue.push(story("a", number))
    assert [take(queue), take(queue), take(queue)] == ["a", "a", None]

    queue.crawler.engine.downloader.let_go(1)

    assert take(queue) == "a"


def test_what_waits_outside_the_queue_counts_too(queue: FairQueue) -> None:
    downloader = queue.crawler.engine.downloader
    for path in ("robots.txt", "feed"):
        downloader.fetch(Request(f"http://a/{path}"))
    queue.push(story("a", 1))
    assert take(queue) is None

    downloader.let_go()

    assert take(queue) == "a"


def test_a_downloader_that_does_not_count_is_refused_in_one_line(queue: FairQueue) -> None:
    queue.crawler.engine.downloader = Downloader(queue.crawler)

    with pytest.raises(ConfigurationError, match=r"^DOWNLOADER: Downloader does not count"):
        FairQueue(queue.crawler, FifoMemoryQueue, "")

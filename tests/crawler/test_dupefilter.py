"""The duplicate filter says what Scrapy's says, in less memory, and shares its file."""

from __future__ import annotations

import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.dupefilters import RFPDupeFilter

from crawler.dupefilter import StoryDupeFilter
from crawler.fingerprints import Fingerprints

STORY = Request("https://a.example/story?b=1&a=2")
SAME = Request("https://a.example/story?a=2&b=1")
OTHER = Request("https://a.example/other")
FILTERS = (StoryDupeFilter, RFPDupeFilter)


def test_the_second_request_for_a_story_is_one_too_many() -> None:
    duplicates = StoryDupeFilter()
    assert [duplicates.request_seen(request) for request in (STORY, SAME, OTHER)] == [
        False,
        True,
        False,
    ]


def test_where_a_redirect_leads_is_always_fetched() -> None:
    duplicates = StoryDupeFilter()
    duplicates.request_seen(STORY)
    assert not duplicates.request_seen(STORY.replace(meta={"redirect_times": 1}))


@pytest.mark.parametrize("second", FILTERS)
@pytest.mark.parametrize("first", FILTERS)
def test_a_job_is_resumed_whoever_began_it(
    first: type[RFPDupeFilter], second: type[RFPDupeFilter], tmp_path: Path
) -> None:
    begun = first(str(tmp_path))
    begun.request_seen(STORY)
    begun.close("shutdown")
    resumed = second(str(tmp_path))
    seen = [resumed.request_seen(request) for request in (SAME, OTHER)]
    resumed.close("finished")
    assert seen == [True, False]


@pytest.mark.parametrize("torn", [1, 2, 12, 21])
def test_a_torn_end_of_the_file_hides_nothing_written_after_it(torn: int, tmp_path: Path) -> None:
    begun = StoryDupeFilter(str(tmp_path))
    begun.request_seen(STORY)
    begun.request_seen(OTHER)
    begun.close("shutdown")
    file = tmp_path / "requests.seen"
    file.write_bytes(file.read_bytes()[:-torn])
    for seen in (False, True):
        resumed = StoryDupeFilter(str(tmp_path))
        assert resumed.request_seen(STORY)
        assert resumed.request_seen(OTHER) is seen
        resumed.close("finished")


def test_each_of_many_fingerprints_is_new_once() -> None:
    many = [sha256(b"%d" % number).digest() for number in range(20_000)]
    fingerprints = Fingerprints()
    assert all(fingerprints.add(one) for one in many)
    assert not any(fingerprints.add(one) for one in many)
    assert len(fingerprints) == len(many)


def test_a_fingerprint_takes_less_than_sixteen_bytes() -> None:
    tracemalloc.start()
    fingerprints = Fingerprints()
    for number in range(100_000):
        fingerprints.add(sha256(b"%d" % number).digest())
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 16 * len(fingerprints)

"""Which unfinished stories a replay keeps when a later capture of them comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.exchange import WarcPointer
from crawler.articles import Capture
from crawler.extraction import Extraction, StoryPage
from spiders.gathering import Gathered, Gathering

URL = "https://ex.org/story"
FIRST, SECOND = (f"w-20260301120000-00000-20260301t12000{n}-aaaaaa.warc.gz" for n in (0, 1))


def capture(file: str, record: str) -> Capture:
    pointer = WarcPointer(file, 0, 0, record)
    return Capture(URL, URL, "2026-03-01T12:00:00Z", 200, pointer=pointer)


def page(number: int) -> StoryPage:
    url = f"{URL}/{number}"
    says = Extraction(url, kind="article", access="full", text=f"Part {number}.")
    return StoryPage(url, url, replace(says, next_page=f"{URL}/{number + 1}"))


@pytest.mark.parametrize(
    ("later", "is_visit", "is_ended", "made"),
    [
        pytest.param(SECOND, True, False, 1, id="it-had-a-line"),
        pytest.param(SECOND, False, False, 0, id="its-run-died"),
        pytest.param(SECOND, False, True, 1, id="the-site-had-no-more"),
    ],
)
def test_a_story_that_a_later_run_fetched_as_new_made_no_line(
    later: str, is_visit: bool, is_ended: bool, made: int
) -> None:
    gathering = Gathering(10)
    assert gathering.begin(Gathered(capture(FIRST, "one"), (page(1),))) == []
    if is_ended:
        assert gathering.go_on("one", None, capture(FIRST, "none")) == []
    came = gathering.overtaken([f"{URL}/1"], capture(later, "other"), is_visit=is_visit)
    assert len(came) == made
    assert gathering.rest() == []


def test_two_captures_of_a_story_in_one_run_wait_each_for_its_own_pages() -> None:
    gathering = Gathering(2)
    for record in ("one", "two"):
        new = capture(FIRST, record)
        assert gathering.overtaken([f"{URL}/1"], new, is_visit=False) == []
        assert gathering.begin(Gathered(new, (page(1),))) == []
    for record in ("one", "two"):
        [whole] = gathering.go_on(record, page(2), capture(FIRST, "next"))
        assert [part.asked for part in whole.pages] == [f"{URL}/1", f"{URL}/2"]

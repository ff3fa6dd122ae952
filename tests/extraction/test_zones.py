"""A wall clock gets a zone only where the page gives it away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Extraction, Page, extract
from crawler.extraction.record import Hints

_STORY = "<p>" + "A sentence of the story that goes on for a while and then ends. " * 6 + "</p>"
_CAPTURED = datetime(2024, 3, 10, tzinfo=UTC)
_LOCAL = '<meta property="article:published_time" content="2024-03-05T15:44:10">'


def _extract(head: str, body: str = "", captured_at: datetime = _CAPTURED) -> Extraction:
    html = (
        f"<html lang='de'><head><title>Story</title>{head}</head><body>{body}{_STORY}</body></html>"
    )
    return extract(Page("https://a.example/story-1", html.encode(), captured_at, "text/html"))


@pytest.mark.parametrize(
    "witness",
    [
        '<meta name="date" content="2024-03-05T13:44:10Z">',
        '<meta name="pubdate" content="1709646250">',
        '<script type="application/ld+json">{"@type": "VideoObject", "uploadDate":'
        ' "2024-03-05T13:44Z"}</script>',
        '<meta property="article:modified_time" content="2024-03-06T09:00:00+02:00">',
    ],
    ids=["same event in UTC", "same event as an epoch", "its film", "offset of the change"],
)
def test_local_time_takes_the_zone_that_the_page_gives_away(witness: str) -> None:
    found = _extract(_LOCAL + witness)
    assert found.published == "2024-03-05T15:44:10+02:00"
    assert found.published_at == "2024-03-05T13:44:10Z"


@pytest.mark.parametrize(
    "witness",
    [
        "",
        '<meta property="article:modified_time" content="2024-03-06T09:00:00Z">',
        '<meta property="article:modified_time" content="2024-03-13T09:00:00+02:00">',
        '<meta name="date" content="2024-03-05T13:20:10Z">',
        '<meta property="og:locale" content="de_DE">',
    ],
    ids=["none", "UTC says nothing", "other season", "other event", "country"],
)
def test_local_time_without_a_witness_stays_local(witness: str) -> None:
    found = _extract(_LOCAL + witness, captured_at=datetime(2024, 4, 10, tzinfo=UTC))
    assert (found.published, found.published_at) == ("2024-03-05T15:44:10", None)


def test_local_time_that_readers_see_in_their_zone_is_utc() -> None:
    shown = '<div class="published-date">Published March 5, 2024 at 10:44 AM EST</div>'
    assert _extract(_LOCAL, shown).published == "2024-03-05T15:44:10+00:00"


def test_round_time_is_no_witness_where_readers_see_it() -> None:
    local = '<meta property="article:published_time" content="2024-03-05T16:00:00">'
    other = '<time datetime="2024-03-05T12:00:00Z">Kickoff</time>'
    assert _extract(local, other).published == "2024-03-05T16:00:00"


def test_feed_tells_the_zone_of_a_local_time() -> None:
    html = f"<html><head><title>Story</title>{_LOCAL}</head><body>{_STORY}</body></html>"
    hints = Hints(published="Tue, 05 Mar 2024 13:44:10 GMT")
    page = Page("https://a.example/story-1", html.encode(), _CAPTURED, "text/html", hints=hints)
    assert extract(page).published_at == "2024-03-05T13:44:10Z"


def test_time_that_is_still_to_come_has_another_zone_than_it_says() -> None:
    head = '<meta property="article:published_time" content="2024-03-05T15:44:10Z">'
    found = _extract(head, captured_at=datetime(2024, 3, 5, 13, 50, tzinfo=UTC))
    assert (found.published, found.published_at) == ("2024-03-05T15:44:10", None)


def test_clock_that_runs_a_little_fast_is_believed() -> None:
    head = '<meta property="article:published_time" content="2024-03-05T13:55:00Z">'
    found = _extract(head, captured_at=datetime(2024, 3, 5, 13, 50, tzinfo=UTC))
    assert found.published_at == "2024-03-05T13:55:00Z"

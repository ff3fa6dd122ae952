"""Which of a page's dates is the publication."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Extraction, Page, extract
from crawler.extraction.record import Hints

_STORY = "<p>" + "A sentence of the story that goes on for a while and then ends. " * 6 + "</p>"


def _extract(head: str, body: str = "", url: str = "https://a.example/story-1") -> Extraction:
    html = (
        f"<html lang='en'><head><title>Story</title>{head}</head><body>{body}{_STORY}</body></html>"
    )
    return extract(Page(url, html.encode(), datetime(2024, 3, 10, tzinfo=UTC), "text/html"))


def _meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_page_without_a_date_gives_none() -> None:
    found = _extract("", "<p>The treaty of January 1, 2017 is still valid, the minister said.</p>")
    assert (found.published_at, found.published_date, found.published_from) == (None, None, None)


@pytest.mark.parametrize("content", ["2024-03-12T00:00:00Z", "2031-01-01", "1970-01-01"])
def test_date_outside_the_possible_span_is_dropped(content: str) -> None:
    assert _extract(_meta("article:published_time", content)).published_date is None


def test_midnight_utc_is_a_bare_day() -> None:
    found = _extract(_meta("article:published_time", "2024-03-05T00:00:00Z"))
    assert (found.published_at, found.published_date) == (None, "2024-03-05")


def test_later_candidate_adds_the_time_of_the_same_day() -> None:
    head = _meta("article:published_time", "2024-03-05") + _meta("date", "2024-03-05T08:15:00Z")
    assert _extract(head).published_at == "2024-03-05T08:15:00Z"


def test_local_time_that_calls_itself_utc_is_corrected_by_an_offset() -> None:
    head = _meta("article:published_time", "2024-03-05T08:15:00Z")
    body = '<time datetime="2024-03-05T08:15:00+09:00">5 March</time>'
    assert _extract(head, body).published_at == "2024-03-04T23:15:00Z"


def test_updated_time_element_is_not_the_publication() -> None:
    body = '<div>Updated: <time datetime="2024-03-06T08:15:00Z">6 March</time></div>'
    assert _extract("", body).published_date is None


def test_modified_is_kept_apart() -> None:
    found = _extract(_meta("article:modified_time", "2024-03-06T08:15:00Z"))
    assert (found.published_at, found.modified_at) == (None, "2024-03-06T08:15:00Z")


def test_day_in_the_url_is_the_last_resort() -> None:
    found = _extract("", url="https://a.example/2024/02/29/story")
    assert (found.published_date, found.published_from) == ("2024-02-29", "url")
    assert found.published_at is None


def test_hint_of_the_feed_counts_where_the_page_is_silent() -> None:
    page = Page(
        url="https://a.example/story-1",
        body=f"<html><title>Story</title><body>{_STORY}</body></html>".encode(),
        captured_at=datetime(2024, 3, 10, tzinfo=UTC),
        hints=Hints(published="Tue, 05 Mar 2024 10:15:00 +0100"),
    )
    found = extract(page)
    assert (found.published_at, found.published_from) == ("2024-03-05T09:15:00Z", "hint")

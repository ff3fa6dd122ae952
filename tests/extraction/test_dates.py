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


def test_time_without_a_zone_is_added_to_the_day() -> None:
    body = '<p class="published">5 March 2024, 14:30</p>'
    found = _extract(_meta("article:published_time", "2024-03-05"), body)
    assert (found.published, found.published_at) == ("2024-03-05T14:30:00", None)


@pytest.mark.parametrize(
    "name",
    [
        "article:published:time",
        "date_published",
        "pub_date",
        "dc.date-created",
        "article-posted-on",
    ],
)
def test_meta_name_in_another_spelling_is_the_publication(name: str) -> None:
    found = _extract(_meta(name, "2024-03-05T08:15:00Z"))
    assert (found.published_at, found.published_from) == ("2024-03-05T08:15:00Z", f"meta:{name}")


@pytest.mark.parametrize("name", ["publisher", "expiry_date", "event:date", "article:updated:at"])
def test_meta_name_of_another_date_is_not_the_publication(name: str) -> None:
    assert _extract(_meta(name, "2024-03-05T08:15:00Z")).published is None


@pytest.mark.parametrize("kind", ["WebPage", "HowTo", "Recipe"])
def test_json_ld_of_the_page_dates_it_where_it_has_no_article(kind: str) -> None:
    data = f'{{"@type": "{kind}", "datePublished": "2024-03-05T08:15:00:684Z"}}'
    found = _extract(f'<script type="application/ld+json">{data}</script>')
    assert found.published_at == "2024-03-05T08:15:00Z"


@pytest.mark.parametrize(
    "markup",
    [
        '<span property="dc:date dc:created" content="2024-03-05T09:15:00+01:00">5 March</span>',
        '<span property="schema:datePublished" content="2024-03-05T09:15:00+01:00">5.3.</span>',
        '<abbr class="published" title="2024-03-05T09:15:00+01:00">last Tuesday</abbr>',
        '<span class="post-date" data-timestamp="1709626500">five days ago</span>',
        "<ul><li>Date: 5 March 2024, 09:15 CET</li></ul>",
        "<dl><dt>Date</dt><dd>5 March 2024, 09:15 CET</dd></dl>",
    ],
    ids=["rdfa dc", "rdfa schema", "hatom", "epoch", "label in the line", "label beside"],
)
def test_markup_of_the_page_gives_the_publication(markup: str) -> None:
    assert _extract("", markup).published_at == "2024-03-05T08:15:00Z"


@pytest.mark.parametrize(
    "name",
    [
        "og:article:published_time", "parsely-pub-date", "sailthru.date", "DC.date.issued",
        "dcterms.created", "cXenseParse:recs:publishtime", "citation_publication_date", "pubdate",
    ],
)  # fmt: skip
def test_meta_of_each_vocabulary_gives_the_publication(name: str) -> None:
    assert _extract(_meta(name, "2024-03-05T08:15:00Z")).published_at == "2024-03-05T08:15:00Z"

"""Live blogs as entries, stories over several pages, variants of one story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Extraction, Page, extract

_TEXT = "All trains north of the river stand still after a tree fell on the line, entry {}."
_HEAD = '<html><head><title>Storm</title><meta property="og:type" content="article">'


def _run(page: str, url: str) -> Extraction:
    return extract(Page(url, page.encode(), datetime(2024, 3, 10, tzinfo=UTC), "text/html"))


def _entries(count: int) -> str:
    return "".join(
        f'<div class="e"><time datetime="2024-03-09T1{n}:30:00+01:00">1{n}:30</time>'
        f"<h3>Update {n}</h3><div><p>{_TEXT.format(n)}</p><p>More of {n}.</p></div></div>"
        for n in range(count)
    )


def test_entries_of_a_live_blog_are_read_from_its_markup() -> None:
    found = _run(f"{_HEAD}<body><h1>Storm</h1>{_entries(4)}", "https://a.example/live/storm-1")
    assert [(e["published_at"], e["headline"]) for e in found.live_updates] == [
        (f"2024-03-09T0{n + 9}:30:00Z" if n == 0 else f"2024-03-09T{n + 9}:30:00Z", f"Update {n}")
        for n in range(4)
    ]
    assert found.live_updates[2]["text"] == f"{_TEXT.format(2)}\n\nMore of 2."


@pytest.mark.parametrize(
    ("url", "count"),
    [("https://a.example/live/storm-1", 2), ("https://a.example/news/storm-1", 4)],
    ids=["too-few", "not-live"],
)
def test_page_that_is_no_series_has_no_entries(url: str, count: int) -> None:
    assert _run(f"{_HEAD}<body><h1>Storm</h1>{_entries(count)}", url).live_updates == ()


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/2024/storm/2", "https://a.example/2024/storm/2"),
        ("?page=2", "https://a.example/2024/storm?page=2"),
        ("/2024/storm/page/2/", "https://a.example/2024/storm/page/2/"),
        ("/2024/another-story", None),
        ("/2024/storm", None),
        ("https://b.example/2024/storm/2", None),
    ],
)
def test_next_page_is_a_page_of_the_same_story(href: str, expected: str | None) -> None:
    page = f'{_HEAD}<link rel="next" href="{href}"><body><p>{_TEXT}</p>'
    assert _run(page, "https://a.example/2024/storm").next_page == expected


@pytest.mark.parametrize("variant", ["/amp/2024/storm", "/2024/storm/amp", "/2024/storm?print=1"])
def test_variant_that_names_its_story_counts_as_it(variant: str) -> None:
    page = f'{_HEAD}<link rel="canonical" href="https://a.example/2024/storm"><body><p>{_TEXT}</p>'
    assert _run(page, f"https://a.example{variant}").canonical_url == "https://a.example/2024/storm"

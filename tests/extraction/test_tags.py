"""Keywords: which source counts, and what is no keyword."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Page, extract
from crawler.extraction.tags import clean_tags


def _tags(head: str, body: str = "") -> tuple[str, ...]:
    story = "".join(f"<p>Passenger {n} waited on the pier for an hour.</p>" for n in range(6))
    html = (
        f"<html><head><title>Late</title>{head}</head><body>{body}<article><h1>Late</h1>{story}"
        '<a href="/tag/ferry">ferry</a> <a href="/tag/pier">pier</a></article></body></html>'
    )
    page = Page("https://daily.example/a", html.encode(), datetime(2024, 6, 1, tzinfo=UTC))
    return extract(page).tags


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (_meta("news_keywords", "Sea, Port") + _meta("keywords", "News"), ("Sea", "Port")),
        (_meta("custom-keywords", "Sea, Port"), ("Sea", "Port")),
        (_meta("keywords", "the &amp;quot;Sea&amp;quot;, Port"), ('the "Sea"', "Port")),
        (_meta("article:section", "Sea") + _meta("keywords", "Sea"), ("ferry", "pier")),
        (_meta("article:tag", "AER,AIR,CRSH,DIS,GEN"), ("ferry", "pier")),
        ("", ("ferry", "pier")),
        (_meta("keywords", "防波堤 港口 保险"), ("防波堤", "港口", "保险")),
        (_meta("keywords", "Sea|Port|Old quay"), ("Sea", "Port", "Old quay")),
        (_meta("keywords", "harbour wall"), ("harbour wall",)),
        (_meta("keywords", "Late"), ("ferry", "pier")),
        (_meta("keywords", "<meta name="), ("ferry", "pier")),
    ],
    ids=[
        *("news-first", "other-meta", "escaped-twice", "only-the-section", "codes", "links"),
        *("by-spaces", "by-bars", "two-words-are-one", "the-headline", "markup"),
    ],
)
def test_first_source_that_says_something_counts(head: str, tags: tuple[str, ...]) -> None:
    assert _tags(head) == tags


def test_keywords_complete_the_json_ld() -> None:
    data = '{"@type":"NewsArticle","headline":"Late","keywords":["sea"]}'
    head = f'<script type="application/ld+json">{data}</script>' + _meta("keywords", "Sea, Port")
    assert _tags(head) == ("Sea", "Port")


def test_topic_links_before_the_headline_are_the_menu() -> None:
    assert _tags("", '<div><a href="/topic/war">War</a></div>') == ("ferry", "pier")


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        (["Subject: Justice", "Medium", "WC: 1000-1999"], ("Justice",)),
        (["Page Type: Article", "isNew:true", "www.daily.example", "12345", "Sea"], ("Sea",)),
        (["NATO", "EU", "Sea"], ("NATO", "EU", "Sea")),
        (["p", "Sea", "sea", "海"], ("Sea", "海")),
    ],
    ids=["subjects", "machine", "abbreviations", "letters"],
)
def test_clean_tags(source: list[str], tags: tuple[str, ...]) -> None:
    assert clean_tags(source, "Daily") == tags


@pytest.mark.parametrize(
    "hidden",
    ['class="sr-only"', 'class="VisuallyHidden"', 'style="clip: rect(0, 0, 0, 0)"'],
)
def test_what_only_screen_readers_say_is_no_part_of_a_tag(hidden: str) -> None:
    link = f'<a rel="tag" href="/tag/sea">Sea<span {hidden}>, category</span></a>'
    assert _tags("", link)[0] == "Sea"

"""The republished wire story that started this project, in the markup that its copy shows."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from crawler.extraction import Extraction, Page, extract

_SHARED = (
    Path(os.environ["BROADSHEET_DEVSET"]).parent
    if "BROADSHEET_DEVSET" in os.environ
    else Path(__file__).parents[3] / "shared"
)
_STORY = _SHARED / "seed" / "story.txt"

pytestmark = pytest.mark.skipif(
    not _STORY.is_file(), reason="the story is not part of this repository"
)


def _page(story: str) -> tuple[bytes, list[str]]:
    crumb, strip, *rest = [line.strip() for line in story.splitlines() if line.strip()]
    headline, *paragraphs = rest
    links = " ".join(
        f'<a href="/category/{name.lower()}/" rel="category tag">{name}</a>'
        for name in strip.split()
    )
    body = "\n".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    home, _, crumb_title = crumb.partition(" » ")
    return (
        f"""<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8">
<title>{escape(headline)} - The Daily Sample</title></head><body class="single">
<div id="header"><a href="/">The Daily Sample</a><ul class="menu"><li><a href="/a/">World</a></li>
<li><a href="/b/">Sport</a></li></ul></div>
<div class="breadcrumb"><a href="/">{home}</a> » <span>{escape(crumb_title)}</span></div>
<article class="post"><div class="cat-links">{links}</div>
<h1 class="entry-title">{escape(headline)}</h1>
<div class="entry-content"><h2>{escape(headline)}</h2>
{body}
</div></article>
<div id="footer"><p>About us. Contact. All rights reserved.</p></div></body></html>""".encode(),
        paragraphs,
    )


@pytest.fixture(scope="module")
def story() -> tuple[Extraction, list[str]]:
    body, paragraphs = _page(_STORY.read_text(encoding="utf-8"))
    page = Page(
        url="https://news.example/blinken-to-explore-cooperation-with-china/",
        body=body,
        captured_at=datetime(2023, 1, 2, tzinfo=UTC),
        content_type="text/html",
    )
    return extract(page), paragraphs


def test_text_is_the_paragraphs_without_the_source_line(
    story: tuple[Extraction, list[str]],
) -> None:
    found, paragraphs = story
    assert (found.text or "").split("\n\n") == paragraphs[:-1]


def test_headline_and_six_categories_are_fields_not_text(
    story: tuple[Extraction, list[str]],
) -> None:
    found, _ = story
    assert found.headline == "Blinken to explore cooperation with China in upcoming trip: official"
    assert found.categories == ("Asia", "Business", "China", "Economy", "Featured", "Politics")


def test_source_line_becomes_the_agency(story: tuple[Extraction, list[str]]) -> None:
    assert story[0].agency == "Kyodo News"


def test_no_date_is_invented(story: tuple[Extraction, list[str]]) -> None:
    found, _ = story
    assert (found.published_at, found.published_date, found.modified_at) == (None, None, None)

"""The quality of a text: lower where the page's own data say that something is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.extraction import Page, extract

_STORY = [
    f"The harbour town turned its old lighthouse into a library for children, paragraph {n} says."
    for n in range(14)
]
_WORDS = sum(len(line.split()) for line in _STORY)


def _quality(amid: str = "", **data: object) -> float:
    """Of a page with the story, and with ``amid`` between its paragraphs."""
    node = json.dumps({"@type": "NewsArticle", "headline": "A library", **data})
    story = [f"<p>{line}</p>" for line in _STORY]
    body = "".join([*story[:7], amid, *story[7:]])
    page = (
        f'<html><head><title>A library</title><script type="application/ld+json">{node}</script>'
        f"</head><body><article><h1>A library</h1>{body}</article></body></html>"
    )
    url = "https://a.example/2024/03/library"
    found = extract(Page(url, page.encode(), datetime(2024, 3, 10, tzinfo=UTC), "text/html"))
    assert (found.text or "").split("\n\n") == _STORY
    assert found.quality is not None
    return found.quality


def test_plain_story_is_trusted() -> None:
    assert _quality() > 0.9


def test_word_count_that_agrees_changes_nothing() -> None:
    assert _quality(wordCount=_WORDS) == _quality()


@pytest.mark.parametrize("words", [_WORDS * 5, 30])
def test_word_count_that_disagrees_lowers_it(words: int) -> None:
    assert _quality(wordCount=words) < _quality() - 0.2


def test_senseless_word_count_is_not_believed() -> None:
    assert _quality(wordCount="many") == _quality(wordCount=0) == _quality()


def test_text_left_out_amid_the_story_lowers_it() -> None:
    items = "".join(
        f"<li><a href='/{n}'>Another story of the harbour town, number {n}</a></li>"
        for n in range(9)
    )
    assert _quality(amid=f"<ul class='links'>{items}</ul>") < _quality() - 0.05

"""No line is longer than JSONL_LINE_MAX, and one that would be says what it lacks."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from crawler.articles import build_article
from crawler.change import Change, ParagraphChange
from crawler.items import Article
from crawler.line_bound import LEAST, fitted
from tests.crawler.test_articles import CAPTURE, extraction

LONG = "a long story " * (LEAST // 13)


@pytest.fixture
def article() -> Article:
    return build_article(extraction(text="short"), CAPTURE, extractor="x", run_id="r")


def test_a_line_that_fits_is_as_it_was(article: Article) -> None:
    assert fitted(article, LEAST) == (article, msgspec.json.encode(article))


@pytest.mark.parametrize(
    ("fields", "shortened"),
    [
        ({"evidence": {"text": LONG}}, ["evidence"]),
        ({"change": Change(paragraphs=(ParagraphChange(at=0, now=LONG),))}, ["change"]),
        ({"text": LONG}, ["text"]),
        ({"live_updates": [{"text": LONG}]}, ["text", "live_updates"]),
        ({"text": LONG, "evidence": {"text": LONG}}, ["evidence", "text"]),
        ({"tags": [LONG] * 9, "headline": LONG}, ["text", "headline", "tags"]),
        ({"tags": ["a tag"] * 99_999}, ["text", "tags"]),
    ],
    ids=["evidence", "change", "text", "live-blog", "two", "metadata", "many-tags"],
)
def test_a_line_that_is_too_long_names_what_is_left_out(
    article: Article, fields: dict[str, object], shortened: list[str]
) -> None:
    long = replace(article, **fields)  # type: ignore[arg-type] # fields of any type

    kept, line = fitted(long, LEAST)

    assert len(line) <= LEAST
    assert kept.shortened == shortened
    assert kept.text_sha256 == article.text_sha256
    assert (kept.text is None) == ("text" in shortened)
    assert msgspec.json.decode(line, type=Article) == kept


def test_a_text_that_is_left_out_has_its_reason(article: Article) -> None:
    kept, _ = fitted(replace(article, text=LONG), LEAST)
    assert kept.extraction_error == "the line would be longer than JSONL_LINE_MAX"

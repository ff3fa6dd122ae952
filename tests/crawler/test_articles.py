"""The item: its identity and what may be in it."""

from __future__ import annotations

import msgspec
import pytest

from crawler.articles import Capture, build_article, capture_id
from crawler.extraction.record import Extraction

CAPTURE = Capture(
    url="https://a.example/go",
    final_url="https://a.example/story",
    captured_at="2026-03-01T12:00:00.000001Z",
    http_status=200,
    payload_digest="sha1:AAAA",
)


def extraction(**fields: object) -> Extraction:
    return Extraction(
        canonical_url="https://a.example/story", kind="article", access="full", **fields
    )  # type: ignore[arg-type]


def test_the_id_is_that_of_the_capture_whatever_was_extracted() -> None:
    one = build_article(extraction(text="one"), CAPTURE, extractor="x/1", run_id="a")
    two = build_article(extraction(text="two"), CAPTURE, extractor="x/2", run_id="b")
    assert one.id == two.id == capture_id(CAPTURE)
    assert one.text_sha256 != two.text_sha256


def test_what_utf_8_refuses_does_not_cost_the_line() -> None:
    broken = extraction(headline="Sto\ud800rm", text="a\x00b", tags=("t\udfffide",))
    article = build_article(broken, CAPTURE, extractor="x", run_id="r")
    line = msgspec.json.decode(msgspec.json.encode(article))
    assert (line["headline"], line["text"], line["tags"]) == ("Storm", "ab", ["tide"])


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("2026-03-01T11:59:59Z", True),
        ("2026-03-01T12:00:01Z", False),
        ("2031-01-01T00:00:00Z", False),
    ],
)
def test_a_date_after_the_capture_is_never_published_at(stated: str, kept: bool) -> None:
    dated = extraction(published=stated, published_at=stated, modified_at=stated)
    article = build_article(dated, CAPTURE, extractor="x", run_id="r")
    expected = stated if kept else None
    assert (article.published_at, article.modified_at) == (expected, expected)
    assert article.published == stated


def test_lists_are_never_null() -> None:
    article = build_article(extraction(), CAPTURE, extractor="x", run_id="r")
    assert article.authors == article.categories == article.tags == []

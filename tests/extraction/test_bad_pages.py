"""Pages that break engines: text or a reason, never an exception, never much time."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from crawler.extraction import Extraction, Page, extract, extractor

_STORY = "".join(
    f"<p>Paragraph number {i} of a story that is long enough to be taken for its text.</p>"
    for i in range(12)
)
_HEAD = '<html><head><title>A title</title><meta property="og:type" content="article">'


def _run(body: bytes | str, url: str = "https://a.example/2024/03/story") -> Extraction:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return extract(Page(url, raw, datetime(2024, 3, 10, tzinfo=UTC), "text/html"))


@pytest.mark.parametrize(
    "page",
    [
        _HEAD + "<body>" + "<div>" * 300 + _STORY,
        _HEAD + "<body>" + "<div>" * 50_000 + _STORY,
        _HEAD + "<body>" + _STORY + "<span>" * 50_000,
        _HEAD
        + '<script type="application/ld+json">{"a":['
        + '{"name":"A B",' * 12_000
        + "</script>"
        "<body>" + _STORY,
        _HEAD + '<script type="application/ld+json">' + "[" * 50_000 + "</script><body>" + _STORY,
        _HEAD + "<script>" + "x=1;" * 3_000_000 + "</script><body>" + _STORY,
        _HEAD + "<body><p>&#1;&#27;&#xFFFE;&#xD800;&#0;&#99999999;</p>" + _STORY,
        _HEAD + "<body>\x00\x1b\ud800" + _STORY,
    ],
    ids=["deep", "deeper", "spans", "broken-json", "nested-json", "script", "references", "raw"],
)
def test_hostile_page_still_gives_its_text(page: str) -> None:
    started = time.process_time()
    found = _run(page)
    assert (found.text or "").count("Paragraph number") == 12
    assert time.process_time() - started < 5


_DATE = "<time datetime='2024-03-05T09:00:00Z'>5 March 2024</time> "
_JSON = '<script type="application/ld+json">'


@pytest.mark.parametrize(
    "page",
    [
        _HEAD + _JSON + '{"@type":"NewsArticle","author":["' * 12_000 + "</script><body>" + _STORY,
        _HEAD + _JSON + '{"a":"' + "x" * 10_000_000 + '"}</script><body>' + _STORY,
        _HEAD + "<body><p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>" + _STORY,
        _HEAD + "<body>" + _STORY + "<br>" * 200_000,
        _HEAD + "<body>" + _STORY + "<p>" + "word " * 2_000_000,
        _HEAD + "<body>" + _STORY + _DATE * 15_000,
        _HEAD + "<body>" + _STORY + "<p>" + "20240305" * 100_000,
        _HEAD + '<meta property="article:tag" content="a tag">' * 20_000 + "<body>" + _STORY,
    ],
    ids=["json", "long-json", "attributes", "breaks", "one-line", "dates", "digits", "metas"],
)
def test_flood_gives_text_within_bounds_of_time(page: str) -> None:
    started = time.process_time()
    assert "Paragraph number 11" in (_run(page).text or "")
    assert time.process_time() - started < 15  # generous: 2 s on an idle machine


@pytest.mark.parametrize(
    "tail",
    ["<div><a href='/x'>a link</a></div>" * 60_000, "<p>" + "word " * 2_000_000, _STORY * 2_500],
    ids=["links", "one-paragraph", "paragraphs"],
)
def test_monstrous_page_is_read_as_far_as_time_allows_and_says_so(tail: str) -> None:
    started = time.process_time()
    found = _run(_HEAD + "<body><article>" + _STORY + "</article>" + tail)
    assert found.text
    assert found.access == "truncated"
    assert time.process_time() - started < 15  # generous: 2 s on an idle machine


_STATE = '</head><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">'


@pytest.mark.parametrize(
    "state",
    [
        {"article": {"title": "A title", "body": _STORY}, "teasers": ["Another story"]},
        {"blocks": [{"type": "p", "text": line} for line in _STORY.split("</p>") if line]},
        {"nodes": [{"children": [{"text": line}]} for line in _STORY.split("</p>") if line]},
    ],
    ids=["html", "blocks", "rich-text"],
)
def test_story_that_is_only_in_script_state_is_read(state: dict[str, object]) -> None:
    found = _run(_HEAD + _STATE + json.dumps({"props": {"pageProps": state}}) + "</script>")
    lines = (found.text or "").split("\n\n")
    assert [line[:18] for line in lines] == [f"Paragraph number {i}"[:18] for i in range(12)]


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"\0" * 1000, b"just text", b"%PDF-1.7", bytes(range(256)), b"<script>" * 9000],
    ids=["empty", "blank", "nul", "text", "pdf", "bytes", "unclosed"],
)
def test_page_without_a_story_gives_a_reason(body: bytes) -> None:
    found = _run(body)
    assert found.text is None
    assert found.error


@pytest.mark.parametrize("url", ["", "x", "http://", "http://[::1", "mailto:x", "http://a:99999/"])
def test_impossible_url_does_not_raise(url: str) -> None:
    assert isinstance(_run(_HEAD + _STORY, url), Extraction)


def test_text_can_be_encoded() -> None:
    (_run(_HEAD + "<p>&#55357;&#56832;\ud83d</p>" + _STORY).text or "").encode()


def test_extractor_names_version_and_digest() -> None:
    name, _, digest = extractor().partition("+")
    assert name.startswith("broadsheet/")
    assert len(digest) == 12

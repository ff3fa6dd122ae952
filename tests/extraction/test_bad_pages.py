"""Pages that break engines: text or a reason, never an exception. Floods: test_floods.py."""

from __future__ import annotations

import json
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
        _HEAD + "<body><p>&#1;&#27;&#xFFFE;&#xD800;&#0;&#99999999;</p>" + _STORY,
        _HEAD + "<body>\x00\x1b\ud800\ufdd0\uffff" + _STORY,
    ],
    ids=["references", "raw"],
)
def test_characters_that_xml_forbids_do_not_cost_the_text(page: str) -> None:
    assert (_run(page).text or "").count("Paragraph number") == 12


@pytest.mark.parametrize("end", ["</html>", "</body></html>", "</BODY></HTML>"])
def test_an_end_of_the_page_before_the_story_does_not_cost_the_story(end: str) -> None:
    found = _run(f"{_HEAD}</head><body><div>Menu</div>{end}<div>{_STORY}</div></body></html>")
    assert (found.text or "").count("Paragraph number") == 12


def test_a_lone_paragraph_before_its_headline_is_no_standfirst() -> None:
    line = "\u9632\u6ce2\u5824\u63a8\u8fdf\u4e24\u5e74\u5b8c\u5de5\uff0c" * 26
    title = "\u65b0\u9632\u6ce2\u5824\u63a8\u8fdf\u4e24\u5e74\u5b8c\u5de5\u7684\u539f\u56e0"
    found = _run(f"<title>{title}</title><body><div><p>{line}</p></div><h1>{title}</h1></body>")
    assert found.text == line


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

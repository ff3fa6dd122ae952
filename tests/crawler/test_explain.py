"""What an explanation shows, and that a hostile page cannot act in it."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.html import document_fromstring

from crawler.explain.explanation import explain, explain_story
from crawler.explain.html import as_html
from crawler.explain.terminal import as_text, safe
from crawler.extraction.record import Page

_HOSTILE = """<html><head><title>"><script>alert(1)</script> Late</title>
<meta property="og:title" content="&lt;img src=x onerror=alert(2)&gt; The ferry is late today">
<meta name="author" content="&quot;&gt;&lt;script&gt;alert(3)&lt;/script&gt; Ada Fenwick"></head>
<body><h1>The ferry is late today \x1b[31m\u202e</h1><iframe src="https://evil.example/"></iframe>
</iframe></body>""" + "".join(
    f"<p>Passenger {n} waited on the pier for an hour and read the paper, &lt;b&gt;.</p>"
    for n in range(6)
)


def _page(html: str) -> Page:
    return Page("https://post.example/a", html.encode(), datetime(2024, 5, 6, tzinfo=UTC))


def test_html_runs_nothing_of_the_page() -> None:
    document = document_fromstring(as_html([explain(_page(_HOSTILE))]))
    assert document.xpath("//script | //img | //*[@onerror]") == []
    (frame,) = document.xpath("//iframe")
    assert frame.get("sandbox") == ""
    assert frame.get("src") is None
    assert "alert(1)" in frame.get("srcdoc")
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


def test_terminal_shows_control_characters_as_text() -> None:
    text = as_text([explain(_page(_HOSTILE))])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert safe("\x1b[31m") == "\\x1b[31m"


def test_dropped_and_left_paragraphs_are_shown_with_their_reason() -> None:
    menu = "<p>This paragraph stands in the footer, far from the story, and nobody took it.</p>"
    story = "".join(
        f"<p>Passenger {n} waited on the pier for an hour on Monday.</p>" for n in range(9)
    )
    found = explain(
        _page(
            "<html><head><title>The ferry is late</title></head><body><article>"
            f"<h1>The ferry is late</h1>{story}<p>Read more: the timetable</p></article>"
            f"<footer>{menu}</footer></body></html>"
        )
    )
    assert len(found.kept) == 9
    assert ("Read more: the timetable", "link, prompt or separator") in found.dropped
    assert any("in the footer" in line for line in found.left)


def test_sources_that_disagree_are_flagged() -> None:
    found = explain(
        _page(
            '<html><head><meta property="article:published_time" content="2024-05-01T10:00:00Z">'
            '<meta name="dc.date" content="2024-03-01"></head><body><h1>The ferry</h1></body>'
        )
    )
    (published,) = [field for field in found.fields if field.name == "published"]
    assert published.is_disputed
    assert [seen.origin for seen in published.candidates if seen.is_choice] == [
        "meta:article:published_time"
    ]


def test_of_a_story_of_several_pages_each_is_shown_with_what_it_gives() -> None:
    box = "<p>Ada Quill has written about the harbour for the last eleven years, and goes on.</p>"
    pages = []
    for number in (1, 2):
        lines = (
            f"<p>Boat {number}{n} lay at the quay for a week in the storm.</p>" for n in "abcd"
        )
        html = f"<title>Boats</title><article><h1>Boats</h1>{''.join(lines)}{box}</article>"
        pages.append(_page(f"<html><body>{html}</body></html>"))
    first, second = explain_story(pages)
    assert [len(first.kept), len(second.kept)] == [4, 5]
    assert first.dropped[-1] == (box[3:-4], "a pager, or on another page too")
    for shown in (as_text([first, second]), as_html([first, second])):
        assert "Boat 1a" in shown.partition("Boat 2a")[0]
        assert shown.count("another page too") == 1

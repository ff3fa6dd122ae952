from __future__ import annotations

import pytest

from spiders.discovery.feed import read_feed
from spiders.discovery.nesting import MOST_LEVELS, is_too_deep

FEED = "<rss version='2.0'><channel><item><link>https://p.example/a</link></item>{}</channel></rss>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<a>" * MOST_LEVELS, False, id="as-deep-as-may-be"),
        pytest.param("<a>" * (MOST_LEVELS + 1), True, id="deeper"),
        pytest.param("<a>" * 50_000 + "</a>" * 50_000, True, id="closed-at-last"),
        pytest.param("<a>b</a><c/>" * 50_000, False, id="many-beside-one-another"),
        pytest.param("<d><![CDATA[" + "<br>" * 50_000 + "]]></d>", False, id="markup-within-text"),
        pytest.param("<!--" + "<a>" * 50_000 + "-->", False, id="comment"),
        pytest.param("a < b " * 50_000, False, id="no-tags"),
        pytest.param("<![CDATA[" * 50_000, False, id="sections-without-end"),
    ],
)
def test_levels_are_told(text: str, expected: bool) -> None:
    assert is_too_deep(text) is expected


def test_a_feed_that_nests_without_end_is_refused_with_a_reason() -> None:
    listing = read_feed(FEED.format("<a>" * 100_000).encode(), "https://p.example/feed", None)
    assert listing.entries == ()
    assert listing.problems[0].startswith("nests deeper than")

from __future__ import annotations

import json

import pytest

from crawler.polling import Wishes
from spiders.discovery.feed import read_feed
from tests.spiders.discovery.feeds import URL, channel, read, rss


@pytest.mark.parametrize(
    ("parts", "wishes"),
    [
        ("<ttl>90</ttl>", Wishes(ttl=5400.0)),
        ("<ttl> 60 </ttl>", Wishes(ttl=3600.0)),
        ("<ttl>soon</ttl>", Wishes()),
        ("<ttl>-5</ttl>", Wishes()),
        ("<ttl>99999999999</ttl>", Wishes(ttl=7 * 24 * 3600.0)),
        (
            "<skipHours><hour>0</hour>\n<hour> 5 </hour><hour>24</hour></skipHours>",
            Wishes(skip_hours=frozenset({0, 5})),
        ),
        ("<skipDays><day>Saturday</day><day>sunday</day></skipDays>",
         Wishes(skip_days=frozenset({5, 6}))),
        ("<skipDays><day>Someday</day></skipDays>", Wishes()),
    ],
)  # fmt: skip
def test_a_channel_says_when_it_need_not_be_asked(parts: str, wishes: Wishes) -> None:
    assert read(channel(parts)).wishes == wishes


SY = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"


@pytest.mark.parametrize(
    ("parts", "days", "wishes"),
    [
        (f"{SY}daily</sy:updatePeriod>", (1, 20), Wishes(period=24 * 3600.0)),
        (f"{SY}hourly</sy:updatePeriod>", (1, 20), Wishes(period=3600.0)),
        (f"{SY}often</sy:updatePeriod>", (1, 20), Wishes()),
        (f"{SY}weekly</sy:updatePeriod>", (1, 3), Wishes()),
        ("<ttl>1440</ttl>", (1, 3), Wishes(ttl=24 * 3600.0)),
        ("<ttl>1440</ttl>", (1, 2), Wishes()),
    ],
)
def test_a_wish_is_believed_if_no_story_would_be_lost(
    parts: str, days: tuple[int, int], wishes: Wishes
) -> None:
    items = "".join(
        f"<item><link>/{day}</link><pubDate>{day:02} Mar 2026 08:00:00 GMT</pubDate></item>"
        for day in days
    )
    assert read(f"<rss version='2.0'><channel>{parts}{items}</channel></rss>").wishes == wishes


_ATOM = "xmlns='http://www.w3.org/2005/Atom'"
_GENERATOR = "<generator>https://wordpress.org/?v=6.5</generator>"


@pytest.mark.parametrize(
    ("body", "url", "following"),
    [
        pytest.param(f"<feed {_ATOM}><link rel='next' href='?page=2'/></feed>", URL,
                     f"{URL}?page=2", id="paged"),
        pytest.param(f"<feed {_ATOM}><link rel='next' href='/n'/><link rel='prev-archive' "
                     "href='/2026-02'/></feed>", URL, "https://ex.org/2026-02", id="archived"),
        pytest.param(channel("<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' "
                             "href='/feed/2'/>"), URL, "https://ex.org/feed/2", id="rss"),
        pytest.param(channel(_GENERATOR), "https://ex.org/feed/", "https://ex.org/feed/?paged=2",
                     id="wordpress"),
        pytest.param(channel(_GENERATOR), "https://ex.org/?feed=rss2&paged=9",
                     "https://ex.org/?feed=rss2&paged=10", id="wordpress-later"),
        pytest.param('{"items": [], "next_url": "/more.json"}', URL, "https://ex.org/more.json",
                     id="json"),
        pytest.param(channel("<generator>Other</generator>"), URL, None, id="none"),
    ],
)  # fmt: skip
def test_a_feed_says_where_it_goes_on(body: str, url: str, following: str | None) -> None:
    assert read_feed(body.encode(), url, None).next_page == following


def test_hours_in_a_story_are_no_wish() -> None:
    story = "<item><link>/b</link><description>&lt;skipHours&gt;&lt;hour&gt;5&lt;/hour&gt;"
    assert read(channel(story)).wishes == Wishes()


def test_hubs_are_those_of_rss_atom_and_json() -> None:
    hub = "https://hub.example/"
    atom = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='{hub}'/>"
    as_json = {"version": "https://jsonfeed.org/version/1.1", "items": [], "hubs": [
        {"type": "WebSub", "url": hub}, 5, {"url": 5}]}  # fmt: skip
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='{hub}'/></feed>"
    for body in (channel(atom), feed, json.dumps(as_json)):
        assert read(body).hubs == (hub,)
    assert read(rss("/a")).hubs == ()

"""Feeds for the tests of the feed reader, and the reader asked as the spiders ask it."""

from __future__ import annotations

from spiders.discovery.feed import read_feed
from spiders.discovery.listing import Listing

URL = "https://ex.org/feed/rss.xml"
ITEM = (
    "<item><title>Tea &amp; toast</title><link>{}</link>"
    "<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><dc:creator>Jo Doe</dc:creator>"
    "<category>Food</category>"
    "<description>&lt;p&gt;Hot &amp;amp; good&lt;/p&gt;</description></item>"
)


def rss(*links: str, prolog: str = '<?xml version="1.0"?>', version: str = "2.0") -> str:
    items = "".join(ITEM.format(link) for link in links)
    return (
        f'{prolog}<rss version="{version}" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Café</title><language>de</language>{items}</channel></rss>"
    )


def channel(parts: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{parts}<item><link>/a</link></item>"


def read(body: str | bytes, content_type: str | None = None) -> Listing:
    return read_feed(body.encode() if isinstance(body, str) else body, URL, content_type)


def urls(listing: Listing) -> list[str]:
    return [entry.url for entry in listing.entries]

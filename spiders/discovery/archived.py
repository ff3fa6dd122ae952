"""Listings out of the archive, when the state that knew what they showed is lost."""

from __future__ import annotations

from crawler.hints import Listed
from crawler.url_traps import trap
from spiders.discovery.feed import read_feed
from spiders.discovery.news_sitemap import read_news_sitemap
from spiders.discovery.section import read_section
from spiders.window import window_of


def read_archived(
    role: str, body: bytes, url: str, content_type: str | None, window: str = ""
) -> tuple[Listed, ...]:
    """The entries of a listing by the role that its fetch facts name; none where it has none, and
    none that is outside the ``window`` of its run or looks like a trap.

    The ``take`` of its source is not known here: whoever fetches the entries asks the source.
    """
    wanted = window_of(window)
    return tuple(
        entry
        for entry in _entries(role, body, url, content_type)
        if not wanted.outside_entry(entry) and not (role == "section" and trap(entry.url))
    )


def _entries(role: str, body: bytes, url: str, content_type: str | None) -> tuple[Listed, ...]:
    if role == "feed":
        return read_feed(body, url, content_type).entries
    if role == "news_sitemap":
        return read_news_sitemap(body, url).entries
    return read_section(body, url, content_type).entries

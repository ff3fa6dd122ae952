"""Any listing by its kind: what a worker is asked for.

Each parser is imported where it is used: only the workers need them, and a run that finds nothing
due ends before a worker starts.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.hints import ListingKind
from spiders.discovery.listing import Listing


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body of a listing as it was fetched from ``url`` (its final URL).

    ``take`` are the source's patterns of story URLs, for a section page.
    """

    kind: ListingKind
    body: bytes
    url: str
    content_type: str | None = None
    take: tuple[str, ...] = ()


def read_listing(fetched: Fetched) -> Listing:
    """The entries of a listing, or the sitemaps that it names."""
    if fetched.kind == "feed":
        from spiders.discovery.feed import read_feed

        return read_feed(fetched.body, fetched.url, fetched.content_type)
    if fetched.kind == "news_sitemap":
        from spiders.discovery.news_sitemap import read_news_sitemap

        return read_news_sitemap(fetched.body, fetched.url)
    if fetched.kind == "robots":
        from spiders.discovery.robots_sitemaps import read_robots

        return read_robots(fetched.body, fetched.url, fetched.content_type)
    from spiders.discovery.section import read_section

    return read_section(fetched.body, fetched.url, fetched.content_type, fetched.take)

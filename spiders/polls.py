"""What of a source is polled, and on which hosts it lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.items import ListingKind
from crawler.sources import Source
from crawler.urls import host_of, registered_domain


@dataclass(frozen=True, slots=True)
class Poll:
    """One request for a listing; ``depth`` counts the sitemap indexes above it."""

    source_id: str
    kind: ListingKind
    url: str
    depth: int = 0


def polls_of(source: Source) -> Iterator[Poll]:
    """Every listing of a source: feeds, then news sitemaps, then sections."""
    listings: tuple[tuple[ListingKind, tuple[str, ...]], ...] = (
        ("feed", source.feeds),
        ("news_sitemap", source.news_sitemaps),
        ("section", source.sections),
    )
    for kind, urls in listings:
        yield from (Poll(source.id, kind, url) for url in urls)


def hosts_of(source: Source) -> tuple[str, ...]:
    """The host names, without ports, of a source and its stories; their subdomains count too."""
    hosts = tuple(host_of(f"http://{domain}/") for domain in source.domains)
    return hosts or (registered_domain(source.home),)

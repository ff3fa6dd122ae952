"""What of a source is polled, how often, and on which hosts it lives. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.budgets import Budget
from crawler.hints import ListingKind
from crawler.instants import parse, parse_span
from crawler.polling import Pace
from crawler.sources import Source
from crawler.state import Tracked
from crawler.urls import host_of, registered_domain
from spiders.discovery.listing import ChildSitemap

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Poll:
    """One request for a listing; ``depth`` counts the indexes above it, ``parent`` is the nearest
    of them, and ``lastmod`` what that says of it."""

    source_id: str
    kind: ListingKind
    url: str
    depth: int = 0
    parent: str | None = None
    lastmod: str | None = None


def polls_of(source: Source) -> Iterator[Poll]:
    """Every listing of a source: feeds, then news sitemaps, then sections."""
    robots = (urljoin(source.home, "/robots.txt"),) if source.robots_sitemaps else ()
    listings: tuple[tuple[ListingKind, tuple[str, ...]], ...] = (
        ("feed", source.feeds),
        ("news_sitemap", source.news_sitemaps),
        ("section", source.sections),
        ("robots", robots),
    )
    for kind, urls in listings:
        yield from (Poll(source.id, kind, url) for url in urls)


def children_of(source: Source, tracked: Iterable[Tracked]) -> Iterator[Poll]:
    """The sitemaps that indexes of a source named when they were last read."""
    declared = {poll.url for poll in polls_of(source)}
    for listing in tracked:
        if listing.source_id == source.id and listing.parent and listing.url not in declared:
            yield Poll(
                *(source.id, listing.kind, listing.url),
                *(listing.depth, listing.parent, listing.lastmod),
            )


def newest_first(children: Iterable[ChildSitemap]) -> list[ChildSitemap]:
    """The sitemaps of an index by lastmod, and where that says nothing by the numbers in their
    names, which are dates or count upwards; else in the order of the index."""

    def age(child: ChildSitemap) -> tuple[float, list[int]]:
        modified = parse(child.lastmod) or parse(f"{child.lastmod}T00:00:00Z")
        return (
            modified.timestamp() if modified else 0.0,
            [int(number[:12]) for number in _NUMBER.findall(child.url)],
        )

    return sorted(children, key=age, reverse=True)


def is_named_as_changed(child: ChildSitemap, known: Tracked | None) -> bool:
    """Whether an index says that a sitemap has changed since the index was last read."""
    return known is None or (child.lastmod is not None and child.lastmod != known.lastmod)


def pace_of(source: Source, floor: float, ceiling: float) -> Pace:
    """The bounds of the poll interval of a source's listings, in seconds; its own floor first."""
    own = parse_span(source.poll) if source.poll else None
    return Pace(floor if own is None else own, ceiling)


def budget_of(source: Source, default: Budget) -> Budget:
    """What a source may cost in one run; its own bounds first."""
    return Budget(
        default.pages if source.max_pages is None else source.max_pages,
        default.size if source.max_megabytes is None else int(source.max_megabytes * 1e6),
        default.minutes if source.max_minutes is None else source.max_minutes,
    )


def hosts_of(source: Source) -> tuple[str, ...]:
    """The host names, without ports, of a source and its stories; their subdomains count too."""
    hosts = tuple(host_of(f"http://{domain}/") for domain in source.domains)
    return hosts or (registered_domain(source.home),)

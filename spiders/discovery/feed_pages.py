"""The page that continues a feed: what came before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from spiders.discovery.listing import absolute

# The older half of an archived feed, then of a paged one (RFC 5005, sections 4 and 3).
_OLDER = ("prev-archive", "next")
_WORDPRESS = "wordpress.org"
_PAGED = "paged"


def older_page(links: Iterable[Mapping[str, Any]], generator: str | None, url: str) -> str | None:
    """The address of the page that follows the one from ``url``, towards what is older.

    ``links`` are those of the feed (feedparser's). WordPress, which its ``generator`` names, pages
    its feeds without a link; after the last page it answers 404. None where nothing is known.
    """
    named = list(_named(links))
    for wanted in _OLDER:
        for rel, href in named:
            target = absolute(url, href)
            if wanted in rel and target and target != url:
                return target
    return _wordpress_page(url) if _WORDPRESS in (generator or "").lower() else None


def _named(links: Iterable[Mapping[str, Any]]) -> Iterator[tuple[list[str], str]]:
    for link in links:
        if isinstance(href := link.get("href"), str):
            yield str(link.get("rel") or "").lower().split(), href


def _wordpress_page(url: str) -> str | None:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True, errors="replace")
    number = dict(query).get(_PAGED, "1")
    if not number.isdecimal():
        return None
    kept = [pair for pair in query if pair[0] != _PAGED]
    following = urlencode([*kept, (_PAGED, str(int(number[:9]) + 1))])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, following, ""))

"""The URL under which a story is counted once, and the outlet's name."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from crawler.extraction.facts import Facts
from crawler.extraction.jsonld import strings
from crawler.urls import canonicalize, same_site

# The page's number at the end of a path: /story/2, /story/page/2, /story-2.html, /story,2.
_PAGE = re.compile(
    r"(?:(?:/page|/p|/seite|/pagina)?[/,_-](?:p|page-?|seite-?)?\d{1,2})?(?:\.html?)?$"
)


def find_canonical(facts: Facts) -> str:
    """rel=canonical, then og:url, where credible: this site, not its home page, one value only."""
    url = facts.page.url
    declared = facts.markup.links.get("canonical", [])
    candidates = [*(declared if len(set(declared)) == 1 else []), facts.markup.first("og:url")]
    for candidate in candidates:
        if candidate and (absolute := _credible(candidate, url)):
            return canonicalize(absolute)
    return canonicalize(url)


def _credible(candidate: str, url: str) -> str | None:
    try:
        absolute = urljoin(url, candidate.strip())
        parts, own = urlsplit(absolute), urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not same_site(absolute, url):
        return None
    is_home = parts.path.strip("/") == "" and not parts.query
    return None if is_home and own.path.strip("/") else absolute


def find_next_page(facts: Facts) -> str | None:
    """The address of the story's next page: rel=next on this site, and not the page itself."""
    own = canonicalize(facts.page.url)
    anchors = (a for a in facts.tree.iter("a") if "next" in (a.get("rel") or "").lower().split())
    for href in (*facts.markup.links.get("next", []), *(a.get("href") or "" for a in anchors)):
        absolute = _credible(href, facts.page.url) if href else None
        if absolute and _continues(absolute, facts.page.url) and canonicalize(absolute) != own:
            return absolute
    return None


def _continues(url: str, of: str) -> bool:
    """Whether an address is a page of the same story: its path, or one below it or beside it.

    Blogs link the next story with rel=next; its path is another.
    """
    here, there = (_PAGE.sub("", urlsplit(u).path.rstrip("/")) for u in (of, url))
    return here == there


def find_site_name(facts: Facts) -> str | None:
    """og:site_name, then the publisher of the JSON-LD, then application-name."""
    for candidate in facts.named("og:site_name"):
        return candidate.value
    publisher = facts.article.get("publisher")
    if isinstance(publisher, dict) and "name" not in publisher:
        publisher = facts.data.by_id.get(str(publisher.get("@id")), {})
    for name in strings(publisher):
        if not name.startswith("http"):
            return name
    for candidate in facts.named("application-name", "cre", "dc.publisher"):
        return candidate.value
    return None

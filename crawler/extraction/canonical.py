"""The URL under which a story is counted once, and the outlet's name."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from crawler.extraction.facts import Facts
from crawler.extraction.jsonld import strings
from crawler.urls import canonicalize, looks_like_article, same_site


def find_canonical(facts: Facts) -> str:
    """rel=canonical, then og:url, where credible: this site, one value only, and no page that lists
    stories (its home page, a section): templates name those for every story below them."""
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
    if is_home and own.path.strip("/"):
        return None
    # No page of the development set says so truly, see docs/discovery.md.
    return None if looks_like_article(url) and not looks_like_article(absolute) else absolute


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

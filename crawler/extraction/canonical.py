"""The URL under which a story is counted once, the outlet's name, the licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.index import is_inside
from crawler.extraction.jsonld import strings
from crawler.urls import canonicalize, looks_like_article, same_site

# The page's number at the end of a path: /story/2, /story/page/2, /story-2.html, /story,2.
_PAGE = re.compile(
    r"(?:(?:/page|/p|/seite|/pagina)?[/,_-](?:p|page-?|seite-?)?\d{1,2})?(?:\.html?)?$"
)

_SCHEME = re.compile(r"^https?://(?:www\.)?")
_LICENSE_META = ("dcterms.license", "dc.license", "dcterms.rights.license")
_PICTURE = ("figure", "figcaption")


def find_canonical(facts: Facts) -> str:
    """rel=canonical, then og:url, where credible: this site, one value only, and no page that lists
    stories (its home page, a section): templates name those for every story below them."""
    return next((url for _, url in canonical_readings(facts) if url), canonicalize(facts.page.url))


def canonical_readings(facts: Facts) -> Iterator[tuple[Candidate, str | None]]:
    """Every address that the page gives itself, and its canonical form; None: not credible."""
    url = facts.page.url
    declared = list(dict.fromkeys(facts.markup.links.get("canonical", [])))
    candidates = [Candidate(value, "rel-canonical") for value in declared]
    candidates += [Candidate(value, "meta:og:url") for value, _ in facts.markup.every("og:url")[:1]]
    for candidate in candidates:
        contradicted = len(declared) > 1 and candidate.origin == "rel-canonical"
        absolute = None if contradicted else _credible(candidate.value, url)
        yield candidate, canonicalize(absolute) if absolute else None
    yield Candidate(url, "final-url"), canonicalize(url)


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


def find_next_page(facts: Facts) -> str | None:
    """The address of the story's next page: rel=next on this site, and not the page itself."""
    anchors = facts.index.relations.get("next", [])
    for href in (*facts.markup.links.get("next", []), *(a.get("href") or "" for a in anchors)):
        absolute = _credible(href, facts.page.url) if href else None
        if absolute and _continues(absolute, facts.page.url) and _is_other(absolute, facts):
            return absolute
    return None


def _is_other(url: str, facts: Facts) -> bool:
    return canonicalize(url) != canonicalize(facts.page.url)


def _continues(url: str, of: str) -> bool:
    """Whether an address is a page of the same story: its path, or one below it or beside it.

    Blogs link the next story with rel=next; its path is another.
    """
    here, there = (_PAGE.sub("", urlsplit(u).path.rstrip("/")) for u in (of, url))
    return here == there


def find_site_name(facts: Facts) -> str | None:
    """og:site_name, then the publisher of the JSON-LD, then application-name."""
    return next((candidate.value for candidate in site_candidates(facts)), None)


def site_candidates(facts: Facts) -> Iterator[Candidate]:
    """Every name that the page gives its outlet, in the order of the rule."""
    for candidate in facts.named("og:site_name"):
        # An address for a name: its host says more than the publisher of a syndicated story.
        yield Candidate(_SCHEME.sub("", candidate.value), candidate.origin)
    publisher = facts.article.get("publisher")
    if isinstance(publisher, dict) and "name" not in publisher:
        publisher = facts.data.by_id.get(str(publisher.get("@id")), {})
    for name in strings(publisher):
        if not name.startswith("http"):
            yield Candidate(name, "json-ld:publisher")
    yield from facts.named("application-name", "cre", "dc.publisher")


def find_license(facts: Facts) -> str | None:
    """The licence that the page states: an address, or a text; not that of a picture."""
    stated = [c.value for c in (*facts.linked("license"), *facts.named(*_LICENSE_META))]
    links = [
        href
        for a in facts.index.relations.get("license", [])
        if (href := a.get("href", "")).startswith("http") and not is_inside(a, *_PICTURE)
    ]
    return next(iter((*stated, *facts.markup.links.get("license", []), *links)), None)

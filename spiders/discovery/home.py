"""A home page: what the outlet calls itself, its feeds, its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.url_shape import is_section_shape
from crawler.urls import same_site
from spiders.discovery.html_page import Element, base_of, parse_html
from spiders.discovery.listing import absolute, plain

_FEED_TYPES = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/feed+json", "application/json", "text/xml", "application/xml"),
    }
)
_COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)
_TITLE_BREAK = re.compile(r"\s+[|–—·:»-]\s+|\s*\|\s*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
# Where menus are. Not <a>s of the content: those lead to stories and tags.
_MENUS = '//nav//a[@href] | //header//a[@href] | //*[@role="navigation"]//a[@href]'
MAX_FOUND = 20


@dataclass(frozen=True, slots=True)
class Home:
    """What a home page says; addresses absolute, each once, in the order of the page."""

    name: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def read_home(body: bytes, url: str, content_type: str | None) -> Home:
    """Read the page that was fetched from ``url`` (its final URL)."""
    root = parse_html(body, content_type)
    if root is None:
        return Home()
    base = base_of(root, url)
    return Home(
        name=_name(root),
        language=language_tag(root.get("lang")),
        feeds=tuple(dict.fromkeys(_feeds(root, base)))[:MAX_FOUND],
        sections=tuple(dict.fromkeys(_sections(root, base, url)))[:MAX_FOUND],
    )


def language_tag(raw: str | None) -> str | None:
    """A BCP 47 tag as a source may declare it, or None: ``en_US`` is ``en-US``."""
    primary, *rest = (raw or "").strip().replace("_", "-").split("-")
    tag = "-".join([primary.lower(), *rest])
    return tag if _LANGUAGE.match(tag) else None


def _name(root: Element) -> str | None:
    """og:site_name, application-name, or the part of the title that is short."""
    for wanted in ("og:site_name", "application-name"):
        for meta in root.iter("meta"):
            named = (meta.get("property") or meta.get("name") or "").lower()
            if named == wanted and (name := plain(meta.get("content"), 100)):
                return name
    parts = [part for part in _TITLE_BREAK.split(plain(root.findtext(".//title")) or "") if part]
    return min(parts, key=len, default=None)


def _feeds(root: Element, base: str) -> Iterator[str]:
    for link in root.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in (link.get("rel") or "").lower().split() or kind not in _FEED_TYPES:
            continue
        target = absolute(base, link.get("href") or "")
        if target and not _COMMENTS.search(f"{target} {link.get('title') or ''}"):
            yield target


def _sections(root: Element, base: str, url: str) -> Iterator[str]:
    for anchor in root.xpath(_MENUS):
        target = absolute(base, anchor.get("href"))
        if target is None or not same_site(target, url):
            continue
        parts = urlsplit(target)
        if is_section_shape(unquote(parts.path), parts.query):
            yield target

"""Whether an answer says that a story is gone. Pure, and the same in a crawl and its replay.

Trouble is not gone: a 5xx, a timeout, a wall or a challenge say nothing about the story.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.change import Gone
from crawler.extraction.record import Extraction
from crawler.urls import canonicalize, looks_like_article, registered_domain

_BY_STATUS: dict[int, Gone] = {404: "http_404", 410: "http_410"}


def gone_by_status(status: int) -> Gone | None:
    """404 and 410 (RFC 9110 15.5.5 and 15.5.11)."""
    return _BY_STATUS.get(status)


def gone_by_page(requested: str, final: str, extraction: Extraction) -> Gone | None:
    """A page of status 200 that stands where the story was: the home page, a section, an excuse."""
    if extraction.access == "soft_404":
        return "soft_404"
    if requested == final:
        return None
    was, now = urlsplit(canonicalize(requested)), urlsplit(canonicalize(final))
    if (was.path, was.query) == (now.path, now.query) or _is_root(was.path, was.query):
        return None
    if _is_root(now.path, now.query):
        return "redirect_home"
    if registered_domain(requested) != registered_domain(final) or looks_like_article(final):
        return None
    # Small sections look like stories to the extraction; then the two addresses decide.
    is_section = extraction.kind == "listing" or looks_like_article(requested)
    return "redirect_section" if is_section else None


def _is_root(path: str, query: str) -> bool:
    return not path.strip("/") and not query

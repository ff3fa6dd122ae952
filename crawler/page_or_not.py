"""Which answers are pages to read. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from w3lib.html import get_meta_refresh

from crawler.unwanted import is_unwanted_start

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_UNTOLD = frozenset({"", "text/plain", "application/octet-stream"})

EMPTY = "empty"
"""Of an answer without a body: its host failed, and may do better another time."""


def why_no_page(status: int, content_type: str | None, body: bytes) -> str | None:
    """The same rule for what is fetched and for what is read from a WARC; ``body``: its first 512
    bytes, or more."""
    if status != 200:
        return f"http_{status}"
    if is_unwanted_start(body[:64]):
        return "not_html"
    declared = (content_type or "").partition(";")[0].strip().lower()
    # Of a picture nothing is read but its type.
    if not body and declared in _PAGES | _UNTOLD:
        return EMPTY
    return None if looks_like_html(declared, body) else "not_html"


def looks_like_html(media_type: str, body: bytes) -> bool:
    """A page by its declared type (lower case, bare), or by its looks where it has none."""
    if media_type in _UNTOLD:
        return b"<" in body[:512] and b"\x00" not in body[:512]
    return media_type in _PAGES


def is_refreshed(start: bytes, url: str, *, ignored: Iterable[str], longest: float) -> bool:
    """Whether the start of a page sends the reader elsewhere within less than ``longest`` seconds,
    by a meta element that is in none of the ``ignored`` tags."""
    if b"refresh" not in start.lower():
        return False
    delay, target = get_meta_refresh(start.decode("latin-1"), url, ignore_tags=tuple(ignored))
    return bool(target) and delay is not None and delay < longest

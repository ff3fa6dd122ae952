"""What a listing gives, whatever its format: entries, further sitemaps, and what was wrong."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

from w3lib.html import remove_tags

from crawler.hints import NO_HINTS, Hints, Listed
from crawler.polling import NO_WISHES, Wishes
from crawler.urls import clean, is_fetchable

# A hint is a candidate for a field; whole articles in a summary would only fill the queue.
MAX_HEADLINE = 500
MAX_SUMMARY = 2000
MAX_NAMES = 50
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ChildSitemap:
    """A sitemap that a sitemap index names; ``lastmod`` is the raw string."""

    url: str
    lastmod: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The links of one feed, news sitemap or section page, the first first.

    ``problems`` are short reasons with counts, such as "3 entries without a link". ``wishes`` is
    when it asks to be left alone, ``hubs`` are its WebSub hubs, ``next_page`` continues it.
    """

    entries: tuple[Listed, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    title: str | None = None
    language: str | None = None
    problems: tuple[str, ...] = ()
    wishes: Wishes = NO_WISHES
    hubs: tuple[str, ...] = ()
    next_page: str | None = None


def refused(reason: str) -> Listing:
    """A listing that gave nothing, and why."""
    return Listing(problems=(reason,))


@dataclass(slots=True)
class Links:
    """Collects entries in order: each URL once, ranked, and what is no link counted."""

    base: str
    _entries: dict[str, Listed] = field(default_factory=dict)
    _problems: Counter[str] = field(default_factory=Counter)

    def add(self, link: str | None, hints: Hints = NO_HINTS) -> None:
        """Take an entry, or count why not."""
        if not link or not link.strip():
            self._problems["without a link"] += 1
        elif (url := absolute(self.base, link)) is None:
            self._problems["with a link that cannot be fetched"] += 1
        else:
            self._entries.setdefault(url, Listed(url, len(self._entries), hints))

    @property
    def entries(self) -> tuple[Listed, ...]:
        """What was taken."""
        return tuple(self._entries.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """What was not taken, such as "1 entry without a link"."""
        return tuple(
            f"{count} {'entry' if count == 1 else 'entries'} {why}"
            for why, count in self._problems.items()
        )


def absolute(base: str, link: str) -> str | None:
    """``link`` as a full URL without fragment, or None if it cannot be fetched over http(s)."""
    try:
        url = urldefrag(urljoin(base, clean(link).replace(" ", "%20"))).url
    except ValueError:  # such as an unclosed IPv6 bracket
        return None
    return url if is_fetchable(url) else None


def plain(text: object, limit: int = MAX_HEADLINE, *, markup: bool = False) -> str | None:
    """``text`` on one line without control characters, cut to ``limit``; None if nothing is left.

    With ``markup`` it is HTML: tags go and character references are read.
    """
    if not isinstance(text, str):
        return None
    text = text[: limit * 20]  # a bound on the work, generous to markup
    if markup and ("<" in text or "&" in text):
        text = html.unescape(remove_tags(text))
    text = " ".join(_NOT_TEXT.sub("", text).split())
    return text[:limit].rstrip() or None


def names(texts: list[str | None]) -> tuple[str, ...]:
    """The texts that are there, each once."""
    return tuple(dict.fromkeys(text for text in texts if text))[:MAX_NAMES]

"""What goes into the extraction and what comes out: plain values that cross a process boundary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.hints import NO_HINTS, Hints
from crawler.items import Access, Kind
from crawler.overrides import Overrides
from crawler.reservations import Reservation

# The entry of a live blog: published_at, published, headline, text.
Update = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page as bytes, with all that the answer and the listing said of it.

    ``body`` is the entity body with its content codings removed. ``captured_at`` is aware UTC and
    bounds every date: nothing was published after it. ``overrides`` are the selectors that its
    source declares; ``evidence`` asks for the candidates of each field. ``agent`` is the
    robot's name, for meta elements that speak to it alone.
    """

    url: str
    body: bytes
    captured_at: datetime
    content_type: str | None = None
    hints: Hints = NO_HINTS
    overrides: Overrides | None = None
    evidence: bool = False
    agent: str = "broadsheet"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the page says; the field names and meanings are those of ``crawler.items.Article``.

    Instants are ``YYYY-MM-DDTHH:MM:SSZ`` strings, days ``YYYY-MM-DD``.
    """

    canonical_url: str
    kind: Kind
    access: Access
    site_name: str | None = None
    headline: str | None = None
    description: str | None = None
    text: str | None = None
    authors: tuple[str, ...] = ()
    byline: str | None = None
    agency: str | None = None
    dateline: str | None = None
    language: str | None = None
    language_confidence: float | None = None
    published: str | None = None
    published_at: str | None = None
    published_date: str | None = None
    published_raw: str | None = None
    published_from: str | None = None
    modified_at: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    license: str | None = None
    word_count: int | None = None
    quality: float | None = None
    live_updates: tuple[Update, ...] = ()
    next_page: str | None = None
    reservations: tuple[Reservation, ...] = ()
    error: str | None = None
    # Any: a field's value is a text or a list of texts; ``evidence`` says what stands in it.
    evidence: dict[str, Any] | None = None

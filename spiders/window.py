"""The stretch of time that a run wants stories from, and what listings say of theirs. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crawler.hints import Listed
from crawler.instants import iso, parse

# A bare day begins first at UTC+14 and ends last at UTC-12.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?!\d)")
_PERIOD_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2]))?(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From the earliest to the latest instant that something may be of."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """``since`` included, ``until`` not; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def name(self) -> str:
        """The same text for the same window, such as ``2026-01-01T00:00:00Z..``."""
        return "..".join(iso(end) if end else "" for end in (self.since, self.until))

    @property
    def fact(self) -> str:
        """For the archive: the name, of an open window nothing."""
        return self.name if self.since or self.until else ""

    def outside(self, span: Span | None) -> str | None:
        """``before_since`` or ``after_until`` where all of ``span`` is; None where it may be
        inside, as what has no date may.
        """
        if span and self.since and span.end < self.since:
            return "before_since"
        if span and self.until and span.start >= self.until:
            return "after_until"
        return None

    def outside_entry(self, entry: Listed) -> str | None:
        """Why an entry of a listing is outside: one that was modified within the window is not."""
        modified = entry.hints.modified or entry.hints.published
        return self.outside(span_of(modified) or entry_span(entry))


def window_of(name: str) -> Window:
    """The inverse of ``Window.name``; an empty one is open."""
    since, _, until = name.partition("..")
    return Window(parse(since), parse(until))


def span_of(raw: str | None) -> Span | None:
    """What a raw date of a listing may mean: an instant, or a day somewhere on Earth."""
    if instant := parse(raw):
        return Span(instant, instant)
    try:
        day = date.fromisoformat((raw or "").strip()[:10])
        return _days(day, day)
    except (ValueError, OverflowError):
        return None


def entry_span(entry: Listed) -> Span | None:
    """When an entry was published: by its listing, by the day in its URL, or else when it was last
    modified, which may be later."""
    return span_of(entry.hints.published) or _day_in(entry.url) or span_of(entry.hints.modified)


def sitemap_span(url: str) -> Span | None:
    """The year, month or day that the name of a sitemap says it is for, or None."""
    found = _PERIOD_IN_NAME.findall(url)
    if len(found) != 1:
        return None
    year, month, day = (int(part or 0) for part in found[0])
    first, last = month or 1, month or 12
    try:
        return _days(
            date(year, first, day or 1), date(year, last, day or monthrange(year, last)[1])
        )
    except (ValueError, OverflowError):
        return None


def _day_in(url: str) -> Span | None:
    found = _DAY_IN_PATH.search(url)
    return span_of("-".join(part.zfill(2) for part in found.groups())) if found else None


def _days(first: date, last: date) -> Span:
    start = datetime.combine(first, time(), UTC) - _EAST
    return Span(start, datetime.combine(last, time(), UTC) + timedelta(days=1) + _WEST)

"""URLs that a site makes without end: calendars, facets, paths that fold into themselves. Pure."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

_LONGEST_PATH = 12  # segments; no story of the development set has more than eight
_LONGEST_QUERY = 8  # parameters
_REPEATS = 3  # of one segment: a relative link that is resolved against itself
_CALENDAR_PATH = re.compile(
    r"/(?:calendar|kalender|calendario|agenda|events?|veranstaltungen|termine)"
    r"/(?:[\w-]+/)?\d{4}(?:[/-]\d{1,2}){0,2}/?\Z",
    re.IGNORECASE,
)
_CALENDAR_NAMES = re.compile(
    r"(?:tribe-bar-date|eventdate|event_date|ical|outlook-ical|cal_?(?:date|month|year)|month"
    r"|monat|yearmonth|date_?from|date_?to|from_?date|to_?date|startdate|enddate)\Z",
    re.IGNORECASE,
)
_FACETS = re.compile(
    r"(?:sort(?:_?by|_?order)?|order(?:_?by)?|dir|filters?(?:\[.*\])?|facets?(?:\[.*\])?|f\[.*\]|view"
    r"|per_?page|limit|pagesize|layout|display|tags?\[.*\]|cat\[.*\])\Z",
    re.IGNORECASE,
)


def trap(url: str) -> str | None:
    """The kind of trap that a link looks like: ``trap_depth``, ``trap_calendar``, ``trap_facets``;
    None for all others. For links found on pages; a feed lists no trap."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    most = max(Counter(segments).values(), default=0)
    if len(segments) > _LONGEST_PATH or most >= _REPEATS:
        return "trap_depth"
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True, errors="replace")]
    if _CALENDAR_PATH.search(parts.path) or any(map(_CALENDAR_NAMES.match, names)):
        return "trap_calendar"
    if len(names) > _LONGEST_QUERY or any(map(_FACETS.match, names)):
        return "trap_facets"
    return None

"""What a feed says of itself: when it need not be asked, and which hubs push it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.polling import Wishes
from spiders.discovery.listing import absolute

_HEAD = 64 * 1024  # characters; where a channel has its own elements, before its items
_SKIP = r"<skip{0}\b[^>]*>(.{{0,2000}}?)</skip{0}\s*>"
_HOURS = re.compile(_SKIP.format("Hours"), re.IGNORECASE | re.DOTALL)
_DAYS = re.compile(_SKIP.format("Days"), re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\s*>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day\s*>\s*([a-z]+)\s*<", re.IGNORECASE)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_TTL = 7 * 24 * 60  # minutes; a longer one is a mistake


def channel_wishes(text: str, ttl: object) -> Wishes:
    """ttl (minutes), skipHours and skipDays of an RSS channel (RSS 2.0, in UTC).

    The last two are read from the text: a parser of feeds keeps one hour of many. Hour 24 is that
    of RSS 0.91, where midnight ends a day.
    """
    head = text[:_HEAD]
    hours = {int(hour) % 24 for part in _HOURS.findall(head) for hour in _HOUR.findall(part)}
    named = {day.lower() for part in _DAYS.findall(head) for day in _DAY.findall(part)}
    days = {number for number, name in enumerate(_DAY_NAMES) if name in named}
    return Wishes(_seconds(ttl), frozenset(hours), frozenset(days))


def _seconds(ttl: object) -> float:
    minutes = str(ttl or "").strip()
    if not (minutes.isascii() and minutes.isdigit()):
        return 0.0
    return 60.0 * min(int(minutes[:9]), _LONGEST_TTL)


def channel_hubs(links: list[Mapping[str, Any]], base: str) -> tuple[str, ...]:
    """The WebSub hubs among a feed's links (feedparser's, or those of a JSON Feed's ``hubs``)."""
    found = (absolute(base, link["href"]) for link in links if _is_hub(link))
    return tuple(dict.fromkeys(url for url in found if url))


def _is_hub(link: Mapping[str, Any]) -> bool:
    named = "hub" in str(link.get("rel") or "").lower().split()
    return named and isinstance(link.get("href"), str)

"""What a feed says of itself: when it need not be asked, and which hubs push it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
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
_HOUR_SECONDS = 3600.0
_PERIODS = {
    "hourly": _HOUR_SECONDS,
    "daily": 24 * _HOUR_SECONDS,
    "weekly": 7 * 24 * _HOUR_SECONDS,
    "monthly": 30 * 24 * _HOUR_SECONDS,
    "yearly": 365 * 24 * _HOUR_SECONDS,
}


def channel_wishes(text: str, channel: Mapping[str, object], dates: Iterable[datetime]) -> Wishes:
    """ttl (minutes), skipHours and skipDays of an RSS channel (RSS 2.0, in UTC), and updatePeriod
    with updateFrequency (RDF Site Summary 1.0, Syndication).

    ``channel`` is feedparser's; skipHours and skipDays are read from the text, as it keeps one hour
    of many. Hour 24 is that of RSS 0.91, where midnight ends a day. ``dates`` are those of the
    entries: a feed that would have dropped some of them meanwhile is not believed.
    """
    head = text[:_HEAD]
    hours = {int(hour) % 24 for part in _HOURS.findall(head) for hour in _HOUR.findall(part)}
    named = {day.lower() for part in _DAYS.findall(head) for day in _DAY.findall(part)}
    days = {number for number, name in enumerate(_DAY_NAMES) if name in named}
    longest = _reach(dates) / 2
    ttl, period = _ttl(channel.get("ttl")), _period(channel)
    return Wishes(
        ttl=ttl if ttl <= longest else 0.0,
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
        period=period if period <= longest else 0.0,
    )


def _reach(dates: Iterable[datetime]) -> float:
    """Seconds from the oldest entry to the newest; of fewer than two nothing is known."""
    known = sorted(dates)
    return (known[-1] - known[0]).total_seconds() if len(known) > 1 else float("inf")


def _ttl(raw: object) -> float:
    minutes = str(raw or "").strip()
    if not (minutes.isascii() and minutes.isdigit()):
        return 0.0
    return 60.0 * min(int(minutes[:9]), _LONGEST_TTL)


def _period(channel: Mapping[str, object]) -> float:
    """Seconds between two updates, 0 where the channel does not say."""
    period = _PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower(), 0.0)
    often = str(channel.get("sy_updatefrequency") or "1").strip()
    times = int(often[:9]) if often.isascii() and often.isdigit() else 1
    return period / max(1, times)


def channel_hubs(links: list[Mapping[str, Any]], base: str) -> tuple[str, ...]:
    """The WebSub hubs among a feed's links (feedparser's, or those of a JSON Feed's ``hubs``)."""
    found = (absolute(base, link["href"]) for link in links if _is_hub(link))
    return tuple(dict.fromkeys(url for url in found if url))


def _is_hub(link: Mapping[str, Any]) -> bool:
    named = "hub" in str(link.get("rel") or "").lower().split()
    return named and isinstance(link.get("href"), str)

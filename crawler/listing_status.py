"""How the listings of sources fare, from the state, in words for ``scrapy sources``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawler.sqlite.listings import ListingsReader
from crawler.state import Tracked

HEAD = ("id", "kind", "last ok", "last news", "next due", "failures", "listing")


def read_status(state: Path, source_ids: Iterable[str]) -> list[Tracked]:
    """What the state knows of the listings of these sources; nothing where there is no state, or
    one from before listings were paced. A crawl may be at work on it."""
    if not state.exists():
        return []
    try:
        with ListingsReader(state) as reader:
            return list(reader.tracked(source_ids))
    except sqlite3.DatabaseError:
        return []


def read_finds(state: Path) -> dict[str, str]:
    """When each listing last showed a new story; as ``read_status``. A feed may answer for years
    after it has died."""
    if not state.exists():
        return {}
    try:
        with ListingsReader(state) as reader:
            return reader.newest_finds()
    except sqlite3.DatabaseError:
        return {}


def summary(listings: Sequence[Tracked]) -> str:
    """One source in a cell: ``ok 2026-03-04 12:00, next 13:30``, ``1 of 3 failing``, or ``new``."""
    if not listings:
        return "new"
    failing = [listing for listing in listings if listing.history.failures]
    last = max((listing.ok_at or "" for listing in listings), default="")
    due = min((listing.history.due for listing in listings if listing.history.due), default=None)
    parts = [f"ok {_minute(last)}" if last else "never ok"]
    if failing:
        parts.append(f"{len(failing)} of {len(listings)} failing")
    if due:
        parts.append(f"next {_minute(due.isoformat())}")
    return ", ".join(parts)


def details(listing: Tracked, news: str | None) -> tuple[str, ...]:
    """One listing as the cells of ``HEAD``; ``news``: when it last showed a new story."""
    failures = listing.history.failures
    due = listing.history.due
    return (
        listing.source_id,
        listing.kind,
        _minute(listing.ok_at or "") or "never",
        _minute(news or "") or "never",
        _minute(due.isoformat()) if due else "now",
        f"{failures} ({listing.reason})" if failures else "",
        listing.url,
    )


def _minute(instant: str) -> str:
    """``2026-03-04 12:00Z`` of an ISO 8601 instant in UTC."""
    return f"{instant[:10]} {instant[11:16]}Z" if instant else ""

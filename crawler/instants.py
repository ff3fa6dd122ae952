"""Time as this project writes it: aware UTC, ISO 8601 with a Z; and the one clock it is read from.

Everything that is dated (WARC-Date, captured_at, file names, polls, revisits) asks ``now``. The
environment variable BROADSHEET_NOW, an ISO instant, sets that clock at the start of a process; it
goes on from there at its usual pace. It is for tests and rehearsals, and for nothing else.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

from crawler.errors import ConfigurationError

CLOCK = "BROADSHEET_NOW"

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def now() -> datetime:
    """The current instant, aware UTC. Raises ConfigurationError for a wrong BROADSHEET_NOW."""
    return datetime.now(UTC) + _ahead()


@cache
def _ahead() -> timedelta:
    """How far the clock was set ahead of the system's."""
    given = os.environ.get(CLOCK)
    if not given:
        return timedelta(0)
    start = parse(given)
    if start is None:
        raise ConfigurationError(
            f"{CLOCK}={given}: no instant with a zone, such as 2026-01-31T06:00:00Z"
        )
    return start - datetime.now(UTC)


def iso(instant: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SS[.ffffff]Z`` of an aware datetime."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(raw: str | None) -> datetime | None:
    """An aware datetime from ISO 8601 or RFC 5322; None also without a zone: no instant then."""
    if not raw:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            instant = read(raw.strip())
            return instant.astimezone(UTC) if instant.tzinfo else None
        except (ValueError, TypeError, OverflowError):  # the last of a year beyond 9999
            continue
    return None


def parse_span(raw: str) -> float | None:
    """The seconds of a span such as ``90m``, ``12h`` or ``2d``; None for anything else."""
    span = _SPAN.fullmatch(raw.strip())
    if span is None:
        return None
    try:
        return timedelta(**{_UNITS[span[2]]: float(span[1])}).total_seconds()
    except OverflowError:
        return None


def parse_spans(raw: str) -> tuple[timedelta, ...]:
    """Periods such as ``1h 6h 1d``, parted by spaces or commas.

    Raises ValueError, with what to write instead, on anything else.
    """
    return tuple(_span(word) for word in raw.replace(",", " ").split())


def _span(word: str) -> timedelta:
    seconds = parse_span(word)
    if seconds is None:
        raise ValueError(f"{word!r} is no period such as 90m, 6h or 7d")
    return timedelta(seconds=seconds)


def parse_since(raw: str, at: datetime) -> datetime:
    """The start of a period: ``2d``, ``12h``, ``90m`` before ``at``, or an ISO date or instant.

    Raises ValueError, with what to write instead, on anything else.
    """
    if span := _SPAN.fullmatch(raw.strip()):
        try:
            return at - timedelta(**{_UNITS[span[2]]: float(span[1])})
        except OverflowError:
            raise ValueError(f"{raw!r} reaches back before the year 1") from None
    try:
        instant = datetime.fromisoformat(raw.strip())
    except ValueError:
        raise ValueError(
            f"{raw!r} is no period such as 2d or 12h, and no date such as 2026-01-31"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

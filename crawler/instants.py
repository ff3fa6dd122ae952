"""Time as this project writes it: aware UTC, ISO 8601 with a Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def now() -> datetime:
    """The current instant, aware UTC."""
    return datetime.now(UTC)


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
        except (ValueError, TypeError):
            continue
        return instant.astimezone(UTC) if instant.tzinfo else None
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

"""How long an answer says that it stays fresh (RFC 9111, section 4.2.1). Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DIRECTIVE = re.compile(r'(?:^|,)\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*"?([^",]*)"?)?')


def fresh_for(
    cache_control: str | None, age: str | None, expires: str | None, date: str | None
) -> float:
    """Seconds for which an answer may be used unasked; 0 where it does not say, or says not to.

    The arguments are the values of the header fields of these names. max-age counts before Expires
    (5.3), and what the answer has spent in caches on its way is taken off (4.2.3).
    """
    directives = {name.lower(): value for name, value in _DIRECTIVE.findall(cache_control or "")}
    if directives.keys() & {"no-cache", "no-store"}:
        return 0.0
    stated = directives.get("max-age")
    lifetime = _until(expires, date) if stated is None else _seconds(stated)
    return max(0.0, lifetime - _seconds(age))


def _seconds(raw: str | None) -> float:
    text = (raw or "").strip()
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0


def _until(expires: str | None, date: str | None) -> float:
    """From Date to Expires; an Expires that is no date, such as 0, is in the past (5.3)."""
    end, start = _instant(expires), _instant(date)
    return (end - start).total_seconds() if end and start else 0.0


def _instant(raw: str | None) -> datetime | None:
    try:
        instant = parsedate_to_datetime(raw or "")
    except (ValueError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

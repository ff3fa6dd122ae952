"""What may stand in a ``[[source]]`` table: one check a key, each answer says what to write."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from crawler.instants import parse_span
from crawler.sources.check_overrides import check_overrides
from crawler.sources.printing import CONTROL, printable
from crawler.urls import host_of, is_fetchable


class Problem(NamedTuple):
    """What is wrong with one key, and what to write instead."""

    key: str
    advice: str


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
# The connection's own: set by the downloader, and a wrong value breaks the exchange.
_FORBIDDEN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})
_MAX_DELAY = 3600
_MAX_CONCURRENCY = 32


def check_source(table: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with one ``[[source]]`` table."""
    problems = [
        Problem(key, f"missing; {advice}") for key, advice in _REQUIRED.items() if key not in table
    ]
    for key, value in table.items():
        check = _CHECKS.get(key)
        if check is None:
            problems.append(Problem(printable(key), f"unknown key; {_nearest(key)}"))
        elif advice := check(value):
            problems.append(Problem(key, advice))
    if not any(table.get(key) for key in _POLLED):
        advice = "nothing to poll; write at least one URL in feeds, news_sitemaps or sections"
        problems.append(Problem("feeds", advice))
    return problems


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), _CHECKS, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"the keys are {', '.join(_CHECKS)}"


# --- One check a key: None, or what is wrong and what to write -----------------------------------
def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{printable(value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds = {int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")


def _text(value: object, pattern: re.Pattern[str], advice: str) -> str | None:
    if not isinstance(value, str):
        return f"is {_shown(value)}; write {advice}"
    return None if pattern.match(value) else f"is {_shown(value)}; write {advice}"


def _id(value: object) -> str | None:
    return _text(value, _ID, 'letters, digits, ".", "_" and "-", such as "daily-post"')


def _language(value: object) -> str | None:
    return _text(value, _LANGUAGE, 'a BCP 47 tag such as "en" or "pt-BR"')


def _country(value: object) -> str | None:
    return _text(value, _COUNTRY, 'two capitals of ISO 3166-1 such as "DE"')


def _line(value: object) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return f"is {_shown(value)}; write some text in quotes"
    return f"is {_shown(value)}; write it on one line" if CONTROL.search(value) else None


def _url(value: object) -> str | None:
    advice = 'write a full URL such as "https://example.org/rss.xml"'
    if not isinstance(value, str):
        return f"is {_shown(value)}; {advice}"
    if "@" in value.partition("://")[2].partition("/")[0]:
        return 'has a password or user name in it; write the URL without "…@"'
    return None if is_fetchable(value) else f"is {_shown(value)}, no web URL; {advice}"


def _pattern(value: object) -> str | None:
    if not isinstance(value, str):
        return f"is {_shown(value)}; write a regular expression in quotes"
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is {_shown(value)}, no regular expression: {printable(str(error))}"
    return None


def _domain(value: object) -> str | None:
    advice = 'write a host name such as "example.org"'
    if not isinstance(value, str):
        return f"is {_shown(value)}; {advice}"
    bare = not set(value) & set("/?#@ *")
    ok = bare and is_fetchable(f"http://{value}/") and host_of(f"http://{value}/")
    return None if ok else f"is {_shown(value)}; {advice}"


def _each(check: Callable[[object], str | None]) -> Callable[[object], str | None]:
    def check_list(value: object) -> str | None:
        if not isinstance(value, list):
            return f'is {_shown(value)}; write a list: ["…"]'
        found = ((number, check(entry)) for number, entry in enumerate(value, 1))
        return "; ".join(f"entry {number} {advice}" for number, advice in found if advice) or None

    return check_list


def _delay(value: object) -> str | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value <= _MAX_DELAY:  # type: ignore[operator]  # NaN fails it too
        return None
    given = str(value) if number else _shown(value)
    return f"is {given}; write seconds from 0 to {_MAX_DELAY}, such as 2.5"


def _bound(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return None
    given = str(value) if type(value) in (int, float) else _shown(value)
    return f"is {given}; write a number, such as 500; 0 is no bound"


def _whole(value: object) -> str | None:
    return _bound(value) or (None if isinstance(value, int) else f"is {value}; write it whole")


def _span(value: object) -> str | None:
    if isinstance(value, str) and parse_span(value) is not None:
        return None
    return f'is {_shown(value)}; write a span such as "15m", "2h" or "1d"'


def _concurrency(value: object) -> str | None:
    number = isinstance(value, int) and not isinstance(value, bool)
    if number and 1 <= value <= _MAX_CONCURRENCY:  # type: ignore[operator]
        return None
    given = str(value) if number else _shown(value)
    return f"is {given}; write a whole number from 1 to {_MAX_CONCURRENCY}"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"is {_shown(value)}; write true or false"


def _tried(value: object) -> str | None:
    if value is False or type(value) is datetime.date:
        return None
    return f"is {_shown(value)}; write the day it was seen to work, such as 2026-01-31, or false"


def _headers(value: object) -> str | None:
    if not isinstance(value, dict):
        return f'is {_shown(value)}; write a table: {{ "X-Name" = "value" }}'
    for name, content in value.items():
        if not _HEADER_NAME.match(name) or name.lower() in _FORBIDDEN_HEADERS:
            return f'"{printable(name)}" cannot be set; write the name of another HTTP header'
        if not isinstance(content, str) or CONTROL.search(content):
            return f'"{name}" is {_shown(content)}; write its value as one line in quotes'
    return None


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "id": _id,
    "name": _line,
    "home": _url,
    "feeds": _each(_url),
    "news_sitemaps": _each(_url),
    "sections": _each(_url),
    "domains": _each(_domain),
    "take": _each(_pattern),
    "leave": _each(_pattern),
    "language": _language,
    "country": _country,
    "poll": _span,
    "robots_sitemaps": _flag,
    "max_pages": _whole,
    "max_megabytes": _bound,
    "max_minutes": _bound,
    "delay": _delay,
    "concurrency": _concurrency,
    "revisit": _each(_span),
    "verify_tls": _flag,
    "enabled": _flag,
    "headers": _headers,
    "overrides": check_overrides,
    "tried": _tried,
    "note": _line,
}
KEYS = frozenset(_CHECKS)
_POLLED = ("feeds", "news_sitemaps", "sections", "robots_sitemaps")
_REQUIRED = {
    "id": 'write id = "…", a short name that stays the same',
    "name": 'write name = "…", as the outlet calls itself',
    "home": 'write home = "https://…/"',
}

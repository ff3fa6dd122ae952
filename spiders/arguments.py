"""The ``-a`` arguments of the news spider that say what it asks, and for which stretch of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from crawler.errors import ConfigurationError
from crawler.instants import parse_since, parse_span
from spiders.window import Window

Mode = Literal["due", "all", "backfill"]
"""``due``: the listings that are due. ``all``: all of them. ``backfill``: their archives."""


def read_mode(given: Mapping[str, str]) -> Mode:
    """What ``-a mode`` and ``-a due`` ask for. Raises ConfigurationError."""
    mode, due = given.get("mode"), given.get("due")
    if mode not in (None, "backfill"):
        raise ConfigurationError(f"-a mode: {mode!r}; write -a mode=backfill, or leave it out")
    if due not in (None, "all"):
        raise ConfigurationError(f"-a due: {due!r}; write -a due=all, or leave it out")
    if mode and due:
        raise ConfigurationError("-a due: a backfill asks for archives; leave it out")
    if mode and "since" not in given:
        raise ConfigurationError("-a mode=backfill needs -a since=, a date such as 2026-01-01")
    return "backfill" if mode else "all" if due else "due"


def read_window(given: Mapping[str, str], at: datetime) -> Window:
    """What ``-a since`` and ``-a until`` ask for. Raises ConfigurationError."""
    ends = {name: given[name] for name in ("since", "until") if name in given}
    if "mode" in given:
        for name, raw in ends.items():
            if parse_span(raw) is not None:
                # It goes on where it stopped: the same command must mean the same tomorrow.
                raise ConfigurationError(f"-a {name}: a backfill needs a date such as 2026-01-31")
    elif "until" in ends:
        raise ConfigurationError("-a until: only with -a mode=backfill")
    read = {name: _instant(name, raw, at) for name, raw in ends.items()}
    window = Window(read.get("since"), read.get("until"))
    if window.since and window.until and window.since >= window.until:
        raise ConfigurationError("-a until: is not after -a since")
    return window


def _instant(name: str, raw: str, at: datetime) -> datetime:
    try:
        return parse_since(raw, at)
    except ValueError as error:
        raise ConfigurationError(f"-a {name}: {error}") from None

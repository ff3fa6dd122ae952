"""When a listing is asked again: learned from its own rate, and from what it asks for. Pure.

The rule is that of adaptive fetch schedules (Apache Nutch's AdaptiveFetchSchedule, StormCrawler's
AdaptiveScheduler): an interval that grows while nothing is new and shrinks when something is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Outcome = Literal["changed", "unchanged", "failed", "gone", "postponed"]
"""``changed``: it showed something new. ``gone``: it says that it will not come back (410).
``postponed``: it was not asked, for a reason that is not its own."""

_LONGER = 1.5
_SHORTER = 0.8
_JITTER = 0.1  # of the wait, towards earlier: a cron job that comes once a period is not missed
DAY = 24 * 3600.0
# A listing that fails is tried ever more rarely, up to this; it is never given up.
_FAILED_CEILING = 7 * DAY
_GONE_FIRST = 7 * DAY
_GONE_CEILING = 30 * DAY
_RETRY_AFTER_CEILING = 7 * DAY


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a listing says in its own body. ``ttl`` in seconds; hours 0-23 and days (Monday is 0)
    in UTC in which it need not be asked (RSS 2.0: ttl, skipHours, skipDays). ``period``: seconds
    between two updates as it says, by which its rate is guessed until it is learned."""

    ttl: float = 0.0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    period: float = 0.0


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a listing's rate: its interval in seconds (None before its first answer),
    the failures in a row, when it is due, and what it last wished for."""

    interval: float | None = None
    failures: int = 0
    due: datetime | None = None
    wishes: Wishes = NO_WISHES


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a poll gave. ``fresh_for`` (Cache-Control, Expires) and ``retry_after`` in seconds;
    ``wishes`` is None where the body was not read."""

    outcome: Outcome
    fresh_for: float = 0.0
    retry_after: float = 0.0
    wishes: Wishes | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of an interval that is learned, in seconds."""

    floor: float
    ceiling: float = DAY

    def bounded(self, interval: float) -> float:
        """``interval`` within the bounds; a floor above the ceiling wins."""
        return max(self.floor, min(interval, self.ceiling))


def is_due(history: History, at: datetime, tried: datetime | None = None) -> bool:
    """Whether a listing, last ``tried`` then, is to be asked at the instant ``at``.

    One never asked is. One tried in the future was so by a wrong clock, and so is what is due.
    """
    return history.due is None or history.due <= at or (tried is not None and tried > at)


def after(history: History, answer: Answer, at: datetime, pace: Pace, luck: float = 1.0) -> History:
    """The history with one more answer, its next instant included; arguments as ``next_due``."""
    return replace(_learned(history, answer, pace), due=next_due(history, answer, at, pace, luck))


def next_due(
    history: History, answer: Answer, at: datetime, pace: Pace, luck: float = 1.0
) -> datetime:
    """When to ask again after an ``answer`` at the instant ``at``.

    ``luck`` from 0 to 1 is the jitter: at 1 the whole wait, at 0 a tenth less. What the publisher
    asks for makes a wait longer, never shorter, and by freshness never longer than the ceiling.
    """
    learned = _learned(history, answer, pace)
    wait = _wait(learned, answer, pace) * (1 - _JITTER * (1 - luck))
    fresh = max(answer.fresh_for, learned.wishes.ttl)
    longest = max(pace.floor, pace.ceiling)
    wait = max(wait, min(fresh, longest), min(answer.retry_after, _RETRY_AFTER_CEILING))
    return _outside(learned.wishes, at + timedelta(seconds=wait))


def _learned(history: History, answer: Answer, pace: Pace) -> History:
    if answer.outcome == "postponed":
        return history
    if answer.outcome in ("failed", "gone"):
        return replace(history, failures=history.failures + 1)
    wishes = history.wishes if answer.wishes is None else answer.wishes
    interval = history.interval
    if interval is None:
        interval = wishes.period  # most say "hourly" whatever they do; the floor is longer
    else:
        interval *= _SHORTER if answer.outcome == "changed" else _LONGER
    return History(interval=pace.bounded(interval), failures=0, wishes=wishes)


def _wait(learned: History, answer: Answer, pace: Pace) -> float:
    usual = pace.bounded(learned.interval or pace.floor)
    doublings = 2.0 ** min(learned.failures - 1, 20)
    if answer.outcome == "failed":
        return max(usual, min(usual * doublings, _FAILED_CEILING))
    if answer.outcome == "gone":
        return max(usual, min(_GONE_FIRST * doublings, _GONE_CEILING))
    return usual


def _outside(wishes: Wishes, due: datetime) -> datetime:
    """The first instant from ``due`` on whose hour and day are not to be skipped."""
    if len(wishes.skip_hours) >= 24 or len(wishes.skip_days) >= 7:
        return due  # never: a mistake of the feed
    at = due
    while at.weekday() in wishes.skip_days or at.hour in wishes.skip_hours:
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at

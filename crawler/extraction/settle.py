"""One publication out of several readings of the page, and where its time zone comes from.

The first reading counts. A later one replaces it only to add the time of the same day, or to
correct its zone: the same wall clock under an offset, where the first calls a local time UTC. A
wall clock without any zone gets one where the page gives it away: the same instant told in a zone,
where that makes it UTC; the same event told in UTC elsewhere; or other times of those days that all
carry one offset. No zone is ever guessed from a country or a language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from crawler.extraction.facts import Candidate
from crawler.extraction.moments import Moment

_QUARTER = timedelta(minutes=15)  # every zone of the world is a multiple of it away from UTC
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
_SEEN_BY_READERS = frozenset(["time-element", "visible", "under-headline", "label"])
# As long as this an offset holds: the clocks change twice a year.
_SAME_SEASON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Dated:
    """A candidate that could be read."""

    moment: Moment
    candidate: Candidate


def best_of(dated: list[Dated]) -> Dated | None:
    """Choose by the rule in the head of this file; None where there is nothing to choose."""
    if not dated:
        return None
    best = dated[0]
    if best.moment.instant is None or best.moment.is_bare_day:
        richer = (d for d in dated if _adds_instant(best.moment, d.moment))
        clocked = (d for d in dated if _adds_clock(best.moment, d.moment))
        best = next(richer, None) or next(clocked, best)
    if best.moment.offset == timedelta(0):
        best = next((d for d in dated if _corrects(best.moment, d.moment)), best)
    return best


def _adds_instant(poor: Moment, rich: Moment) -> bool:
    if rich.instant is None or rich.is_bare_day or rich.day != poor.day:
        return False
    if poor.clock in (None, time(0)) or rich.clock is None:
        return True
    return _minute(rich.clock) == _minute(poor.clock)


def _adds_clock(poor: Moment, rich: Moment) -> bool:
    return poor.is_bare_day and not rich.is_bare_day and rich.day == poor.day


def _corrects(first: Moment, other: Moment) -> bool:
    """The same wall clock, once called UTC and once with the offset that it really has."""
    return (
        bool(other.offset)
        and first.day == other.day
        and first.clock is not None
        and other.clock is not None
        and _minute(first.clock) == _minute(other.clock)
    )


def _minute(clock: time) -> tuple[int, int]:
    return clock.hour, clock.minute


def with_zone(best: Dated, claims: list[Dated], changes: list[Dated]) -> Dated:
    """``best`` in the zone that the page gives away, where it is a wall clock without one.

    ``claims`` are all readings of the publication, ``changes`` those of later changes.
    """
    moment = best.moment
    if moment.clock is None or moment.instant is not None:
        return best
    if _is_utc(moment, claims):
        return Dated(moment.at(timedelta(0)), best.candidate)
    offset = _told_in_utc(moment, claims) or _shared_offset(moment, [*claims, *changes])
    return best if offset is None else Dated(moment.at(offset), best.candidate)


def _is_utc(moment: Moment, claims: list[Dated]) -> bool:
    """Whether readers are shown the same minute in their zone: ``21:02``, ``5:02 PM EDT``."""
    assert moment.clock is not None
    wall = datetime.combine(moment.day, moment.clock.replace(second=0, microsecond=0), UTC)
    told = (d.moment.instant for d in claims if d.moment.offset and not d.moment.is_bare_day)
    return any(t is not None and t.replace(second=0, microsecond=0) == wall for t in told)


def _told_in_utc(moment: Moment, claims: list[Dated]) -> timedelta | None:
    """How far the wall clock is from the instant that another source gives the same event."""
    assert moment.clock is not None
    wall = datetime.combine(moment.day, moment.clock.replace(second=0, microsecond=0), UTC)
    for claim in claims:
        other = claim.moment
        if other.is_bare_day or other.instant is None or other.offset:
            continue
        gap = wall - other.instant.replace(second=0, microsecond=0)
        # At a quarter of an hour many a time on a page is a multiple of it away by chance.
        is_sure = wall.minute % 15 != 0 or claim.candidate.origin not in _SEEN_BY_READERS
        if is_sure and _WEST <= gap <= _EAST and gap % _QUARTER == timedelta(0):
            return gap
    return None


def _shared_offset(moment: Moment, readings: list[Dated]) -> timedelta | None:
    """The one offset of all times near that have one; UTC is how systems write and says nothing."""
    near = {
        d.moment.offset
        for d in readings
        if d.moment.offset and abs(d.moment.day - moment.day) <= _SAME_SEASON
    }
    return near.pop() if len(near) == 1 else None

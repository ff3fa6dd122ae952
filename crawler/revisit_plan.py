"""When a delivered story is looked at again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scrapy.settings import BaseSettings

from crawler.errors import ConfigurationError
from crawler.instants import iso, parse, parse_spans
from crawler.state import Story

# A visit that failed is tried again after this, then after twice as long, and so on.
_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RevisitPlan:
    """``after``: the ages, counted from the first capture, at which a story is visited again.

    ``by_source`` has those of the sources that set their own; an empty one means never.
    ``attempts``: visits in vain after which one is given up, and the next of the plan is due.
    """

    after: tuple[timedelta, ...] = ()
    by_source: Mapping[str, tuple[timedelta, ...]] = field(default_factory=dict)
    attempts: int = 5

    def next_due(self, source_id: str | None, first_captured_at: str, visited: str) -> str | None:
        """The next visit after one at ``visited``; None after the last. All are UTC ISO.

        Visits that were missed meanwhile are made up for by one. A story of no source has none.
        """
        ages = () if source_id is None else self.by_source.get(source_id, self.after)
        first, last = (parse(first_captured_at), parse(visited)) if ages else (None, None)
        if first is None or last is None:
            return None
        return next((_whole(first + age) for age in sorted(ages) if first + age > last), None)

    def is_full(self, story: Story, at: str, longest: timedelta) -> bool:
        """Whether a visit at ``at`` asks for the whole story, whatever its validators say.

        Some stay the same when the page does not. So the first visit in each ``longest`` (a day) of
        the story's life is full, and the last one, and one after a visit in vain.
        """
        first, now = parse(story.first_captured_at), parse(at)
        if first is None or now is None or not longest or story.attempts:
            return True
        if self.next_due(story.source_id, story.first_captured_at, at) is None:
            return True
        ages = self.by_source.get(story.source_id or "", self.after)
        made = (age for age in ages if _whole(first + age) < (story.due or ""))
        return (now - first) // longest > max(made, default=timedelta()) // longest

    def retry(self, tried: str, attempts: int) -> str | None:
        """When to try again after the so many-th visit in vain; None where it is given up."""
        at = parse(tried)
        if at is None or attempts >= self.attempts:
            return None
        return _whole(at + _RETRY * 2 ** (attempts - 1))


def plan_of(settings: BaseSettings) -> RevisitPlan:
    """The plan of REVISIT_AFTER and LEAD_ATTEMPTS. Raises ConfigurationError."""
    try:
        after = parse_spans(settings["REVISIT_AFTER"])
    except ValueError as error:
        raise ConfigurationError(f"REVISIT_AFTER: {error}") from None
    return RevisitPlan(after, attempts=settings.getint("LEAD_ATTEMPTS"))


def _whole(at: datetime) -> str:
    """In whole seconds, rounded up: instants are compared as strings in the state."""
    return iso((at + timedelta(microseconds=999_999)).replace(microsecond=0))

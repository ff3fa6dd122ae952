"""A year of polls, simulated: what adaptive polling costs and how soon it sees a story.

    python -m benchmarks.polling [--seed 1]

Listings publish by an inhomogeneous Poisson process (hour of day, day of week) and show their
newest entries only; a cron job comes every ten minutes and asks those that are due, by the rule of
``crawler.polling`` itself. Printed per policy: requests, requests per story, the delay between a
story's publication and its detection, and the stories that had left the listing before.
"""

from __future__ import annotations

import argparse
import random
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.polling import DAY, Answer, History, Pace, after, is_due

START = datetime(2026, 1, 1, tzinfo=UTC)
CRON = 600.0
YEAR = 365 * DAY
# Share of a day's stories in each hour: papers write by day, agencies round the clock.
BY_DAY = [1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 8, 8, 8, 7, 7, 6, 5, 4, 3, 2, 1]
ROUND_THE_CLOCK = [3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3]


@dataclass(frozen=True)
class Outlet:
    """``a_day`` stories on a weekday, ``weekend`` times as many on others; ``shown`` at once.
    ``until``: the day of the year on which it dies, and answers with errors from then on."""

    name: str
    count: int
    a_day: float
    shown: int
    weekend: float = 0.6
    hours: list[int] = field(default_factory=lambda: BY_DAY)
    until: int = 365


# A mix of a few hundred listings, most of them quiet: sections and blogs outnumber front pages.
OUTLETS = (
    Outlet("agency wire", 3, 250, 100, 0.7, ROUND_THE_CLOCK),
    Outlet("national front page", 12, 90, 50),
    Outlet("regional paper", 40, 25, 30),
    Outlet("section of a paper", 120, 6, 20),
    Outlet("local weekly", 60, 1.2, 15, 0.1),
    Outlet("blog", 60, 0.25, 10, 0.5),
    Outlet("feed that died in March", 15, 5, 20, until=75),
)


def publications(outlet: Outlet, rng: random.Random) -> list[float]:
    """Seconds since START at which one listing of this kind publishes, in order."""
    weights = outlet.hours
    times: list[float] = []
    for day in range(outlet.until):
        weekday = (START + timedelta(days=day)).weekday()
        rate = outlet.a_day * (outlet.weekend if weekday >= 5 else 1.0)
        for hour, weight in enumerate(weights):
            expected = rate * weight / sum(weights)
            at = rng.expovariate(expected / 3600) if expected else 3600.0
            while at < 3600:
                times.append(day * DAY + hour * 3600 + at)
                at += rng.expovariate(expected / 3600)
    return times


@dataclass
class Result:
    """Of all listings under one policy. ``delays`` in seconds, of the stories that were seen."""

    requests: int = 0
    unchanged: int = 0
    failed: int = 0
    missed: int = 0
    delays: list[float] = field(default_factory=list)


class Fixed:
    """Asks every so many seconds, come what may."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._due = 0.0

    def is_due(self, at: float) -> bool:
        return at >= self._due

    def learn(self, at: float, _: Answer, __: random.Random) -> None:
        self._due = at + self._interval


class Adaptive:
    """Asks by ``crawler.polling``."""

    def __init__(self, floor: float) -> None:
        self._pace = Pace(floor)
        self._history = History()

    def is_due(self, at: float) -> bool:
        return is_due(self._history, START + timedelta(seconds=at))

    def learn(self, at: float, answer: Answer, rng: random.Random) -> None:
        instant = START + timedelta(seconds=at)
        self._history = after(self._history, answer, instant, self._pace, rng.random())


def simulate(
    times: list[float], outlet: Outlet, policy: Fixed | Adaptive, result: Result, rng: random.Random
) -> None:
    """One listing for a year."""
    seen = 0
    for at in ticks(rng):
        if not policy.is_due(at):
            continue
        result.requests += 1
        if at >= outlet.until * DAY:
            result.failed += 1
            policy.learn(at, Answer("failed"), rng)
            continue
        published = bisect_right(times, at)
        oldest = max(seen, published - outlet.shown)
        result.missed += oldest - seen
        result.delays += [at - time for time in times[oldest:published]]
        result.unchanged += published == seen
        policy.learn(at, Answer("changed" if published > seen else "unchanged"), rng)
        seen = max(seen, published)
    result.missed += bisect_left(times, YEAR) - seen if outlet.until >= 365 else 0


def ticks(rng: random.Random) -> Iterator[float]:
    """When the cron job runs."""
    at = rng.uniform(0, CRON)
    while at < YEAR:
        yield at
        at += CRON


POLICIES = {
    "fixed 10 min": lambda: Fixed(600 - 1),
    "fixed 30 min": lambda: Fixed(1800 - 1),
    "fixed 90 min": lambda: Fixed(5400 - 1),
    "fixed 1 day": lambda: Fixed(DAY - 1),
    "adaptive, floor 10 min": lambda: Adaptive(600),
    "adaptive, floor 30 min": lambda: Adaptive(1800),
    "adaptive, floor 90 min (default)": lambda: Adaptive(5400),
}


def row(name: str, result: Result) -> str:
    """One line of the table (Markdown)."""
    stories = len(result.delays)
    ordered = sorted(result.delays)
    minutes = [statistics.median(ordered) / 60, ordered[int(0.95 * stories)] / 60]
    missed = 100 * result.missed / (stories + result.missed)
    return (
        f"| {name} | {result.requests:,} | {result.requests / stories:.2f}"
        f" | {100 * result.unchanged / result.requests:.0f} %"
        f" | {minutes[0]:.0f} | {minutes[1]:.0f} | {missed:.2f} % | {result.failed:,} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    head = "requests | per story | unchanged | median min | 95 % min | missed | to dead feeds"
    print(f"| policy | {head} |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    by_outlet: list[str] = []
    for name, make in POLICIES.items():
        rng = random.Random(seed)  # noqa: S311 - a simulation
        total = Result()
        for outlet in OUTLETS:
            # One listing stands for all of its kind: what differs between them is only chance.
            own = Result()
            simulate(publications(outlet, rng), outlet, make(), own, rng)
            if "default" in name:
                by_outlet.append(row(outlet.name, own))
            total.requests += own.requests * outlet.count
            total.unchanged += own.unchanged * outlet.count
            total.failed += own.failed * outlet.count
            total.missed += own.missed * outlet.count
            total.delays += own.delays * outlet.count
        print(row(name, total), flush=True)
    print(f"\n| listing (default) | {head} |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    print("\n".join(by_outlet))


if __name__ == "__main__":
    main()

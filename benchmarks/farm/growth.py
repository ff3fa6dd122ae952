"""CPU a page and memory of runs of growing length: they are to be flat.

    python -m benchmarks.farm.growth [--pages 1000 10000] [--hosts 50] [--archive-only] [--small]

Every run is a fresh archive over the same farm. The start of a run is in its figures; what each
further page costs is the difference of two runs over the difference of their pages. What a run
took as it went on is told too, from a number of pages to twice as many: CPU a page, the same over
what a page of ``benchmarks.farm.yardstick`` took meanwhile, and the median of the looks at its
memory.

100,000 pages of the dev set write 6 GB below build/, which are gone afterwards.
"""

from __future__ import annotations

import argparse
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.processes import Cost
from benchmarks.farm.server import standing
from benchmarks.farm.yardstick import Yardstick

_MARKS = (250, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)  # pages


@dataclass(frozen=True, slots=True)
class Crawled:
    """A run, the instants at which it asked for something, and the machine meanwhile."""

    cost: Cost
    arrivals: list[float]
    yardstick: Yardstick


def crawl(plan: FarmPlan, *more: str) -> Crawled:
    """One run.

    Raises SystemExit where it fails or does not ask for every page.
    """
    ours = CONTESTANTS[0]
    with workplace() as folder, standing(plan) as farm:
        job = Job(farm.plan, folder)
        job.prepare()
        yardstick = Yardstick()
        yardstick.start()
        cost = processes.run(
            [*ours.command(job), *more], ROOT, ours.environment, folder / "log.txt"
        )
        yardstick.done.set()
        arrivals = [instant for _, instant in farm.served().arrivals]
        if cost.status or len(arrivals) < plan.pages:
            raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
    return Crawled(cost, arrivals, yardstick)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run from its page ``first`` to its page ``last``: ms of CPU a page, the same over the
    yardstick, and MiB (median)."""

    first: int
    last: int
    cpu: float
    ratio: float
    memory: float


def as_it_went(run: Crawled) -> Iterator[Stretch]:
    """The stretches of a run that were looked at more than once."""
    arrivals = run.arrivals
    for mark in _MARKS:
        if 2 * mark > len(arrivals):
            return
        begin, end = arrivals[mark], arrivals[2 * mark - 1]
        seen = [look for look in run.cost.looks if begin <= look.at <= end]
        if len(seen) < 2:
            continue
        pages = bisect(arrivals, seen[-1].at) - bisect(arrivals, seen[0].at)
        cpu = 1e3 * (seen[-1].cpu - seen[0].cpu) / pages
        ratio = cpu / run.yardstick.between(seen[0].at, seen[-1].at)
        yield Stretch(mark, 2 * mark, cpu, ratio, median(look.memory for look in seen))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--archive-only", action="store_true", help="with EXTRACT=False")
    parser.add_argument("--small", action="store_true", help="short pages, all nearly alike")
    given = parser.parse_args()
    more = ("-s", "EXTRACT=False") if given.archive_only else ()
    costs: list[tuple[int, Cost]] = []
    for pages in sorted(given.pages):
        run = crawl(FarmPlan(given.hosts, pages, is_small=given.small), *more)
        cost = run.cost
        costs.append((pages, cost))
        print(
            f"{pages} pages: {1e3 * cost.cpu / pages:.2f} ms of CPU a page,"
            f" {cost.usual:.0f} MiB, at most {cost.memory:.0f}, {cost.wall:.0f} s",
            flush=True,
        )
        for part in as_it_went(run):
            print(
                f"    from its page {part.first} to {part.last}: {part.cpu:.2f} ms each,"
                f" {part.ratio:.2f} of the yardstick, {part.memory:.0f} MiB",
                flush=True,
            )
    for (few, less), (many, most) in pairwise(costs):
        each = 1e3 * (most.cpu - less.cpu) / (many - few)
        print(f"from {few} to {many}: {each:.2f} ms each, memory x {most.usual / less.usual:.2f}")


if __name__ == "__main__":
    main()

"""What fetching and archiving cost, extraction apart: beside plain Scrapy, and beside wget.

    python -m benchmarks.farm.fetching [--pages 400] [--rounds 3]

Broadsheet with EXTRACT=False, Scrapy that fetches the same pages and keeps nothing, and wget
--warc-file, all at the same time on farms of their own, the faster ones more pages: whatever else
the machine does then makes all of them dearer by as much. ``whole tree`` is without the cost over
four pages, which is taken for the start; ``crawler`` is the crawler's process alone, all its
threads, between the opening and the closing of the spider.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from benchmarks.farm.contestants import ARCHIVE_ONLY, CONTESTANTS, PLAIN, WGET, Contestant
from benchmarks.farm.measure import Run, measure_on, start_cost, workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.server import standing

OURS = CONTESTANTS[0]


def crawler_ms(run: Run) -> float:
    """CPU of the crawler's process, ms a page."""
    assert run.pulse is not None
    return 1e3 * run.pulse.reactor_cpu / run.pages


def at_once(chosen: Sequence[tuple[Contestant, FarmPlan]]) -> list[Run]:
    """All of them at the same time, each with a farm of its own."""

    def crawl(one: Contestant, plan: FarmPlan) -> Run:
        with workplace() as folder, standing(plan) as farm:
            return measure_on(farm, one, folder)

    with ThreadPoolExecutor(len(chosen)) as threads:
        return list(threads.map(crawl, *zip(*chosen, strict=True)))


def share(pages: int = 200) -> float:
    """CPU of our crawler's process over that of plain Scrapy, a small page, extraction and all."""
    # Not nice, and a slow pulse: what only takes time costs as well, and a busy machine takes it.
    slowly = ("-s", "HEARTBEAT_SECONDS=5")
    alone = ("-s", "EXTRACTION_WORKERS=1", "-s", "EXTRACTION_NICENESS=0", *slowly)
    ours = replace(OURS, command=lambda job: [*OURS.command(job), *alone])
    plain = replace(PLAIN, command=lambda job: [*PLAIN.command(job), *slowly])
    plan = FarmPlan(10, pages, is_small=True)
    of_us, of_them = at_once([(ours, plan), (plain, replace(plan, pages=4 * pages))])
    return crawler_ms(of_us) / crawler_ms(of_them)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    chosen = [
        (one, FarmPlan(given.hosts, times * given.pages))
        for one, times in ((ARCHIVE_ONLY, 1), (PLAIN, 2), (WGET, 4))
    ]
    starts = [start_cost(one).cost.cpu for one, _ in chosen]
    print("| | whole tree, ms a page | crawler, ms a page | start, s |\n|---|---:|---:|---:|")
    for _ in range(given.rounds):
        for (one, plan), start, run in zip(chosen, starts, at_once(chosen), strict=True):
            tree = 1e3 * (run.cost.cpu - start) / plan.pages
            alone = f"{crawler_ms(run):.2f}" if run.pulse else ""
            print(f"| {one.name} | {tree:.2f} | {alone} | {start:.2f} |", flush=True)


if __name__ == "__main__":
    main()

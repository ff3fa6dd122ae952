"""What fetching and archiving cost, extraction apart: the crawler's process, and wget's range.

    python -m benchmarks.farm.fetching [--pages 300] [--rounds 3]

Broadsheet, Broadsheet with EXTRACT=False, Scrapy that fetches the same pages and keeps nothing, and
wget --warc-file, in turns on one farm; of each the least of the rounds. ``whole tree`` is without
the cost over four pages, which is taken for the start; ``crawler`` is the crawler's process alone,
all its threads, between the opening and the closing of the spider.
"""

from __future__ import annotations

import argparse
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


def rounds_of(chosen: list[Contestant], plan: FarmPlan, rounds: int) -> dict[str, list[Run]]:
    """Every contestant in turns, each time with a fresh folder on the same farm."""
    runs: dict[str, list[Run]] = {one.name: [] for one in chosen}
    with standing(plan) as farm:
        for _ in range(rounds):
            for one in chosen:
                with workplace() as folder:
                    runs[one.name].append(measure_on(farm, one, folder))
    return runs


def share(pages: int = 200, hosts: int = 10, rounds: int = 2) -> float:
    """CPU of our crawler's process over that of plain Scrapy for the same small pages, extraction
    and lines and all; of each the least of the rounds."""
    # One worker: what extracts is not what is measured, and takes its time to start.
    ours = replace(OURS, command=lambda job: [*OURS.command(job), "-s", "EXTRACTION_WORKERS=1"])
    runs = rounds_of([ours, PLAIN], FarmPlan(hosts, pages, is_small=True), rounds)
    least, base = (min(map(crawler_ms, runs[one.name])) for one in (ours, PLAIN))
    return least / base


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    chosen = [OURS, ARCHIVE_ONLY, PLAIN, WGET]
    starts = {one.name: start_cost(one).cost.cpu for one in chosen}
    runs = rounds_of(chosen, FarmPlan(given.hosts, given.pages), given.rounds)
    print("| | whole tree, ms a page | crawler, ms a page | start, s |\n|---|---:|---:|---:|")
    for one in chosen:
        least = min(run.cost.cpu for run in runs[one.name])
        tree = 1e3 * (least - starts[one.name]) / given.pages
        of_crawler = [crawler_ms(run) for run in runs[one.name] if run.pulse]
        alone = f"{min(of_crawler):.2f}" if of_crawler else ""
        print(f"| {one.name} | {tree:.2f} | {alone} | {starts[one.name]:.2f} |")


if __name__ == "__main__":
    main()

"""What fetching and archiving cost, extraction apart: the crawler's process, and wget's range.

    python -m benchmarks.farm.fetching [--pages 300] [--rounds 3]

Broadsheet, Broadsheet with EXTRACT=False, Scrapy that fetches the same pages and keeps nothing, and
wget --warc-file, in turns on one farm; of each the least of the rounds. ``whole tree`` is without
the cost over four pages, which is taken for the start; ``crawler`` is the crawler's process alone,
all its threads, between the opening and the closing of the spider.
"""

from __future__ import annotations

import argparse
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


def rounds_of(chosen: list[Contestant], plan: FarmPlan, rounds: int) -> dict[str, list[Run]]:
    """Every contestant in turns, each time with a fresh folder on the same farm."""
    runs: dict[str, list[Run]] = {one.name: [] for one in chosen}
    with standing(plan) as farm:
        for _ in range(rounds):
            for one in chosen:
                with workplace() as folder:
                    runs[one.name].append(measure_on(farm, one, folder))
    return runs


def share(pages: int = 200) -> float:
    """CPU of our crawler's process over that of plain Scrapy, a small page, extraction and all.

    Both crawl at the same time, plain Scrapy four times the pages, as it is faster: whatever else
    the machine does then makes both dearer by as much.
    """
    # Not nice, and a slow pulse: what only takes time costs as well, and a busy machine takes it.
    slowly = ("-s", "HEARTBEAT_SECONDS=5")
    alone = ("-s", "EXTRACTION_WORKERS=1", "-s", "EXTRACTION_NICENESS=0", *slowly)
    ours = replace(OURS, command=lambda job: [*OURS.command(job), *alone])
    plain = replace(PLAIN, command=lambda job: [*PLAIN.command(job), *slowly])

    def crawl(one: Contestant, pages: int) -> float:
        with workplace() as folder, standing(FarmPlan(10, pages, is_small=True)) as farm:
            return crawler_ms(measure_on(farm, one, folder))

    with ThreadPoolExecutor(2) as both:
        of_us, of_them = both.submit(crawl, ours, pages), both.submit(crawl, plain, 4 * pages)
        return of_us.result() / of_them.result()


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

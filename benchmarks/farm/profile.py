"""``make profile``: where the CPU of a page goes, in the crawler's process and in a worker.

    python -m benchmarks.farm.profile [--pages 200] [--hosts 40] [--top 30]

The parent is profiled while it crawls the farm, the worker's one call (``extract``) over the same
pages in this process: cProfile sees one thread of one process, the writer thread is not in it. The
profiler makes Python calls look dearer than they are, beside those into C. The profiles stay in
build/farm for snakeviz and the like.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import pstats
from pathlib import Path

from benchmarks.environments import BUILD, ROOT
from benchmarks.farm import processes
from benchmarks.farm.bodies import bodies
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan, body_number
from benchmarks.farm.server import standing
from crawler.extraction import Page, extract
from crawler.instants import now


def profile_parent(plan: FarmPlan, into: Path) -> None:
    """The crawl, from its first import to its last file."""
    ours = CONTESTANTS[0]
    with workplace() as folder, standing(plan) as farm:
        job = Job(farm.plan, folder)
        job.prepare()
        command = [*ours.command(job), "--profile", into]
        cost = processes.run(command, ROOT, ours.environment, folder / "log.txt")
        if cost.status:
            raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])


def profile_worker(pages: int, into: Path) -> None:
    """What the workers do for the same pages; the first page, which warms up, is left out."""
    found = bodies()
    profile = cProfile.Profile()
    for number in range(pages + 1):
        body = found[body_number(number, len(found))]
        page = Page(
            url=f"http://farm.example/story-{number}.html",
            body=gzip.decompress(body.copy(number)),
            captured_at=now(),
            content_type=body.content_type,
        )
        if number:
            profile.runcall(extract, page)
        else:
            extract(page)
    profile.dump_stats(into)


def show(file: Path, title: str, pages: int, top: int) -> None:
    """The functions by their own time, in ms a page, with what is below them."""
    stats = pstats.Stats(str(file)).get_stats_profile()
    rows = sorted(stats.func_profiles.items(), key=lambda row: -row[1].tottime)
    total = 1e3 * stats.total_tt / pages
    print(f"\n{title}: {total:.2f} ms a page under the profiler")
    print("|   own ms | with all below | calls a page | function |\n|---:|---:|---:|---|")
    for name, found in rows[:top]:
        calls = int(str(found.ncalls).partition("/")[0]) / pages
        own, below = 1e3 * found.tottime / pages, 1e3 * found.cumtime / pages
        place = _place(found.file_name, found.line_number)
        print(f"| {own:.3f} | {below:.3f} | {calls:.1f} | {name} {place} |")


def _place(file: str, line: int) -> str:
    parts = Path(file).parts
    return f"({'/'.join(parts[-2:])}:{line})" if line else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--top", type=int, default=30)
    given = parser.parse_args()
    folder = BUILD / "farm"
    folder.mkdir(parents=True, exist_ok=True)
    parent, worker = folder / "parent.prof", folder / "worker.prof"
    profile_parent(FarmPlan(given.hosts, given.pages), parent)
    show(parent, "The crawler's process", given.pages, given.top)
    profile_worker(given.pages, worker)
    show(worker, "One worker's call", given.pages, given.top)


if __name__ == "__main__":
    main()

"""What a run over many sources costs that finds nothing new, against its polls.

    python -m benchmarks.farm.polls [--sources 5000]

Three runs with one archive over as many hosts with one feed each: the first asks every robots.txt
and every feed, the second asks every feed again and is told that it is unchanged (304), the third
finds nothing due. Politeness does not bound them, as each host is asked once or twice: the second
is held against the third, which is what the sources cost without a poll.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.processes import Cost
from benchmarks.farm.server import Standing, standing

_STORIES = 20  # in all: so that the run is one that found some


def poll(job: Job, *more: str) -> Cost:
    """One run. Raises SystemExit where it fails."""
    ours = CONTESTANTS[0]
    command = [*ours.command(job), *more]
    cost = processes.run(command, ROOT, ours.environment, job.folder / "log.txt")
    if cost.status:
        raise SystemExit((job.folder / "log.txt").read_text("utf-8", "replace")[-2000:])
    return cost


def judge(name: str, cost: Cost, farm: Standing) -> None:
    """Print what a run cost and what the sites saw of it."""
    arrivals = [at for _, at in farm.served().arrivals]
    took = max(arrivals) - min(arrivals) if arrivals else 0.0
    each = f", {1e3 * cost.cpu / len(arrivals):.2f} ms of CPU each" if arrivals else ""
    print(
        f"{name}: {len(arrivals)} requests in {took:.1f} s; {cost.wall:.1f} s in all,"
        f" {cost.cpu:.1f} s of CPU{each}, {cost.memory:.0f} MiB",
        flush=True,
    )


def run(sources: int, folder: Path) -> None:
    with standing(FarmPlan(sources, _STORIES)) as farm:
        job = Job(farm.plan, folder)
        job.prepare()
        judge("first", poll(job), farm)
        judge("nothing new", poll(job, "-a", "due=all"), farm)
        judge("nothing due", poll(job), farm)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=5000)
    given = parser.parse_args()
    with workplace() as folder:
        run(given.sources, folder)


if __name__ == "__main__":
    main()

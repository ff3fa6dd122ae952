"""How much of a run's time the schedule wastes, against what politeness alone asks for.

    python -m benchmarks.farm.schedule [--hosts 200] [--pages 8] [--delay 5] [--latency 1]
    python -m benchmarks.farm.schedule --delay 0.5 --latency 0.1 --pages 40 --archive-only

Every host is asked one request at a time, ``delay`` seconds after the last on average. What the
sites saw is held against that: the mean gap between two requests to a host, and the time from the
first request of the run to its last against the shortest that is possible, (requests of a host - 1)
x delay. Pages are short: the processor is not what is measured, and with --delay 0.5 --latency 0.1
it would be (400 pages a second), so both are ten times as long by default. With --archive-only
nothing is read, and the processor keeps up with that too.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from itertools import pairwise
from statistics import mean

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.server import Served, standing


def crawl(plan: FarmPlan, settings: dict[str, object]) -> Served:
    """What the sites saw of one run. Raises SystemExit where it delivered too little."""
    ours = CONTESTANTS[0]
    with workplace() as folder, standing(plan) as farm:
        job = Job(farm.plan, folder)
        job.prepare()
        given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        cost = processes.run(
            [*ours.command(job), *given], ROOT, ours.environment, folder / "log.txt"
        )
        served = farm.served()
        is_read = settings.get("EXTRACT", True)
        done = ours.delivered(job) if is_read else len(served.arrivals) - 2 * plan.hosts
        if cost.status or done != plan.pages:
            raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
        print(f"{cost.cpu / cost.wall:.2f} cores busy, {cost.wall:.0f} s, {cost.memory:.0f} MiB")
        return served


def judge(served: Served, delay: float) -> None:
    """Print the waste."""
    by_host: defaultdict[str, list[float]] = defaultdict(list)
    for host, at in served.arrivals:
        by_host[host].append(at)
    gaps = [b - a for times in by_host.values() for a, b in pairwise(times)]
    places: defaultdict[int, list[float]] = defaultdict(list)
    for times in by_host.values():
        for place, (a, b) in enumerate(pairwise(sorted(times))):
            places[place].append(b - a)
    by_place = " ".join(f"{mean(found):.2f}" for _, found in sorted(places.items()))
    every = [at for _, at in served.arrivals]
    took, bound = max(every) - min(every), max(len(t) - 1 for t in by_host.values()) * delay
    print(
        f"{len(every)} requests to {len(by_host)} hosts;"
        f" gap at one host: mean {mean(gaps):.3f} s ({100 * (mean(gaps) / delay - 1):+.1f} %),"
        f" shortest {min(gaps):.3f}, longest {max(gaps):.3f}; first to last of them: {by_place};"
        f" first to last request {took:.1f} s, bound {bound:.1f} s"
        f" ({100 * (took / bound - 1):+.1f} %)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--pages", type=int, default=8, help="of each host")
    parser.add_argument("--delay", type=float, default=5.0)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--archive-only", action="store_true", help="with EXTRACT=False")
    given = parser.parse_args()
    plan = FarmPlan(given.hosts, given.hosts * given.pages, given.latency, is_small=True)
    for jitter in (0.0, 0.5):
        print(f"jitter {jitter}: ", end="", flush=True)
        settings = {"DOWNLOAD_DELAY": given.delay, "DOWNLOAD_DELAY_JITTER": jitter}
        settings |= {"EXTRACT": False} if given.archive_only else {}
        judge(crawl(plan, settings), given.delay)


if __name__ == "__main__":
    main()

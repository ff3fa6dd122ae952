"""How near a replay comes to its bound: cores over the time that the extraction of a page takes.

    python -m benchmarks.farm.replay [--pages 400] [--rounds 3]

Archives a farm's pages (EXTRACT=False), then, in turns on that WARC: the workers' call alone in as
many processes as there are cores (``benchmarks.farm.alone``), and ``scrapy crawl replay``. Both
are timed without their first pages, so without imports. On a machine that others use the rates of
two turns differ more than what is measured: ``of the CPU`` does not, and is what the rate can be
at most when nothing else is at work.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.server import standing

_SKIPPED = 20  # pages


@dataclass(frozen=True, slots=True)
class Turn:
    """Pages a second of both; ms of CPU a page of the call alone and of the replay's process."""

    alone: float
    replay: float
    call_ms: float
    parent_ms: float

    @property
    def share(self) -> float:
        """Of the bound, by the clock."""
        return self.replay / self.alone

    @property
    def share_of_cpu(self) -> float:
        """Of all the CPU that a page takes, that of the call."""
        return self.call_ms / (self.call_ms + self.parent_ms)


def archived(plan: FarmPlan, folder: Path) -> Path:
    """A WARC of a farm's pages. Raises SystemExit where the crawl fails."""
    ours = CONTESTANTS[0]
    with standing(plan) as farm:
        job = Job(farm.plan, folder)
        job.prepare()
        command = [*ours.command(job), "-s", "EXTRACT=False"]
        cost = processes.run(command, ROOT, ours.environment, folder / "crawl.log")
        if cost.status:
            raise SystemExit((folder / "crawl.log").read_text("utf-8", "replace")[-2000:])
    (warc,) = (folder / "output").glob("warc/**/*.warc.gz")
    return warc


def replayed(warc: Path, folder: Path, *more: str) -> tuple[float, float]:
    """Pages a second, and ms of CPU a page of the replay's own process."""
    tempo = folder / "tempo.json"
    given = {"OUTPUT_DIR": folder / "replayed", "TEMPO_FILE": tempo}
    settings = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "replay", "-a", f"warc={warc}", *settings]
    cost = processes.run([*command, *more], ROOT, CONTESTANTS[0].environment, folder / "log.txt")
    if cost.status:
        raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
    moments = json.loads(tempo.read_bytes())[_SKIPPED:]
    (began, cpu), (ended, cpu_at_end) = moments[0], moments[-1]
    pages = len(moments) - 1
    return pages / (ended - began), 1e3 * (cpu_at_end - cpu) / pages


def turn(warc: Path, folder: Path, number: int) -> Turn:
    """Both once."""
    place = folder / f"turn-{number}"
    place.mkdir()
    command = [sys.executable, "-m", "benchmarks.farm.alone", str(warc), str(_SKIPPED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    alone = json.loads(done.stdout)
    rate, parent = replayed(warc, place)
    return Turn(alone["rate"], rate, alone["cpu_ms"], parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with workplace() as folder:
        warc = archived(FarmPlan(20, given.pages), folder)
        turns = []
        for number in range(given.rounds):
            one = turn(warc, folder, number)
            turns.append(one)
            print(
                f"alone {one.alone:.2f} pages/s ({one.call_ms:.1f} ms of CPU each), replay"
                f" {one.replay:.2f} ({one.parent_ms:.2f} ms in its own process):"
                f" {one.share:.1%} of the bound, {one.share_of_cpu:.1%} of the CPU",
                flush=True,
            )
        print(
            f"median: {median(one.share for one in turns):.1%} of the bound,"
            f" {median(one.share_of_cpu for one in turns):.1%} of the CPU"
        )


if __name__ == "__main__":
    main()

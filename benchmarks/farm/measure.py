"""One contestant over one farm: what it delivered and what that cost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import BUILD, ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import Contestant, Job
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.processes import Cost
from benchmarks.farm.server import Standing, standing

_ENOUGH = 0.85  # of the pages: some give some extractors nothing (news-please a tenth)


class FailedError(Exception):
    """A contestant that did not do its job; the message has what it said last."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What ``benchmarks.farm.heartbeat`` wrote; milliseconds, seconds, MiB."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    reactor_cpu: float
    spider_seconds: float
    max_rss_mb: float


@dataclass(frozen=True, slots=True)
class Run:
    """``delivered`` of ``pages``; ``pulse`` is None for what is no Scrapy project."""

    pages: int
    delivered: int
    cost: Cost
    pulse: Pulse | None


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one run, below build/, gone afterwards."""
    place = BUILD / "farm"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="run-") as folder:
        yield Path(folder)


def measure(contestant: Contestant, plan: FarmPlan) -> Run:
    """Stand a farm up and let a contestant loose on it. Raises FailedError and MissingError."""
    with workplace() as folder, standing(plan) as farm:
        return measure_on(farm, contestant, folder)


def measure_on(farm: Standing, contestant: Contestant, folder: Path) -> Run:
    """The same on a farm that stands, in a folder that stays."""
    job = Job(farm.plan, folder)
    job.prepare()
    log = folder / "log.txt"
    cost = processes.run(contestant.command(job), ROOT, contestant.environment, log)
    pages = farm.plan.pages
    try:
        delivered = contestant.delivered(job)
    except (OSError, ValueError, KeyError) as error:
        delivered, log_says = 0, f"{error}: {_last(log)}"
    else:
        log_says = _last(log)
    if cost.status or delivered < _ENOUGH * pages:
        raise FailedError(f"{delivered} of {pages} pages, exit {cost.status}: {log_says}")
    pulse = folder / "heartbeat.json"
    found = Pulse(**json.loads(pulse.read_bytes())) if pulse.exists() else None
    return Run(pages, delivered, cost, found)


def start_cost(contestant: Contestant) -> Run:
    """What it costs before it does much: a run over a handful of pages."""
    plan = FarmPlan(hosts=2, pages=4)
    return measure(contestant, plan)


def _last(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"

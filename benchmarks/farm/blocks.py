"""What blocks the reactor: the turns of the event loop that took longest, and where they were.

    python -m benchmarks.farm.blocks [--pages 300] [--hosts 20] [-s NAME=VALUE ...]

An extension that times each turn of a callback by the CPU of its thread, so that other processes do
not count, and a thread that looks at the stack of a turn that lasts. The garbage collector's runs
are told apart. Prints the longest, each with the innermost frames that were seen.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import heapq
import json
import sys
import threading
import time
import traceback
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.farm.contestants import CONTESTANTS, Job
from benchmarks.farm.measure import workplace
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.server import standing

_KEPT = 25
_LONG = 0.02  # seconds of wall time after which a turn is looked at, and then again and again
_FRAMES = 7


class Blocks:
    """Writes ``BLOCKS_FILE``: [CPU ms, ms of it in the collector, seconds since the start, stack]
    of each of the longest turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = time.monotonic()
        self._turn: float | None = None
        self._stack: list[str] = []
        self._longest: list[tuple[float, float, float, list[str]]] = []
        self._collecting = self._collected = 0.0
        self._reactor_thread = threading.get_ident()
        self._patch()
        gc.callbacks.append(self._on_collection)
        threading.Thread(target=self._watch, daemon=True).start()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Blocks:
        blocks = cls(Path(crawler.settings["BLOCKS_FILE"]))
        crawler.signals.connect(blocks.write, signals.engine_stopped)
        return blocks

    def _patch(self) -> None:
        run = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            self._turn, self._stack, self._collected = time.monotonic(), [], 0.0
            began = time.thread_time()
            run(handle)
            used, self._turn = time.thread_time() - began, None
            at = time.monotonic() - self._began
            kept = (1e3 * used, 1e3 * self._collected, at, self._stack or [repr(handle)[:200]])
            add = heapq.heappush if len(self._longest) < _KEPT else heapq.heappushpop
            add(self._longest, kept)

        asyncio.Handle._run = timed  # type: ignore[method-assign] # a tracer's nature

    def _on_collection(self, phase: str, info: dict[str, int]) -> None:
        if threading.get_ident() != self._reactor_thread:
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting

    def _watch(self) -> None:
        while True:
            time.sleep(_LONG / 2)
            turn = self._turn
            if turn is None or time.monotonic() - turn < _LONG:
                continue
            frame = sys._current_frames().get(self._reactor_thread)
            seen = traceback.extract_stack(frame)[-_FRAMES:]
            self._stack = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in seen]

    def write(self) -> None:
        self._path.write_text(json.dumps(sorted(self._longest, reverse=True)), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("-s", action="append", default=[], dest="settings", metavar="NAME=VALUE")
    given = parser.parse_args()
    ours = CONTESTANTS[0]
    with workplace() as folder, standing(FarmPlan(given.hosts, given.pages)) as farm:
        job, found = Job(farm.plan, folder), folder / "blocks.json"
        job.prepare()
        module = "benchmarks.farm.blocks_settings"
        words = [
            word for pair in (*given.settings, f"BLOCKS_FILE={found}") for word in ("-s", pair)
        ]
        environment = {**ours.environment, "SCRAPY_SETTINGS_MODULE": module}
        cost = processes.run([*ours.command(job), *words], ROOT, environment, folder / "log.txt")
        if cost.status:
            raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
        pulse = (folder / "heartbeat.json").read_text("ascii")
        print(f"{cost.wall:.1f} s, {cost.cpu:.1f} s of CPU; {pulse}")
        for used, collected, at, stack in json.loads(found.read_bytes()):
            where = " < ".join(reversed(stack))
            print(f"{used:7.1f} ms (collector {collected:.1f}) at {at:.1f} s: {where}")


if __name__ == "__main__":
    main()

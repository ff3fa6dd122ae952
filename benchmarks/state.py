"""The state at scale: size on disk, rates of insert and look-up, memory and start of runs.

    .venv/bin/python -m benchmarks.state [--stories 1000 6720000] [--directory DIR]

Makes a state of each size (``benchmarks.state_stories``), of stories that two listings showed, half
of them under a second URL; measures look-ups of random stories and inserts of new ones; and runs
``scrapy crawl news`` over it that finds nothing due, for its memory and its time. Prints a table.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks.environments import ROOT
from benchmarks.farm import processes
from benchmarks.state_stories import BLOCKS, FILLED, NOW, OUTLETS, fill, key, sources, story, write
from crawler.hints import Hints
from crawler.sqlite import SQLiteState
from crawler.state import Lead

_PROBES = 20_000
_RUNS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, nargs="+", default=[1_000, BLOCKS * FILLED])
    parser.add_argument("--directory", type=Path)
    given = parser.parse_args()
    for stories in given.stories:
        with tempfile.TemporaryDirectory(dir=given.directory) as name:
            measure(Path(name), stories)


def measure(folder: Path, stories: int) -> None:
    """One size."""
    path = folder / "state.sqlite"
    # In a process of its own: what it has resident would count as that of the runs below.
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        wall, cpu = elsewhere.submit(fill, path, stories).result()
    written = min(stories, FILLED)
    print(
        f"\nstories {stories:,}: {written / wall:,.0f}/s written, {1e6 * cpu / written:,.0f} µs of"
        " CPU each"
    )
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"size on disk: {size / 1e6:,.0f} MB, {size / stories:,.0f} bytes a story", flush=True)
    _run(folder)
    _probe(path, stories)


def _probe(path: Path, stories: int) -> None:
    state = SQLiteState(path)
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    probes = [chance.randrange(stories) for _ in range(_PROBES)]
    new = Lead("https://new.example/", "new", "https://new.example/feed", "2026-04-01", Hints())
    far = 1000 * FILLED
    measures: dict[str, Callable[[int], object]] = {
        "story by URL": lambda n: state.story_at(key(n)),
        "listed again, known": lambda n: state.discover(key(n), new),
        "listed, unknown": lambda n: state.discover(key(n + far), new),
        "delivered again": lambda n: state.confirm(story(n), []),
        "a new story, its ledger and URLs": lambda n: write(state, n + far),
        "due of a source": lambda n: state.due(f"outlet-{n % OUTLETS}", NOW, 60),
    }
    for name, probe in measures.items():
        count = _PROBES if name != "due of a source" else OUTLETS
        wall, used = time.perf_counter(), time.process_time()
        for number in probes[:count]:
            probe(number)
        state.commit()
        wall, used = time.perf_counter() - wall, time.process_time() - used
        print(f"{name}: {count / wall:,.0f}/s, {used / count * 1e6:,.0f} µs of CPU each")
    state.close()


def _run(folder: Path) -> None:
    """Runs of the news spider over the state that have nothing to do."""
    (folder / "outlets.toml").write_text(sources(), "ascii")
    command = [sys.executable, "-m", "scrapy", "crawl", "news"]
    given = {"OUTPUT_DIR": folder, "CONTACT": "https://state.example/", "LOG_LEVEL": "WARNING"}
    settings = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    command += ["-a", f"sources={folder / 'outlets.toml'}", *settings]
    costs = [
        processes.run(command, ROOT, {"BROADSHEET_NOW": NOW}, folder / "log.txt")
        for _ in range(_RUNS)
    ]
    if any(cost.status for cost in costs):
        raise SystemExit((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
    print(
        f"a run with nothing due: peak memory {max(cost.largest for cost in costs):.1f} MiB,"
        f" {min(cost.cpu for cost in costs):.2f} s of CPU, {median(c.wall for c in costs):.1f} s"
    )


if __name__ == "__main__":
    main()

"""The state at scale: size on disk, rates of insert and look-up, memory.

    .venv/bin/python -m benchmarks.state [--stories N] [--directory DIR]

Writes what a crawl would write of N stories that two listings showed, half of them under a second
URL, in commits of 500; then measures look-ups of random stories, and the memory of a process that
opens that state and works on it as a run does. Prints a table.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive.exchange import WarcPointer
from crawler.hints import Hints
from crawler.sqlite import SQLiteState
from crawler.state import Lead, Shown, Story

_COMMIT = 500
_PROBES = 20_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=1_000_000)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.stories)
        return
    with tempfile.TemporaryDirectory(dir=given.directory) as name:
        path = Path(name) / "state.sqlite"
        used = time.process_time()
        filled = _filled(path, given.stories)
        rate, used = given.stories / filled, time.process_time() - used
        each = 1e6 * used / given.stories
        print(f"stories {given.stories:,}: {rate:,.0f}/s, {each:,.0f} µs of CPU each", flush=True)
        size = sum(file.stat().st_size for file in path.parent.iterdir())
        print(f"size on disk: {size / 1e6:,.0f} MB, {size / given.stories:,.0f} bytes a story")
        _measure(path, given.stories)
        for known in (1_000, given.stories):
            print(f"peak memory of a run over {known:,} stories: {_memory(path, known):,.0f} MB")


def key(number: int) -> str:
    """The url_hash of a story of the benchmark."""
    return hashlib.sha256(b"story %d" % number).hexdigest()


def story(number: int) -> Story:
    """A story with everything that a delivered one has."""
    home = f"https://www.outlet-{number % 500}.example"
    url = f"{home}/news/2026/03/{number}-a-headline-of-some-words"
    pointer = WarcPointer(
        f"broadsheet-20260301060000-00000-20260301t060000-{number // 2000:06x}.warc.gz",
        number * 977 % 1_000_000_000,
        0,
        f"urn:uuid:{hashlib.md5(b'%d' % number, usedforsecurity=False).hexdigest():0>32}",
    )
    return Story(
        key=key(number),
        id=key(number)[:32],
        version=1,
        captured_at=f"2026-03-{1 + number % 28:02d}T06:00:00.123456Z",
        first_captured_at=f"2026-03-{1 + number % 28:02d}T06:00:00.123456Z",
        url=url,
        canonical_url=url,
        source_id=f"outlet-{number % 500}",
        discovered_from=f"{home}/feed.xml",
        discovered_at=f"2026-03-{1 + number % 28:02d}T05:59:00.123456Z",
        content=key(number)[:32],
        whole=True,
        pointer=pointer,
        # Most are older than the last visit, and then have no validators either.
        etag=f'"{key(number)[:20]}"' if number % 5 == 0 else None,
        last_modified="Sun, 01 Mar 2026 05:30:00 GMT" if number % 5 == 0 else None,
        due=f"2026-04-{1 + number % 28:02d}T06:00:00Z" if number % 5 == 0 else None,
    )


def _filled(path: Path, stories: int) -> float:
    state = SQLiteState(path)
    begin = time.perf_counter()
    for number in range(stories):
        made = story(number)
        for listing in (made.discovered_from or "", f"{made.url[:36]}/section"):
            shown = Shown(listing, made.captured_at, number % 30, "A headline of some words", None)
            state.show(made.key, shown)
        state.confirm(made, [key(-1 - number)] if number % 2 else [])
        if number % _COMMIT == 0:
            state.commit()
    state.close()
    return time.perf_counter() - begin


def _measure(path: Path, stories: int) -> None:
    state = SQLiteState(path)
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    probes = [chance.randrange(stories) for _ in range(_PROBES)]
    new = Lead("https://new.example/", "new", "https://new.example/feed", "2026-04-01", Hints())
    measures: dict[str, Callable[[int], object]] = {
        "story by URL": lambda n: state.story_at(key(n)),
        "listed again, known": lambda n: state.discover(key(n), new),
        "listed, unknown": lambda n: state.discover(key(n + 10 * stories), new),
        "delivered again": lambda n: state.confirm(story(n), []),
        "due of a source": lambda n: state.due(f"outlet-{n % 500}", "2026-04-02T00:00:00Z", 60),
    }
    for name, measure in measures.items():
        count = _PROBES if name != "due of a source" else 500
        begin, used = time.perf_counter(), time.process_time()
        for number in probes[:count]:
            measure(number)
        state.commit()
        wall, cpu = time.perf_counter() - begin, time.process_time() - used
        print(f"{name}: {count / wall:,.0f}/s, {cpu / count * 1e6:,.0f} µs of CPU each")
    state.close()


def work(path: Path, stories: int) -> None:
    """In a process of its own: what a run asks of the state, and the peak of its memory."""
    state = SQLiteState(path)
    chance = random.Random(2)  # noqa: S311 - repeatable, not secret
    for _ in range(_PROBES):
        number = chance.randrange(stories)
        if state.story_at(key(number)):
            state.confirm(story(number), [])
    for outlet in range(500):
        state.due(f"outlet-{outlet}", "2026-05-01T00:00:00Z", 60)
    state.close()
    # Not ru_maxrss: a child begins with its parent's.
    status = Path("/proc/self/status").read_text("ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def _memory(path: Path, stories: int) -> float:
    command = [
        sys.executable,
        "-m",
        "benchmarks.state",
        "--work",
        str(path),
        "--stories",
        str(stories),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


if __name__ == "__main__":
    main()

"""What recovery makes of torn files: cut, zero-filled and garbage-filled at random places.

    python -m benchmarks.torn_tails [--trials 1200] [--seed 1]

A trial is right if the recovered file is, to the byte, the captures that were whole before the
tear, and nothing else. Exits with 1 where any is wrong.
"""

from __future__ import annotations

import argparse
import bisect
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from archive.exchange import Exchange
from archive.warc_recovery import recover
from archive.warc_writer import WarcOptions, WarcWriter

CAPTURES = 40
Tear = Callable[[bytes, int, random.Random], bytes]

TEARS: dict[str, Tear] = {
    "cut": lambda data, at, _: data[:at],
    # A file that was made longer before its bytes were on the disk.
    "zeros": lambda data, at, chooser: data[:at] + bytes(chooser.randint(1, 9000)),
    "garbage": lambda data, at, chooser: data[:at] + chooser.randbytes(chooser.randint(1, 9000)),
}


def sample(directory: Path, chooser: random.Random) -> tuple[Path, bytes, list[int]]:
    """An open file, its bytes, and where each of its captures ends."""
    writer = WarcWriter(directory, "bench", WarcOptions("torn"))
    ends = []
    for number in range(CAPTURES):
        body = chooser.randbytes(chooser.choice((0, 10, 500, 20_000)))
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        exchange = Exchange(
            url=f"http://torn.example/{number}",
            method="GET",
            request=b"GET /%d HTTP/1.1\r\nHost: torn.example\r\n\r\n" % number,
            response=BytesIO(head + body),
            started_at=datetime.now(UTC),
            facts={"role": "story"} if number % 2 else {},
        )
        writer.append(exchange)
        (path,) = directory.glob("*.open")
        ends.append(path.stat().st_size)
    return path, path.read_bytes(), ends


def is_right(data: bytes, expected: int, name: str) -> bool:
    """Whether recovery keeps the first ``expected`` bytes of a file, and no more."""
    with tempfile.TemporaryDirectory() as directory:
        torn = Path(directory) / name
        torn.write_bytes(data)
        recover(torn.parent)
        left = list(torn.parent.iterdir())
        if expected == 0:
            return left == []
        kept = data[:expected]
        return [path.name for path in left] == [name.removesuffix(".open")] and (
            left[0].read_bytes() == kept
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chooser = random.Random(given.seed)  # noqa: S311 - trials that can be had again
    wrong: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        path, data, ends = sample(Path(directory), chooser)
        for trial in range(given.trials):
            kind = list(TEARS)[trial % len(TEARS)]
            at = chooser.randint(0, len(data))
            whole = bisect.bisect_right(ends, at)
            expected = ends[whole - 1] if whole else 0
            if not is_right(TEARS[kind](data, at, chooser), expected, path.name):
                wrong[kind] += 1
                print(f"wrong: {kind} at {at} of {len(data)} bytes")
    print(f"{given.trials} torn files of up to {CAPTURES} captures: {wrong.total()} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

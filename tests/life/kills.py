"""The whole month with ``kill -9`` in every run: ``python -m tests.life.kills [ROUNDS] [SEED]``.

Lives through the month once undisturbed and ROUNDS times with a kill in each of its thirty runs,
each at a moment of chance, and compares what the lines say. Exit 1 where they differ.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from crawler.demo.server import MONTH, DemoServer
from tests.forked import ForkedScrapy
from tests.life.month import Month, told


def main(rounds: int, seed: int) -> int:
    """Print a table of the rounds; gives the exit code."""
    with tempfile.TemporaryDirectory() as name, ForkedScrapy(Path(name)) as scrapy:
        whole = _lived(scrapy, Path(name) / "whole")
        expected = told(whole.output)
        print(f"seed {seed}: {len(expected)} lines in {len(MONTH.editions)} runs without a kill")
        print("round  kills  lines  lost  repeated or other  verdict")
        failed = 0
        for number in range(1, rounds + 1):
            chance = random.Random(seed + number)  # noqa: S311 - repeatable, not secret
            month = _lived(scrapy, Path(name) / f"round-{number}", chance, whole.requests)
            found = told(month.output)
            lost, other = _missing(expected, found), _missing(found, expected)
            verdict = "same" if found == expected else "DIFFERENT"
            failed += found != expected
            row = (f"{number:5}", f"{len(month.kills):5}", f"{len(found):5}", f"{len(lost):4}")
            print(*row, f"{len(other):17}", verdict, sep="  ", flush=True)
            for line in (*lost, *other):
                print(f"       {line[:300]}")
    return 1 if failed else 0


def _lived(
    scrapy: ForkedScrapy,
    root: Path,
    chance: random.Random | None = None,
    answers: Sequence[int] = (),
) -> Month:
    root.mkdir()
    with DemoServer(1, 0, MONTH) as server:
        month = Month(scrapy, server, root)
        for edition in MONTH.editions:
            if chance is not None:
                month.run_killed(edition, chance, answers[edition - 1])
            month.run(edition)
    return month


def _missing(wanted: list[str], there: list[str]) -> list[str]:
    return list((Counter(wanted) - Counter(there)).elements())


if __name__ == "__main__":
    rounds, seed, *_ = (*map(int, sys.argv[1:]), *(1, 1)[len(sys.argv) - 1 :])
    sys.exit(main(rounds, seed))

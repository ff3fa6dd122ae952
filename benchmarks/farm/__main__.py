"""``make bench``: Broadsheet, a naive Scrapy project and peers over the same farm, in turns.

    python -m benchmarks.farm [--pages 400] [--hosts 80] [--rounds 2] [--only NAME ...]

Every round runs each contestant once over its own farm, one after the other, so that whatever else
the machine does hits all of them; trust the ratios more than the milliseconds. A contestant's cost
over four pages is taken for its start and left out of the figures a page. Results go to
build/farm/bench.md and bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections import defaultdict
from datetime import UTC, datetime

from benchmarks import devset
from benchmarks.environments import BUILD
from benchmarks.farm.contestants import CONTESTANTS, Contestant, MissingError
from benchmarks.farm.measure import FailedError, Run, measure, start_cost
from benchmarks.farm.plan import FarmPlan
from benchmarks.farm.table import as_json, markdown, row


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def plan_for(pages: int, hosts: int, turn: int) -> FarmPlan:
    """The same pages for everybody, in each round others."""
    return FarmPlan(hosts=min(hosts, pages), pages=pages, first=turn * pages)


def bench(chosen: list[Contestant], pages: int, hosts: int, rounds: int) -> None:
    """Measure, and write the table after each round."""
    starts: dict[str, Run] = {}
    runs: defaultdict[str, list[Run]] = defaultdict(list)
    missing: dict[str, str] = {}
    for turn in range(rounds):
        for one in chosen:
            if one.name in missing:
                continue
            try:
                starts[one.name] = starts.get(one.name) or start_cost(one)
                run = measure(one, plan_for(pages, hosts, turn))
            except (FailedError, MissingError) as error:
                missing[one.name] = str(error)
                _say(f"{one.name}: {error}")
                continue
            runs[one.name].append(run)
            each = 1e3 * run.cost.cpu / run.pages
            _say(f"round {turn + 1}: {one.name}: {run.pages} pages, {each:.1f} ms of CPU each")
        _write(chosen, starts, runs, missing)


def _write(
    chosen: list[Contestant],
    starts: dict[str, Run],
    runs: dict[str, list[Run]],
    missing: dict[str, str],
) -> None:
    rows = [row(c.name, c.does, starts[c.name], runs[c.name]) for c in chosen if runs[c.name]]
    if not rows:
        raise SystemExit("nothing was measured")
    pages = "the dev set" if devset.exists() else "the sample newspaper"
    about = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}),"
        f" Python {platform.python_version()}, pages of {pages}"
    )
    folder = BUILD / "farm"
    text = f"{about}\n\n{markdown(rows, missing)}"
    (folder / "bench.md").write_text(text, "utf-8")
    found = {"about": about, **as_json(rows, missing)}
    (folder / "bench.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--hosts", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[one.name for one in CONTESTANTS])
    given = parser.parse_args()
    chosen = [one for one in CONTESTANTS if not given.only or one.name in given.only]
    bench(chosen, given.pages, given.hosts, given.rounds)


if __name__ == "__main__":
    main()

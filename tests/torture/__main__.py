"""``make torture ROUNDS=N SEED=S``: every scenario N times, and a table of what it did."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import power_cut, scenarios
from tests.torture.audit import Damage
from tests.torture.press import Press
from tests.torture.runs import Field
from tests.torture.scenarios import NotHere, Scenario

SCENARIOS: dict[str, Scenario] = {
    "kill -9": scenarios.killed,
    "power cut": power_cut.power_cut,
    "file too large": scenarios.file_too_large,
    "small disk": scenarios.small_disk,
    "signals": scenarios.signalled,
    "two at once": scenarios.two_at_once,
    "servers away": scenarios.servers_away,
    "wrong clock": scenarios.wrong_clock,
    "state damaged": scenarios.state_damaged,
}


@dataclass(slots=True)
class Row:
    """A line of the table."""

    name: str
    rounds: int = 0
    kills: int = 0
    damage: Damage = field(default_factory=Damage)
    skipped: str = ""

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.name:15} skipped: {self.skipped}"
        found = self.damage
        counts = (found.lost, found.duplicated, found.torn, found.unpaired, found.left)
        numbers = "".join(f"{len(places):11}" for places in counts)
        verdict = "FAILED" if found else "held"
        return f"{self.name:15}{self.rounds:7}{self.kills:7}{numbers}  {verdict}"


def main() -> int:
    """Exit 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SCENARIOS, action="append")
    options = parser.parse_args()
    rows = [
        _row(name, scenario, options.rounds, options.seed)
        for name, scenario in SCENARIOS.items()
        if name in (options.only or SCENARIOS)
    ]
    print(f"\nseed {options.seed}")
    heads = ("lost", "duplicated", "torn", "unpaired", "left over")
    print(f"{'scenario':15}{'rounds':>7}{'kills':>7}{''.join(f'{h:>11}' for h in heads)}  verdict")
    print(*rows, sep="\n")
    return 1 if any(row.damage for row in rows) else 0


def _row(name: str, scenario: Scenario, rounds: int, seed: int) -> Row:
    row = Row(name)
    for number in range(rounds):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as root, Press() as press:
            place = Field(press, Path(root), random.Random(f"{seed} {name} {number}"))  # noqa: S311
            try:
                damage = scenario(place)
            except NotHere as reason:
                row.skipped = str(reason)
                return row
        row.rounds += 1
        row.kills += place.kills
        row.damage.add(damage)
        print(f"{name} {number}: {time.monotonic() - began:.0f} s {damage or 'held'}", flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())

"""The short form of ``make torture``: every scenario once, with a seed."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from tests.torture import power_cut, scenarios
from tests.torture.audit import Damage, audit
from tests.torture.press import Press
from tests.torture.runs import Field
from tests.torture.scenarios import NotHere, Scenario

SHORT: dict[str, Scenario] = {
    "kill": partial(scenarios.killed, times=2),
    "power-cut": partial(power_cut.power_cut, opened=30),
    "file-too-large": scenarios.file_too_large,
    "small-disk": scenarios.small_disk,
    "signal": scenarios.signalled,
    "two-at-once": scenarios.two_at_once,
    "servers-away": partial(scenarios.servers_away, outage=1),
    "wrong-clock": scenarios.wrong_clock,
    "state-damaged": scenarios.state_damaged,
}


@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_lost_and_nothing_comes_twice(name: str, tmp_path: Path) -> None:
    with Press() as press:
        place = Field(press, tmp_path, random.Random(f"short {name}"))  # noqa: S311
        try:
            damage = SHORT[name](place)
        except NotHere as reason:
            pytest.skip(str(reason))
    assert not damage, damage


def test_the_audit_sees_each_kind_of_damage(tmp_path: Path) -> None:
    with Press() as press:
        place = Field(press, tmp_path, random.Random(1))  # noqa: S311 - reproducible
        assert place.crawl() == 0, place.said
        expected = press.shown
    output = place.output
    assert not audit(output, expected)
    assert audit(output, expected | {"http://never.example/"}).lost == ["http://never.example/"]

    [lines] = output.glob("articles/*/*.jsonl.gz")
    twice = lines.with_name("again-00000.jsonl.gz")
    twice.write_bytes(lines.read_bytes())
    assert len(audit(output, expected).duplicated) == press.size
    twice.write_bytes(lines.read_bytes()[:-9])
    assert audit(output, expected).torn
    twice.rename(twice.with_name("again-00000.jsonl.open"))
    assert audit(output, expected).left

    [warc] = output.glob("warc/*")
    warc.write_bytes(warc.read_bytes()[:-9])
    found = audit(output, expected)
    assert found.torn
    assert found.unpaired


def test_damage_counts_as_such() -> None:
    assert not Damage()
    assert Damage(torn=["a line"])

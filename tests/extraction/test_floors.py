"""The quality of the extraction on real pages does not fall: see ``make quality``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import devset, floors, ours


@pytest.mark.skipif(
    not devset.exists(), reason="the dev set is not here (BROADSHEET_DEVSET); make quality needs it"
)
def test_no_measure_is_below_its_floor() -> None:
    least = floors.read()
    assert sum(map(len, least.values())) > 20
    assert floors.broken(floors.score(ours.rows()), least) == []


def test_measure_below_its_floor_or_gone_is_told() -> None:
    least = {"aeb": {"text.F1": 0.97, "text.acc": 0.5}, "traf": {"seg.F1": 0.9}}
    assert floors.broken({"aeb": {"text.F1": 0.9699, "text.acc": 0.5}}, least) == [
        "aeb text.F1: 0.9699 is below 0.970",
        "traf seg.F1: nothing is below 0.900",
    ]


def test_floors_only_go_up(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    floors.raise_to({"aeb": {"text.F1": 0.9719, "lang": 1.0}}, file)
    told = floors.raise_to({"aeb": {"text.F1": 0.9809, "lang": 0.5}}, file)
    assert floors.read(file) == {"aeb": {"text.F1": 0.98, "lang": 1.0}}
    assert told == "aeb lang: 0.5000 is below 1.000"

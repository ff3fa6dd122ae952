"""What a run may take, and how it ends at a limit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawler.run_budget import BYTES_ARE_UP, DISK_IS_LOW, TIME_IS_UP, Budget, spent
from tests.running import manifest_of
from tests.torture.press import Press
from tests.torture.runs import Field


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        pytest.param(Budget(), None, id="no-limit"),
        pytest.param(Budget(61, 1001, 100), None, id="within-all"),
        pytest.param(Budget(seconds=60), TIME_IS_UP, id="time"),
        pytest.param(Budget(answer_bytes=1000), BYTES_ARE_UP, id="bytes"),
        pytest.param(Budget(min_free=101), DISK_IS_LOW, id="disk"),
        pytest.param(Budget(60, 1000, 101), DISK_IS_LOW, id="the-disk-outweighs-the-others"),
    ],
)
def test_a_run_ends_at_the_limit_that_it_has_come_to(budget: Budget, reason: str | None) -> None:
    assert spent(budget, seconds=60, answer_bytes=1000, free=100) == reason


def test_a_run_drains_at_its_budget_ends_with_0_and_the_next_one_delivers_the_rest(
    tmp_path: Path,
) -> None:
    with Press(size=30) as press:
        place = Field(press, tmp_path, random.Random(1))  # noqa: S311 - reproducible
        place.options = ("-s", "RUN_MAX_BYTES=3000", "-s", "DOWNLOAD_DELAY=0.3")
        assert place.crawl() == 0, place.said
        first = manifest_of(place.output)
        place.options = ()
        assert not place.verdict()
    assert first["verdict"].startswith("stopped at RUN_MAX_BYTES")
    assert first["written"] < press.size

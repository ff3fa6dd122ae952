"""What a run may take, and how it ends at a limit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.run_budget import BYTES_ARE_UP, DISK_IS_LOW, TIME_IS_UP, Budget, spent
from tests.running import manifest_of
from tests.torture.press import Press
from tests.torture.runs import Field
from tests.torture.scenarios import NotHere, tmpfs


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        pytest.param(Budget(), None, id="no-limit"),
        pytest.param(Budget(61, 1001, 100), None, id="within-all"),
        pytest.param(Budget(seconds=60), TIME_IS_UP, id="time"),
        pytest.param(Budget(answer_bytes=1000), BYTES_ARE_UP, id="bytes"),
        pytest.param(Budget(min_free=101), DISK_IS_LOW, id="disk"),
        pytest.param(Budget(min_free=None), DISK_IS_LOW, id="a-twentieth-of-a-small-disk"),
        pytest.param(Budget(60, 1000, 101), DISK_IS_LOW, id="the-disk-outweighs-the-others"),
    ],
)
def test_a_run_ends_at_the_limit_that_it_has_come_to(budget: Budget, reason: str | None) -> None:
    assert spent(budget, seconds=60, answer_bytes=1000, free=100, total=2020) == reason


@pytest.mark.parametrize(
    ("limit", "code", "why"),
    [
        (("RUN_MAX_BYTES=3000",), 0, "stopped at RUN_MAX_BYTES"),
        (("RUN_MAX_SECONDS=2",), 0, "stopped at RUN_MAX_SECONDS"),
        (
            ("MEMUSAGE_LIMIT_MB=1", "MEMUSAGE_CHECK_INTERVAL_SECONDS=1"),
            *(3, "cut short, as it took more memory than MEMUSAGE_LIMIT_MB"),
        ),
    ],
    ids=["bytes", "time", "memory"],
)
def test_a_run_drains_at_its_limit_and_the_next_one_delivers_the_rest(
    tmp_path: Path, limit: tuple[str, ...], code: int, why: str
) -> None:
    with Press(size=30) as press:
        place = Field(press, tmp_path, random.Random(1))  # noqa: S311 - reproducible
        options = ("DOWNLOAD_DELAY=0.3", *limit)
        place.options = tuple(part for option in options for part in ("-s", option))
        assert place.crawl() == code, place.said
        first = manifest_of(place.output)
        said = place.said
        place.options = ()
        assert not place.verdict()
    assert first["verdict"].startswith(why)
    assert first["written"] < press.size
    assert "Traceback" not in said
    # A run that ends with 0 is quiet.
    assert (why in "".join(said.splitlines()[-1:])) == (code != 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB."""
    disk = tmp_path / "disk"
    try:
        with tmpfs(disk, "64m"):
            yield disk
    except NotHere as reason:
        pytest.skip(str(reason))


def test_a_disk_that_runs_low_ends_the_run_with_6_while_there_is_still_room(
    small_disk: Path,
) -> None:
    ballast = small_disk / "ballast"
    with Press(size=30) as press:
        place = Field(press, small_disk, random.Random(1))  # noqa: S311 - reproducible
        # Of an option that is given twice the last one counts.
        place.options = ("-s", "DOWNLOAD_DELAY=0.3", "-s", f"MIN_FREE_DISK={32 << 20}")
        run = place.begin()
        place.wait_for(run, 4)
        ballast.write_bytes(bytes(36 << 20))
        assert place.end(run) == 6, place.said
        first, why = manifest_of(place.output), place.said.splitlines()[-1]
        ballast.unlink()
        place.options = ()
        assert not place.verdict()
    assert first["finish_reason"] == DISK_IS_LOW
    assert first["written"] < press.size
    assert "MIN_FREE_DISK" in why

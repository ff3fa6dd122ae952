"""What a dead run left of its JSON Lines."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.jsonl import iter_lines, recover

LINES = [b'{"n": %d, "text": "caf\xc3\xa9"}' % n for n in range(5)]
TEXT = b"".join(one + b"\n" for one in LINES)
FILLS: dict[str, Callable[[int], bytes]] = {
    "cut": lambda size: b"",
    "zeros": lambda size: bytes(size),
    "garbage": lambda size: random.Random(size).randbytes(size),  # noqa: S311 - reproducible
}


@pytest.fixture
def day(tmp_path: Path) -> Path:
    directory = tmp_path / "date=2026-11-24"
    directory.mkdir()
    return directory


def contents(day: Path) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in day.iterdir()}


@pytest.mark.parametrize("fill", FILLS)
def test_cut_at_any_byte_keeps_exactly_the_whole_lines(
    tmp_path: Path, day: Path, fill: str
) -> None:
    for cut in range(len(TEXT) + 1):
        torn = TEXT[:cut] + FILLS[fill](len(TEXT) - cut)
        (day / "run-00000.jsonl.open").write_bytes(torn)
        taken: list[bytes] = []

        (recovered,) = recover(tmp_path, taken.extend)

        whole = TEXT[: TEXT.rfind(b"\n", 0, cut) + 1]
        assert contents(day) == ({"run-00000.jsonl.gz": whole} if whole else {}), cut
        assert taken == whole.splitlines()
        assert (recovered.lines, recovered.bytes_kept) == (len(taken), len(whole))
        assert recovered.bytes_cut == len(torn) - len(whole)
        (day / "run-00000.jsonl.gz").unlink(missing_ok=True)


def test_lines_are_given_before_the_file_is_finished(tmp_path: Path, day: Path) -> None:
    (day / "run-00000.jsonl.open").write_bytes(TEXT)
    at_take: list[list[str]] = []

    recover(tmp_path, lambda lines: at_take.append([path.name for path in day.iterdir()]))

    assert at_take == [["run-00000.jsonl.open"]]
    assert contents(day) == {"run-00000.jsonl.gz": TEXT}


def test_failure_to_take_the_lines_repeats_it_all_the_next_time(tmp_path: Path, day: Path) -> None:
    (day / "run-00000.jsonl.open").write_bytes(TEXT + b"torn")

    def crash(lines: list[bytes]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        recover(tmp_path, crash)
    taken: list[bytes] = []
    recover(tmp_path, taken.extend)

    assert taken == LINES


def test_crash_at_any_step_of_finishing_is_put_right(tmp_path: Path, day: Path) -> None:
    name = "run-00000.jsonl"
    half, done = gzip.compress(TEXT)[:20], gzip.compress(TEXT)
    steps: list[dict[str, bytes]] = [
        {f"{name}.open": TEXT, f"{name}.gz.tmp": half},
        {f"{name}.open": TEXT, f"{name}.gz.tmp": done},
        {f"{name}.open": TEXT, f"{name}.gz": done},
        {f"{name}.gz": done, f"{name}.gz.tmp": half},
    ]
    for left in steps:
        for file, data in left.items():
            (day / file).write_bytes(data)
        recover(tmp_path)

        assert contents(day) == {f"{name}.gz": TEXT}


def test_many_lines_come_in_batches(tmp_path: Path, day: Path) -> None:
    (day / "run-00000.jsonl.open").write_bytes(b"{}\n" * 1234)
    sizes: list[int] = []

    recover(tmp_path, lambda lines: sizes.append(len(lines)))

    assert sum(sizes) == 1234
    assert max(sizes) <= 500


def test_report_is_one_line(tmp_path: Path, day: Path) -> None:
    (day / "run-00000.jsonl.open").write_bytes(TEXT + b"torn")
    (day / "run-00001.jsonl.open").write_bytes(b"torn")

    assert [str(one) for one in recover(tmp_path)] == [
        "date=2026-11-24/run-00000.jsonl.gz: kept; 5 lines kept, 4 bytes cut",
        "date=2026-11-24/run-00001.jsonl.gz: removed, as it held no whole line;"
        " 0 lines kept, 4 bytes cut",
    ]
    assert len(list(iter_lines(day / "run-00000.jsonl.gz"))) == 5


def test_a_line_that_nothing_backs_is_cut_with_all_behind_it(tmp_path: Path, day: Path) -> None:
    (day / "run-00000.jsonl.open").write_bytes(TEXT)

    (recovered,) = recover(tmp_path, is_backed=lambda line: line["n"] != 2)

    assert contents(day) == {"run-00000.jsonl.gz": b"".join(one + b"\n" for one in LINES[:2])}
    assert recovered.lines == 2

"""Writing and reading JSON Lines by day."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

import pytest

from archive.jsonl import BadLine, JsonlWriter, iter_lines
from tests.archive.samples import disk_of

RUN = "20261124t101500-3f9a2c"
DAY = "2026-11-24"


def writer(directory: Path, max_bytes: int = 1_000_000) -> JsonlWriter:
    return JsonlWriter(directory, RUN, max_bytes)


def line(number: int, size: int = 0) -> bytes:
    return json.dumps({"n": number, "text": "x" * size}).encode()


def files(directory: Path) -> list[str]:
    return sorted(p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file())


def numbers(directory: Path) -> list[object]:
    paths = sorted(directory.rglob("*.jsonl.gz"))
    return [found["n"] for path in paths for found in iter_lines(path)]


def test_nothing_is_left_if_nothing_was_written(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    lines.sync()
    lines.close()

    assert list(tmp_path.iterdir()) == []


def test_file_is_plain_text_while_open_and_gzip_when_closed(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    lines.append(DAY, line(1))
    lines.append(DAY, line(2) + b"\n")

    assert files(tmp_path) == [f"date={DAY}/{RUN}-00000.jsonl.open"]
    text = (tmp_path / files(tmp_path)[0]).read_bytes()
    assert text == line(1) + b"\n" + line(2) + b"\n"
    lines.close()
    assert files(tmp_path) == [f"date={DAY}/{RUN}-00000.jsonl.gz"]
    assert gzip.decompress((tmp_path / files(tmp_path)[0]).read_bytes()) == text


def test_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        lines = writer(tmp_path / name)
        lines.append(DAY, line(1))
        lines.close()
        made.append((tmp_path / name / f"date={DAY}" / f"{RUN}-00000.jsonl.gz").read_bytes())

    assert made[0] == made[1]
    assert made[0][4:8] == bytes(4)  # RFC 1952 2.3.1: no time


def test_rotation_keeps_each_file_within_its_size(tmp_path: Path) -> None:
    lines = writer(tmp_path, max_bytes=1000)
    for n in range(10):
        lines.append(DAY, line(n, 300))
    lines.append(DAY, line(10, 5000))
    lines.close()

    assert numbers(tmp_path) == list(range(11))
    sizes = [len(gzip.decompress(path.read_bytes())) for path in sorted(tmp_path.rglob("*.gz"))]
    assert len(sizes) == 5
    assert max(sizes[:-1]) <= 1000


def test_hundreds_of_days_at_once_need_few_descriptors(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 26)]
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the directory is not a real one
    for n in range(3):
        for day in days:
            lines.append(day, line(n))
    opened = len(os.listdir("/proc/self/fd")) - before  # noqa: PTH208
    lines.sync()
    lines.close()

    assert opened <= 32
    assert len(files(tmp_path)) == len(days)
    assert numbers(tmp_path) == [0, 1, 2] * len(days)


def test_lines_of_many_days_end_in_their_own_file_in_order(tmp_path: Path) -> None:
    lines = writer(tmp_path, max_bytes=2000)
    random_ = random.Random(7)  # noqa: S311 - reproducible
    expected: dict[str, list[object]] = {}
    for n in range(2000):
        day = f"2026-01-{random_.randrange(1, 41):02d}"
        lines.append(day, line(n, random_.randrange(100)))
        expected.setdefault(day, []).append(n)
    lines.close()

    assert {day: numbers(tmp_path / f"date={day}") for day in expected} == expected


@pytest.mark.parametrize("bad", [b'{"a":\n1}', b"{}\n\n"])
def test_line_end_within_a_line_is_refused(tmp_path: Path, bad: bytes) -> None:
    with pytest.raises(ValueError, match="line end"):
        writer(tmp_path).append(DAY, bad)


@pytest.mark.parametrize(("run", "day"), [("../x", DAY), (RUN, "../x")])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, run: str, day: str) -> None:
    with pytest.raises(ValueError, match="use YYYY-MM-DD"):
        JsonlWriter(tmp_path, run, 1000).append(day, b"{}")


def test_full_disk_cuts_back_to_whole_lines_and_later_ones_go_in(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    lines.append(DAY, line(1))

    with disk_of(100), pytest.raises(OSError, match="File too large"):
        lines.append(DAY, line(2, 500))

    assert (tmp_path / files(tmp_path)[0]).read_bytes() == line(1) + b"\n"
    lines.append(DAY, line(3))
    lines.close()
    assert numbers(tmp_path) == [1, 3]


def test_full_disk_at_the_first_line_leaves_no_file(tmp_path: Path) -> None:
    lines = writer(tmp_path)

    with disk_of(100), pytest.raises(OSError, match="File too large"):
        lines.append(DAY, line(1, 500))

    assert files(tmp_path) == []
    lines.append(DAY, line(2))
    lines.close()
    assert numbers(tmp_path) == [2]


def test_full_disk_on_close_keeps_the_lines_and_close_can_be_repeated(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    lines.append(DAY, json.dumps({"n": 1, "x": os.urandom(500).hex()}).encode())
    lines.append("2026-11-25", line(2))

    with disk_of(200), pytest.raises(OSError, match="File too large"):
        lines.close()

    assert [Path(name).suffix for name in files(tmp_path)] == [".open", ".gz"]
    lines.close()
    assert numbers(tmp_path) == [1, 2]


def told(path: Path) -> tuple[list[object], list[BadLine]]:
    bad: list[BadLine] = []
    return [found["n"] for found in iter_lines(path, bad.append)], bad


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.open", ".jsonl.gz"])
def test_torn_file_is_read_up_to_its_tear(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    text = b"".join(line(n) + b"\n" for n in range(100))
    data = gzip.compress(text) if suffix.endswith("gz") else text

    for cut in range(1, len(data), 13):
        path.write_bytes(data[:cut])
        got, bad = told(path)
        assert got == list(range(len(got)))
        assert len(bad) <= 1


def test_bad_lines_are_told_with_their_number_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\nnull\n\n{"n": 2}\n\xff\n{"n": 3}')

    got, bad = told(path)

    assert got == [1, 2, 3]
    assert [(one.number, one.reason) for one in bad] == [
        (2, "no JSON object"),
        (5, "no JSON object"),
    ]


def test_joined_gzip_files_are_read_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(line(1) + b"\n") + gzip.compress(line(2) + b"\n"))

    assert told(path) == ([1, 2], [])


def test_bad_lines_are_logged_if_nobody_listens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"oops\n")

    assert list(iter_lines(path)) == []
    assert "a.jsonl, line 1: no JSON object" in caplog.text


def test_a_file_is_not_finished_while_its_lines_are_not_settled(tmp_path: Path) -> None:
    def refuse() -> None:
        raise OSError("no room")

    writer = JsonlWriter(tmp_path, "run", 1000, refuse)
    writer.append("2026-01-02", b'{"a": 1}')
    with pytest.raises(OSError, match="no room"):
        writer.close()
    [left] = (tmp_path / "date=2026-01-02").iterdir()
    assert left.name == "run-00000.jsonl.open"
    assert left.read_bytes() == b'{"a": 1}\n'

"""What a dead run left: whole captures stay, whatever the tail is."""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import warc_recovery
from archive.cdxj_file import iter_entries
from archive.errors import ArchiveError
from archive.warc_recovery import Recovered
from tests.archive.raw_warc import RawRecord, raw_records
from tests.archive.samples import OK, exchange, written_file

NAME = "sample-20261124101500-00000-20261124t101500-3f9a2c.warc.gz"
FILLS: dict[str, Callable[[int], bytes]] = {
    "cut": lambda size: b"",
    "zeros": lambda size: bytes(size),
    "garbage": lambda size: random.Random(size).randbytes(size),  # noqa: S311 - reproducible
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four captures: with facts, without a response, with an interim message, plain."""
    return written_file(
        tmp_path_factory.mktemp("whole"),
        exchange(facts={"source": "daily"}),
        exchange(b"no http", truncated="disconnect"),
        exchange(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK),
        exchange(),
    )


def ends_of_captures(records: list[RawRecord]) -> list[int]:
    """A capture ends with the one record that is concurrent to none."""
    ends = [0]
    for record in records:
        if record["WARC-Type"] != "warcinfo" and "WARC-Concurrent-To" not in record:
            ends.append(record.offset + record.length)
    return ends


def cdx_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}-cdx")


def recover(directory: Path) -> list[Recovered]:
    return warc_recovery.recover(directory, cdx_of(directory))


def index_of(directory: Path) -> Path:
    return cdx_of(directory) / f"{NAME.removesuffix('.warc.gz')}.cdxj"


def index_lines(directory: Path) -> list[bytes] | None:
    path = index_of(directory)
    return path.read_bytes().splitlines(keepends=True) if path.exists() else None


def left_open(directory: Path, data: bytes) -> Path:
    path = directory / f"{NAME}.open"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("fill", FILLS)
def test_cut_at_any_byte_keeps_exactly_the_whole_captures(
    whole: Path, tmp_path: Path, fill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Thousands of syncs would take minutes, and nothing here is cut off from its power.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    data = whole.read_bytes()
    ends = ends_of_captures(raw_records(whole))
    entries = sorted(iter_entries(whole, pytest.fail), key=lambda entry: entry.line())

    for cut in range(0, len(data) + 1, 1 if fill == "cut" else 3):
        torn = data[:cut] + FILLS[fill](len(data) - cut)
        left_open(tmp_path, torn)
        (recovered,) = recover(tmp_path)

        # Not just up to the cut: a member may end in the very zeros that fill it up.
        kept = max(end for end in ends if torn[:end] == data[:end])
        expected = {NAME: data[:kept]} if kept else {}
        assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == expected, cut
        assert recovered.bytes_kept == kept
        lines = [e.line() for e in entries if e.offset < kept] if kept else None
        assert index_lines(tmp_path) == lines, cut
        (tmp_path / NAME).unlink(missing_ok=True)
        index_of(tmp_path).unlink(missing_ok=True)


def test_report_counts_what_was_kept_and_cut(whole: Path, tmp_path: Path) -> None:
    records = raw_records(whole)
    # The last response loses a byte: its request is whole and is cut with it.
    left_open(tmp_path, whole.read_bytes()[:-1])

    (recovered,) = recover(tmp_path)

    assert (recovered.records_kept, recovered.records_cut) == (len(records) - 2, 1)
    assert recovered.bytes_cut == records[-2].length + records[-1].length - 1
    assert f"{NAME}: kept; 9 records" in str(recovered)
    assert "ends within the gzip member" in str(recovered)


def test_request_without_its_response_is_cut_and_told(whole: Path, tmp_path: Path) -> None:
    left_open(tmp_path, whole.read_bytes()[: raw_records(whole)[-1].offset])

    (recovered,) = recover(tmp_path)

    assert recovered.reason is not None
    assert "no response" in recovered.reason
    assert [r["WARC-Type"] for r in raw_records(tmp_path / NAME)][-1] == "response"


def test_file_without_a_whole_capture_is_removed(whole: Path, tmp_path: Path) -> None:
    left_open(tmp_path, whole.read_bytes()[: raw_records(whole)[1].offset])

    (recovered,) = recover(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert (recovered.bytes_kept, "removed" in str(recovered)) == (0, True)


def test_member_that_holds_no_record_ends_what_is_kept(whole: Path, tmp_path: Path) -> None:
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    foreign = engine.compress(b"not a record\r\n") + engine.flush()
    left_open(tmp_path, whole.read_bytes() + foreign)

    recover(tmp_path)

    assert (tmp_path / NAME).read_bytes() == whole.read_bytes()


def test_finished_files_are_left_alone(whole: Path, tmp_path: Path) -> None:
    torn = whole.read_bytes()[:-9]
    (tmp_path / NAME).write_bytes(torn)

    assert recover(tmp_path) == []
    assert (tmp_path / NAME).read_bytes() == torn


def test_taken_name_is_refused_and_nothing_overwritten(whole: Path, tmp_path: Path) -> None:
    left_open(tmp_path, whole.read_bytes())
    (tmp_path / NAME).write_bytes(b"another")

    with pytest.raises(ArchiveError, match="exists too"):
        recover(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.open"]

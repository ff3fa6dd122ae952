"""Files: names, order, rotation, what a failed write leaves, what others read."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.warc_writer import WarcOptions, WarcWriter
from tests.archive.raw_warc import raw_records, sha1
from tests.archive.samples import AT, CHUNKED, OK, REQUEST, disk_of, exchange, writer, written_file

NAME = "sample-20261124101500-00000-20261124t101500-3f9a2c.warc.gz"


def noise(size: int) -> bytes:
    """A response whose body does not compress."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + os.urandom(size)


def test_nothing_is_left_if_nothing_was_written(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.sync()
    warc.close()

    assert list(tmp_path.iterdir()) == []


def test_file_is_open_until_closed_and_then_has_its_own_name(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.append(exchange())

    assert [path.name for path in tmp_path.iterdir()] == [f"{NAME}.open"]
    warc.close()
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert raw_records(tmp_path / NAME)[0]["WARC-Filename"] == NAME


def test_wrong_prefix_fails_at_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prefix"):
        WarcWriter(tmp_path, "run", WarcOptions("../News"))


def test_warcinfo_comes_first_with_the_fields_of_annex_b(tmp_path: Path) -> None:
    first = raw_records(written_file(tmp_path, exchange()))[0]

    assert first["WARC-Type"] == "warcinfo"
    lines = dict(line.split(": ", 1) for line in first.block.decode().splitlines())
    assert lines["format"] == "WARC File Format 1.1"
    assert lines["isPartOf"] == "20261124t101500-3f9a2c"
    assert {"software", "conformsTo", "robots", "http-header-user-agent"} <= set(lines)


def test_capture_is_request_facts_response_as_they_came(tmp_path: Path) -> None:
    path = written_file(tmp_path, exchange(facts={"source": "daily", "note": "a\r\nb: c"}))

    _, request, facts, response = raw_records(path)

    assert (request.block, response.block) == (REQUEST, OK)
    assert facts.block == b"source: daily\r\nnote: a b: c\r\n"


def test_pointer_cuts_out_exactly_the_response_record(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    made = [warc.append(exchange(OK + b"!" * n)) for n in range(3)]
    warc.close()

    responses = [r for r in raw_records(tmp_path / NAME) if r["WARC-Type"] == "response"]
    for written, record in zip(made, responses, strict=True):
        assert written is not None
        pointer = written.pointer
        assert (pointer.file, pointer.offset, pointer.length) == (
            NAME,
            record.offset,
            record.length,
        )
        assert f"<{pointer.record_id}>" == record["WARC-Record-ID"]
        body = record.block.partition(b"\r\n\r\n")[2]
        assert written.payload_digest == record["WARC-Payload-Digest"] == sha1(body)
        assert written.captured_at == record["WARC-Date"] == "2026-11-24T10:15:00.123456Z"


def test_rotation_starts_a_file_once_the_size_is_reached(tmp_path: Path) -> None:
    warc = writer(tmp_path, max_bytes=10_000)
    for _ in range(5):
        warc.append(exchange(noise(6_000)))
    warc.close()

    files = sorted(tmp_path.iterdir())
    types = [[r["WARC-Type"] for r in raw_records(path)] for path in files]
    capture = ["request", "response"]
    assert types == [["warcinfo", *capture * 2], ["warcinfo", *capture * 2], ["warcinfo", *capture]]
    assert [path.name.split("-")[2] for path in files] == ["00000", "00001", "00002"]


def test_rotation_starts_a_file_once_the_age_is_reached(tmp_path: Path) -> None:
    now = [AT]
    options = WarcOptions("sample", max_age=60)
    warc = WarcWriter(tmp_path, "run", options, clock=lambda: now[0])
    for _ in range(5):
        warc.append(exchange())
        now[0] += timedelta(seconds=30)
    warc.close()

    counts = [len(raw_records(path)) for path in sorted(tmp_path.iterdir())]
    assert counts == [5, 5, 3]


def test_full_disk_rolls_the_capture_back_and_later_ones_go_in(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.append(exchange())
    size = (tmp_path / f"{NAME}.open").stat().st_size

    with disk_of(size + 5_000), pytest.raises(OSError, match="File too large"):
        warc.append(exchange(noise(20_000)))

    assert (tmp_path / f"{NAME}.open").stat().st_size == size
    warc.append(exchange(CHUNKED))
    warc.close()
    assert len(raw_records(tmp_path / NAME)) == 5


def test_full_disk_at_the_first_capture_leaves_no_file(tmp_path: Path) -> None:
    warc = writer(tmp_path)

    with disk_of(100), pytest.raises(OSError, match="File too large"):
        warc.append(exchange())

    assert list(tmp_path.iterdir()) == []
    warc.append(exchange())
    warc.close()
    assert len(raw_records(next(tmp_path.iterdir()))) == 3


def test_warcio_reads_the_same_records(tmp_path: Path) -> None:
    path = written_file(
        tmp_path, exchange(), exchange(b"junk"), exchange(CHUNKED, facts={"a": "b"})
    )

    with path.open("rb") as file:
        reader = ArchiveIterator(file, no_record_parse=True)
        theirs = [
            (
                record.rec_type,
                record.rec_headers["WARC-Record-ID"],
                record.raw_stream.read(),
                reader.get_record_offset(),
                reader.get_record_length(),
            )
            for record in reader
        ]

    assert theirs == [
        (r["WARC-Type"], r["WARC-Record-ID"], r.block, r.offset, r.length)
        for r in raw_records(path)
    ]


def test_warcio_check_has_nothing_to_say_but_for_chunked(tmp_path: Path) -> None:
    path = written_file(
        tmp_path,
        exchange(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, facts={"a": "b"}),
        exchange(b"HTTP/1.0 302 Found\nLocation: /b\n\nmoved"),
        exchange(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", truncated="disconnect"),
        exchange(b"", truncated="time"),
    )

    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, "digest pass" in done.stdout, done.stderr) == (0, True, "")


def test_body_that_is_already_coded_is_one_member_for_any_reader(tmp_path: Path) -> None:
    body = gzip.compress(os.urandom(200_000))
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
    path = written_file(tmp_path, exchange(answer % (len(body), body)), exchange())

    coded, plain = [r for r in raw_records(path) if r["WARC-Type"] == "response"]

    assert (coded.block, plain.block) == (answer % (len(body), body), OK)
    # Python's own: it checks each member's CRC.
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 5


def test_body_that_is_already_coded_is_stored_and_its_heads_are_compressed(tmp_path: Path) -> None:
    body = gzip.compress(os.urandom(20_000))
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-Long: %s\r\n\r\n%s"
    path = written_file(tmp_path, exchange(answer % (b"long " * 1000, body)))

    assert body in path.read_bytes()
    assert b"long long" not in path.read_bytes()


def test_large_body_costs_no_memory(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    size = 64 * 1024 * 1024
    with TemporaryFile() as response:
        response.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        response.truncate(response.tell() + size)
        tracemalloc.start()
        warc.append(replace(exchange(), response=response))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    warc.close()

    assert peak < 16 * 1024 * 1024

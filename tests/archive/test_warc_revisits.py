"""Which answers become revisits, and what they refer to (6.7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.exchange import Exchange
from tests.archive.raw_warc import RawRecord, raw_records, sha1
from tests.archive.samples import AT, CHUNKED, OK, Memory, exchange, remembering

HEAD = OK.removesuffix(b"hello")
TAGGED = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 5\r\n\r\nhello'
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
MOVED = b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 5\r\n\r\nhello"
OTHER = "http://news.example/other"


def answers(directory: Path, *exchanges: Exchange, memory: Memory | None = None) -> list[RawRecord]:
    records = raw_records(remembering(directory, memory or Memory(), *exchanges))
    return [record for record in records if record["WARC-Type"] in ("response", "revisit")]


def test_identical_payload_becomes_a_revisit_of_its_own_head(tmp_path: Path) -> None:
    first, second = answers(tmp_path, exchange(), exchange(url=OTHER))

    assert first["WARC-Type"] == "response"
    assert second["WARC-Type"] == "revisit"
    assert second["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert second.block == HEAD
    assert second["WARC-Truncated"] == "length"
    assert second["WARC-Payload-Digest"] == first["WARC-Payload-Digest"] == sha1(b"hello")


def test_revisit_names_the_record_that_has_the_payload(tmp_path: Path) -> None:
    first, second, third = answers(tmp_path, exchange(), exchange(url=OTHER), exchange(url=OTHER))

    for revisit in (second, third):
        assert revisit["WARC-Refers-To"] == first["WARC-Record-ID"]
        assert revisit["WARC-Refers-To-Target-URI"] == first["WARC-Target-URI"]
        assert revisit["WARC-Refers-To-Date"] == first["WARC-Date"]


def test_304_refers_to_what_was_validated_last(tmp_path: Path) -> None:
    first, second = answers(tmp_path, exchange(TAGGED), exchange(NOT_MODIFIED))

    assert second["WARC-Profile"].endswith("/warc/1.1/revisit/server-not-modified")
    assert second["WARC-Refers-To"] == first["WARC-Record-ID"]
    assert second.block == NOT_MODIFIED
    assert "WARC-Truncated" not in second
    assert "WARC-Payload-Digest" not in second


def test_304_of_an_identical_payload_refers_to_the_record_with_the_body(tmp_path: Path) -> None:
    first, _, third = answers(
        tmp_path, exchange(), exchange(TAGGED, url=OTHER), exchange(NOT_MODIFIED, url=OTHER)
    )

    assert third["WARC-Refers-To"] == first["WARC-Record-ID"]


def test_304_without_a_known_original_is_a_revisit_all_the_same(tmp_path: Path) -> None:
    (only,) = answers(tmp_path, exchange(NOT_MODIFIED))

    assert only["WARC-Type"] == "revisit"
    assert "WARC-Refers-To" not in only


@pytest.mark.parametrize(
    "second",
    [
        exchange(CHUNKED, url=OTHER),
        exchange(OK[:-1], url=OTHER),
        exchange(url=OTHER, truncated="disconnect"),
        exchange(MOVED, url=OTHER),
        exchange(OK.replace(b"hello", b"hallo"), url=OTHER),
    ],
    ids=["chunked-otherwise", "short", "cut", "redirect", "other-payload"],
)
def test_written_whole_is(tmp_path: Path, second: Exchange) -> None:
    assert [record["WARC-Type"] for record in answers(tmp_path, exchange(), second)] == [
        "response",
        "response",
    ]


def test_empty_payloads_are_written_whole(tmp_path: Path) -> None:
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    first, second = answers(tmp_path, exchange(empty), exchange(empty, url=OTHER))

    assert first["WARC-Type"] == second["WARC-Type"] == "response"


def test_answer_to_head_is_no_original(tmp_path: Path) -> None:
    asked = exchange(HEAD, method="HEAD")
    first, second = answers(tmp_path, asked, exchange(url=OTHER))

    assert first["WARC-Type"] == second["WARC-Type"] == "response"


def test_what_was_cut_is_no_original(tmp_path: Path) -> None:
    first, second = answers(tmp_path, exchange(truncated="length"), exchange(url=OTHER))

    assert first["WARC-Type"] == second["WARC-Type"] == "response"


def test_payload_whose_file_is_gone_is_written_again(tmp_path: Path) -> None:
    memory = Memory()
    remembering(tmp_path, memory, exchange()).unlink()
    (again,) = answers(tmp_path, exchange(url=OTHER), memory=memory)

    assert again["WARC-Type"] == "response"


def test_revisit_may_refer_to_another_file(tmp_path: Path) -> None:
    memory = Memory()
    first = remembering(tmp_path, memory, exchange())
    first.rename(kept := tmp_path / "kept.warc.gz")
    memory.by_payload = {
        key: type(original)(original.record_id, original.target_uri, original.date, kept.name)
        for key, original in memory.by_payload.items()
    }
    (revisit,) = answers(tmp_path, exchange(url=OTHER, started_at=AT), memory=memory)

    assert revisit["WARC-Refers-To"] == raw_records(kept)[-1]["WARC-Record-ID"]


def test_payload_type_is_told_by_its_bytes(tmp_path: Path) -> None:
    lying = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n<!doctype html><p>x"
    (page,) = answers(tmp_path, exchange(lying))

    assert page["WARC-Identified-Payload-Type"] == "text/html"

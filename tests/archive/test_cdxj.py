"""CDXJ lines: their form, and that cdxj-indexer makes the same of the same WARC."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

import pytest

from archive.cdxj import parse_line, timestamp
from archive.cdxj_file import index_warc, iter_entries
from archive.errors import ArchiveError
from archive.warc_writer import WarcOptions, WarcWriter
from tests.archive.editing import Edited, member
from tests.archive.raw_warc import raw_records
from tests.archive.samples import AT, OK, exchange, written_file

ROOT = Path(__file__).resolve().parents[2]
# Where `make oracles` puts outside tools, each in an environment of its own.
ORACLES = Path(os.environ.get("BROADSHEET_ORACLES", ROOT / ".oracles"))
INDEXER = ORACLES / "cdxj-indexer/bin/cdxj-indexer"
needs_indexer = pytest.mark.skipif(
    not INDEXER.exists(), reason=f"no cdxj-indexer in {ORACLES}: make oracles"
)
URLS = [
    "http://news.example:8080/port?b=2&a=1",
    "https://news.example:443/default-port",
    "http://user:secret@news.example/userinfo",
    "http://münchen.example/straße?q=ü",
    "http://xn--mnchen-3ya.example/stra%C3%9Fe",
    "http://news.example/%7Etilde/%2F/%zz",
    "http://www2.news.example/A/../b/./C?",
    "http://[2001:db8::1]:81/v6",
    "http://192.0.2.1/v4",
    "http://news.example/a b\tc?q=a b",
    "http://news.example/日本/記事?種=新",
    "http://news.example/#fragment",
    "http://news.example/;jsessionid=ABCDEF0123456789ABCDEF0123456789?PHPSESSID=1",
    "http://news.example",
]
ANSWERS = [
    OK,
    b"HTTP/1.1 200\r\n\r\n",
    b"HTTP/1.0 404 Not Found\nContent-Type: Text/HTML; charset=x\n\nx",
    b"HTTP/1.1 301 Moved\r\nContent-Type:\r\nLocation: /b\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nContent-Type: text/html\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=y\r\n\r\n<p>",
    b"HTTP/1.1 200 OK\r\nContent-Type: caf\xc3\xa9/\xe9 x\r\n\r\n",
    b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\n\r\nearly",
]


def refuse(error: ArchiveError) -> None:
    pytest.fail(str(error))


def ours(warc: Path) -> list[bytes]:
    return sorted(entry.line() for entry in iter_entries(warc, refuse))


def theirs(warc: Path) -> list[bytes]:
    done = subprocess.run([INDEXER, "-s", warc], capture_output=True, check=True, timeout=60)
    return [line for line in done.stdout.splitlines(keepends=True) if not line.startswith(b"urn:")]


@needs_indexer
@pytest.mark.parametrize("url", URLS)
def test_line_of_any_url_is_that_of_cdxj_indexer(tmp_path: Path, url: str) -> None:
    warc = written_file(tmp_path, exchange(url=url))

    assert ours(warc) == theirs(warc) != []


@needs_indexer
def test_lines_of_odd_answers_are_those_of_cdxj_indexer(tmp_path: Path) -> None:
    odd = [exchange(answer, url=f"http://a.example/{n}") for n, answer in enumerate(ANSWERS)]
    warc = written_file(tmp_path, *odd)

    assert ours(warc) == theirs(warc)
    assert len(ours(warc)) == len(ANSWERS)


@needs_indexer
def test_lines_of_revisits_are_those_of_cdxj_indexer_but_for_head(tmp_path: Path) -> None:
    edited = Edited(tmp_path / "out")
    head = next(line for line in theirs(edited.path) if b"example/head" in line)

    assert ours(edited.path) == [line for line in theirs(edited.path) if line != head]
    assert b"warc/revisit" in b"".join(ours(edited.path))


@needs_indexer
def test_record_without_payload_digest_gets_the_one_of_cdxj_indexer(tmp_path: Path) -> None:
    edited = Edited(tmp_path / "out")
    for record in edited.records:
        record.drop("WARC-Payload-Digest")
    edited.write()
    both = [line for line in theirs(edited.path) if b"example/head" not in line]

    assert ours(edited.path) == both


@needs_indexer
def test_file_that_is_not_compressed_has_the_lines_of_cdxj_indexer(tmp_path: Path) -> None:
    packed = written_file(tmp_path, exchange(), exchange(url="http://a.example/"))
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))

    assert ours(plain) == theirs(plain) != []


def test_what_the_writer_collects_is_what_reading_its_file_gives(tmp_path: Path) -> None:
    options = WarcOptions("sample", cdx=tmp_path / "cdx")
    (tmp_path / "cdx").mkdir()
    writer = WarcWriter(tmp_path, "run", options, clock=lambda: AT)
    for number, answer in enumerate(ANSWERS):
        writer.append(exchange(answer, url=f"http://{9 - number}.example/"))
    asked = b"HEAD / HTTP/1.1\r\nHost: head.example\r\n\r\n"
    writer.append(exchange(method="HEAD", url="http://head.example/", request=asked))
    writer.append(exchange(b"no http"))
    writer.close()
    (warc,) = tmp_path.glob("*.warc.gz")
    (cdxj,) = (tmp_path / "cdx").iterdir()

    assert cdxj.read_bytes().splitlines(keepends=True) == ours(warc)
    assert cdxj.name == warc.name.replace(".warc.gz", ".cdxj")
    assert len(ours(warc)) == len(ANSWERS)


def test_offset_and_length_cut_out_exactly_the_record(tmp_path: Path) -> None:
    warc = written_file(tmp_path, exchange(), exchange(url="http://a.example/"))
    data = warc.read_bytes()
    answers = {r["WARC-Target-URI"]: r for r in raw_records(warc) if r["WARC-Type"] == "response"}

    for entry in iter_entries(warc, refuse):
        cut = gzip.decompress(data[entry.offset : entry.offset + entry.length])
        assert cut.endswith(answers[entry.url].block + b"\r\n\r\n")


@pytest.mark.parametrize("request_first", [True, False])
def test_answer_to_head_is_left_out_wherever_its_request_is(
    tmp_path: Path, request_first: bool
) -> None:
    edited = Edited(tmp_path / "out")
    at = edited.records.index(edited["request head"])
    if not request_first:
        edited.records[at : at + 2] = edited.records[at : at + 2][::-1]
    edited.write()

    assert not [line for line in ours(edited.path) if b"example/head" in line]
    assert len(ours(edited.path)) == 8


def test_records_in_one_member_are_told_and_not_indexed(tmp_path: Path) -> None:
    warc = written_file(tmp_path, exchange())
    warc.write_bytes(member(gzip.decompress(warc.read_bytes())))
    told: list[ArchiveError] = []

    assert index_warc(warc, tmp_path / "cdx/a.cdxj", told.append) == 0
    assert "warcio recompress" in str(told[0])


def test_entry_is_its_line_and_back(tmp_path: Path) -> None:
    for line in ours(written_file(tmp_path, *(exchange(answer) for answer in ANSWERS))):
        assert parse_line(line).line() == line


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"a 20260101000000",
        b"a 2026 {}",
        b"a 20260101000000 []",
        b"a 20260101000000 {}",
        b"\xff",
    ],
)
def test_line_of_another_form_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever library
        parse_line(line)


@pytest.mark.parametrize(
    ("date", "digits"),
    [
        ("2026-11-24T10:15:00.123456Z", "20261124101500"),
        ("2026-11-24T10:15:00Z", "20261124101500"),
        ("2026-11-24", "20261124000000"),
        ("2026", "20260101000000"),
    ],
)
def test_timestamp_is_the_date_cut_to_the_second(date: str, digits: str) -> None:
    assert timestamp(date) == digits


@pytest.mark.parametrize("date", ["", "yesterday", "2026-13-01", "2026-11-24T25:00:00Z"])
def test_what_is_no_date_has_no_timestamp(date: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever library
        timestamp(date)

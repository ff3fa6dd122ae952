"""Reading WARC of any origin and in any state."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import brotli
import pytest
from warcio.warcwriter import WARCWriter

from archive.errors import ArchiveError, CorruptRecord, PointerError, TornFile
from archive.exchange import WarcPointer
from archive.warc_reader import WarcRecord, http_response, iter_records, read_record
from tests.archive.raw_warc import raw_records
from tests.archive.samples import CHUNKED, OK, REQUEST, exchange, writer, written_file


def blocks(path: Path) -> list[bytes]:
    return [record.block.read() for record in iter_records(path)]


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Three captures: seven records, the warcinfo included."""
    return written_file(tmp_path, exchange(OK), exchange(CHUNKED), exchange(OK + b"!"))


@pytest.fixture(params=["member a record", "one member", "plain"])
def shaped(request: pytest.FixtureRequest, three: Path) -> Path:
    """The three captures in each shape that a WARC file may have."""
    content = gzip.decompress(three.read_bytes())
    if request.param == "plain":
        path = three.with_name("plain.warc")
        path.write_bytes(content)
        return path
    if request.param == "one member":
        three.write_bytes(gzip.compress(content))
    return three


def test_every_shape_gives_the_exact_blocks(shaped: Path) -> None:
    got = blocks(shaped)[1:]

    assert got == [REQUEST, OK, REQUEST, CHUNKED, REQUEST, OK + b"!"]


def test_pointer_of_every_record_leads_back_to_it(shaped: Path) -> None:
    found = [(r.pointer, r.block.read()) for r in iter_records(shaped)]

    for pointer, block in found:
        record = read_record(shaped.parent, pointer)
        assert (record.pointer, record.block.read()) == (pointer, block)


def test_offset_alone_leads_to_the_record_that_begins_there(three: Path) -> None:
    for raw in raw_records(three):
        assert read_record(three, raw.offset).block.read() == raw.block


def test_length_is_zero_where_records_share_a_member(three: Path) -> None:
    three.write_bytes(gzip.compress(gzip.decompress(three.read_bytes())))

    assert {(r.pointer.offset, r.pointer.length) for r in iter_records(three)} == {(0, 0)}


def test_lengths_in_a_plain_file_are_as_other_indexers_count(three: Path) -> None:
    plain = three.with_suffix("")
    plain.write_bytes(gzip.decompress(three.read_bytes()))

    for record in iter_records(plain):
        cut = plain.read_bytes()[record.pointer.offset :][: record.pointer.length]
        assert cut.startswith(b"WARC/1.1\r\n")
        assert cut.endswith(record.block.read())


def test_record_has_its_fields_without_regard_to_case(three: Path) -> None:
    _, request, response, *_ = [*iter_records(three)]

    assert (request.type, response.type) == ("request", "response")
    assert response.target_uri == "http://news.example/story?id=1"
    assert response.headers.get("warc-ip-address") == "192.0.2.7"
    assert request.headers.values("WARC-Protocol") == ["http/1.1"]
    assert response.headers.get("Nothing") == ""
    assert ("WARC-Type", "response") in response.headers.items()
    assert response.date.endswith("Z")


def test_facts_are_read_back(tmp_path: Path) -> None:
    path = written_file(tmp_path, exchange(facts={"source": "dägliche", "n": "1"}))

    _, request, facts, _ = (r.fields() for r in iter_records(path))

    assert (request, facts) == ({}, {"source": "dägliche", "n": "1"})


def test_records_of_a_file_that_is_being_written_can_be_read(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    written = warc.append(exchange())

    assert written is not None
    assert read_record(tmp_path, written.pointer).block.read() == OK
    warc.close()
    assert read_record(tmp_path, written.pointer).block.read() == OK


@pytest.mark.parametrize(
    "pointer",
    [
        7,
        10**9,
        WarcPointer("missing.warc.gz", 0, 0, "urn:uuid:1"),
        WarcPointer("../outside.warc.gz", 0, 0, "urn:uuid:1"),
    ],
    ids=["within", "behind", "no-file", "outside"],
)
def test_pointer_that_leads_nowhere_says_so(three: Path, pointer: WarcPointer | int) -> None:
    place = three if isinstance(pointer, int) else three.parent

    with pytest.raises(PointerError):
        read_record(place, pointer)


def test_pointer_to_another_record_says_so(three: Path) -> None:
    with pytest.raises(PointerError, match="is not urn:uuid:1"):
        read_record(three.parent, WarcPointer(three.name, 0, 0, "urn:uuid:1"))


def read_all(path: Path) -> tuple[list[str], list[ArchiveError]]:
    damage: list[ArchiveError] = []
    return [r.pointer.record_id for r in iter_records(path, damage.append)], damage


@pytest.mark.parametrize("shape", ["gzip", "plain"])
def test_torn_tail_is_told_and_never_costs_a_whole_record(three: Path, shape: str) -> None:
    ids, _ = read_all(three)
    ends = [raw.offset + raw.length for raw in raw_records(three)]
    data = three.read_bytes()
    if shape == "plain":
        data = gzip.decompress(data)
        three.write_bytes(data)
        ends = [r.pointer.offset + r.pointer.length for r in iter_records(three)]

    for cut in range(0, len(data), 7):
        three.write_bytes(data[:cut])
        whole = sum(end <= cut for end in ends)
        got, damage = read_all(three)
        assert got == ids[:whole]
        assert len(damage) <= 1


def test_torn_tail_raises_after_the_whole_records_if_nobody_listens(three: Path) -> None:
    three.write_bytes(three.read_bytes()[:-1])
    seen: list[WarcRecord] = []

    with pytest.raises(TornFile, match="ends within"):
        seen.extend(iter_records(three))

    assert len(seen) == 6


def test_damage_in_the_middle_costs_only_the_records_it_hits(three: Path) -> None:
    ids, _ = read_all(three)
    raw = raw_records(three)
    data = bytearray(three.read_bytes())
    data[raw[2].offset + 40 : raw[2].offset + 60] = bytes(20)
    data[raw[4].offset] ^= 0xFF
    three.write_bytes(data)

    got, damage = read_all(three)

    assert got == [id_ for n, id_ in enumerate(ids) if n not in (2, 4)]
    assert [type(error) for error in damage] == [CorruptRecord, CorruptRecord]


@pytest.mark.parametrize("size", [0, 65530, *range(65533, 65540), 200_000])
def test_next_record_is_found_wherever_damage_ends(three: Path, size: int) -> None:
    ids, _ = read_all(three)
    three.write_bytes(b"\x1f\x8b\x08" + b"\xff" * size + three.read_bytes())

    got, damage = read_all(three)

    assert (got, len(damage)) == (ids, 1)


def test_what_is_no_warc_is_told(tmp_path: Path) -> None:
    path = tmp_path / "page.warc"
    path.write_bytes(b"<!DOCTYPE html>\n<p>" + b"x" * 3_000_000)

    with pytest.raises(CorruptRecord, match="no WARC record"):
        list(iter_records(path))


def test_empty_file_has_no_records(tmp_path: Path) -> None:
    path = tmp_path / "empty.warc.gz"
    path.touch()

    assert list(iter_records(path)) == []


def test_records_that_warcio_wrote_are_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    page = io.BytesIO(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello")
    with path.open("wb") as file:
        theirs = WARCWriter(file, gzip=True, warc_version="1.0")
        theirs.write_record(theirs.create_warcinfo_record("theirs.warc.gz", {"software": "x"}))
        length = len(page.getvalue())
        theirs.write_record(
            theirs.create_warc_record("http://a.example/", "response", page, length)
        )

    info, response = [(r.type, r.fields(), http_response(r, 100)) for r in iter_records(path)]

    assert info == ("warcinfo", {"software": "x"}, None)
    assert response[2] is not None
    assert response[2].body == b"<p>hello"


def first_response(directory: Path, response: bytes, limit: int = 1000) -> object:
    path = written_file(directory, exchange(response))
    (got,) = [http_response(r, limit) for r in iter_records(path) if r.type == "response"]
    assert got is not None
    return got.status, got.body, got.truncated, got.undecoded


def test_http_response_has_all_codings_off(tmp_path: Path) -> None:
    page = brotli.compress(b"<p>hello</p>")
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page), page)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n"

    assert first_response(tmp_path, head + chunked) == (200, b"<p>hello</p>", False, None)


def test_http_response_stops_at_the_limit_and_says_so(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(100_000_000))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n"

    assert first_response(tmp_path, head + bomb, 10) == (200, bytes(10), True, None)


def test_http_response_names_a_coding_that_it_cannot_undo(tmp_path: Path) -> None:
    head = b"HTTP/1.1 404 Gone\r\nContent-Encoding: compress\r\n\r\n"

    assert first_response(tmp_path, head + b"(\xb5/\xfd") == (404, b"(\xb5/\xfd", False, "compress")


def test_records_without_an_http_response_have_none(tmp_path: Path) -> None:
    path = written_file(tmp_path, exchange(b"no http"))

    assert [http_response(r, 10) for r in iter_records(path)] == [None, None, None]


def test_block_beyond_memory_is_whole_and_leaves_no_file(tmp_path: Path) -> None:
    body = b"0123456789abcdef" * 600_000
    path = written_file(tmp_path, exchange(b"HTTP/1.1 200 OK\r\n\r\n" + body))

    for record in iter_records(path):
        if record.type == "response":
            assert record.length == len(body) + 19
            response = http_response(record, 10**8)
            assert response is not None
            assert response.body == body
    assert record.block.closed

"""WACZ packages: what is in them, that it is right, and that a failure leaves none behind."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.wacz import Observer, Packed, WaczAbout, WaczPage, write_wacz
from archive.wacz_index import PackedWarc
from archive.warc_writer import WarcOptions, WarcWriter
from archive.zipnum import write_zipnum
from tests.archive.samples import AT, CHUNKED, OK, Memory, exchange, written_file

ABOUT = WaczAbout("A title", "Broadsheet/1", datetime(2026, 11, 25, tzinfo=UTC))
PAGE = WaczPage("id1", "http://news.example/story?id=1", "2026-11-24T10:15:00Z", "Häuser", "Text.")


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    (tmp_path / "warc").mkdir()
    return written_file(tmp_path / "warc", exchange(OK), exchange(CHUNKED))


def pack(target: Path, *warcs: Path, page: WaczPage = PAGE) -> Packed:
    return write_wacz(target, [PackedWarc(path, path.name) for path in warcs], [page], ABOUT)


def test_the_manifest_lists_every_member_with_its_digest_and_size(
    warc: Path, tmp_path: Path
) -> None:
    pack(tmp_path / "a.wacz", warc)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        listed = json.loads(package.read("datapackage.json"))["resources"]
        assert {resource["path"] for resource in listed} == set(package.namelist()) - {
            "datapackage.json",
            "datapackage-digest.json",
        }
        for resource in listed:
            data = package.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
            assert resource["bytes"] == len(data)
        digest = json.loads(package.read("datapackage-digest.json"))
        whole = hashlib.sha256(package.read("datapackage.json")).hexdigest()
        assert digest == {"path": "datapackage.json", "hash": f"sha256:{whole}"}


def test_what_is_compressed_is_stored_and_lies_in_the_package_as_it_is(
    warc: Path, tmp_path: Path
) -> None:
    packed = pack(tmp_path / "a.wacz", warc)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert package.testzip() is None
        member = package.getinfo(f"archive/{warc.name}")
        assert member.compress_type == zipfile.ZIP_STORED
        assert package.getinfo("indexes/index.cdx.gz").compress_type == zipfile.ZIP_STORED
        assert package.read(member) == warc.read_bytes()
    assert warc.read_bytes() in (tmp_path / "a.wacz").read_bytes()
    assert packed == Packed(1, 2, 1, 0, (tmp_path / "a.wacz").stat().st_size)


def test_the_manifest_says_what_the_archive_is(warc: Path, tmp_path: Path) -> None:
    pack(tmp_path / "a.wacz", warc)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        found = json.loads(package.read("datapackage.json"))
    del found["resources"]
    assert found == {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "A title",
        "created": "2026-11-25T00:00:00Z",
        "software": "Broadsheet/1",
        "mainPageUrl": PAGE.url,
        "mainPageDate": PAGE.captured_at,
    }


@pytest.mark.parametrize("text", [None, "Text."])
def test_the_list_of_pages_tells_whether_it_has_text(
    warc: Path, tmp_path: Path, text: str | None
) -> None:
    page = WaczPage(PAGE.id, PAGE.url, PAGE.captured_at, PAGE.title, text)
    pack(tmp_path / "a.wacz", warc, page=page)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        header, line = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    assert header["format"] == "json-pages-1.0"
    assert header.get("hasText", False) is (text is not None)
    assert line["title"] == "Häuser"
    assert line.get("text") == text


def test_the_same_input_packs_to_the_same_bytes(warc: Path, tmp_path: Path) -> None:
    for name in ("a.wacz", "b.wacz"):
        pack(tmp_path / name, warc)
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()


def test_index_blocks_can_be_read_alone_where_the_index_of_blocks_says(tmp_path: Path) -> None:
    lines = [b'com,a)/%05d 20261124101500 {"url": "x"}\n' % number for number in range(3000)]
    with (tmp_path / "data").open("wb") as data, (tmp_path / "index").open("wb") as index:
        assert write_zipnum(lines, data, index, "index.cdx.gz") == 3000
    header, *blocks = (tmp_path / "index").read_text().splitlines()
    assert header == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(blocks) == 3
    packed = (tmp_path / "data").read_bytes()
    read = b""
    for block in blocks:
        key, _, values = block.partition(" {")
        place = json.loads("{" + values)
        piece = packed[place["offset"] :][: place["length"]]
        assert place["digest"] == f"sha256:{hashlib.sha256(piece).hexdigest()}"
        assert gzip.decompress(piece).startswith(f"{key} ".encode())
        read += gzip.decompress(piece)
    assert read == b"".join(lines)


def extra_lengths(package: Path) -> dict[str, tuple[int, int]]:
    """For each member, how long its extra field is: in the local header, in the directory."""
    found = {}
    with zipfile.ZipFile(package) as opened, package.open("rb") as file:
        for info in opened.infolist():
            file.seek(info.header_offset + 28)
            (local,) = struct.unpack("<H", file.read(2))
            found[info.filename] = (local, len(info.extra))
    return found


def test_zip64_stands_in_both_headers_or_in_none(
    warc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(tmp_path / "small.wacz", warc)
    assert set(extra_lengths(tmp_path / "small.wacz").values()) == {(0, 0)}
    # A file that is a little smaller than the limit: zipfile, told its size, would allow for more.
    size = warc.stat().st_size
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", size)
    pack(tmp_path / "just.wacz", warc)
    local, _ = extra_lengths(tmp_path / "just.wacz")[f"archive/{warc.name}"]
    assert local == 0
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", size - 1)
    pack(tmp_path / "large.wacz", warc)
    local, directory = extra_lengths(tmp_path / "large.wacz")[f"archive/{warc.name}"]
    assert local > 0
    assert directory > 0


def test_an_index_that_is_there_is_taken_and_one_of_another_file_is_not(
    warc: Path, tmp_path: Path
) -> None:
    values = {"url": "http://a.com/", "length": "1", "offset": "0"}
    for name, expected in ((warc.name, 1), ("other.warc.gz", 2)):
        cdxj = tmp_path / "index.cdxj"
        cdxj.write_text(f"com,a)/ 20261124101500 {json.dumps({**values, 'filename': name})}\n")
        packed = write_wacz(tmp_path / "a.wacz", [PackedWarc(warc, warc.name, cdxj)], [PAGE], ABOUT)
        assert packed.captures == expected


def test_revisits_whose_original_is_not_packed_are_counted(tmp_path: Path) -> None:
    memory = Memory()
    directory = tmp_path / "warc"
    directory.mkdir()
    options = WarcOptions("sample", max_bytes=1)  # one capture a file
    warc = WarcWriter(directory, "20261124t101500-3f9a2c", options, memory, clock=lambda: AT)
    validated = OK.replace(b"OK\r\n", b'OK\r\nETag: "1"\r\n')
    for day, answer in enumerate((validated, validated, b"HTTP/1.1 304 Not Modified\r\n\r\n")):
        written = warc.append(exchange(answer, started_at=AT + timedelta(day)))
        if written and written.holding:
            memory.hold(written.holding)
    warc.close()
    original, *revisits = sorted(directory.iterdir())
    assert pack(tmp_path / "a.wacz", *revisits).missing == 2
    assert pack(tmp_path / "a.wacz", original, *revisits).missing == 0


def test_a_warc_that_changes_meanwhile_leaves_no_package(warc: Path, tmp_path: Path) -> None:
    def grow(_count: int) -> None:
        with warc.open("ab") as file:
            file.write(b"more")

    with pytest.raises(ArchiveError, match="changed while it was packed"):
        write_wacz(
            tmp_path / "a.wacz", [PackedWarc(warc, warc.name)], [PAGE], ABOUT, Observer(grow)
        )
    assert [path.name for path in tmp_path.iterdir()] == ["warc"]


def test_a_package_that_cannot_be_finished_leaves_the_old_one(warc: Path, tmp_path: Path) -> None:
    pack(tmp_path / "a.wacz", warc)
    before = (tmp_path / "a.wacz").read_bytes()
    with pytest.raises(FileNotFoundError):
        pack(tmp_path / "a.wacz", warc, tmp_path / "none.warc.gz")
    assert (tmp_path / "a.wacz").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wacz", "warc"]

"""Finding WARC files, also inside a WACZ, and reading them where they lie."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ArchiveError, CorruptRecord
from archive.wacz import WaczAbout, write_wacz
from archive.wacz_index import PackedWarc
from archive.warc_files import WarcFile, find_warc_files
from archive.warc_reader import iter_records
from tests.archive.samples import CHUNKED, OK, exchange, written_file


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    (tmp_path / "warc").mkdir()
    return written_file(tmp_path / "warc", exchange(OK), exchange(CHUNKED))


@pytest.fixture
def package(warc: Path, tmp_path: Path) -> Path:
    path = tmp_path / "packed" / "a.wacz"
    path.parent.mkdir()
    about = WaczAbout("A", "Broadsheet/1", datetime(2026, 11, 25, tzinfo=UTC))
    write_wacz(path, [PackedWarc(warc, warc.name)], [], about)
    return path


def test_a_package_gives_the_records_and_pointers_of_its_files(warc: Path, package: Path) -> None:
    (file,) = find_warc_files(package)
    assert file == WarcFile(package, warc.name, f"archive/{warc.name}")
    packed = [(record.pointer, record.block.read()) for record in file.records()]
    assert packed == [(record.pointer, record.block.read()) for record in iter_records(warc)]


def test_files_inside_a_deflated_package_of_others_are_read_too(warc: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.wacz"
    with zipfile.ZipFile(theirs, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(warc, "archive/data.warc.gz")
    (file,) = find_warc_files(theirs)
    assert file.name == "data.warc.gz"
    assert sum(1 for _ in file.records()) == sum(1 for _ in iter_records(warc))


def test_a_package_beside_its_own_files_gives_none_of_them_twice(
    warc: Path, package: Path, tmp_path: Path
) -> None:
    found = find_warc_files(tmp_path)
    assert [(file.path, file.name) for file in found] == [(warc, f"warc/{warc.name}")]


def test_damage_inside_a_package_is_told_with_its_place(warc: Path, package: Path) -> None:
    data = bytearray(package.read_bytes())
    at = data.index(warc.read_bytes()[-30:]) + 30
    data[at - 6] ^= 0xFF  # in the CRC of the last record
    package.write_bytes(data)
    (file,) = find_warc_files(package)
    told: list[ArchiveError] = []
    read = sum(1 for _ in file.records(told.append))
    assert read == sum(1 for _ in iter_records(warc)) - 1
    assert told
    assert all(f"{package}!archive/{warc.name}" in str(error) for error in told)
    with pytest.raises(CorruptRecord):
        list(file.records())


def test_what_is_no_zip_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "a.wacz").write_bytes(b"PK, not quite")
    with pytest.raises(CorruptRecord, match="no WACZ"):
        find_warc_files(tmp_path / "a.wacz")

"""Every check of ``verify`` finds the fault that it is for, and nothing in an archive without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.verify.finding import POINTS
from archive.verify.whole import verify
from tests.archive.editing import Edited, member
from tests.archive.raw_warc import raw_records, sha1
from tests.archive.test_verify_records import CHUNKED, RECORDS, RESPONSE, Mutation

OTHER = "sha1:" + "A" * 32
UUID = "<urn:uuid:00000000-0000-4000-8000-000000000000>"


def found_in(root: Path, max_bytes: int = 10**9) -> set[str]:
    verdict = verify(Collection.at(root), max_bytes)
    return {point for _, point in verdict.findings.counts}


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path / "out")


def test_nothing_is_found_in_an_archive_as_it_was_written(edited: Edited) -> None:
    edited.write()
    edited.write_line(RESPONSE)

    assert found_in(edited.root) == set()


def cut_last_byte(members: list[bytes]) -> bytes:
    return b"".join(members)[:-1]


def flipped(members: list[bytes]) -> bytes:
    last = bytearray(members[-1])
    last[-6] ^= 1  # the CRC
    return b"".join([*members[:-1], bytes(last)])


SURPLUS = member(b"WARC/1.1\r\nContent-Length: 9\r\n\r\nx")
NO_LENGTH = member(b"WARC/1.1\r\nA: b\r\n\r\n\r\n\r\n")


def followed_by(more: bytes) -> Callable[[list[bytes]], bytes]:
    return lambda members: b"".join([*members, more])


FILES: list[tuple[str, Callable[[list[bytes]], bytes], set[str]]] = [
    ("torn", cut_last_byte, {"F03", "R16"}),
    ("wrong-crc", flipped, {"F03", "R16"}),
    ("zeros-at-the-end", followed_by(bytes(9)), {"F03"}),
    ("bytes-between", lambda members: b"xx".join([members[0], b"".join(members[1:])]), {"F03"}),
    ("wrong-length", followed_by(SURPLUS), {"R07"}),
    ("no-length", followed_by(NO_LENGTH), {"R03"}),
    ("no-record", followed_by(member(b"hello\r\n\r\n")), {"R01"}),
    ("header-without-end", followed_by(member(b"WARC/1.1\r\n")), {"R02"}),
]


@pytest.mark.parametrize(
    ("join", "expected"), [pytest.param(*rest, id=name) for name, *rest in FILES]
)
def test_fault_in_the_framing_is_found_under_its_point(
    edited: Edited, join: Callable[[list[bytes]], bytes], expected: set[str]
) -> None:
    edited.write(join)

    assert found_in(edited.root) == expected


def test_reading_goes_on_behind_a_damaged_member(edited: Edited) -> None:
    edited.write(lambda members: b"".join([members[0], members[1][:-20], *members[2:]]))

    verdict = verify(Collection.at(edited.root), 10**9)

    assert verdict.records == len(edited.records) - 1


def test_records_that_share_a_member_are_found(edited: Edited) -> None:
    edited.write()
    contents = [record.content() for record in edited.records]
    edited.path.write_bytes(member(b"".join(contents)))

    assert "F04" in found_in(edited.root)


def test_name_of_another_form_is_found(edited: Edited) -> None:
    edited.info.set("WARC-Filename", "Other.warc.gz")
    edited.path = edited.path.rename(edited.path.with_name("Other.warc.gz"))
    edited.write()

    assert found_in(edited.root) == {"F01"}


def test_file_that_grew_too_long_is_found(edited: Edited) -> None:
    edited.write()

    assert found_in(edited.root, max_bytes=100) == {"F07"}


@pytest.mark.parametrize("name", ["warc/a.warc.gz.open", "cdx/a.cdxj.tmp", "articles/a.jsonl"])
def test_what_a_killed_run_left_is_found(edited: Edited, name: str) -> None:
    edited.write()
    path = edited.root / name
    path.parent.mkdir(exist_ok=True)
    path.touch()

    assert found_in(edited.root) == {"F02"}


def lines_edited(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Edited], None]:
    def mutate(edited: Edited) -> None:
        path = Collection.at(edited.root).cdxj_of(edited.path)
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    return mutate


def first_line(old: bytes, new: bytes) -> Mutation:
    return lines_edited(lambda lines: [lines[0].replace(old, new), *lines[1:]])


INDEXES: list[tuple[str, Mutation, set[str]]] = [
    ("unsorted", lines_edited(lambda lines: lines[::-1]), {"X01"}),
    ("doubled", lines_edited(lambda lines: [lines[0], *lines]), {"X01"}),
    ("line-missing", lines_edited(lambda lines: lines[1:]), {"X01"}),
    ("no-end", lines_edited(lambda lines: [*lines[:-1], lines[-1].rstrip()]), {"X01"}),
    ("absent", lambda e: Collection.at(e.root).cdxj_of(e.path).unlink(), {"X01"}),
    ("of-no-warc", lambda e: (e.root / "cdx/gone.cdxj").touch(), {"X01"}),
    ("merged-torn", lambda e: _shorten(e.root / "index.cdxj"), {"X01", "X02"}),
    (
        "no-json",
        lines_edited(lambda lines: [lines[0].replace(b"{", b"["), *lines[1:]]),
        {"X01", "X02"},
    ),
    *(
        (
            f"other-{name}",
            first_line(old, new),
            points,
        )
        for name, old, new, points in [
            ("status", b'"200"', b'"201"', {"X02"}),
            ("timestamp", b" 20261124101500 ", b" 20261124101501 ", {"X02"}),
            ("url", b'"http://news', b'"http://olds', {"X02"}),
            ("digest", b"sha1:", b"sha1:Q", {"X02"}),
            ("key", b"example,news)", b"example,mews)", {"X02"}),
            ("length", b'"length": "', b'"length": "1', {"X02"}),
            ("offset", b'"offset": "', b'"offset": "1', {"X01", "X02"}),
        ]
    ),
]


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("mutate", "expected"), [pytest.param(*rest, id=name) for name, *rest in INDEXES]
)
def test_fault_in_an_index_is_found_under_its_point(
    edited: Edited, mutate: Mutation, expected: set[str]
) -> None:
    edited.write()
    mutate(edited)

    assert found_in(edited.root) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"warc_file": "gone.warc.gz"}, id="file"),
        pytest.param({"warc_offset": 7}, id="offset"),
        pytest.param({"warc_offset": "7"}, id="offset-of-no-number"),
        pytest.param({"warc_length": 7}, id="length"),
        pytest.param({"warc_record_id": UUID}, id="record-id"),
        pytest.param({"final_url": "http://news.example/other"}, id="url"),
        pytest.param({"payload_digest": OTHER}, id="digest"),
        pytest.param({"captured_at": "2026-11-24T10:15:00Z"}, id="date"),
    ],
)
def test_line_that_points_wrong_is_found(edited: Edited, changes: dict[str, object]) -> None:
    edited.write()
    edited.write_line(RESPONSE, **changes)

    assert found_in(edited.root) == {"X04"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, set(), id="right"),
        pytest.param({"warc_file": None, "warc_offset": None}, set(), id="not-archived"),
        pytest.param({"warc_offset": 7}, {"X04"}, id="offset"),
        pytest.param({"warc_offset": "7"}, {"X04"}, id="offset-of-no-number"),
        pytest.param({"warc_record_id": UUID}, {"X04"}, id="record-id"),
        pytest.param({"url": "http://news.example/other"}, {"X04"}, id="url"),
    ],
)
def test_further_page_of_a_line_is_checked(
    edited: Edited, changes: dict[str, object], found: set[str]
) -> None:
    edited.write()
    name = edited[RESPONSE].id
    raw = next(raw for raw in raw_records(edited.path) if raw["WARC-Record-ID"] == name)
    page = {"url": raw["WARC-Target-URI"], "warc_file": edited.path.name, "warc_offset": raw.offset}
    edited.write_line(RESPONSE, pages=[{**page, "warc_record_id": name.strip("<>"), **changes}])

    assert found_in(edited.root) == found


def test_line_that_points_to_no_answer_is_found(edited: Edited) -> None:
    edited.write()
    edited.write_line("request story")

    assert found_in(edited.root) == {"X04"}


def test_every_point_has_a_test_that_breaks_it() -> None:
    broken = {
        point for table in (RECORDS, FILES, INDEXES) for _, _, points in table for point in points
    }

    assert set(POINTS) == broken | {"F01", "F02", "F04", "F07", "X04"}


def test_foreign_archive_is_not_held_to_our_own_habits(edited: Edited) -> None:
    for record in edited.records:
        record.drop("WARC-Protocol")
        record.version = b"WARC/1.0"
        record.set("WARC-Date", "2026-11-24T10:15:00Z")
    edited.info.set("WARC-Filename", "other.warc.gz")
    edited.write()
    foreign = edited.root / "warc"

    verdict = verify(Collection.at(foreign), 10**9)

    assert not [point for level, point in verdict.findings.counts if level == "MUST"]


def test_digest_of_the_chunked_bytes_is_a_known_habit_of_others(edited: Edited) -> None:
    chunks = edited[CHUNKED].block.partition(b"\r\n\r\n")[2]
    edited[CHUNKED].set("WARC-Payload-Digest", sha1(chunks))
    edited.write()

    ours = verify(Collection.at(edited.root), 10**9).findings.counts
    foreign = verify(Collection.at(edited.root / "warc"), 10**9).findings.counts

    assert ours["MUST", "R13"] == 1
    assert (foreign["MUST", "R13"], foreign["SHOULD", "R13"]) == (0, 1)


def test_documentation_names_every_point_with_its_level() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/archive-tools.md").read_text("utf-8")

    for name, point in POINTS.items():
        assert f"| {name} | {point.level} | {point.foreign or '-'} | {point.about} |" in page


def test_torn_file_that_is_not_compressed_is_told_with_the_offset_of_the_record(
    edited: Edited,
) -> None:
    contents = [record.content() for record in edited.records]
    plain = edited.root / "plain"
    plain.mkdir()
    (plain / "a.warc").write_bytes(b"".join(contents)[:-9])

    found = verify(Collection.at(plain), 10**9).findings.listed

    offset = len(b"".join(contents[:-1]))
    assert ("R07", offset) in [(finding.point, finding.offset) for finding in found]

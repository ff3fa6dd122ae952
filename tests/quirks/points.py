"""Points of WARC/1.1 and of practice that files alone can show, each a function that lists where
it does not hold. What ``raw_records`` refuses (F03, F04, R01, R02, R03, R07, R12) is checked there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from tests.archive.raw_warc import RawRecord, raw_records

Files = dict[Path, list[RawRecord]]
Point = Callable[[Files], Iterator[str]]
POINTS: dict[str, Point] = {}

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9:/?\[\]@!$&'()*+,;=._~%-]+")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z")
UUID = re.compile(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>")
# Clause 5: the fields that not every type may have.
ONLY_ON = {
    "WARC-Filename": {"warcinfo"},
    "WARC-Profile": {"revisit"},
    "WARC-Refers-To-Target-URI": {"revisit"},
    "WARC-Refers-To-Date": {"revisit"},
    "WARC-Refers-To": {"revisit", "conversion"},
    "WARC-IP-Address": {"request", "response", "revisit", "metadata"},
    "WARC-Identified-Payload-Type": {"response", "revisit"},
    "WARC-Concurrent-To": {"request", "response", "revisit", "metadata"},
}


def point(check: Callable[[Files], Iterator[str]]) -> Callable[[Files], Iterator[str]]:
    """Enter a function under its name in capitals."""
    POINTS[check.__name__.upper()] = check
    return check


def every(files: Files, *kinds: str) -> Iterator[RawRecord]:
    for records in files.values():
        yield from (r for r in records if not kinds or r["WARC-Type"] in kinds)


def named(record: RawRecord) -> str:
    target = record.all("WARC-Target-URI")
    return f"{record['WARC-Type']} {target[0] if target else record['WARC-Record-ID']}"


@point
def f01(files: Files) -> Iterator[str]:
    for path in files:
        if not re.fullmatch(r"[a-z0-9_]+-\d{14,17}-\d{5}-[a-z0-9.-]+\.warc\.gz", path.name):
            yield path.name


@point
def f02(files: Files) -> Iterator[str]:
    for path in {other for written in files for other in written.parent.iterdir()}:
        if path.suffix in (".open", ".tmp") or not path.stat().st_size:
            yield path.name


@point
def f05(files: Files) -> Iterator[str]:
    for path, records in files.items():
        if records[0]["WARC-Type"] != "warcinfo" or records[0]["WARC-Filename"] != path.name:
            yield path.name


@point
def f06(files: Files) -> Iterator[str]:
    due = {"software", "format", "conformsTo", "robots", "http-header-user-agent"}
    for info in every(files, "warcinfo"):
        given = {line.partition(":")[0] for line in info.block.decode().splitlines()}
        if not due <= given or info["Content-Type"] != "application/warc-fields":
            yield f"{named(info)}: {due - given}"


@point
def f08(files: Files) -> Iterator[str]:
    for path, records in files.items():
        raw = [(r["WARC-Type"], r["WARC-Record-ID"], int(r["Content-Length"])) for r in records]
        with path.open("rb") as stream:
            warcio = [
                (r.rec_type, r.rec_headers["WARC-Record-ID"], r.length)
                for r in ArchiveIterator(stream, no_record_parse=True)
            ]
        with path.open("rb") as stream:
            fast = [
                (r.headers["WARC-Type"], r.record_id, r.content_length)
                for r in FastIterator(stream, parse_http=False)
            ]
        if not raw == warcio == fast:
            yield path.name


@point
def r04(files: Files) -> Iterator[str]:
    for record in every(files):
        counts = Counter(name for name, _ in record.fields)
        repeated = {name for name, count in counts.items() if count > 1}
        if repeated - {"WARC-Concurrent-To", "WARC-Protocol"}:
            yield f"{named(record)}: {repeated}"


@point
def r05(files: Files) -> Iterator[str]:
    seen = Counter(record["WARC-Record-ID"] for record in every(files))
    yield from (one for one, count in seen.items() if count > 1 or not UUID.fullmatch(one))


@point
def r06(files: Files) -> Iterator[str]:
    yield from (named(r) for r in every(files) if not DATE.fullmatch(r["WARC-Date"]))


@point
def r08(files: Files) -> Iterator[str]:
    http = {
        "request": "application/http; msgtype=request",
        "response": "application/http; msgtype=response",
        "revisit": "application/http; msgtype=response",
    }
    for record in every(files):
        given = record.all("Content-Type")
        expected = http.get(record["WARC-Type"])
        if bool(record.block) != bool(given) or (expected and given != [expected]):
            yield named(record)


@point
def r09(files: Files) -> Iterator[str]:
    for record in every(files):
        target = record.all("WARC-Target-URI")
        if record["WARC-Type"] == "warcinfo":
            if target:
                yield named(record)
        elif len(target) != 1 or not URI.fullmatch(target[0]):
            yield named(record)


@point
def r10(files: Files) -> Iterator[str]:
    for record in every(files):
        for name, _ in record.fields:
            if record["WARC-Type"] not in ONLY_ON.get(name, {record["WARC-Type"]}):
                yield f"{named(record)}: {name}"


@point
def r11(files: Files) -> Iterator[str]:
    for records in files.values():
        info, *others = records
        for record in others:
            if record.all("WARC-Warcinfo-ID") != [info["WARC-Record-ID"]]:
                yield named(record)


@point
def r14(files: Files) -> Iterator[str]:
    for record in every(files):
        for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
            if any(not re.fullmatch(r"sha1:[A-Z2-7]{32}", d) for d in record.all(name)):
                yield f"{named(record)}: {name}"


@point
def r15(files: Files) -> Iterator[str]:
    for record in every(files, "request", "response", "revisit"):
        if record.all("WARC-IP-Address") != ["127.0.0.1"]:
            yield named(record)


@point
def r16(files: Files) -> Iterator[str]:
    for records in files.values():
        by_id = {record["WARC-Record-ID"]: record for record in records}
        for record in records:
            for other_id in record.all("WARC-Concurrent-To"):
                other = by_id.get(other_id)
                target = record["WARC-Target-URI"]
                if (
                    other is None
                    or other["WARC-Date"] != record["WARC-Date"]
                    or (target != other["WARC-Target-URI"] and not target.startswith("urn:"))
                ):
                    yield named(record)


def files_below(directory: Path) -> Files:
    """All files of a directory with their records; refuses what is not exact."""
    return {path: raw_records(path) for path in sorted(directory.glob("*.warc.gz"))}

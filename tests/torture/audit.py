"""What a crash may have done to an archive, found without any code of the project."""

from __future__ import annotations

import fcntl
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator


@dataclass(slots=True)
class Damage:
    """What is wrong, each with where. ``torn``: lines and records that are not whole;
    ``unpaired``: lines without their record, revisits without their original; ``left``: files and
    locks that nobody will clean up."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    unpaired: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, kind.name) for kind in fields(self))

    def add(self, other: Damage) -> None:
        for kind in fields(self):
            getattr(self, kind.name).extend(getattr(other, kind.name))


def audit(output: Path, expected: set[str]) -> Damage:
    """Compare an output directory, with no run at work in it, with the URLs that were planted."""
    damage = Damage()
    lines = list(_lines(output, damage))
    delivered = Counter(line["url"] for line in lines)
    damage.lost += sorted(expected - set(delivered))
    damage.duplicated += [url for url, count in delivered.items() for _ in range(count - 1)]
    damage.torn += [f"never planted: {url}" for url in delivered if url not in expected]
    records = {}
    for path in sorted(output.glob("warc/*")):
        records |= _records(path, damage)
    _pair(lines, records, damage)
    damage.left += [
        str(path)
        for path in output.rglob("*")
        if path.name.endswith((".open", ".tmp"))
        or (path.is_file() and path.suffix == ".sqlite-wal")
    ]
    with (output / ".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            damage.left.append("the lock is held")
    return damage


def _lines(output: Path, damage: Damage) -> Iterator[dict[str, Any]]:
    for path in sorted(output.glob("articles/*/*.jsonl.gz")):
        try:
            text = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            damage.torn.append(f"{path.name}: {error}")
            continue
        *whole, rest = text.split(b"\n")
        if rest:
            damage.torn.append(f"{path.name}: the last line has no end")
        for line in whole:
            try:
                yield dict(json.loads(line))
            except (ValueError, TypeError):
                damage.torn.append(f"{path.name}: {line[:80]!r}")


def _records(path: Path, damage: Damage) -> dict[tuple[str, int], dict[str, str]]:
    """(file, offset) to the headers of each record, with the length of its member under ``""``."""
    data = path.read_bytes()
    records: dict[tuple[str, int], dict[str, str]] = {}
    offset = 0
    while offset < len(data):
        member = zlib.decompressobj(31)
        try:
            content = member.decompress(data[offset:])
            assert member.eof
            [record] = list(_parsed(content))
        except (zlib.error, AssertionError, ValueError) as error:
            damage.torn.append(f"{path.name} at {offset}: {error!r}")
            break
        length = len(data) - offset - len(member.unused_data)
        records[path.name, offset] = {**record, "": str(length)}
        offset += length
    if not records:
        damage.torn.append(f"{path.name}: no record")
    return records


def _parsed(content: bytes) -> Iterator[dict[str, str]]:
    for record in ArchiveIterator(BytesIO(content), no_record_parse=True):
        headers = dict(record.rec_headers.headers)
        block = record.raw_stream.read()
        if len(block) != int(headers["Content-Length"]) or not content.endswith(b"\r\n\r\n"):
            raise ValueError("a block that is not whole")
        yield headers


def _pair(
    lines: list[dict[str, Any]], records: dict[tuple[str, int], dict[str, str]], damage: Damage
) -> None:
    for line in lines:
        record = records.get((line["warc_file"], line["warc_offset"]), {})
        facts = (record.get("WARC-Record-ID"), record.get("WARC-Target-URI"), record.get(""))
        wanted = (f"<{line['warc_record_id']}>", line["final_url"], str(line["warc_length"]))
        if facts != wanted or record["WARC-Type"] not in ("response", "revisit"):
            damage.unpaired.append(f"{line['url']}: {facts}")
    ids = {record["WARC-Record-ID"]: record for record in records.values()}
    for record in records.values():
        if "WARC-Refers-To" in record:
            original = ids.get(record["WARC-Refers-To"], {})
            if original.get("WARC-Type") != "response":
                damage.unpaired.append(f"revisit of {record['WARC-Target-URI']}")
        for other in [record["WARC-Concurrent-To"]] if "WARC-Concurrent-To" in record else []:
            if other not in ids:
                damage.unpaired.append(f"{record['WARC-Type']} of {record['WARC-Target-URI']}")

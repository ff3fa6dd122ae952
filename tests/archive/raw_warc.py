"""A WARC parser that shares nothing with the code under test, and refuses all that is not exact."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RawRecord:
    """A record as it lies in the file: ``offset`` and ``length`` are those of its gzip member."""

    offset: int
    length: int
    fields: list[tuple[str, str]]
    block: bytes

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))


def raw_records(path: Path) -> list[RawRecord]:
    """All records of a file. Fails unless F03, F04, R01, R02, R03, R07 and R12 hold."""
    data = path.read_bytes()
    offset = 0
    records = []
    while offset < len(data):
        member = zlib.decompressobj(31)
        content = member.decompress(data[offset:])
        assert member.eof, "F03: a member that does not end"
        length = len(data) - offset - len(member.unused_data)
        records.append(_record(offset, length, content))
        offset += length
    return records


def _record(offset: int, length: int, content: bytes) -> RawRecord:
    head, _, rest = content.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8").split("\r\n")
    assert version == "WARC/1.1"
    fields = []
    for line in lines:
        match = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([^\x00-\x1f\x7f]*)", line)
        assert match, line
        fields.append((match[1], match[2]))
    record = RawRecord(offset, length, fields, rest[:-4])
    assert rest.endswith(b"\r\n\r\n")
    assert int(record["Content-Length"]) == len(record.block)
    assert record["WARC-Block-Digest"] == sha1(record.block)
    assert record["WARC-Type"]
    assert re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", record["WARC-Record-ID"])
    return record


def sha1(data: bytes) -> str:
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"

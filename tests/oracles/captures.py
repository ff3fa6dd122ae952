"""The captures of an archive, read with a parser that shares nothing with the code under test."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPResponse
from pathlib import Path

from tests.archive.raw_warc import RawRecord, raw_records


@dataclass(frozen=True)
class Capture:
    """A response or revisit. ``entity``: its body as it was sent, transfer-coding off.

    A revisit of the same payload has its original's; a 304 has none.
    """

    record: RawRecord
    status: int
    entity: bytes

    @property
    def id(self) -> str:
        return self.record["WARC-Record-ID"]

    @property
    def url(self) -> str:
        return self.record["WARC-Target-URI"]

    @property
    def timestamp(self) -> str:
        return "".join(c for c in self.record["WARC-Date"][:19] if c.isdigit())

    @property
    def is_revisit(self) -> bool:
        return self.record["WARC-Type"] == "revisit"

    @property
    def is_chunked(self) -> bool:
        head = self.record.block.partition(b"\r\n\r\n")[0].lower()
        return b"\r\ntransfer-encoding: chunked" in head


@dataclass(frozen=True)
class Archive:
    """WARC files, all read into memory."""

    warcs: tuple[Path, ...]

    @cached_property
    def records(self) -> dict[Path, list[RawRecord]]:
        return {path: raw_records(path) for path in self.warcs}

    @cached_property
    def captures(self) -> tuple[Capture, ...]:
        every = [record for records in self.records.values() for record in records]
        by_id = {record["WARC-Record-ID"]: record for record in every}
        found = []
        for record in every:
            if record["WARC-Type"] == "response":
                found.append(_capture(record, record))
            elif record["WARC-Type"] == "revisit":
                original = by_id[record["WARC-Refers-To"]]
                found.append(_capture(record, original))
        return tuple(found)

    def twins(self, capture: Capture) -> list[Capture]:
        """It, and any others of its URL in its second: a player is asked by URL and second."""
        return [
            c for c in self.captures if (c.url, c.timestamp) == (capture.url, capture.timestamp)
        ]


def _capture(record: RawRecord, original: RawRecord) -> Capture:
    status = int(record.block.split(b" ", 2)[1])
    return Capture(record, status, b"" if status == 304 else _entity(original.block))


class _Wire:
    """As much of a socket as http.client reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _entity(block: bytes) -> bytes:
    response = HTTPResponse(_Wire(block))  # type: ignore[arg-type] - it only calls makefile
    response.begin()
    return response.read()

"""A whole small archive, and its WARC file taken apart so that a test can put it together wrong."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.cdxj_file import index_warc
from archive.collection import Collection
from archive.exchange import Exchange
from archive.merged_index import update
from tests.archive.raw_warc import raw_records, sha1
from tests.archive.samples import CHUNKED, Memory, exchange, remembering

TAGGED = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 6\r\n\r\ntagged'
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
PACKED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"packed", mtime=0)
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"
EARLY = b"HTTP/1.1 103 Early Hints\r\n\r\n" + SHORT.replace(b"99", b"5")
ONLY_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
NAME = "sample-20261124101500-00000-20261124t101500-3f9a2c.warc.gz"


@dataclass
class Record:
    """A record to be edited. What is None is made right when it is written."""

    fields: list[tuple[str, str]]
    block: bytes
    version: bytes = b"WARC/1.1"
    length: int | None = None
    digest: str | None = None
    end: bytes = b"\r\n\r\n"
    extra_line: bytes = b""

    def get(self, name: str) -> str:
        return next((value for field, value in self.fields if field == name), "")

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID")

    def set(self, name: str, value: str) -> None:
        """Replace a field, or add it."""
        if not self.get(name):
            self.fields.append((name, value))
        self.fields = [(field, value if field == name else old) for field, old in self.fields]

    def drop(self, name: str) -> None:
        self.fields = [field for field in self.fields if field[0] != name]

    def content(self) -> bytes:
        fields = dict(self.fields)
        if "Content-Length" in fields:
            self.set("Content-Length", str(len(self.block) if self.length is None else self.length))
        if "WARC-Block-Digest" in fields:
            self.set("WARC-Block-Digest", self.digest or sha1(self.block))
        lines = [self.version, *(f"{name}: {value}".encode() for name, value in self.fields)]
        head = b"\r\n".join(lines) + b"\r\n" + self.extra_line + b"\r\n"
        return head + self.block + self.end


def member(content: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    return engine.compress(content) + engine.flush()


class Edited:
    """The records of the archive in ``root``, by the names that the tests use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        warc = root / "warc"
        warc.mkdir(parents=True)
        self.path = remembering(warc, Memory(), *_exchanges())
        found = [Record(raw.fields, raw.block) for raw in raw_records(self.path)]
        self.records = found
        self.info = found[0]
        self.info.block += b"software: B\r\nrobots: obey\r\nhttp-header-user-agent: B\r\n"
        at = {name: index for index, name in enumerate(_names(found))}
        self.by_name = {name: found[index] for name, index in at.items()}

    def __getitem__(self, name: str) -> Record:
        return self.by_name[name]

    def write(self, join: Callable[[list[bytes]], bytes] = b"".join) -> None:
        """Write the WARC, and an index that fits it."""
        self.path.write_bytes(join([member(record.content()) for record in self.records]))
        collection = Collection.at(self.root)
        for warc in collection.warcs():
            index_warc(warc, collection.cdxj_of(warc), lambda _: None, collection.name_of(warc))
        update(collection, at_once=True)

    def write_line(self, name: str, **changes: object) -> None:
        """A JSONL file of one line that points to the record ``name``, but for ``changes``."""
        record = self[name]
        raw = next(raw for raw in raw_records(self.path) if raw["WARC-Record-ID"] == record.id)
        line = {
            "warc_file": self.path.name,
            "warc_offset": raw.offset,
            "warc_length": raw.length,
            "warc_record_id": raw["WARC-Record-ID"].strip("<>"),
            "captured_at": raw["WARC-Date"],
            "payload_digest": record.get("WARC-Payload-Digest") or None,
            "final_url": raw["WARC-Target-URI"],
            **changes,
        }
        path = self.root / "articles/date=2026-11-24/r-00000.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(line).encode() + b"\n"))


def _exchanges() -> list[Exchange]:
    tls = {"tls_version": "tls/1.3", "tls_cipher": "TLS_AES_128_GCM_SHA256"}
    base = "news.example/"
    return [
        exchange(facts={"source": "daily"}),
        exchange(CHUNKED, url=f"http://{base}chunked"),
        exchange(TAGGED, url=f"https://{base}tagged", **tls),
        exchange(NOT_MODIFIED, url=f"https://{base}tagged", **tls),
        exchange(url=f"http://{base}same"),
        exchange(PACKED, url=f"http://{base}packed"),
        exchange(SHORT, url=f"http://{base}short", truncated="disconnect"),
        exchange(ONLY_HEAD, url=f"http://{base}head", method="HEAD", request=_HEAD),
        exchange(
            b"HTTP/1.1 103 Early Hints\r\n\r\n" + SHORT.replace(b"99", b"5"),
            url=f"http://{base}early",
        ),
    ]


_HEAD = b"HEAD /head HTTP/1.1\r\nHost: news.example\r\n\r\n"


def _names(records: list[Record]) -> list[str]:
    """``response story``, ``request chunked`` and so on; ``facts``, ``interim``."""
    names = []
    for record in records:
        target = record.get("WARC-Target-URI")
        path = "story" if "story" in target else target.rpartition("/")[2].partition(":")[0]
        kind = record.get("WARC-Type")
        names.append(f"{kind} {path}" if not target.startswith("urn:") else target.split(":")[1])
    return names

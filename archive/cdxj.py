"""CDXJ: one line a capture, saying where it lies; equal to what cdxj-indexer 1.5 writes.

``<SURT key> <YYYYMMDDHHMMSS> <JSON>``: the key by the surt library, the JSON with url, mime,
status, digest, length, offset and filename, all of them strings. Left out are answers to HEAD,
which a player would take for pages without a body, and urn: targets, which are nobody's URL.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

import surt

from archive.codings import pieces
from archive.errors import CorruptRecord
from archive.exchange import WarcPointer
from archive.http_message import ResponseHead, split_answer
from archive.warc_headers import WarcHeaders
from archive.warc_reader import WarcRecord

INDEXED = frozenset({"response", "revisit", "resource", "metadata"})
"""Types of records that can make a line."""

REVISIT_MIME = "warc/revisit"

_FIELDS = ("url", "mime", "status", "digest", "length", "offset", "filename")
_NO_DIGIT = re.compile(r"[^0-9]+")
_MIME_END = re.compile(r"[;\s]")


@dataclass(frozen=True, slots=True)
class CdxjEntry:
    """A line. ``timestamp``: 14 digits; ``offset`` and ``length`` of the whole record, in bytes.

    ``digest``: of the payload, as in the record. What the record does not tell is None.
    """

    key: str
    timestamp: str
    url: str
    mime: str | None
    status: str | None
    digest: str | None
    length: int
    offset: int
    filename: str

    def line(self) -> bytes:
        """Its line, with the line end."""
        values = {
            name: str(value) for name in _FIELDS if (value := getattr(self, name)) is not None
        }
        return f"{self.key} {self.timestamp} {json.dumps(values)}\n".encode()


def parse_line(line: bytes) -> CdxjEntry:
    """The entry of a line, also of others' lines with more fields. Raises ValueError."""
    key, timestamp, rest = line.decode("utf-8").rstrip("\r\n").split(" ", 2)
    try:
        values = json.loads(rest)
    except RecursionError as error:
        raise ValueError("no line of a CDXJ: nested too deep") from error
    if not isinstance(values, dict) or not re.fullmatch("[0-9]{14}", timestamp):
        raise ValueError("no line of a CDXJ: no timestamp, or no JSON object")
    try:
        return CdxjEntry(
            key=key,
            timestamp=timestamp,
            url=str(values["url"]),
            mime=values.get("mime"),
            status=values.get("status"),
            digest=values.get("digest"),
            length=int(values["length"]),
            offset=int(values["offset"]),
            filename=str(values["filename"]),
        )
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"no line of a CDXJ: {error}") from error


def surt_key(url: str) -> str:
    """What a URL is sorted and looked up by; of what the library cannot read, the URL itself."""
    try:
        return str(surt.surt(url))
    except (ValueError, LookupError, AttributeError, TypeError):
        return url


def timestamp(warc_date: str) -> str:
    """14 digits of a WARC-Date, cut to the second. Raises ValueError for what is no date."""
    year, *rest = [part for part in _NO_DIGIT.split(warc_date)[:6] if part] or [""]
    # 5.4 allows a year or a month alone.
    parts = [*rest, *("01", "01", "00", "00", "00")[len(rest) :]]
    digits = f"{year:0>4}{''.join(f'{part:0>2}' for part in parts)}"
    if len(digits) != 14:
        raise ValueError(f"{warc_date[:40]!r} is no date")
    datetime(int(year), *map(int, parts))  # type: ignore[arg-type] # noqa: DTZ001 - is it a date?
    return digits


def make_entry(
    record_type: str, headers: WarcHeaders, head: ResponseHead | None, pointer: WarcPointer
) -> CdxjEntry | None:
    """The entry of a record with these headers; None where it makes no line.

    ``head``: the HTTP head that its block begins with, if it does. Raises CorruptRecord for a
    record without a date.
    """
    # wget 1.19 puts angle brackets around it; a space would end the field.
    url = headers.get("WARC-Target-URI").strip("<>").replace(" ", "%20")
    content_type: str | None = headers.get("Content-Type") or None
    if record_type not in INDEXED or not url or url.lower().startswith("urn:"):
        return None
    is_http = record_type in ("response", "revisit")
    if not is_http and content_type == "application/warc-fields":
        return None
    if is_http:
        content_type = _content_type(head)
    mime = None if content_type is None else _MIME_END.split(content_type, maxsplit=1)[0]
    try:
        when = timestamp(headers.get("WARC-Date"))
    except ValueError as error:
        raise CorruptRecord(
            f"{pointer.file}: the record at offset {pointer.offset} has no WARC-Date ({error})"
        ) from error
    return CdxjEntry(
        key=surt_key(url),
        timestamp=when,
        url=url,
        mime=REVISIT_MIME if record_type == "revisit" else mime,
        status=f"{head.status:03d}" if is_http and head else None,
        digest=headers.get("WARC-Payload-Digest") or None,
        length=pointer.length,
        offset=pointer.offset,
        filename=pointer.file,
    )


def entry_of(record: WarcRecord) -> CdxjEntry | None:
    """The entry of a record that was read; None where it makes no line. Reads its block.

    A record without a payload digest gets that of its stored bytes behind the HTTP head, as
    cdxj-indexer makes it.
    """
    if record.type not in INDEXED:
        return None
    head = None
    start = 0
    if record.type in ("response", "revisit") and record.target_uri.startswith("http"):
        answer = split_answer(record.block)
        head = answer.head
        start = answer.rest.start + head.size if head else 0
    headers = record.headers
    if record.type != "revisit" and not headers.get("WARC-Payload-Digest"):
        record.block.seek(start)
        digest = hashlib.sha1(usedforsecurity=False)
        for piece in pieces(record.block):
            digest.update(piece)
        label = f"sha1:{b32encode(digest.digest()).decode()}"
        headers = WarcHeaders((*headers.fields, ("WARC-Payload-Digest", label)))
    return make_entry(record.type, headers, head, record.pointer)


def _content_type(head: ResponseHead | None) -> str | None:
    values = head.values("content-type") if head else []
    if not values:
        return None
    try:
        return values[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return values[0]

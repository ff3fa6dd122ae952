"""What the header fields of one record have to hold (WARC/1.1, clause 5)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime

from archive.verify.framing import RawRecord, matches

Found = Iterator[tuple[str, str]]
"""Points and what is wrong."""

_ONCE = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_MAY_REPEAT = {"warc-concurrent-to", "warc-protocol"}
_UUID = re.compile(r"<urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}>", re.IGNORECASE)
_URI = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+)>")
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z", re.ASCII)
# RFC 3986: unreserved, reserved, percent-encoded; a scheme first, no fragment.
_TARGET = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+"
)
_REQUIRED_TARGET = {"response", "resource", "request", "revisit", "conversion", "continuation"}
_TRUNCATED = {"length", "time", "disconnect", "unspecified"}
# 5.7 to 5.20: fields that a type may not have.
_FORBIDDEN = {
    "warcinfo": {
        "warc-concurrent-to",
        "warc-target-uri",
        "warc-refers-to",
        "warc-warcinfo-id",
        "warc-ip-address",
        "warc-profile",
        "warc-payload-digest",
    },
    "response": {"warc-refers-to", "warc-filename", "warc-profile"},
    "resource": {"warc-refers-to", "warc-filename", "warc-profile"},
    "request": {"warc-refers-to", "warc-filename", "warc-profile"},
    "revisit": {"warc-filename"},
    "conversion": {"warc-concurrent-to", "warc-filename", "warc-profile"},
    "continuation": {"warc-concurrent-to", "warc-refers-to", "warc-filename", "warc-profile"},
    "metadata": {"warc-filename", "warc-profile"},
}
_DIGESTS = {
    "sha1": re.compile("sha1:[A-Z2-7]{32}"),
    "sha256": re.compile("sha256:[0-9a-f]{64}"),
    "md5": re.compile("md5:[0-9a-f]{32}"),
}
_PROFILE = re.compile(
    r"http://netpreserve\.org/warc/1\.1/revisit/(identical-payload-digest|server-not-modified)"
)


def check_fields(record: RawRecord) -> Found:
    """Everything about the fields that the record alone can show."""
    kind = record.get("WARC-Type").lower()
    if record.version != "WARC/1.1":
        yield "R01", f"version is {record.version}"
    yield from _counts(record)
    yield from _identity(record)
    yield from _target(record, kind)
    for name in sorted({name.lower() for name, _ in record.fields} & _FORBIDDEN.get(kind, set())):
        yield "R10", f"a {kind} record has {name}"
    yield from _block(record, kind)
    if kind in ("request", "response", "revisit"):
        yield from _http(record, kind)
    if kind == "revisit":
        yield from _revisit(record)


def _counts(record: RawRecord) -> Found:
    names = [name.lower() for name, _ in record.fields]
    for name in _ONCE:
        if (count := names.count(name.lower())) != 1:
            yield "R03", f"{count} times {name}"
    for name in sorted(set(names)):
        if names.count(name) > 1 and name not in _MAY_REPEAT and name not in map(str.lower, _ONCE):
            yield "R04", f"{names.count(name)} times {name}"


def _identity(record: RawRecord) -> Found:
    record_id = record.get("WARC-Record-ID")
    if record_id and not _URI.fullmatch(record_id):
        yield "R05", f"not a URI in angle brackets: {record_id[:80]}"
    elif record_id.lower().startswith("<urn:uuid:") and not _UUID.fullmatch(record_id):
        yield "R05", f"not a well-formed urn:uuid: {record_id[:80]}"
    date = record.get("WARC-Date")
    if date and not _is_date(date, record.version):
        yield "R06", f"not a date in UTC: {date[:40]}"
    if (cut := record.get("WARC-Truncated")) and cut not in _TRUNCATED:
        yield "R18", f"WARC-Truncated: {cut[:40]}"


def _is_date(date: str, version: str) -> bool:
    match = _DATE.fullmatch(date)
    if not match or (match[2] and version == "WARC/1.0"):
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _target(record: RawRecord, kind: str) -> Found:
    target = record.get("WARC-Target-URI")
    if not target:
        if kind in _REQUIRED_TARGET:
            yield "R09", f"a {kind} record without WARC-Target-URI"
    elif not _TARGET.fullmatch(target):
        yield "R09", f"not an absolute URI of RFC 3986 without a fragment: {target[:120]}"


def _block(record: RawRecord, kind: str) -> Found:
    content_type = record.get("Content-Type")
    if record.block_length and not content_type and kind != "continuation":
        yield "R08", "a block without Content-Type"
    label = record.get("WARC-Block-Digest")
    if not label:
        yield "R12", "no WARC-Block-Digest"
    elif matches(label, record.digests) is False:
        yield "R12", f"the block is not what WARC-Block-Digest says: {label[:80]}"
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        value = record.get(name)
        form = _DIGESTS.get(value.partition(":")[0])
        if value and (form is None or not form.fullmatch(value)):
            yield "R14", f"{name}: {value[:80]}"


def _http(record: RawRecord, kind: str) -> Found:
    target = record.get("WARC-Target-URI").strip("<>").lower()
    if not target.startswith(("http:", "https:")):
        return
    wanted = "request" if kind == "request" else "response"
    content_type = record.get("Content-Type").lower().replace(" ", "")
    if record.block_length and content_type != f"application/http;msgtype={wanted}":
        yield "R08", f"Content-Type of a {kind} record: {content_type[:60]}"
    address = record.get("WARC-IP-Address")
    if not _is_address(address):
        yield "R15", f"WARC-IP-Address: {address[:60]}" if address else "no WARC-IP-Address"
    protocols = record.all("WARC-Protocol")
    if not any(protocol.startswith(("http/", "h2")) for protocol in protocols):
        yield "R30", "no WARC-Protocol that names HTTP"
    if target.startswith("https:"):
        if not any(protocol.startswith(("tls/", "ssl/")) for protocol in protocols):
            yield "R30", "https without a WARC-Protocol that names TLS"
        if not record.get("WARC-Cipher-Suite").startswith("TLS_"):
            yield "R30", "https without a WARC-Cipher-Suite of an IANA name"


def _is_address(text: str) -> bool:
    try:
        return str(ipaddress.ip_address(text)) == text
    except ValueError:
        return False


def _revisit(record: RawRecord) -> Found:
    profile = record.get("WARC-Profile")
    match = _PROFILE.fullmatch(profile)
    if match is None:
        yield "R26", f"WARC-Profile: {profile[:100]}" if profile else "no WARC-Profile"
    elif match[1] == "identical-payload-digest":
        if not record.get("WARC-Payload-Digest"):
            yield "R27", "no WARC-Payload-Digest"
        if record.block_length and record.get("WARC-Truncated") != "length":
            yield "R27", "no WARC-Truncated: length"

"""Points on what records say of the HTTP messages in them; entered beside those of points.py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests.quirks.messages_on_wire import body_of, fields_of, is_whole, status_of
from tests.quirks.points import Files, every, named, point

PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
IDENTICAL, NOT_MODIFIED = f"{PROFILES}identical-payload-digest", f"{PROFILES}server-not-modified"


@point
def r17(files: Files) -> Iterator[str]:
    asked = Counter(other for r in every(files, "request") for other in r.all("WARC-Concurrent-To"))
    for record in every(files, "response", "revisit"):
        if asked[record["WARC-Record-ID"]] != 1:
            yield named(record)


@point
def r18(files: Files) -> Iterator[str]:
    for record in every(files):
        if not {*record.all("WARC-Truncated")} <= {"length", "time", "disconnect", "unspecified"}:
            yield named(record)


@point
def r19(files: Files) -> Iterator[str]:
    for record in every(files, "response", "revisit"):
        if not re.match(rb"HTTP/1\.[01][ \t]+\d{3}", record.block) or not body_of(record.block)[0]:
            yield named(record)


@point
def r20(files: Files) -> Iterator[str]:
    for record in every(files, "response", "revisit"):
        if status_of(record.block) < 200:
            yield named(record)


@point
def r21(files: Files) -> Iterator[str]:
    for record in every(files, "request"):
        head, _ = body_of(record.block)
        line = re.match(rb"[A-Z]+ [!-~]+ HTTP/1\.1\r\n", head)
        if not line or len(fields_of(head, "host")) != 1:
            yield named(record)


def _methods(files: Files) -> dict[str, bytes]:
    return {
        other: request.block.split(b" ", 1)[0]
        for request in every(files, "request")
        for other in request.all("WARC-Concurrent-To")
    }


@point
def r22_r23_r24(files: Files) -> Iterator[str]:
    """A response without WARC-Truncated is as long as its framing says, and only such a one."""
    methods = _methods(files)
    for record in every(files, "response"):
        whole = is_whole(record.block, methods[record["WARC-Record-ID"]])
        if not whole and "WARC-Truncated" not in record:
            yield named(record)


@point
def r25(files: Files) -> Iterator[str]:
    magic = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
    for record in every(files, "response"):
        head, body = body_of(record.block)
        coding = (fields_of(head, "content-encoding") or [""])[0]
        if fields_of(head, "transfer-encoding") or "/lying" in record["WARC-Target-URI"]:
            continue
        if not body.startswith(magic.get(coding, b"")):
            yield named(record)


@point
def r26_r27_r29(files: Files) -> Iterator[str]:
    for record in every(files, "revisit"):
        head, body = body_of(record.block)
        profile = record["WARC-Profile"]
        expected = {
            IDENTICAL: "WARC-Payload-Digest" in record
            and record.all("WARC-Truncated") == ["length"]
            and status_of(head) != 304,
            NOT_MODIFIED: status_of(head) == 304,
        }
        if body or not expected.get(profile):
            yield named(record)
    yield from (named(r) for r in every(files, "response") if status_of(r.block) == 304)


@point
def r28(files: Files) -> Iterator[str]:
    by_id = {record["WARC-Record-ID"]: record for record in every(files)}
    for record in every(files, "revisit"):
        if record["WARC-Profile"] == NOT_MODIFIED and "WARC-Refers-To" not in record:
            continue  # an answer to validators that this archive did not get from a response
        original = by_id[record["WARC-Refers-To"]]
        if (
            record["WARC-Refers-To-Target-URI"] != original["WARC-Target-URI"]
            or record["WARC-Refers-To-Date"] != original["WARC-Date"]
            or record.all("WARC-Payload-Digest") != original.all("WARC-Payload-Digest")
        ):
            yield named(record)


@point
def r30(files: Files) -> Iterator[str]:
    for record in every(files, "request", "response", "revisit"):
        protocols = record.all("WARC-Protocol")
        is_tls = record["WARC-Target-URI"].startswith("https:")
        suites = record.all("WARC-Cipher-Suite")
        if (
            protocols[0] not in ("http/1.0", "http/1.1")
            or len(protocols) != 1 + is_tls
            or len(suites) != is_tls
            or any(not suite.startswith("TLS_") for suite in suites)
        ):
            yield named(record)


@point
def r31(files: Files) -> Iterator[str]:
    for record in every(files, "response", "revisit"):
        if record.block.startswith(b"HTTP/2") or b"\n:status" in body_of(record.block)[0]:
            yield named(record)

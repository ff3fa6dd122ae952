"""Every fault that the records of a WARC can have on their own is found under its point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.verify.whole import verify
from tests.archive.editing import Edited, Record

UUID = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
PROFILE_1_0 = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
LONG = "2026-02-03T10:15:00.1234567890Z"
YEAR = "2026-01-01T00:00:00Z"
OTHER = "sha1:" + "A" * 32
Mutation = Callable[[Edited], None]


def field(record: str, name: str, value: str) -> Mutation:
    return lambda edited: edited[record].set(name, value)


def without(record: str, name: str) -> Mutation:
    return lambda edited: edited[record].drop(name)


def also(record: str, name: str, value: str) -> Mutation:
    return lambda edited: edited[record].fields.append((name, value))


def replaced(record: str, old: bytes, new: bytes) -> Mutation:
    def mutate(edited: Edited) -> None:
        assert old in edited[record].block
        edited[record].block = edited[record].block.replace(old, new, 1)

    return mutate


def longer(record: str, more: bytes) -> Mutation:
    return lambda edited: setattr(edited[record], "block", edited[record].block + more)


def attribute(record: str, name: str, value: object) -> Mutation:
    return lambda edited: setattr(edited[record], name, value)


def removed(record: str) -> Mutation:
    return lambda edited: edited.records.remove(edited[record])


def _concur(record: Record, other: Record) -> None:
    record.set("WARC-Concurrent-To", other.id)


RESPONSE, CHUNKED, TAGGED = "response story", "response chunked", "response tagged"
SAME, PACKED, SHORT, EARLY = "revisit same", "response packed", "response short", "response early"

RECORDS: list[tuple[str, Mutation, set[str]]] = [
    ("warcinfo-not-first", lambda e: e.records.append(e.records.pop(0)), {"F05"}),
    ("warcinfo-of-another-file", field("warcinfo ", "WARC-Filename", "x.warc.gz"), {"F05"}),
    ("warcinfo-without-software", replaced("warcinfo ", b"format", b"shape"), {"F06"}),
    ("version-1.0", attribute(RESPONSE, "version", b"WARC/1.0"), {"R01", "R06"}),
    ("folded-line", attribute(RESPONSE, "extra_line", b"X-A: b\r\n folded\r\n"), {"R02"}),
    ("control-in-value", attribute(RESPONSE, "extra_line", b"X-A: \x01\r\n"), {"R02"}),
    ("not-utf-8", attribute(RESPONSE, "extra_line", b"X-A: \xff\r\n"), {"R02"}),
    ("no-date", without(PACKED, "WARC-Date"), {"R03", "R16", "X01"}),
    ("two-dates", also(RESPONSE, "WARC-Date", "2026-11-24T10:15:00Z"), {"R03"}),
    ("two-targets", also(RESPONSE, "WARC-Target-URI", "http://news.example/"), {"R04"}),
    ("id-without-brackets", field("request story", "WARC-Record-ID", UUID[1:-1]), {"R05"}),
    ("id-of-no-uuid", field("request story", "WARC-Record-ID", "<urn:uuid:1>"), {"R05"}),
    (
        "id-twice",
        lambda e: e["request chunked"].set("WARC-Record-ID", e["request story"].id),
        {"R05"},
    ),
    ("date-with-zone", field("warcinfo ", "WARC-Date", "2026-11-24T10:15:00+01:00"), {"R06"}),
    ("date-of-no-day", field("warcinfo ", "WARC-Date", "2026-02-30T10:15:00Z"), {"R06"}),
    ("date-of-ten-digits", field("warcinfo ", "WARC-Date", LONG), {"R06"}),
    ("surplus-after-record", attribute(RESPONSE, "end", b"\r\n\r\n\r\n"), {"R07"}),
    ("no-content-type", without("fetch-facts", "Content-Type"), {"R08"}),
    ("wrong-content-type", field(RESPONSE, "Content-Type", "text/html"), {"R08"}),
    ("relative-target", field("interim-response", "WARC-Target-URI", "/story"), {"R09", "R16"}),
    ("no-target", without("request head", "WARC-Target-URI"), {"R09", "R16"}),
    ("forbidden-field", field(RESPONSE, "WARC-Filename", "x.warc.gz"), {"R10"}),
    ("forbidden-in-warcinfo", field("warcinfo ", "WARC-Payload-Digest", OTHER), {"R10"}),
    ("other-warcinfo", field(RESPONSE, "WARC-Warcinfo-ID", UUID), {"R11"}),
    ("no-warcinfo-id", without(RESPONSE, "WARC-Warcinfo-ID"), {"R11"}),
    ("wrong-block-digest", attribute(RESPONSE, "digest", OTHER), {"R12"}),
    ("no-block-digest", without(RESPONSE, "WARC-Block-Digest"), {"R12"}),
    ("wrong-payload", replaced(EARLY, b"short", b"shirt"), {"R13"}),
    ("digest-of-chunks", field(CHUNKED, "WARC-Payload-Digest", OTHER), {"R13"}),
    ("digest-in-hex", field(PACKED, "WARC-Payload-Digest", "sha9:00"), {"R14"}),
    ("no-address", without(RESPONSE, "WARC-IP-Address"), {"R15"}),
    ("address-not-canonical", field(RESPONSE, "WARC-IP-Address", "2001:DB8::1"), {"R15"}),
    ("concurrent-to-nothing", field("fetch-facts", "WARC-Concurrent-To", UUID), {"R16"}),
    (
        "concurrent-at-another-time",
        field("fetch-facts", "WARC-Date", YEAR),
        {"R16"},
    ),
    ("no-request", removed("request packed"), {"R17"}),
    (
        "two-requests",
        lambda e: e["request chunked"].set("WARC-Concurrent-To", e[PACKED].id),
        {"R16", "R17"},
    ),
    ("truncated-somehow", field(SHORT, "WARC-Truncated", "yes"), {"R18"}),
    ("no-status-line", replaced(RESPONSE, b"HTTP/1.1 200 OK", b"Hello"), {"R19"}),
    ("head-without-end", replaced(SHORT, b"\r\n\r\nshort", b""), {"R19"}),
    ("interim", replaced(PACKED, b" 200 ", b" 103 "), {"R20", "X02"}),
    ("request-of-no-form", replaced("request packed", b"GET ", b"GET"), {"R21"}),
    ("request-without-host", replaced("request packed", b"Host", b"Hast"), {"R21"}),
    ("longer-than-its-length", replaced(EARLY, b": 5", b": 4"), {"R22"}),
    ("chunk-size-of-no-number", replaced(CHUNKED, b"\r\n5\r\n", b"\r\nx\r\n"), {"R13", "R23"}),
    ("bytes-behind-chunks", longer(CHUNKED, b"x"), {"R23"}),
    ("short-and-not-told", without(SHORT, "WARC-Truncated"), {"R24"}),
    ("chunks-cut", replaced(CHUNKED, b"0\r\n\r\n", b""), {"R24"}),
    (
        "decoded-body",
        replaced(EARLY, b"Content-Length: 5", b"Content-Encoding: gzip"),
        {"R25"},
    ),
    ("no-profile", without("revisit tagged", "WARC-Profile"), {"R26"}),
    ("profile-of-1.0", field(SAME, "WARC-Profile", PROFILE_1_0), {"R26"}),
    ("revisit-without-digest", without(SAME, "WARC-Payload-Digest"), {"R27"}),
    ("revisit-not-truncated", without(SAME, "WARC-Truncated"), {"R27"}),
    ("revisit-with-body", longer(SAME, b"hello"), {"R27"}),
    ("revisit-of-nothing", without("revisit tagged", "WARC-Refers-To"), {"R28"}),
    ("revisit-of-what-is-not-here", field(SAME, "WARC-Refers-To", UUID), {"R28"}),
    (
        "revisit-of-another-date",
        field(SAME, "WARC-Refers-To-Date", YEAR),
        {"R28"},
    ),
    ("revisit-of-another-payload", field(SAME, "WARC-Payload-Digest", OTHER), {"R28"}),
    ("304-as-a-response", replaced(PACKED, b" 200 OK", b" 304 Not"), {"R29"}),
    ("304-with-a-body", longer("revisit tagged", b"x"), {"R29"}),
    ("no-protocol", without(RESPONSE, "WARC-Protocol"), {"R30"}),
    ("no-cipher", without(TAGGED, "WARC-Cipher-Suite"), {"R30"}),
    ("http-2-response", replaced(PACKED, b"HTTP/1.1", b"HTTP/2.0"), {"R31", "X02"}),
    ("http-2-request", replaced("request packed", b"HTTP/1.1", b"HTTP/2.0"), {"R31"}),
]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path / "out")


@pytest.mark.parametrize(
    ("mutate", "expected"), [pytest.param(*rest, id=name) for name, *rest in RECORDS]
)
def test_fault_in_a_record_is_found_under_its_point(
    edited: Edited, mutate: Mutation, expected: set[str]
) -> None:
    mutate(edited)
    edited.write()

    found = verify(Collection.at(edited.root), 10**9).findings.counts
    assert {point for _, point in found} == expected

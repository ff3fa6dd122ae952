"""Heads of records, against warcio's parser, which reads them a line at a time."""

from __future__ import annotations

from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeadersParser

from archive.members import Members
from archive.warc_headers import read_headers

HEADS = {
    "plain": b"WARC-Type: response\r\nContent-Length: 4\r\nWARC-Type: again\r\n",
    "spaces": b"WARC-Type :  response \t\r\nContent-Length:4\r\n",
    "folded": b"X-Note: one\r\n two\r\n\tthree\r\nContent-Length: 4\r\n",
    "no-colon": b"what is this\r\nContent-Length: 4\r\n",
    "line-feeds": b"WARC-Type: response\nContent-Length: 4\n",
    "one-line-feed": b"WARC-Type: response\nContent-Length: 4\r\n",
    "latin-1": b"X-Name: Andr\xe9\r\nX-Other: Andr\xc3\xa9\r\nContent-Length: 4\r\n",
    "empty": b"",
    "colons": b"WARC-Date: 2026-01-01T00:00:00Z\r\nX-Empty:\r\n: nameless\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_is_read_as_warcio_reads_it_and_no_byte_of_the_block(head: bytes) -> None:
    end = b"\n" if b"4\n" in head else b"\r\n"
    whole = b"WARC/1.1\r\n" + head + end + b"a: b\r\n\r\nblock"
    theirs = BytesIO(whole)
    expected = StatusAndHeadersParser(["WARC/"]).parse(theirs)
    members = Members(BytesIO(whole), "x.warc")
    members.next_member()
    ours = read_headers(members, members.readline())
    assert list(ours.items()) == [(name, value.strip()) for name, value in expected.headers]
    assert members.read(100) == theirs.read(100) == b"a: b\r\n\r\nblock"


def test_names_are_looked_up_without_regard_to_case() -> None:
    members = Members(BytesIO(b"WARC/1.1\r\n" + HEADS["plain"] + b"\r\n"), "x.warc")
    members.next_member()
    headers = read_headers(members, members.readline())
    assert headers.values("warc-TYPE") == ["response", "again"]
    assert (headers.get("CONTENT-length"), headers.get("none", "-")) == ("4", "-")

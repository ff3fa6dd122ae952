"""Heads and bodies of HTTP/1 messages, as odd as servers send them."""

from __future__ import annotations

import io

import pytest

from archive.http_message import (
    MAX_HEAD,
    ResponseHead,
    Span,
    entity_digest,
    parse_head,
    read_body,
    read_head,
    split_answer,
)
from tests.archive.raw_warc import sha1


def head_of(raw: bytes) -> ResponseHead:
    head = parse_head(raw)
    assert head is not None
    return head


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n", ("1.1", 200, "OK")),
        (b"HTTP/1.0 404\r\n", ("1.0", 404, "")),
        (b"HTTP/1.1 200 \r\n", ("1.1", 200, "")),
        (b"HTTP/1.1 500 Tr\xe8s d\xe9sol\xe9\n", ("1.1", 500, "Très désolé")),
        (b"HTTP/1.1 299 a  b: c\r\n", ("1.1", 299, "a  b: c")),
    ],
    ids=["plain", "no-reason", "empty-reason", "latin-1-bare-lf", "odd-reason"],
)
def test_status_line_is_parsed(line: bytes, expected: tuple[str, int, str]) -> None:
    head = head_of(line + b"\r\n")

    assert (head.version, head.status, head.reason) == expected


@pytest.mark.parametrize(
    "raw", [b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"ICY 200 OK\r\n\r\n", b"\r\n\r\n"]
)
def test_what_has_no_status_line_is_no_response(raw: bytes) -> None:
    assert read_head(io.BytesIO(raw)) is None


def test_fields_keep_case_order_and_repeats() -> None:
    head = head_of(b"HTTP/1.1 200 OK\r\nb: 1\r\nA:2\r\nB : 3\r\nno colon\r\nC:\r\n\r\n")

    assert head.fields == (("b", "1"), ("A", "2"), ("B", "3"), ("C", ""))
    assert head.values("B") == ["1", "3"]


def test_folded_line_is_joined_by_a_space() -> None:
    head = head_of(b"HTTP/1.1 200 OK\r\nA: one\r\n  two\r\n\tthree\r\nB: x\r\n\r\n")

    assert head.fields == (("A", "one two three"), ("B", "x"))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"Content-Length: 5\r\n", 5),
        (b"Content-Length: 5, 5\r\ncontent-length: 5\r\n", 5),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", None),
        (b"Content-Length: five\r\n", None),
        (b"Content-Length: -5\r\n", None),
        (b"", None),
    ],
    ids=["one", "repeated", "contradiction", "word", "negative", "absent"],
)
def test_content_length_is_believed_where_it_is_one_number(
    lines: bytes, expected: int | None
) -> None:
    assert head_of(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n").content_length == expected


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n"])
def test_head_ends_at_the_first_empty_line(end: bytes) -> None:
    stream = io.BytesIO(b"HTTP/1.1 200 OK\r\nA: b" + end + b"\r\n\r\nbody")

    head = read_head(stream)

    assert head is not None
    assert stream.read() == b"\r\n\r\nbody"


def test_head_longer_than_a_piece_is_read() -> None:
    raw = b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\nbody"
    stream = io.BytesIO(raw)

    assert read_head(stream) is not None
    assert stream.read() == b"body"


def test_head_without_end_is_none() -> None:
    assert read_head(io.BytesIO(b"HTTP/1.1 200 OK\r\nA: b\r\n")) is None
    assert read_head(io.BytesIO(b"HTTP/1.1 200 OK\r\nA: " + b"x" * MAX_HEAD)) is None


def test_answer_is_parted_into_interim_and_final() -> None:
    interim, final = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nbody"

    answer = split_answer(io.BytesIO(interim * 2 + final))

    assert answer.interim == (Span(0, 25), Span(25, 50))
    assert answer.rest == Span(50, 50 + len(final))
    assert answer.head is not None


def digest_of(raw: bytes, method: str = "GET") -> tuple[str, bool]:
    stream = io.BytesIO(raw)
    head = read_head(stream)
    assert head is not None
    return entity_digest(stream, head, method)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", True),
        (b"HTTP/1.1 200 OK\r\n\r\nhello", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello", True),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n"
            b"5\r\nhello\r\n0\r\n\r\n",
            True,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello", True),
    ],
    ids=["length", "until-close", "short", "long", "te-and-length", "no-last-chunk", "encoded"],
)
def test_digest_is_of_the_entity_body_and_tells_if_it_is_whole(raw: bytes, expected: bool) -> None:
    assert digest_of(raw) == (sha1(b"hello"), expected)


def test_answer_to_head_is_whole_without_its_body() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert digest_of(raw, "HEAD") == (sha1(b""), True)


@pytest.mark.parametrize(
    ("limit", "expected"), [(4, (b"hell", True)), (5, (b"hello", False)), (6, (b"hello", False))]
)
def test_body_is_cut_at_the_limit(limit: int, expected: tuple[bytes, bool]) -> None:
    stream = io.BytesIO(b"HTTP/1.1 200 OK\r\n\r\nhello")
    head = read_head(stream)
    assert head is not None

    body = read_body(stream, head, limit)

    assert (body.data, body.truncated) == expected

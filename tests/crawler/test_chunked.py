"""The chunked coding taken off while it arrives, however it is cut into pieces."""

from __future__ import annotations

import pytest

from crawler.chunked import MAX_LINE, MAX_TRAILERS, ChunkError, Dechunker

WELL_FORMED = b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n"
BARE_LF = b"5\nhello\n6\n world\n0\n\n"
SPACED = b'5 \r\nhello\r\n 06 ; a="b"\r\n world\r\n0\r\nX-Trailer: end\r\n\r\n'
LONG_EXTENSION = b"5;" + b"x" * 5000 + b"\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"


def taken_off(data: bytes, piece: int) -> tuple[bytes, bytes | None]:
    """(data, what follows the message, None where the message is not at its end)."""
    given: list[bytes] = []
    rest: list[bytes] = []
    dechunker = Dechunker(given.append, rest.append)
    for start in range(0, len(data), piece):
        dechunker.feed(data[start : start + piece])
    assert dechunker.finished == bool(rest)
    return b"".join(given), rest[0] if rest else None


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 10_000])
@pytest.mark.parametrize(
    "data",
    [WELL_FORMED, BARE_LF, SPACED, LONG_EXTENSION],
    ids=["well-formed", "bare-lf", "spaces-and-trailer", "long-extension"],
)
def test_data_is_given_whatever_the_pieces(data: bytes, piece: int) -> None:
    assert taken_off(data, piece) == (b"hello world", b"")


def test_data_that_comes_together_is_given_together() -> None:
    given: list[bytes] = []
    dechunker = Dechunker(given.append, given.append)
    dechunker.feed(b"1\r\na\r\n" * 9 + b"2\r\nb")
    assert given == [b"a" * 9 + b"b"]
    with pytest.raises(ChunkError):
        dechunker.feed(b"c\r\n1\r\nd\r\nno size\r\n")
    assert given == [b"a" * 9 + b"b", b"cd"]


def test_what_follows_the_message_is_given_apart() -> None:
    assert taken_off(WELL_FORMED + b"HTTP/1.1 200 OK", 10_000) == (
        b"hello world",
        b"HTTP/1.1 200 OK",
    )


@pytest.mark.parametrize("end", range(1, len(WELL_FORMED)))
def test_a_message_that_ends_early_is_not_finished(end: int) -> None:
    data, rest = taken_off(WELL_FORMED[:end], 4)
    assert b"hello world".startswith(data)
    assert rest is None


@pytest.mark.parametrize(
    "data",
    [
        b"<html>\n",
        b"-5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b"4\r\nhello\r\n",
        b"5;" + b"x" * MAX_LINE,
        b"0\r\n" + b"X-T: 1\r\n" * (MAX_TRAILERS // 8 + 1),
    ],
    ids=["no-size", "negative", "prefixed", "longer-than-told", "endless-line", "endless-trailers"],
)
def test_what_is_not_chunked_is_refused(data: bytes) -> None:
    with pytest.raises(ChunkError):
        taken_off(data, 10_000)

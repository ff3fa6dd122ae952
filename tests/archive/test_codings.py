"""Transfer and content codings: every form that servers send, and every way to break them."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest

from archive.codings import PIECE, dechunk, undo, zstd
from archive.errors import DecodeError, UnfinishedCoding

TEXT = b"<p>All the news that is fit to archive.</p>\n" * 50
CHUNKS = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:10]) + gzip.compress(TEXT[10:]),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT[:10]) + zstd.compress(TEXT[10:]),
}


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def decoded(data: bytes, *codings: str, size: int = 7) -> bytes:
    source, undecoded = undo(in_pieces(data, size), codings)
    assert undecoded is None
    return b"".join(source)


def until_error(source: Iterator[bytes]) -> tuple[bytes, DecodeError | None]:
    got = bytearray()
    try:
        for piece in source:
            got += piece
    except DecodeError as error:
        return bytes(got), error
    return bytes(got), None


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_bytes_behind_a_large_body_are_dropped(coding: str) -> None:
    compress = {"gzip": gzip.compress, "deflate": zlib.compress}[coding]
    large = TEXT * 100  # more than one piece
    assert decoded(compress(large) + b"and more", coding, size=10**6) == large


def test_large_brotli_body_in_one_piece_is_whole() -> None:
    large = TEXT * 100
    assert decoded(brotli.compress(large), "br", size=10**6) == large


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_all_of_a_body_with_a_wrong_checksum_is_given(coding: str) -> None:
    compress = {"gzip": gzip.compress, "deflate": zlib.compress}[coding]
    large = TEXT * 100
    coded = bytearray(compress(large))
    coded[-8 if coding == "gzip" else -4] ^= 1
    got, error = until_error(undo(iter([bytes(coded)]), [coding])[0])
    assert (got, isinstance(error, UnfinishedCoding)) == (large, True)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_chunks_are_joined_whatever_the_pieces(size: int) -> None:
    assert b"".join(dechunk(in_pieces(CHUNKS, size))) == b"hello world"


@pytest.mark.parametrize(
    "raw",
    [
        b"5\nhello\n0\n\n",
        b"05  \r\nhello\r\n000\r\n\r\n",
        b'5 ; q="a;b"\r\nhello\r\n0;last\r\nA: b\r\nC: d\r\n\r\n',
    ],
    ids=["bare-lf", "padded", "extensions-and-trailers"],
)
def test_odd_chunks_are_let_pass(raw: bytes) -> None:
    assert b"".join(dechunk([raw])) == b"hello"


def test_body_that_is_not_chunked_is_given_as_it_is() -> None:
    assert b"".join(dechunk([b"<p>no ", b"chunk\n", b"here"])) == b"<p>no chunk\nhere"


@pytest.mark.parametrize("cut", range(len(CHUNKS)))
def test_torn_chunks_give_what_there_is_and_then_raise(cut: int) -> None:
    got, error = until_error(dechunk([CHUNKS[:cut]]))

    assert "chunked" in str(error)
    assert b"hello world".startswith(got)
    assert len(got) >= min(5, cut - 3)


def test_wrong_chunk_size_raises_after_what_was_right() -> None:
    source = dechunk([b"5\r\nhello\r\n3\r\nworld\r\n0\r\n\r\n"])

    assert (next(source), next(source)) == (b"hello", b"wor")
    with pytest.raises(DecodeError):
        next(source)


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("coding", ENCODED)
def test_content_coding_is_undone(coding: str, size: int) -> None:
    assert decoded(ENCODED[coding], coding, size=size) == TEXT


def test_deflate_without_zlib_header_is_undone() -> None:
    assert decoded(raw_deflate(TEXT), "deflate") == TEXT


def test_codings_are_undone_in_reverse() -> None:
    assert decoded(brotli.compress(gzip.compress(TEXT)), "gzip", "identity", "br") == TEXT


@pytest.mark.parametrize("coding", ENCODED)
def test_markup_in_the_clear_is_given_as_it_is(coding: str) -> None:
    assert decoded(TEXT, coding) == TEXT


@pytest.mark.parametrize("coding", ENCODED)
def test_empty_body_stays_empty(coding: str) -> None:
    assert decoded(b"", coding) == b""


@pytest.mark.parametrize("coding", ENCODED)
def test_unfinished_coding_gives_its_start_and_then_raises(coding: str) -> None:
    source, _ = undo(in_pieces(ENCODED[coding][:-5], 7), [coding])
    got, error = until_error(source)

    assert error is not None
    assert TEXT.startswith(got)


@pytest.mark.parametrize("coding", ENCODED)
def test_broken_coding_raises_no_error_of_its_library(coding: str) -> None:
    with pytest.raises(DecodeError):
        decoded(ENCODED[coding][:12] + b"\xff" * 200, coding)


def test_gzip_padding_is_dropped() -> None:
    assert decoded(gzip.compress(TEXT) + bytes(100), "gzip") == TEXT


def test_unknown_coding_stays_on_and_is_named() -> None:
    source, undecoded = undo(iter([gzip.compress(b"\x28\xb5")]), ["sdch", "gzip"])

    assert (b"".join(source), undecoded) == (b"\x28\xb5", "sdch")


COMPRESS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("coding", COMPRESS)
def test_bomb_within_a_bomb_costs_no_memory(coding: str) -> None:
    compress = COMPRESS[coding]
    bomb = compress(compress(bytes(50_000_000)))
    source, _ = undo(iter([bomb]), [coding, coding])

    tracemalloc.start()
    first = [len(next(source)) for _ in range(100)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert max(first) <= 2 * PIECE
    assert peak < 4_000_000

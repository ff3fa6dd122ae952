"""Bodies decoded in a worker: as Scrapy's middleware would have decoded them, within the limits."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from archive.codings import zstd
from archive.errors import DecodeError
from crawler.extraction import Page
from crawler.wire_page import (
    Unreadable,
    WirePage,
    decode_body,
    decode_start,
    read_wire,
)

PAGE = b"<html><body>" + b"".join(b"<p>Paragraph %d of it.</p>" % n for n in range(5000))
CODED = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
}
LIMIT = 1_000_000


def damaged() -> dict[str, tuple[str, bytes]]:
    """Name to coding and body, for what servers send that is not quite as they say."""
    whole = CODED["gzip"]
    cut = {f"{coding}-cut": (coding, body[: len(body) // 2]) for coding, body in CODED.items()}
    # Not one byte of it can be decoded: no empty page, as with Scrapy, but an error.
    del cut["zstd-cut"]
    return cut | {
        "empty": ("gzip", b""),
        "surplus": ("gzip", whole + b"and more"),
        "two-members": ("gzip", whole + whole),
        "wrong-crc": ("gzip", whole[:-8] + b"\0\0\0\0" + whole[-4:]),
        "wrong-data": ("gzip", whole[:400] + b"\xff" * 400 + whole[800:]),
        "lying-gzip": ("gzip", PAGE),
        "lying-deflate": ("deflate", PAGE),
        "only-a-head": ("gzip", whole[:5]),
        "bomb": ("gzip", gzip.compress(bytes(LIMIT + 1))),
    }


def _brotli(data: bytes) -> bytes:
    return brotli.compress(data, quality=1)


CASES = {name: (name, body) for name, body in CODED.items()} | damaged()


def scrapys(coding: str, body: bytes) -> bytes | str:
    """The body that Scrapy's own middleware gives, or the reason for which it gives none."""
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler())
    request = Request("http://news.example/", meta={"download_maxsize": LIMIT})
    response = Response(request.url, headers={"Content-Encoding": coding}, body=body)
    try:
        decoded = middleware.process_response(request, response)
    except IgnoreRequest:
        return "too_large"
    except (OSError, EOFError, zlib.error):
        return "bad_encoding"
    assert isinstance(decoded, Response)
    return decoded.body


def page(body: bytes) -> Page:
    return Page("http://news.example/", body, datetime(2026, 11, 24, tzinfo=UTC), "text/html")


@pytest.mark.parametrize(("coding", "body"), CASES.values(), ids=CASES)
def test_body_is_decoded_or_refused_as_by_scrapy(coding: str, body: bytes) -> None:
    codings = tuple(coding.split(", "))

    expected = scrapys(coding, body)

    if isinstance(expected, str):
        refusal = read_wire(WirePage(page(body), codings, LIMIT))
        assert isinstance(refusal, Unreadable)
        assert refusal.reason == expected
    else:
        assert decode_body(body, codings, LIMIT) == expected


@pytest.mark.parametrize("coding", CODED)
def test_start_is_the_start_of_the_body(coding: str) -> None:
    codings = coding.split(", ")
    assert decode_start(CODED[coding], codings, 16_384) == PAGE[:16_384]
    assert decode_start(CODED[coding], codings, 10**6) == PAGE
    assert decode_start(PAGE, [], 100) == PAGE[:100]


def test_start_of_what_is_not_coded_is_an_error() -> None:
    with pytest.raises(DecodeError):
        decode_start(PAGE, ["gzip"], 512)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_bomb_is_refused_in_little_memory(coding: str) -> None:
    compress = {"gzip": gzip.compress, "br": _brotli, "zstd": zstd.compress}[coding]
    bomb = compress(bytes(100_000_000))
    tracemalloc.start()

    refusal = read_wire(WirePage(page(bomb), (coding,), LIMIT))
    start = decode_start(bomb, [coding], 512)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert isinstance(refusal, Unreadable)
    assert (refusal.reason, start) == ("too_large", bytes(512))
    assert peak < 4 * LIMIT


def test_page_in_a_coding_reads_as_the_page_without() -> None:
    plain = read_wire(WirePage(page(PAGE), (), 0))
    assert read_wire(WirePage(page(CODED["gzip"]), ("gzip",), 0)) == plain

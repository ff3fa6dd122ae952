"""Quirks of framing and codings: where a body ends, and what is in it."""

from __future__ import annotations

import gzip
import zlib

import brotli

from tests.quirks.quirk import CLOSE, Drip, Quirk, framed, head, page_of, raw

CHUNKED = b"Transfer-Encoding: chunked"


def chunks(body: bytes, size: int = 20, extension: bytes = b"", eol: bytes = b"\r\n") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x%s%s%s%s" % (len(part), extension, eol, part, eol) for part in parts)


def chunked(name: str, *lines: bytes, end: bytes = b"0\r\n\r\n", extension: bytes = b"") -> Quirk:
    return raw(name, head(CHUNKED, *lines) + chunks(page_of(name), extension=extension) + end)


def coded(name: str, coding: bytes, body: bytes) -> Quirk:
    return framed(name, b"Content-Encoding: " + coding, entity=body, decoded=page_of(name))


def deflate_bare(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


def zstd_frame(body: bytes) -> bytes:
    """A frame of one block as it is (RFC 8878 3.1.1), of fewer than 256 bytes."""
    block = (len(body) << 3 | 1).to_bytes(3, "little") + body
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(body)]) + block


def lying(name: str) -> Quirk:
    """Named a coding, applied none: Scrapy fails, as browsers do."""
    return framed(name, b"Content-Encoding: gzip", delivered=None)


def gzipped_chunks(name: str) -> Quirk:
    body = gzip.compress(page_of(name), mtime=0)
    sent = head(CHUNKED, b"Content-Encoding: gzip") + chunks(body) + b"0\r\n\r\n"
    return raw(name, sent, entity=body, decoded=page_of(name))


LARGE = b"".join(b"%09d\n" % n for n in range(300_000))
LENGTH = {
    name: b"Content-Length: %d" % len(page_of(name))
    for name in ("surplus", "te-and-cl", "same-lengths", "pipelined", "unknown-te")
}

FRAMING = (
    chunked("chunked"),
    chunked("chunk-extensions", extension=b';name="a; b";x'),
    chunked("chunk-extension-of-2-kib", extension=b";x=" + b"y" * 2000),
    chunked("trailers", b"Trailer: X-End", end=b"0\r\nX-End: 1\r\nSet-Cookie: t=1\r\n\r\n"),
    chunked("chunk-size-padded", extension=b"  "),
    raw(
        "chunks-with-bare-lf",
        head(CHUNKED, eol=b"\n") + chunks(page_of("chunks-with-bare-lf"), eol=b"\n") + b"0\n\n",
    ),
    raw(
        "chunked-in-capitals",
        head(b"transfer-encoding: CHUNKED") + chunks(page_of("chunked-in-capitals")) + b"0\r\n\r\n",
    ),
    raw(
        "te-and-cl",
        head(CHUNKED, LENGTH["te-and-cl"]) + chunks(page_of("te-and-cl")) + b"0\r\n\r\n",
    ),
    raw("unknown-te", head(b"Transfer-Encoding: sesame") + page_of("unknown-te"), CLOSE),
    raw("identity-te", head(b"Transfer-Encoding: identity") + page_of("identity-te"), CLOSE),
    raw("close-delimited", head(b"Connection: close") + page_of("close-delimited"), CLOSE),
    raw(
        "http-1.0-close-delimited",
        head(status=b"HTTP/1.0 200 OK") + page_of("http-1.0-close-delimited"),
        CLOSE,
    ),
    raw("no-body-at-all", head(b"Content-Length: 0"), entity=b""),
    raw(
        "same-lengths",
        head(LENGTH["same-lengths"], LENGTH["same-lengths"]) + page_of("same-lengths"),
    ),
    raw(
        "no-number-as-length", head(b"Content-Length: many") + page_of("no-number-as-length"), CLOSE
    ),
    raw("negative-length", head(b"Content-Length: -1") + page_of("negative-length"), CLOSE),
    raw(
        "lengths-that-differ",
        head(b"Content-Length: 10", b"Content-Length: 20") + page_of("lengths-that-differ"),
        CLOSE,
        truncated="unspecified",
        exchanges=2,
        delivered=None,
    ),
    raw(
        "surplus",
        head(LENGTH["surplus"]) + page_of("surplus") + b"<!-- beyond the length -->",
        surplus=b"<!-- beyond the length -->",
    ),
    raw(
        "pipelined",
        head(LENGTH["pipelined"]) + page_of("pipelined") + head(b"Content-Length: 0"),
        surplus=head(b"Content-Length: 0"),
    ),
    raw(
        "drip",
        Drip(head(b"Content-Length: %d" % len(page_of("drip"))) + page_of("drip"), 3),
    ),
    framed("three-megabytes", entity=LARGE),
)
CODINGS = (
    coded("gzip", b"gzip", gzip.compress(page_of("gzip"), mtime=0)),
    coded("x-gzip", b"x-gzip", gzip.compress(page_of("x-gzip"), mtime=0)),
    coded("br", b"br", brotli.compress(page_of("br"))),
    coded("deflate", b"deflate", zlib.compress(page_of("deflate"))),
    coded("deflate-bare", b"deflate", deflate_bare(page_of("deflate-bare"))),
    coded("zstd-unasked", b"zstd", zstd_frame(page_of("zstd-unasked"))),
    coded(
        "gzip-in-gzip",
        b"gzip, gzip",
        gzip.compress(gzip.compress(page_of("gzip-in-gzip"), mtime=0), mtime=0),
    ),
    gzipped_chunks("gzip-in-chunks"),
    lying("lying-gzip"),
)
QUIRKS = FRAMING + CODINGS

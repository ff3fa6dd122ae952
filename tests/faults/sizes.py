"""Hosts that send too much: on the wire, out of a coding, or of the wrong kind."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli

from tests.faults.fault import Endless, Fault, Steps, answer, page, rss, story
from tests.quirks.quirk import head

TOO_LARGE = ("failed/too_large",)
_FILM = b"\x00\x00\x00\x18ftypmp42" + b"\0" * 1000


@cache
def _zeros(layers: str) -> bytes:
    """Half a gigabyte in a few kilobytes, under one coding or several."""
    body = b""
    for layer in layers.split():
        if layer == "gzip" and not body:
            packer = zlib.compressobj(9, wbits=31)
            parts = [packer.compress(b" " * 1_000_000) for _ in range(500)]
            body = b"".join([*parts, packer.flush()])
        elif layer == "br" and not body:
            engine = brotli.Compressor(quality=1, lgwin=24)
            parts = [engine.process(b" " * 1_000_000) for _ in range(500)]
            body = b"".join([*parts, engine.finish()])
        elif layer == "deflate" and not body:
            body = zlib.compress(b" " * 500_000_000, 9)
        elif layer == "gzip":
            body = gzip.compress(body)
        else:
            body = brotli.compress(body)
    return body


def bomb(coding: str, kind: bytes = b"text/html") -> Steps:
    field = b"Content-Encoding: " + ", ".join(coding.split()).encode()
    return answer(_zeros(coding), field, kind=kind)


def _film(kind: bytes, *more: bytes) -> Steps:
    return (head(b"Content-Type: " + kind, *more) + _FILM, Endless(b"\0" * 60_000, 0.01))


FAULTS = (
    story("gzip-bomb", *bomb("gzip"), counted=TOO_LARGE),
    story("br-bomb", *bomb("br"), counted=TOO_LARGE),
    story("deflate-bomb", *bomb("deflate"), counted=TOO_LARGE),
    story("gzip-in-gzip-bomb", *bomb("gzip gzip"), counted=TOO_LARGE),
    story("br-in-gzip-bomb", *bomb("br gzip"), counted=TOO_LARGE),
    story("declared-too-large", head(b"Content-Length: 9000000000") + b"<html>", counted=TOO_LARGE),
    story(
        "endless-body",
        head(b"Content-Type: text/html"),
        Endless(b"<p>on and on</p>" * 4000),
        counted=TOO_LARGE,
    ),
    story(
        "endless-chunks",
        head(b"Content-Type: text/html", b"Transfer-Encoding: chunked"),
        Endless(b"10000\r\n" + b"a" * 65536 + b"\r\n"),
        counted=TOO_LARGE,
    ),
    Fault(
        name="feed-bomb",
        answers={"/feed": bomb("gzip", b"application/rss+xml")},
        counted=("failed/listing_too_large",),
    ),
    Fault(
        name="sitemap-bomb",
        listing="news_sitemaps",
        answers={"/feed": bomb("br", b"application/xml")},
        counted=("failed/listing_too_large",),
    ),
    Fault(
        name="gz-file-bomb",
        listing="news_sitemaps",
        answers={"/feed": answer(_zeros("gzip"), kind=b"application/gzip")},
        counted=("failed/listing_no_listing",),
    ),
    Fault(
        name="endless-feed",
        answers={
            "/feed": (head(b"Content-Type: text/xml") + rss([])[:60], Endless(b"<item/>" * 9000))
        },
        counted=("failed/listing_too_large",),
    ),
    story("film", *_film(b"video/mp4"), counted=("dropped/not_html",)),
    story("film-as-html", *_film(b"text/html"), counted=("dropped/not_html",)),
    story("film-untyped", head() + _FILM, Endless(b"\0" * 60_000), counted=("dropped/not_html",)),
    story(
        "zip-as-octets",
        head(b"Content-Type: application/octet-stream") + b"PK\x03\x04",
        Endless(b"\x01" * 60_000),
        counted=("dropped/not_html",),
    ),
    story("pdf", *answer(b"%PDF-1.7 ...", kind=b"application/pdf"), counted=("dropped/not_html",)),
    Fault(
        name="feed-is-a-film",
        answers={"/feed": _film(b"video/mp4")},
        counted=("failed/listing_no_listing",),
    ),
    story(
        "lying-gzip",
        *answer(page("lying"), b"Content-Encoding: gzip"),
        counted=("failed/bad_encoding",),
    ),
    story(
        "gzip-cut",
        *answer(gzip.compress(page("gzip-cut"))[:300], b"Content-Encoding: gzip"),
        articles=1,
    ),
)

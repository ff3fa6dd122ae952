"""The faults whose size is the fault, as large as they were seen, under the limits of a real crawl:
``make faults FULL=1``. In the tests they are as small as the lowered limits there allow.
"""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli

from tests.faults.crawl import SETTINGS
from tests.faults.fault import Fault, Steps, answer, page, rss, story

_LD = '<script type="application/ld+json">{}</script>'
_XML = b"application/xml"
_LIMITS = (
    *("CONNECT_TIMEOUT", "FIRST_BYTE_TIMEOUT", "IDLE_TIMEOUT", "DOWNLOAD_TIMEOUT"),
    *("DOWNLOAD_MAXSIZE", "PAGE_MAXSIZE", "EXTRACTION_TIMEOUT", "EXTRACTION_MEMORY"),
)
FULL_SETTINGS = {name: value for name, value in SETTINGS.items() if name not in _LIMITS}


@cache
def _six_gigabytes(coding: str) -> bytes:
    megabyte = b" " * 1_000_000
    if coding == "br":
        engine = brotli.Compressor(quality=1, lgwin=24)
        parts = [engine.process(megabyte) for _ in range(6000)]
        return b"".join([*parts, engine.finish()])
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([*(packer.compress(megabyte) for _ in range(6000)), packer.flush()])


def _bomb(body: bytes, coding: bytes, kind: bytes = b"text/html") -> Steps:
    return answer(body, b"Content-Encoding: " + coding, kind=kind)


def _page(name: str, extra: str = "", in_head: str = "") -> Fault:
    return story(name, *answer(page(name, extra, in_head)), articles=1)


def _feed(name: str, body: bytes, **changes: object) -> Fault:
    answers = {"/feed": answer(body, kind=_XML), "/story": answer(page(name))}
    return Fault(**{"name": name, "answers": answers, **changes})  # type: ignore[arg-type]


FULL = (
    story("br-6-gb", *_bomb(_six_gigabytes("br"), b"br"), counted=("failed/too_large",)),
    story(
        "br-of-br-6-gb",
        *_bomb(brotli.compress(_six_gigabytes("br")), b"br, br"),
        counted=("failed/too_large",),
    ),
    story(
        "gzip-of-gzip-6-gb",
        *_bomb(gzip.compress(_six_gigabytes("gzip")), b"gzip, gzip"),
        counted=("failed/too_large",),
    ),
    Fault(
        name="sitemap-6-gb",
        listing="news_sitemaps",
        answers={"/feed": _bomb(_six_gigabytes("br"), b"br", _XML)},
        counted=("failed/listing_too_large",),
    ),
    _feed(
        "feed-300000-attributes",
        rss(["/story"], "<a " + "".join(f"a{n}='' " for n in range(300_000)) + "/>"),
        counted=("failed/listing_unreadable",),
    ),
    _feed(
        "feed-text-of-8-mb",
        rss(["/story"], f"<description>{'a' * 8_000_000}</description>"),
        articles=1,
    ),
    _feed(
        "feed-100000-levels",
        rss(["/story"], "<a>" * 100_000),
        counted=("failed/listing_no_listing",),
    ),
    _page("page-10-mb-line", "<p>" + "lorem ipsum " * 850_000),
    _page("page-100000-tags", "<div>" * 100_000),
    _page("page-100000-attributes", "<p " + "".join(f"a{n}=1 " for n in range(100_000)) + ">x"),
    _page("page-100000-paragraphs", "<p>word" * 100_000),
    _page("page-ld-430-kb-quotes", in_head=_LD.format('{"author": "' + '"' * 430_000)),
    _page("page-ld-430-kb-names", in_head=_LD.format('{"author": [' + '{"name": "' * 43_000)),
    _page("page-ld-430-kb-depth", in_head=_LD.format('{"a":' * 86_000)),
    _page("page-8-mb-digits", "<p>" + "1" * 8_000_000),
    _page("page-1-million-br", "<br>" * 1_000_000),
)

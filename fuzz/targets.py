"""What is fuzzed, and what must hold whatever the bytes are; a failed assertion is a finding."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from archive import jsonl_recovery, warc_recovery
from archive.errors import DecodeError
from archive.http_message import read_body, split_answer
from archive.jsonl_file import iter_lines
from archive.layout import OutputLayout
from archive.warc_reader import iter_records
from archive.warc_writer import WarcOptions, WarcWriter
from crawler.chunked import ChunkError, Dechunker
from crawler.urls import canonicalize, is_fetchable, looks_like_article, registered_domain
from fuzz import content
from spiders.discovery.feed import read_feed
from spiders.discovery.home import read_home
from spiders.discovery.listing import Listing
from spiders.discovery.news_sitemap import read_news_sitemap
from spiders.discovery.robots_sitemaps import read_robots
from spiders.discovery.section import read_section
from tests.archive.samples import OK, exchange

_URL = "https://paper.example/feed"
_LIMIT = 1 << 20


def feed(data: bytes) -> None:
    _check(read_feed(data, _URL, None))


def sitemap(data: bytes) -> None:
    _check(read_news_sitemap(data, _URL))
    _check(read_robots(data, _URL, None))


def _check(listing: Listing) -> None:
    for entry in listing.entries:
        assert is_fetchable(entry.url), entry.url
    for child in listing.children:
        assert is_fetchable(child.url), child.url


def http_message(data: bytes) -> None:
    stream = io.BytesIO(data)
    answer = split_answer(stream)
    assert 0 <= answer.rest.start <= answer.rest.end == len(data)
    if answer.head is not None:
        stream.seek(answer.rest.start + answer.head.size)
        try:
            body = read_body(stream, answer.head, _LIMIT)
        except DecodeError:
            return
        assert len(body.data) <= _LIMIT


def jsonl_tail(data: bytes) -> None:
    """What a dead run left is repaired to whole lines, and a second repair finds nothing to do."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "date=2026-01-01").mkdir()
        (directory / "date=2026-01-01" / "run-00000.jsonl.open").write_bytes(data)
        for recovered in jsonl_recovery.recover(directory):
            assert recovered.bytes_kept + recovered.bytes_cut == len(data)
            if recovered.lines:
                bad: list[object] = []
                assert len(list(iter_lines(directory / recovered.file, bad.append))) <= (
                    recovered.lines
                )
        assert jsonl_recovery.recover(directory) == []


def warc_tail(data: bytes) -> None:
    """A WARC file whose end is anything is repaired to whole records."""
    whole = _whole_warc()
    cut = int.from_bytes(data[:2]) % (len(whole) + 1)
    with tempfile.TemporaryDirectory() as name:
        layout = OutputLayout(Path(name))
        for directory in (layout.warc, layout.cdx):
            directory.mkdir(parents=True)
        (layout.warc / "a-00000-run.warc.gz.open").write_bytes(whole[:cut] + data[2:])
        for recovered in warc_recovery.recover(layout.warc, layout.cdx):
            if recovered.bytes_kept:
                kept = list(iter_records(layout.warc / recovered.file))
                assert len(kept) == recovered.records_kept
        assert warc_recovery.recover(layout.warc, layout.cdx) == []


def _whole_warc() -> bytes:
    if not _CACHE:
        directory = Path(tempfile.mkdtemp())
        writer = WarcWriter(directory, "run", WarcOptions("a"))
        for number in range(3):
            writer.append(exchange(OK + b"%d" % number))
        _CACHE.append(next(directory.glob("*.open")).read_bytes())
        writer.close()
        shutil.rmtree(directory)
    return _CACHE[0]


_CACHE: list[bytes] = []


def section(data: bytes) -> None:
    """A page gives links that can be fetched, whatever it is read for."""
    kind, _, body = data.partition(b"\n")
    _check(read_section(body, _URL, kind.decode("latin-1")))
    home = read_home(body, _URL, kind.decode("latin-1"))
    assert all(is_fetchable(url) for url in (*home.feeds, *home.sections))


def chunked(data: bytes) -> None:
    """The chunked coding comes off alike however it is cut into pieces."""
    size = data[0] % 7 + 1 if data else 1
    assert _taken_off(data[1:], size) == _taken_off(data[1:], max(1, len(data)))


def _taken_off(data: bytes, size: int) -> tuple[bytes, bytes, bool]:
    given: list[bytes] = []
    rest: list[bytes] = []
    dechunker = Dechunker(given.append, rest.append)
    for start in range(0, len(data), size):
        try:
            if not dechunker.finished:
                dechunker.feed(data[start : start + size])
            else:
                rest.append(data[start : start + size])
        except ChunkError:
            return b"".join(given), b"", False
    return b"".join(given), b"".join(rest), dechunker.finished


def urls(data: bytes) -> None:
    url = data.decode("utf-8", "surrogateescape")
    once = canonicalize(url)
    assert canonicalize(once) == once
    is_fetchable(url)
    looks_like_article(url)
    registered_domain(url)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": feed,
    "sitemap": sitemap,
    "http_message": http_message,
    "jsonl_tail": jsonl_tail,
    "warc_tail": warc_tail,
    "urls": urls,
    "section": section,
    "chunked": chunked,
    **content.TARGETS,
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "feed": (
        b'<?xml version="1.0"?><rss version="2.0"><channel><item><link>/a</link></item></channel>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/></entry></feed>',
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a"}]}',
    ),
    "sitemap": (
        b"<urlset><url><loc>https://paper.example/a</loc></url></urlset>",
        b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>",
        b"User-agent: *\nSitemap: https://paper.example/s.xml\n",
    ),
    "http_message": (
        b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br\r\nContent-Length: 9\r\n\r\n\x1f\x8b\x08",
    ),
    "jsonl_tail": (b'{"a": 1}\n{"b": 2}\n{"c"',),
    "warc_tail": (b"\xff\xff", b"\x01\x00WARC/1.1\r\n"),
    "urls": (b"https://user@paper.example:443/a/../b?utm_source=x&b=1#c", b"http://[::1]/%zz"),
    "section": (
        b'text/html\n<base href="/a/"><a href="2026/03/01/the-quay-reopens"><h2>The quay</h2></a>'
        b'<link rel=alternate type="application/rss+xml" href="/feed">'
        b'<nav><a href="/news/">News</a></nav>',
        b'text/html\n<script type="application/ld+json">{"@type": "ItemList", "itemListElement": '
        b'[{"url": "https://paper.example/2026/03/01/a-story-of-the-day"}]}</script>',
    ),
    "chunked": (
        b"\x025\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-T: 1\r\n\r\nHTTP/1.1 200 OK",
        b"\x001\na\n 01 ; x\nb\n0\n\n",
    ),
    **content.SEEDS,
}

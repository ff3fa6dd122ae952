"""What is fuzzed of pages, rules and lines: text that strangers write, and what comes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from protego import Protego

from archive.cdxj import parse_line
from crawler.articles import Capture, build_article
from crawler.errors import ConfigurationError
from crawler.extraction import Page
from crawler.extraction.assemble import extract
from crawler.extraction.decode import Script
from crawler.extraction.jsonld import read_linked_data, strings
from crawler.extraction.moments import read_moment
from crawler.extraction.names import Writer, named_writers
from crawler.host_holdback import retry_after
from crawler.instants import parse
from crawler.reservations import is_reserved, said_in_header, said_in_page
from crawler.sources import load_sources
from crawler.tdmrep import read_rules, rule_for
from crawler.urls import canonicalize, is_fetchable, same_site
from fuzz.strict import strict_json

_URL = "https://paper.example/2026/03/01/story"
_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_CAPTURE = Capture(_URL, _URL, "2026-03-01T12:00:00Z", 200)


def page(data: bytes) -> None:
    """Whatever a page is, its line is strict JSON of plain text, and no date lies in the future."""
    kind, _, body = data.partition(b"\n")
    extraction = extract(Page(_URL, body, _AT, kind.decode("latin-1")))
    article = build_article(extraction, _CAPTURE, extractor="x/1", run_id="run")
    line = msgspec.json.encode(article)
    assert b"\n" not in line
    whole = strict_json(line)
    for name in ("published_at", "modified_at"):
        assert (whole[name] or "") <= "2026-03-01T12:00:00Z", whole[name]
    assert (whole["published_date"] or "") <= "2026-03-02", whole["published_date"]
    assert same_site(whole["canonical_url"], _URL)


def dates(data: bytes) -> None:
    """A date is read or not; a wall clock that is read lies on the day, an instant is aware."""
    text = data.decode("utf-8", "replace")
    for month_first in (False, True):
        moment = read_moment(text, month_first)
        if moment is not None and moment.instant is not None:
            assert moment.instant.tzinfo is not None
            assert abs((moment.instant.date() - moment.day).days) <= 1
    instant = parse(text)
    assert instant is None or instant.tzinfo is not None
    wait = retry_after(data, _AT)
    assert wait is None or 0 <= wait < float("inf")


def names(data: bytes) -> None:
    """A byline gives clean names, each once."""
    found = named_writers([Writer(data.decode("utf-8", "replace"))], frozenset({"paper"}))
    assert all(writer.name.strip() == writer.name != "" for writer in found)
    assert len({writer.name for writer in found}) == len(found)


def linked_data(data: bytes) -> None:
    """JSON-LD, broken or not, gives nodes and texts."""
    script = Script('type="application/ld+json"', data.decode("utf-8", "replace"))
    found = read_linked_data([script], _URL, "A story")
    for value in found.article.values():
        assert all(isinstance(text, str) for text in strings(value))


def rules(data: bytes) -> None:
    """robots.txt, tdmrep.json and robots tags: whatever they say, the answer is yes or no."""
    text = data.decode("utf-8", "replace")
    robots = Protego.parse(text)
    assert robots.can_fetch(_URL, "broadsheet") in (True, False)
    delay = robots.crawl_delay("broadsheet")
    assert delay is None or 0 <= delay < float("inf")
    found = rule_for(read_rules(data), _URL + "?" + text[:50])
    assert found is None or found.what == "tdm"
    said = said_in_header([("X-Robots-Tag", text), ("TDM-Reservation", text)], "broadsheet")
    said += said_in_page([("robots", text), ("tdm-policy", text), ("tdm-reservation", "1")], "x")
    assert is_reserved("tdm", said)


def cdxj(data: bytes) -> None:
    """A line of an index is read, and then the same when it is written, or it is refused."""
    try:
        entry = parse_line(data)
    except ValueError:
        return
    again = parse_line(entry.line())
    assert (again.url, again.offset, again.length) == (entry.url, entry.offset, entry.length)


def source_file(data: bytes) -> None:
    """A file of sources, with its overrides, is taken or refused with every reason."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "sources.toml"
        file.write_bytes(data)
        try:
            sources = load_sources(file)
        except ConfigurationError:
            return
        assert all(is_fetchable(source.home) for source in sources)


def hosts(data: bytes) -> None:
    """A canonical URL is on the site of the URL that it is made from."""
    url = data.decode("utf-8", "surrogateescape")
    if is_fetchable(url):
        assert same_site(url, canonicalize(url)), (url, canonicalize(url))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page,
    "dates": dates,
    "names": names,
    "linked_data": linked_data,
    "rules": rules,
    "cdxj": cdxj,
    "source_file": source_file,
    "hosts": hosts,
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "page": (
        b"text/html; charset=utf-8\n<html lang=en><head><title>A story | Paper</title>"
        b'<meta property="article:published_time" content="2026-02-28T10:00:00+01:00">'
        b'<link rel=canonical href="/story"><meta name=author content="By Ada Writer">'
        b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"A &#1; \\ud800",'
        b'"datePublished":"2031-01-01","author":{"name":"Ada"},"url":NaN}</script></head><body>'
        b"<article><h1>A story</h1><time datetime=2026-03-01>1 March</time><p>The quay reopened on"
        b" time, the council said.</p><p>It had been closed for a year.</p></article></body>",
        b'text/html\n<meta property="article:published_time" content="2026-03-01T18:00:00Z">',
        b"text/html; charset=utf-16\n\xff\xfe<\x00p\x00>\x00",
        b"text/html; charset=shift_jis\n<meta charset=euc-jp><p>\x82\xa0&#xfffe;&#27;&#x80;</p>",
    ),
    "dates": (
        b"2026-02-28T10:00:00+01:00",
        b"Sat, 28 Feb 2026 10:00:00 GMT",
        b"28. Februar 2026, 10.30 Uhr MEZ",
        "2026年2月28日 10時30分".encode(),
        b"02/28/26 10:30 pm EST",
        b"120",
        b"Sat, 28 Feb 4052888888 10:00 GMT",
        b"9999-12-31T23:59:59-10:00",
    ),
    "names": (
        b"By Ada Writer and Bo Reporter, Chief",
        b"<b>dpa/AFP</b> &amp;amp; a@b.example",
    ),
    "linked_data": (
        b'{"@graph": [{"@type": "NewsArticle", "headline": "A "quoted" one", "author": []},]}',
        b'<!-- {&quot;@type&quot;: &quot;Article&quot;, "name": {"@value": 1e999}} -->',
    ),
    "rules": (
        b"User-agent: *\nDisallow: /*a$\nAllow: /%C3%A9\nCrawl-delay: 1e9\nSitemap: x\n",
        b'[{"location": "/*/a$", "tdm-reservation": 1, "tdm-policy": "https://p.example/"}]',
        b"broadsheet: noarchive, max-snippet: 5, other: noai, unavailable_after: 1 Jan: 0:0",
    ),
    "cdxj": (
        b'example,paper)/a 20260301120000 {"url": "https://paper.example/a", "length": "1",'
        b' "offset": "2", "filename": "a.warc.gz"}\n',
    ),
    "source_file": (
        b'[[source]]\nid = "a"\nname = "A"\nhome = "https://a.example/"\n'
        b'feeds = ["https://a.example/f"]\n[source.overrides]\nheadline = ["h1", "//h1/text()"]\n',
    ),
    "hosts": (b"https://m.paper.example:443/a?amp=1", b"https://amp.paper.co.uk/a/amp"),
}

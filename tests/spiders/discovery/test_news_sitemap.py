from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.hints import Hints
from spiders.discovery import news_sitemap
from spiders.discovery.listing import ChildSitemap, Listing
from spiders.discovery.news_sitemap import read_news_sitemap
from spiders.discovery.unclosed import closed_sitemap

URL = "https://ex.org/news.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
STORY = (
    "<url><loc> https://ex.org/{} </loc><lastmod>2026-01-02T09:00:00Z</lastmod>"
    "<image:image><image:loc>https://ex.org/p.jpg</image:loc></image:image>"
    "<news:news><news:publication><news:name>Post</news:name><news:language>de</news:language>"
    "</news:publication><news:publication_date>2026-01-02T08:00Z</news:publication_date>"
    "<news:title>Käse &amp;amp; Brot</news:title><news:keywords>food, drink</news:keywords>"
    "</news:news></url>"
)
HINTS = Hints(
    headline="Käse & Brot",
    published="2026-01-02T08:00Z",
    modified="2026-01-02T09:00:00Z",
    categories=("food", "drink"),
    language="de",
)


def sitemap(count: int, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    stories = "".join(STORY.format(number) for number in range(count))
    return f"{declaration}<urlset {NAMESPACES}>{stories}</urlset>"


def read(body: str | bytes) -> Listing:
    return read_news_sitemap(body.encode() if isinstance(body, str) else body, URL)


def test_news_fields_become_hints() -> None:
    listing = read(sitemap(2))
    assert [entry.url for entry in listing.entries] == ["https://ex.org/0", "https://ex.org/1"]
    assert [entry.rank for entry in listing.entries] == [0, 1]
    assert listing.entries[0].hints == HINTS
    assert listing.problems == ()


def test_sitemap_index_names_children_with_their_dates() -> None:
    listing = read(
        "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>https://ex.org/b.xml.gz</loc></sitemap><sitemap><loc>x:</loc></sitemap>"
        "</sitemapindex>"
    )
    assert listing.children == (
        ChildSitemap("https://ex.org/a.xml", "2026-01-01"),
        ChildSitemap("https://ex.org/b.xml.gz", None),
    )
    assert listing.entries == ()
    assert listing.problems == ("1 of the named sitemaps without a link that can be fetched",)


@pytest.mark.parametrize("members", [1, 2])
def test_gzip_is_known_by_its_first_bytes(members: int) -> None:
    body = sitemap(50).encode()
    half = len(body) // members
    packed = b"".join(gzip.compress(body[at : at + half]) for at in range(0, len(body), half))
    assert len(read(packed).entries) == 50


def test_truncated_gzip_is_read_in_part() -> None:
    packed = gzip.compress(sitemap(2000).encode())
    listing = read(packed[: len(packed) // 2])
    assert 0 < len(listing.entries) < 2000
    assert any("broken gzip" in problem for problem in listing.problems)


def test_gzip_bomb_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_sitemap, "MAX_DECODED", 1 << 20)
    pack = zlib.compressobj(wbits=31)
    body = pack.compress(sitemap(2).removesuffix("</urlset>").encode())
    body += b"".join(pack.compress(b" " * (1 << 20)) for _ in range(20)) + pack.flush()
    listing = read(body)
    assert len(listing.entries) == 2
    assert any("longer than" in problem for problem in listing.problems)


@pytest.mark.parametrize(
    "body",
    [
        sitemap(1).encode(),
        b" \n" + sitemap(1).encode(),
        b"\xef\xbb\xbf" + sitemap(1).encode(),
        sitemap(1, '<?xml version="1.0" encoding="x-bogus"?>').encode(),
        sitemap(1, '<?xml version="1.0" encoding="latin-1"?>').encode(),
        sitemap(1, '<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        *(sitemap(1, f'<?xml version="1.0"{s} encoding="utf-16"?>').encode() for s in ("", " ")),
        sitemap(1).replace("sitemaps.org", "wrong.example").encode(),
    ],
    ids=[
        *("plain", "space", "mark", "unknown-label", "wrong-label", "utf-16"),
        *("says-utf-16", "says-utf-16-too", "other-namespace"),
    ],
)
def test_readable_sitemaps_are_read(body: bytes) -> None:
    assert [entry.hints.headline for entry in read(body).entries] == ["Käse & Brot"]


@pytest.mark.parametrize("body", ["", " \n", "<urlset/>", "<sitemapindex></sitemapindex>"])
def test_empty_sitemap_is_no_problem(body: str) -> None:
    assert read(body) == Listing()


def test_text_sitemap_has_one_link_a_line() -> None:
    listing = read("\ufeffhttps://ex.org/a\r\n\r\n https://ex.org/b \nnonsense\n")
    assert [entry.url for entry in listing.entries] == ["https://ex.org/a", "https://ex.org/b"]
    assert listing.problems == ("1 entry with a link that cannot be fetched",)


def test_feed_may_stand_for_a_sitemap() -> None:
    listing = read(
        '<rss version="2.0"><channel><item><link>https://ex.org/a</link></item></channel></rss>'
    )
    assert [entry.url for entry in listing.entries] == ["https://ex.org/a"]


@pytest.mark.parametrize("packed", [False, True])
def test_addresses_with_bare_ampersands_are_whole(packed: bool) -> None:
    body = (
        b"<urlset><url><loc>https://ex.org/?a=1&b=2</loc></url>"
        b"<url><loc><![CDATA[https://ex.org/?c=1&d=2]]></loc></url>"
        b"<url><loc>https://ex.org/?e=1&amp;f=2&#38;g=3</loc></url></urlset>"
    )
    listing = read_news_sitemap(gzip.compress(body) if packed else body, URL)
    assert [entry.url.rpartition("?")[2] for entry in listing.entries] == [
        *("a=1&b=2", "c=1&d=2", "e=1&f=2&g=3")
    ]
    assert "malformed XML" in listing.problems[0]


@pytest.mark.parametrize(
    "error",
    [
        "\x1b",
        "<x></y>",
        "&nbsp;",
        "&#27;",
        "<x a=1/>",
        "<!-- -- -->",
        "]]>",
        "&",
        "<x a='1' a='2'/>",
    ],
)
def test_addresses_behind_an_error_are_whole(error: str) -> None:
    listing = read(
        f"<urlset>{error}<url><loc>https://ex.org/?a=1&amp;b=2</loc>"
        "<n:news xmlns:n='n'><n:title>Fish &lt; chips</n:title></n:news></url></urlset>"
    )
    assert [entry.url for entry in listing.entries] == ["https://ex.org/?a=1&b=2"]
    assert [entry.hints.headline for entry in listing.entries] == ["Fish < chips"]
    assert "malformed XML" in listing.problems[0]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "loc",
            "lastmod",
            "image:loc",
            "image:image",
            "news:publication",
            "news:title",
            "news:name",
        ),
        *("news:news", "url", "urlset"),
    ],
)
@pytest.mark.parametrize("instead", ["", "</{}s>"])
def test_an_element_that_is_not_closed_takes_nothing_along(name: str, instead: str) -> None:
    listing = read(sitemap(3).replace(f"</{name}>", instead.format(name)))

    assert [entry.url for entry in listing.entries] == [f"https://ex.org/{n}" for n in range(3)]
    assert {entry.hints for entry in listing.entries} == {HINTS}


def test_levels_without_end_are_left_as_they_are() -> None:
    text = "<urlset>" + "<news>" * 200_000
    assert closed_sitemap(text) == text


def test_malformed_sitemap_is_read_and_says_so() -> None:
    listing = read(sitemap(3).replace("&amp;amp;", "& \x01"))
    assert len(listing.entries) == 3
    assert "malformed XML" in listing.problems[0]


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE u [<!ENTITY a "b">]><urlset><url><loc>https://ex.org/&a;</loc></url></urlset>',
        "<html><body><a href='/a'>x</a></body></html>",
        "just some text",
    ],
    ids=["definitions", "html", "text"],
)
def test_what_is_no_sitemap_gives_a_reason(body: str) -> None:
    listing = read(body)
    assert (listing.entries, listing.children) == ((), ())
    assert len(listing.problems) == 1


@pytest.mark.parametrize(
    "payload",
    ["<a>" * 100_000, "<url><loc>" + "a" * (12 << 20) + "</loc></url>"],
    ids=["depth", "long-text"],
)
def test_what_the_parser_refuses_is_a_problem(payload: str) -> None:
    body = sitemap(1).replace("</urlset>", payload + "</urlset>")
    listing = read(body)
    assert len(listing.entries) == 1
    assert "malformed XML" in listing.problems[0]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([sitemap(1), "<url>", "<loc>", "</url>", "http://[", "&", "\x00", "<!--"])
        | st.text(max_size=8),
        max_size=6,
    ),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    st.booleans(),
)
def test_no_bytes_make_the_reader_fail(parts: list[str], encoding: str, packed: bool) -> None:
    body = "".join(parts).encode(encoding, "ignore")
    assert isinstance(read_news_sitemap(gzip.compress(body) if packed else body, URL), Listing)

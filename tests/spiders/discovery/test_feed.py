from __future__ import annotations

import pytest

from crawler.hints import Hints
from tests.spiders.discovery.feeds import read, rss, urls

FULL = Hints(
    headline="Tea & toast",
    published="Mon, 05 Jan 2026 10:00:00 GMT",
    authors=("Jo Doe",),
    categories=("Food",),
    summary="Hot & good",
    language="de",
)


def test_rss_gives_links_in_order_with_hints() -> None:
    listing = read(rss("https://ex.org/a?x=1&amp;y=2", "https://ex.org/b"))
    assert urls(listing) == ["https://ex.org/a?x=1&y=2", "https://ex.org/b"]
    assert [entry.rank for entry in listing.entries] == [0, 1]
    assert listing.entries[0].hints == FULL
    assert (listing.title, listing.language, listing.problems) == ("Café", "de", ())


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_rss_versions_are_read(version: str) -> None:
    assert urls(read(rss("https://ex.org/a", version=version))) == ["https://ex.org/a"]


def test_rss_1_0_takes_its_only_date_for_the_publication() -> None:
    listing = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="x"><title>T</title></channel><item rdf:about="https://ex.org/1">'
        "<title>t</title><link>https://ex.org/1</link><dc:date>2026-01-01T09:00+09:00</dc:date>"
        "</item></rdf:RDF>"
    )
    assert listing.entries[0].hints.published == "2026-01-01T09:00+09:00"
    assert listing.entries[0].hints.modified is None


def test_atom_resolves_links_by_xml_base_and_keeps_both_dates() -> None:
    listing = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.org/x/"><title>T</title>'
        '<entry xml:base="y/"><title type="html">A &lt;b&gt;c&lt;/b&gt;</title>'
        '<link rel="self" href="s"/><link href="z"/><updated>2026-01-02T00:00:00Z</updated>'
        "<published>2026-01-01T00:00:00Z</published><author><name>N</name></author>"
        '<category term="t" label="L"/><summary>S</summary></entry></feed>'
    )
    (entry,) = listing.entries
    assert entry.url == "https://base.org/x/y/z"
    assert entry.hints == Hints(
        headline="A c",
        published="2026-01-01T00:00:00Z",
        modified="2026-01-02T00:00:00Z",
        authors=("N",),
        categories=("L",),
        summary="S",
    )


def test_json_feed_is_read() -> None:
    listing = read(
        '\ufeff {"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "en",'
        '"items": [{"id": "1", "url": "/a", "title": "x", "authors": [{"name": "N"}],'
        '"tags": ["t"], "date_published": "2026-01-01T00:00:00Z"},'
        '{"id": "https://ex.org/b", "author": {"name": "M"}}, {"url": 3}, 4]}'
    )
    assert urls(listing) == ["https://ex.org/a", "https://ex.org/b"]
    assert listing.entries[0].hints.published == "2026-01-01T00:00:00Z"
    assert listing.entries[1].hints.authors == ("M",)
    assert listing.problems == ("2 entries without a link",)


def test_relative_links_are_resolved_against_the_feed() -> None:
    assert urls(read(rss("/a", "../b c"))) == ["https://ex.org/a", "https://ex.org/b%20c"]


def test_bad_links_are_counted_and_the_rest_is_kept() -> None:
    listing = read(rss("/a", "javascript:x()", "http://h:99999/", "mailto:a@b.c", "", "/b"))
    assert urls(listing) == ["https://ex.org/a", "https://ex.org/b"]
    counted = [int(problem.split()[0]) for problem in listing.problems]
    assert sum(counted) == 4


def test_one_story_listed_twice_is_one_entry() -> None:
    assert urls(read(rss("/a", "/a#comments", "/b"))) == ["https://ex.org/a", "https://ex.org/b"]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<guid>https://ex.org/g</guid>", ["https://ex.org/g"]),
        ('<guid isPermaLink="true">https://ex.org/g</guid>', ["https://ex.org/g"]),
        ('<guid isPermaLink="false">https://ex.org/g</guid>', []),
        ("<link/><guid>https://ex.org/g</guid>", ["https://ex.org/g"]),
        ("<link>https://ex.org/a</link><guid>https://ex.org/g</guid>", ["https://ex.org/a"]),
    ],
)
def test_permalink_guid_stands_in_for_a_missing_link(item: str, expected: list[str]) -> None:
    body = rss().replace("</channel>", f"<item>{item}</item></channel>")
    assert urls(read(body)) == expected


def test_address_behind_a_click_counter_is_taken() -> None:
    origin = '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
    body = rss("https://feedproxy.example/1").replace(
        "</link>", f"</link>{origin}https://ex.org/a</feedburner:origLink>"
    )
    assert urls(read(body)) == ["https://ex.org/a"]


def test_feed_without_stories_is_no_problem() -> None:
    assert read(rss()).problems == ()


def test_extensions_of_rss_neither_hide_nor_replace_the_story() -> None:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    item = (
        "<item><media:content url='https://ex.org/p.jpg'><media:title>A picture</media:title>"
        "<media:description>Of a ship</media:description></media:content>"
        "<title>Ship aground</title><link>/a</link><dc:creator>Jo Doe</dc:creator>"
        "<dc:date>2026-01-01T09:00:00Z</dc:date><description>In short</description>"
        "<content:encoded><![CDATA[<p>The whole story</p>]]></content:encoded></item>"
    )
    (entry,) = read(f"<rss version='2.0' {spaces}><channel>{item}</channel></rss>").entries
    assert entry.hints.headline == "Ship aground"
    assert entry.hints.summary == "In short"
    assert entry.hints.authors == ("Jo Doe",)
    assert entry.hints.published == "2026-01-01T09:00:00Z"

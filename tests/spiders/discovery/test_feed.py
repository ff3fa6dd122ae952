from __future__ import annotations

import json
import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.hints import Hints
from crawler.polling import Wishes
from spiders.discovery.feed import read_feed
from spiders.discovery.listing import Listing
from spiders.discovery.unclosed import closed

URL = "https://ex.org/feed/rss.xml"
ITEM = (
    "<item><title>Tea &amp; toast</title><link>{}</link>"
    "<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><dc:creator>Jo Doe</dc:creator>"
    "<category>Food</category>"
    "<description>&lt;p&gt;Hot &amp;amp; good&lt;/p&gt;</description></item>"
)
FULL = Hints(
    headline="Tea & toast",
    published="Mon, 05 Jan 2026 10:00:00 GMT",
    authors=("Jo Doe",),
    categories=("Food",),
    summary="Hot & good",
    language="de",
)


def rss(*links: str, prolog: str = '<?xml version="1.0"?>', version: str = "2.0") -> str:
    items = "".join(ITEM.format(link) for link in links)
    return (
        f'{prolog}<rss version="{version}" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Café</title><language>de</language>{items}</channel></rss>"
    )


def read(body: str | bytes, content_type: str | None = None) -> Listing:
    return read_feed(body.encode() if isinstance(body, str) else body, URL, content_type)


def urls(listing: Listing) -> list[str]:
    return [entry.url for entry in listing.entries]


@pytest.mark.parametrize("name", ["title", "link", "pubDate", "description", "dc:creator", "item"])
@pytest.mark.parametrize("instead", ["", "</{}s>"])
def test_an_element_that_is_not_closed_takes_nothing_along(name: str, instead: str) -> None:
    whole = rss("https://ex.org/a", "https://ex.org/b")
    listing = read(whole.replace(f"</{name}>", instead.format(name)))

    assert urls(listing) == ["https://ex.org/a", "https://ex.org/b"]
    assert [entry.hints.headline for entry in listing.entries] == ["Tea & toast"] * 2
    assert not listing.problems


def test_a_flood_of_elements_that_are_not_closed_is_closed() -> None:
    text = (
        "<item>"
        + "<title>x<![CDATA[" * 3
        + "<title>" * 200_000
        + "]]>"
        + "<link>" * 200_000
        + "</item>"
    )
    assert closed(text).count("</link>") == 200_000


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


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf \n" + rss("/a").encode(),
        rss("/a", prolog='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        rss("/a", prolog="").encode("utf-16-le").replace(b"<\0r", b"<\0?\0x\0?\0>\0<\0r", 1),
        rss("/a", prolog='<?xml version="1.0" encoding="utf-8"?>').encode("latin-1"),
        rss("/a", prolog='<?xml version="1.0" encoding="iso-8859-1"?>').encode(),
        rss("/a", prolog='<?xml version="1.0" encoding="x-unknown"?>').encode(),
        rss("/a", prolog='<?xml version="1.0" encoding="punycode"?>').encode(),
        *(
            rss("/a", prolog=f'<?xml version="1.0"{space} encoding="utf-16"?>')
            .replace("\u00e9", "&#233;")
            .encode()
            for space in ("", " ")
        ),
    ],
    ids=[
        "mark-and-space",
        "utf-16",
        "utf-16-without-mark",
        "latin-1-as-utf-8",
        "utf-8-as-latin-1",
        "unknown-label",
        "no-character-set",
        "says-utf-16",
        "says-utf-16-too",
    ],
)
def test_encoding_is_told_by_the_bytes(body: bytes) -> None:
    listing = read(body)
    assert listing.title == "Café"
    assert urls(listing) == ["https://ex.org/a"]


def test_header_names_the_encoding_where_the_bytes_do_not() -> None:
    body = rss("/a").replace("Café", "Газета").encode("koi8-r")
    assert read(body, "text/xml; charset=koi8-r").title == "Газета"


@pytest.mark.parametrize(
    ("old", "new", "headline"),
    [
        ("&amp; toast", "& toast", "Tea & toast"),
        ("&amp; toast", "&#1;&#27; toast", "Tea"),
        ("&amp; toast", "\x01&nbsp;toast", "Tea"),
        ("</item>", "", "Tea & toast"),
        ("</channel></rss>", "", "Tea & toast"),
    ],
    ids=["bare-ampersand", "control-reference", "control-and-entity", "unclosed", "cut"],
)
def test_malformed_feed_is_read_as_far_as_it_goes(old: str, new: str, headline: str) -> None:
    listing = read(rss("/a", "/b").replace(old, new))
    assert urls(listing)[0] == "https://ex.org/a"
    assert (listing.entries[0].hints.headline or "").startswith(headline)


def test_harmless_doctype_is_tolerated() -> None:
    prolog = (
        '<?xml version="1.0"?><!-- c --><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    assert urls(read(rss("/a", prolog=prolog, version="0.91"))) == ["https://ex.org/a"]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<?xml version="1.0"?><!doctype r [ <!entity % x SYSTEM "http://ex.org/x"> %x; ]>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!-- <rss> --><!DOCTYPE r [<!ENTITY a "b">]>',
        'junk <!DOCTYPE r [<!ENTITY a "b">]>',
        "<!-- never closed ",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_with_definitions_is_refused(prolog: str, encoding: str) -> None:
    listing = read(rss("/a", prolog=prolog).encode(encoding))
    assert listing.entries == ()
    assert len(listing.problems) == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<!DOCTYPE html><html><body><a href='/a'>x</a></body></html>", "HTML page"),
        ("just text", "not a feed"),
        ("<urlset/>", "news_sitemaps"),
        ('{"a": 1}', "no JSON Feed"),
        ('{"a":', "not JSON"),
        ('{"items": ' + "[" * 100_000, "not JSON"),
        ("<opml/>", "its root is <opml>"),
    ],
    ids=["empty", "space", "html", "text", "sitemap", "json", "cut-json", "deep-json", "opml"],
)
def test_what_is_no_feed_gives_no_entry_and_a_reason(body: str, problem: str) -> None:
    listing = read(body)
    assert listing.entries == ()
    assert problem in listing.problems[0]


def test_feed_without_stories_is_no_problem() -> None:
    assert read(rss()).problems == ()


def test_body_is_never_taken_for_a_file_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("feed") / "a"
    path.write_text(rss("/a"))
    assert read(str(path)).entries == ()


def test_hints_are_bounded_and_free_of_control_characters() -> None:
    long = "word " * 5000
    body = rss("/a").replace("Tea", f"\x9b31m{long}").replace("Hot", long)
    hints = read(body).entries[0].hints
    assert len(hints.headline or "") <= 500
    assert len(hints.summary or "") <= 2000
    assert (hints.headline or "").isprintable()


def test_listing_travels_between_processes() -> None:
    listing = read(rss("/a"))
    assert pickle.loads(pickle.dumps(listing)) == listing  # noqa: S301 - our own bytes


def test_feed_of_three_thousand_stories_takes_seconds_at_most() -> None:
    started = time.process_time()  # whatever else the machine does
    assert len(read(rss(*(f"/{number}" for number in range(3000)))).entries) == 3000
    assert time.process_time() - started < 10


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                rss("/a"),
                "<item>",
                "<link>",
                "http://[",
                "&",
                "<![CDATA[",
                "<!",
                "\x00",
                "{",
                "<a b='",
            ]
        )
        | st.text(max_size=8),
        max_size=6,
    ),
    st.sampled_from(["utf-8", "utf-16", "shift_jis"]),
)
def test_no_bytes_make_the_reader_fail(parts: list[str], encoding: str) -> None:
    body = "".join(parts).encode(encoding, "ignore")
    assert isinstance(read_feed(body, URL, None), Listing)


def channel(parts: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{parts}<item><link>/a</link></item>"


@pytest.mark.parametrize(
    ("parts", "wishes"),
    [
        ("<ttl>90</ttl>", Wishes(ttl=5400.0)),
        ("<ttl> 60 </ttl>", Wishes(ttl=3600.0)),
        ("<ttl>soon</ttl>", Wishes()),
        ("<ttl>-5</ttl>", Wishes()),
        ("<ttl>99999999999</ttl>", Wishes(ttl=7 * 24 * 3600.0)),
        (
            "<skipHours><hour>0</hour>\n<hour> 5 </hour><hour>24</hour></skipHours>",
            Wishes(skip_hours=frozenset({0, 5})),
        ),
        ("<skipDays><day>Saturday</day><day>sunday</day></skipDays>",
         Wishes(skip_days=frozenset({5, 6}))),
        ("<skipDays><day>Someday</day></skipDays>", Wishes()),
    ],
)  # fmt: skip
def test_a_channel_says_when_it_need_not_be_asked(parts: str, wishes: Wishes) -> None:
    assert read(channel(parts)).wishes == wishes


SY = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"


@pytest.mark.parametrize(
    ("parts", "days", "wishes"),
    [
        (f"{SY}daily</sy:updatePeriod>", (1, 20), Wishes(period=24 * 3600.0)),
        (f"{SY}hourly</sy:updatePeriod>", (1, 20), Wishes(period=3600.0)),
        (f"{SY}often</sy:updatePeriod>", (1, 20), Wishes()),
        (f"{SY}weekly</sy:updatePeriod>", (1, 3), Wishes()),
        ("<ttl>1440</ttl>", (1, 3), Wishes(ttl=24 * 3600.0)),
        ("<ttl>1440</ttl>", (1, 2), Wishes()),
    ],
)
def test_a_wish_is_believed_if_no_story_would_be_lost(
    parts: str, days: tuple[int, int], wishes: Wishes
) -> None:
    items = "".join(
        f"<item><link>/{day}</link><pubDate>{day:02} Mar 2026 08:00:00 GMT</pubDate></item>"
        for day in days
    )
    assert read(f"<rss version='2.0'><channel>{parts}{items}</channel></rss>").wishes == wishes


_ATOM = "xmlns='http://www.w3.org/2005/Atom'"
_GENERATOR = "<generator>https://wordpress.org/?v=6.5</generator>"


@pytest.mark.parametrize(
    ("body", "url", "following"),
    [
        pytest.param(f"<feed {_ATOM}><link rel='next' href='?page=2'/></feed>", URL,
                     f"{URL}?page=2", id="paged"),
        pytest.param(f"<feed {_ATOM}><link rel='next' href='/n'/><link rel='prev-archive' "
                     "href='/2026-02'/></feed>", URL, "https://ex.org/2026-02", id="archived"),
        pytest.param(channel("<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' "
                             "href='/feed/2'/>"), URL, "https://ex.org/feed/2", id="rss"),
        pytest.param(channel(_GENERATOR), "https://ex.org/feed/", "https://ex.org/feed/?paged=2",
                     id="wordpress"),
        pytest.param(channel(_GENERATOR), "https://ex.org/?feed=rss2&paged=9",
                     "https://ex.org/?feed=rss2&paged=10", id="wordpress-later"),
        pytest.param('{"items": [], "next_url": "/more.json"}', URL, "https://ex.org/more.json",
                     id="json"),
        pytest.param(channel("<generator>Other</generator>"), URL, None, id="none"),
    ],
)  # fmt: skip
def test_a_feed_says_where_it_goes_on(body: str, url: str, following: str | None) -> None:
    assert read_feed(body.encode(), url, None).next_page == following


def test_hours_in_a_story_are_no_wish() -> None:
    story = "<item><link>/b</link><description>&lt;skipHours&gt;&lt;hour&gt;5&lt;/hour&gt;"
    assert read(channel(story)).wishes == Wishes()


def test_hubs_are_those_of_rss_atom_and_json() -> None:
    hub = "https://hub.example/"
    atom = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='{hub}'/>"
    as_json = {"version": "https://jsonfeed.org/version/1.1", "items": [], "hubs": [
        {"type": "WebSub", "url": hub}, 5, {"url": 5}]}  # fmt: skip
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='{hub}'/></feed>"
    for body in (channel(atom), feed, json.dumps(as_json)):
        assert read(body).hubs == (hub,)
    assert read(rss("/a")).hubs == ()


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


@pytest.mark.parametrize("name", ["links", "tags", "authors", "title_detail", "summary_detail"])
def test_an_element_with_the_name_of_a_list_of_the_parser_costs_nothing(name: str) -> None:
    element = f"<{name}>x</{name}>"
    body = f"<rss><channel>{element}<item><link>/a</link>{element}</item></channel></rss>"
    listing = read_feed(body.encode(), "https://paper.example/feed", None)
    assert [entry.url for entry in listing.entries] == ["https://paper.example/a"]

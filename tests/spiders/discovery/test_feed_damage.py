from __future__ import annotations

import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.discovery.feed import read_feed
from spiders.discovery.listing import Listing
from spiders.discovery.unclosed import closed
from tests.spiders.discovery.feeds import URL, read, rss, urls


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


@pytest.mark.parametrize("name", ["links", "tags", "authors", "title_detail", "summary_detail"])
def test_an_element_with_the_name_of_a_list_of_the_parser_costs_nothing(name: str) -> None:
    element = f"<{name}>x</{name}>"
    body = f"<rss><channel>{element}<item><link>/a</link>{element}</item></channel></rss>"
    listing = read_feed(body.encode(), "https://paper.example/feed", None)
    assert [entry.url for entry in listing.entries] == ["https://paper.example/a"]

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.discovery.listing import Listing
from spiders.discovery.section import read_section

URL = "https://ex.org/politics"
QUAKE = "/2026/01/05/quake-hits-the-island"


def read(body: str, content_type: str | None = "text/html", take: tuple[str, ...] = ()) -> Listing:
    return read_section(body.encode(), URL, content_type, take)


def urls(listing: Listing) -> list[str]:
    return [entry.url for entry in listing.entries]


def test_story_links_come_in_page_order_with_their_headlines() -> None:
    listing = read(
        "<html lang='en'><title>Politics</title><body><a href='/'>Home</a>"
        f"<h2><a href='{QUAKE}'>Quake hits\n the island</a></h2>"
        "<p><a href='/council-votes-on-the-budget'>Council votes on the budget at last</a></p>"
    )
    assert [(entry.url, entry.rank, entry.hints.headline) for entry in listing.entries] == [
        (f"https://ex.org{QUAKE}", 0, "Quake hits the island"),
        ("https://ex.org/council-votes-on-the-budget", 1, "Council votes on the budget at last"),
    ]
    assert (listing.title, listing.language) == ("Politics", "en")


def test_each_url_comes_once_with_its_best_text() -> None:
    listing = read(
        f"<a href='{QUAKE}'><img src='q.jpg'></a><a href='{QUAKE}#c'>3 comments</a>"
        f"<h3><a href='{QUAKE}'>Quake hits the island</a></h3>"
    )
    assert [entry.hints.headline for entry in listing.entries] == ["Quake hits the island"]


def test_heading_within_a_teaser_link_is_the_headline() -> None:
    listing = read(
        f"<a href='{QUAKE}'><span>World</span><h3>Quake hits the island</h3>"
        "<p>Thousands left their homes on Monday after the first shock.</p></a>"
    )
    assert listing.entries[0].hints.headline == "Quake hits the island"


def test_links_that_lead_around_the_site_are_no_stories() -> None:
    listing = read(
        f"<nav><a href='{QUAKE}'>Quake hits the island</a></nav>"
        f"<footer><a href='{QUAKE}'>Quake hits the island</a></footer>"
        f"<div class='site main-menu'><a href='{QUAKE}'>Quake hits the island</a></div>"
        f"<div role='navigation'><a href='{QUAKE}'>Quake hits the island</a></div>"
        "<a href='/tag/quakes-of-the-year'>Everything on the quakes of the year</a>"
        "<a href='/about-us-and-our-work'>About us and our work</a>"
        "<a href='mailto:a@ex.org'>Write to us about this page</a>"
        "<a href='javascript:x()'>Show more of these stories</a>"
        "<a href='http://h:99999/2026/01/05/x-y'>A port that is none at all</a>"
        f"<a href='{URL}'>Politics and more of that sort</a>"
    )
    assert listing.entries == ()
    assert listing.problems == ()


def test_slug_without_a_date_needs_the_text_of_a_headline() -> None:
    link = "<a href='/the-men-of-the-year'>{}</a>"
    assert urls(read(link.format("More"))) == []
    assert urls(read(link.format("The men of the year"))) == ["https://ex.org/the-men-of-the-year"]


def test_scripts_without_spaces_have_short_headlines() -> None:
    page = "<a href='/the-news-of-today-in-kobe'>東京で地震、電車が止まる</a>"
    assert urls(read(page)) == ["https://ex.org/the-news-of-today-in-kobe"]


def test_base_href_is_honoured() -> None:
    page = f"<base href='https://www.ex.org/x/'><a href='.{QUAKE}'>Quake hits the island</a>"
    assert urls(read(page)) == [f"https://www.ex.org/x{QUAKE}"]


def test_pattern_of_the_source_takes_what_the_shape_would_not() -> None:
    page = "<a href='/n/7'>Quake</a><a href='/m/7'>Quake</a>"
    assert urls(read(page, take=(r"/n/\d+",))) == ["https://ex.org/n/7"]


def test_encoding_is_that_of_header_or_page() -> None:
    page = f"<h2><a href='{QUAKE}'>Землетрясение</a></h2>"
    body = page.encode("windows-1251")
    for content_type, prefix in (
        ("text/html; charset=windows-1251", b""),
        (None, b"<meta charset='windows-1251'>"),
    ):
        listing = read_section(prefix + body, URL, content_type)
        assert listing.entries[0].hints.headline == "Землетрясение"


@pytest.mark.parametrize("label", ["utf-16", "undefined", "idna", "utf-7", "no-such"])
def test_a_wrong_label_costs_no_link(label: str) -> None:
    page = f"<meta charset='{label}'><h2><a href='{QUAKE}'>Quake hits the island</a></h2>"
    for content_type in (None, f"text/html; charset={label}"):
        assert len(read_section(page.encode(), URL, content_type).entries) == 1


def test_form_that_wraps_the_page_is_no_search_box() -> None:
    links = "".join(f"<h2><a href='{QUAKE}-{n}'>Quake hits the island</a></h2>" for n in range(5))
    assert len(read(f"<form id='aspnetForm'>{links}</form>").entries) == 5


LISTED = (
    """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
    {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "item": "/politics"}]},
    {"@type": "CollectionPage", "mainEntity": {"@type": ["ItemList"], "itemListElement": [
    {"@type": "ListItem", "position": 1, "url": "/n/1"}, {"@type": "ListItem", "item": "/n/2"},
    {"@type": "ListItem", "item": {"@type": "NewsArticle", "@id": "/n/3", "headline": "Three"}},
    "/n/4", 5, {"url": null}]}}, {"@type": "NewsArticle", "url": "/n/6", "name": "Six"},
    {"@type": "ItemList", "itemListElement": ["/politics", "/tag/x", "/rubrik/y"]}]}</script>"""
    '<script type="application/ld+json">{"@type": "ItemList", </script>'
)


def test_structured_data_names_stories_that_no_shape_would() -> None:
    listing = read(f"{LISTED}<a href='/n/2'>Two</a><a href='/n/7'>Seven</a>")
    assert urls(listing) == [f"https://ex.org/n/{n}" for n in (2, 1, 3, 4, 6)]
    assert [entry.hints.headline for entry in listing.entries] == [None, None, "Three", None, "Six"]


def test_page_without_content_says_so() -> None:
    assert read("").problems == ("the page is empty",)
    assert read(" <!-- nothing --> ").entries == ()


def test_page_of_a_hundred_thousand_levels_is_read() -> None:
    page = f"<a href='{QUAKE}'>Quake hits the island</a>" + "<div>" * 100_000
    assert len(read(page).entries) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<script type='application/ld+json'>",
                '{"@type": "ItemList"',
                "<a href='",
                QUAKE,
                "'>",
                "</a>",
                "<base href='http://[",
                "\x00",
                "<?xml",
                "<!",
            ]
        )
        | st.text(max_size=8),
        max_size=8,
    )
)
def test_no_page_makes_the_reader_fail(parts: list[str]) -> None:
    body = "".join(parts).encode("utf-8", "surrogatepass")
    assert isinstance(read_section(body, URL, None), Listing)


@pytest.mark.parametrize("around", ["<nav>{}</nav>", "<div class='site-footer'><p>{}</p></div>"])
def test_in_menus_and_footers_a_whole_headline_leads_to_a_story(around: str) -> None:
    whole = f"<a href='{QUAKE}'>Quake hits the island for the third time</a>"
    short = f"<a href='{QUAKE}-again'>Quake on the island</a>"
    assert urls(read(around.format(whole + short))) == [f"https://ex.org{QUAKE}"]
    assert urls(read(around.format(f"<div class='share'>{whole}</div>"))) == []

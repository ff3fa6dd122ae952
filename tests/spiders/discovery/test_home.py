from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery.home import Home, language_tag, read_home

URL = "https://www.ex.org/"


def read(body: str) -> Home:
    return read_home(body.encode(), URL, "text/html; charset=utf-8")


def test_feeds_are_those_of_the_head_but_for_comments() -> None:
    links = (
        "<link rel='alternate' type='application/rss+xml' href='/feed'>"
        "<link rel='ALTERNATE' type='application/atom+xml; charset=utf-8' href='/atom'>"
        "<link rel='alternate' type='application/rss+xml' href='/comments/feed'>"
        "<link rel='alternate' type='application/rss+xml' href='/feed'>"
        "<link rel='alternate' hreflang='de' href='/de/'>"
        "<link rel='stylesheet' type='text/xml' href='/x'>"
    )
    assert read(links).feeds == ("https://www.ex.org/feed", "https://www.ex.org/atom")


def test_sections_are_plain_links_of_the_menus() -> None:
    page = (
        "<nav><a href='/politics'>P</a><a href='/world/europe/'>E</a><a href='/login'>L</a>"
        "<a href='/tag/x'>T</a><a href='/privacy-policy'>C</a><a href='https://else.org/a'>X</a>"
        "<a href='/2026/03/04/quake-hits-the-island'>Quake</a><a href='/'>Home</a></nav>"
        "<p><a href='/sport'>not of the menu</a></p>"
    )
    assert read(page).sections == (
        "https://www.ex.org/politics",
        "https://www.ex.org/world/europe/",
    )


def test_sections_lie_below_a_word_for_them_too() -> None:
    page = (
        "<nav><a href='/category/local/'>L</a><a href='/rubrik/sport/fussball'>F</a>"
        "<a href='/category/'>All</a><a href='/category/login/'>P</a></nav>"
    )
    assert read(page).sections == (
        "https://www.ex.org/category/local/",
        "https://www.ex.org/rubrik/sport/fussball",
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta property='og:site_name' content='The Post'><title>x</title>", "The Post"),
        ("<title>News, sport and weather from Ex | The Post</title>", "The Post"),
        ("<title>The Post</title>", "The Post"),
        ("<p>", None),
    ],
)
def test_the_name_is_what_the_outlet_calls_itself(head: str, name: str | None) -> None:
    assert read(head).name == name


@pytest.mark.parametrize(
    ("raw", "tag"), [("en_US", "en-US"), ("DE", "de"), ("", None), (None, None), ("x", None)]
)
def test_a_language_is_a_tag_that_a_source_may_have(raw: str | None, tag: str | None) -> None:
    assert language_tag(raw) == tag


@given(st.text(max_size=60))
def test_no_page_makes_the_reader_fail(text: str) -> None:
    assert isinstance(read_home(text.encode("utf-8", "replace"), URL, None), Home)

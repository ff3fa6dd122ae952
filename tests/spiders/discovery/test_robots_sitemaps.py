from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery.listing import ChildSitemap, Listing
from spiders.discovery.robots_sitemaps import read_robots

URL = "https://ex.org/robots.txt"


def read(body: str) -> Listing:
    return read_robots(body.encode(), URL, "text/plain")


@pytest.mark.parametrize(
    "line",
    [
        "Sitemap: https://ex.org/s.xml",
        "SITEMAP:https://ex.org/s.xml",
        "  sitemap :  https://ex.org/s.xml   # the news",
        "Site-Map: https://ex.org/s.xml",
        "Sitemap: /s.xml",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_sitemap_is_named_in_any_case(line: str, end: str) -> None:
    body = end.join(["\ufeffUser-agent: a", "Disallow: /", line, "User-agent: *", line, ""])
    assert read(body).children == (ChildSitemap("https://ex.org/s.xml"),)


def test_what_cannot_be_fetched_and_what_is_a_comment_is_no_sitemap() -> None:
    assert read("# Sitemap: /a.xml\nSitemap: ftp://ex.org/a\nSitemap:\n") == Listing()


@pytest.mark.parametrize("body", ["", "User-agent: *\nDisallow:\n", "# nothing here"])
def test_a_robots_txt_without_sitemaps_is_no_problem(body: str) -> None:
    assert read(body) == Listing()


def test_a_page_in_its_place_says_so() -> None:
    assert read("<html><body>404</body></html>").problems == ("not a robots.txt",)


@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_fail(body: bytes) -> None:
    assert isinstance(read_robots(body, URL, None), Listing)

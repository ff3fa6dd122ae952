"""The sections that a story is filed under."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extraction import Page, extract

_STORY = "".join(f"<p>Passenger {n} waited on the pier for an hour.</p>" for n in range(6))


def _categories(head: str, menu: str = "", strip: str = "") -> tuple[str, ...]:
    html = (
        f"<html><head><title>Late</title>{head}</head><body>{menu}<article><h1>Late</h1>{strip}"
        f"{_STORY}</article></body></html>"
    )
    page = Page("https://daily.example/a", html.encode(), datetime(2024, 6, 1, tzinfo=UTC))
    return extract(page).categories


def test_names_joined_to_one_are_dropped_beside_them() -> None:
    sections = ("Health, Science", "Health", "Science", "Food, Wine")
    head = "".join(f'<meta property="article:section" content="{s}">' for s in sections)
    assert _categories(head) == ("Health", "Science", "Food, Wine")


def test_category_links_of_the_menu_are_not_the_storys() -> None:
    menu = '<ul><li><a rel="category" href="/c/sport">Sport</a></li></ul>'
    strip = '<a rel="category tag" href="/c/sea">Sea</a>'
    assert _categories("", menu, strip) == ("Sea",)
    assert _categories("", menu) == ()

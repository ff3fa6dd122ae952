"""Listings out of the archive are read by the role that they were fetched in."""

from __future__ import annotations

import pytest

from spiders.discovery.archived import read_archived

URL = "https://paper.example/"
STORY = "https://paper.example/2026/11/24/the-ferry-from-the-island-is-late"
PAGES = {
    "feed": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>The ferry</title>'
    f'<link href="{STORY}"/></entry></feed>',
    "news_sitemap": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    f"<url><loc>{STORY}</loc></url></urlset>",
    "section": f'<main><h2><a href="{STORY}">The ferry from the island is late</a></h2></main>',
}


@pytest.mark.parametrize("role", PAGES)
def test_each_role_has_its_reader(role: str) -> None:
    entries = read_archived(role, PAGES[role].encode(), URL, None)
    assert [entry.url for entry in entries] == [STORY]

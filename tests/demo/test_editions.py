"""An edition differs from the one before only where it says so."""

from __future__ import annotations

from dataclasses import replace

import feedparser
import pytest

from crawler.demo import DemoServer, Expected
from crawler.demo.outlets import load_outlets
from crawler.demo.resource import Resource
from crawler.demo.site import build_site
from tests.demo.conftest import request

SILENT = "/moor-reservoir-work-to-start-a-year-late/"
GONE = "/story/20855/shire-names-buyer-for-old-butter-factory"
CHANGED = {
    "/news/bridge-over-mill-creek-closed-after-crack-is-found-610198.html",
    "/story/20902/fire-crews-hold-blaze-north-of-port-lassiter",
    "/lokales/suche-nach-vermisstem-wanderer-an-der-roten-hoehe-id88140.html",
}
LISTINGS_CHANGED = {
    "/sitemap-index.xml",
    "/sitemaps/news-1.xml",
    "/feed.json",
    "/feed/atom.xml",
}


def everything(edition: int) -> dict[str, Resource]:
    """All resources by URL."""
    return {
        f"http://{outlet.id}.test{path}": resource
        for outlet in load_outlets()
        for path, resource in build_site(outlet, f"http://{outlet.id}.test", edition).items()
    }


def by_path(stories: tuple[Expected, ...]) -> dict[str, Expected]:
    return {"/" + story.url.split("/", 3)[3]: story for story in stories}


def test_building_twice_gives_the_same_bytes() -> None:
    assert everything(1) == everything(1)


def test_only_the_announced_resources_differ() -> None:
    first, second = everything(1), everything(2)
    differing = {"/" + url.split("/", 3)[3] for url in first if first[url] != second[url]}
    assert first.keys() == second.keys()
    assert differing == CHANGED | LISTINGS_CHANGED | {SILENT, GONE}


@pytest.mark.parametrize("path", sorted(CHANGED))
def test_changed_story_has_a_new_text_and_a_later_modified_date(
    server: DemoServer, path: str
) -> None:
    before, after = by_path(server.expected(1))[path], by_path(server.expected(2))[path]
    assert after.text != before.text
    assert after.modified_at is not None
    assert after.modified_at > (before.modified_at or before.published_at or "")


def test_silent_edit_moves_no_date_and_no_listing(server: DemoServer) -> None:
    before, after = by_path(server.expected(1))[SILENT], by_path(server.expected(2))[SILENT]
    assert after.text != before.text
    assert replace(after, text=before.text) == before


def test_withdrawn_story_is_410_and_comes_back(server: DemoServer) -> None:
    url = server.bases["coolabar"] + GONE
    statuses = []
    for edition in (1, 2, 3):
        server.set_edition(edition)
        statuses.append(request(url)[0].status)
    assert statuses == [200, 410, 200]
    assert [GONE in by_path(server.expected(e)) for e in (1, 2, 3)] == [True, False, True]


def test_third_edition_only_brings_the_story_back() -> None:
    second, third = everything(2), everything(3)
    assert {url.split("/", 3)[3] for url in third if third[url] != second[url]} == {GONE[1:]}


def test_unchanged_listing_keeps_its_etag(server: DemoServer) -> None:
    url = server.bases["kestrel"] + "/feed/"
    first, _ = request(url)
    server.set_edition(2)
    again, _ = request(url, If_None_Match=first.headers["ETag"])
    assert again.status == 304


def test_changed_listing_says_which_entry_changed(server: DemoServer) -> None:
    url = server.bases["lauter"] + "/feed/atom.xml"
    before = {entry.id: entry.updated for entry in feedparser.parse(request(url)[1]).entries}
    server.set_edition(2)
    after = {entry.id: entry.updated for entry in feedparser.parse(request(url)[1]).entries}
    assert [key for key in before if before[key] != after[key]] == [
        server.bases["lauter"] + "/?p=88140"
    ]

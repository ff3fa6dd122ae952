"""A backfill of a loopback archive, also one that is killed in the middle."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.running import lines_of, manifest_of
from tests.spiders.test_news import Open, Paper, page, paper, xml
from tests.wire import Answer, plain

__all__ = ["paper"]  # the fixture

WINDOW = ("-a", "mode=backfill", "-a", "since=2026-01-01", "-a", "until=2026-03-01")
MONTHS = ("2025-11", "2026-01", "2026-02", "2026-04")


def sitemap(*entries: tuple[str, str]) -> Answer:
    urls = "".join(f"<url><loc>{loc}</loc><lastmod>{day}</lastmod></url>" for loc, day in entries)
    return xml(f"<urlset>{urls}</urlset>".encode())


def archive(ours: Paper, routes: dict[str, object]) -> None:
    """Four months of two stories each, behind an index that only robots.txt names."""
    names = "".join(f"<sitemap><loc>/sitemap-{month}.xml</loc></sitemap>" for month in MONTHS)
    routes["/index"] = xml(f"<sitemapindex>{names}</sitemapindex>".encode())
    routes["/robots.txt"] = plain(f"sitemap: {ours.server.base}/index".encode())
    routes["/feed"] = xml(b"<feed/>")
    for month in MONTHS:
        stories = [(f"/{month}/{n}", f"{month}-0{n}") for n in (1, 2)]
        routes[f"/sitemap-{month}.xml"] = sitemap(*stories)
        for path, _ in stories:
            routes[path] = plain(page(f"Story {path}", path))


def delivered(ours: Paper) -> list[str]:
    return sorted(line["headline"] for line in lines_of(ours.output))


WANTED = [f"Story /{month}/{n}" for month in MONTHS[1:3] for n in (1, 2)]


def test_a_backfill_asks_only_for_the_sitemaps_of_its_window(paper: Open) -> None:
    routes: dict[str, object] = {}
    ours = paper(routes)
    archive(ours, routes)
    assert ours.crawl(*WINDOW) == 0
    assert delivered(ours) == WANTED
    asked = [path for path in ours.server.paths() if "sitemap-" in path]
    assert sorted(asked) == ["/sitemap-2026-01.xml", "/sitemap-2026-02.xml"]
    stats = manifest_of(ours.output)["stats"]
    assert (stats["backfill/walked"], stats["backfill/left"]) == (5, 0)
    assert stats["backfill/passed_over/before_since"] == 1
    assert stats["backfill/passed_over/after_until"] == 1
    assert ours.crawl(*WINDOW) == 0
    assert ours.server.log == []


def test_a_backfill_that_is_killed_goes_on_where_it_was(paper: Open) -> None:
    routes: dict[str, object] = {}
    ours = paper(routes)
    archive(ours, routes)
    second = routes["/sitemap-2026-02.xml"]
    routes["/sitemap-2026-02.xml"] = Answer((b"HTTP/1.1 200 OK\r\n",), hang=True)
    ours.sources.write_text(ours.sources.read_text() + "concurrency = 4\n")
    ours.crawl_killed({"/sitemap-2026-02.xml", "/2026-01/2"}, *WINDOW)
    routes["/sitemap-2026-02.xml"] = second
    assert ours.crawl(*WINDOW) == 0
    assert "/sitemap-2026-01.xml" not in ours.server.paths()
    assert "/index" not in ours.server.paths()
    assert delivered(ours) == WANTED


def test_a_section_is_walked_to_its_end_and_no_further(paper: Open) -> None:
    def section(day: int, following: str) -> Answer:
        path = f"/2026/01/{day:02}/the-story-of-the-day"
        routes[path] = plain(page(f"Story of day {day}", f"word{day}"))
        link = f"<h2><a href='{path}'>The story of the day in full</a></h2>"
        return plain(f"{link}<a rel='next' href='{following}'>older</a>".encode())

    routes: dict[str, object] = {}
    ours = paper(routes)
    ours.sources.write_text(ours.sources.read_text().replace("feeds", "sections"))
    routes["/feed"] = section(20, "/feed/2")
    routes["/feed/2"] = section(19, "/feed/3")
    routes["/feed/3"] = section(19, "/feed/4")  # the same for ever
    assert ours.crawl(*WINDOW) == 0
    assert delivered(ours) == ["Story of day 19", "Story of day 20"]
    assert "/feed/4" not in ours.server.paths()
    assert manifest_of(ours.output)["dropped"]["endless_pagination"] == 1


def test_a_walk_ends_behind_its_window_whatever_stands_beside_the_list(paper: Open) -> None:
    beside = "<a href='/guide/how-to-read-the-tide-tables'>How to read the tide tables here</a>"

    def section(day: str, number: int) -> Answer:
        path = f"/{day}/the-story-of-the-day"
        routes[path] = plain(page(f"Story of {day}", f"word{number}"))
        link = f"<h2><a href='{path}'>The story of the day in full</a></h2>"
        return plain(f"{link}{beside}<a rel='next' href='/feed/{number + 1}'>older</a>".encode())

    routes: dict[str, object] = {"/guide/how-to-read-the-tide-tables": plain(page("Tide tables"))}
    ours = paper(routes)
    ours.sources.write_text(ours.sources.read_text().replace("feeds", "sections"))
    routes["/feed"] = section("2026/01/20", 1)
    days = ["2025/12/20", "2025/11/20"]
    routes |= {f"/feed/{n}": section(day, n) for n, day in enumerate(days, 2)}
    assert ours.crawl(*WINDOW) == 0
    assert delivered(ours) == ["Story of 2026/01/20", "Tide tables"]
    assert "/feed/2" in ours.server.paths()
    assert "/feed/3" not in ours.server.paths()


def wordpress(routes: dict[str, object]) -> None:
    """A feed of three pages, two stories each, without a word that it goes on."""
    for number, days in enumerate(((25, 24), (23, 22), (21, 20)), 1):
        for day in days:
            routes[f"/2026/01/{day}/story"] = plain(page(f"Story of day {day}", f"word{day}"))
        items = "".join(
            f"<item><link>/2026/01/{day}/story</link><pubDate>{day} Jan 2026 08:00:00 GMT</pubDate>"
            "</item>"
            for day in days
        )
        made = "<generator>https://wordpress.org/?v=6.5</generator>"
        body = xml(f"<rss version='2.0'><channel>{made}{items}</channel></rss>".encode())
        routes["/feed" + (f"?paged={number}" if number > 1 else "")] = body


DAYS = [f"Story of day {day}" for day in range(20, 26)]


def test_a_feed_of_wordpress_is_walked_until_it_has_no_further_page(paper: Open) -> None:
    routes: dict[str, object] = {}
    ours = paper(routes)
    wordpress(routes)
    assert ours.crawl(*WINDOW) == 0
    assert delivered(ours) == DAYS
    assert "/feed?paged=4" in ours.server.paths()
    report = manifest_of(ours.output)
    assert (report["failed"], report["stats"]["backfill/left"]) == ({}, 0)
    with closing(sqlite3.connect(ours.output / "state.sqlite")) as state:
        ledger = state.execute("SELECT listing, rank FROM discovery ORDER BY 1, 2").fetchall()
    parts = ("/feed", "/feed?paged=2", "/feed?paged=3")
    assert ledger == [(f"{ours.server.base}{part}", rank) for part in parts for rank in (0, 1)]
    assert ours.crawl(*WINDOW) == 0
    assert ours.server.log == []


@pytest.mark.parametrize(
    ("stalled", "meanwhile"),
    [
        pytest.param("/feed?paged=2", "/2026/01/24/story", id="between-two-pages"),
        pytest.param("/2026/01/22/story", "/feed?paged=4", id="behind-its-last-page"),
    ],
)
def test_a_walk_of_a_feed_that_is_killed_gives_each_story_once(
    paper: Open, stalled: str, meanwhile: str
) -> None:
    routes: dict[str, object] = {}
    ours = paper(routes)
    wordpress(routes)
    ours.sources.write_text(ours.sources.read_text() + "concurrency = 4\n")
    whole, routes[stalled] = routes[stalled], Answer((b"HTTP/1.1 200 OK\r\n",), hang=True)
    ours.crawl_killed({stalled, meanwhile}, *WINDOW)
    routes[stalled] = whole
    assert ours.crawl(*WINDOW) == 0, ours.said
    assert delivered(ours) == DAYS
    assert stalled in ours.server.paths()
    assert "/feed" not in ours.server.paths()

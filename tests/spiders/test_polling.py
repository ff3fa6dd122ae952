"""Which listings a run asks, which it leaves alone, and what it says of them."""

from __future__ import annotations

import subprocess
import sys

from tests.running import ROOT, lines_of, manifest_of
from tests.spiders.test_news import Open, Paper, feed, page, paper, xml
from tests.wire import plain

__all__ = ["paper"]  # the fixture

SELDOM = ("-s", "POLL_FLOOR=3600")
DATE = "2026-01-01T00:00:00Z"


def declared(ours: Paper, **keys: str) -> None:
    """Set or replace keys of the one source."""
    kept = [
        line for line in ours.sources.read_text().splitlines() if line.partition(" ")[0] not in keys
    ]
    added = [f"{key} = {value}" for key, value in keys.items()]
    ours.sources.write_text("\n".join([*kept, *added, ""]))


def test_a_listing_that_is_not_due_is_left_alone_until_all_are_asked_for(paper: Open) -> None:
    routes: dict[str, object] = {"/a": plain(page("Wall rebuilt at last"))}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", DATE)), b'ETag: "1"')
    assert ours.crawl(*SELDOM) == 0
    assert ours.crawl(*SELDOM) == 0
    assert ours.server.log == []
    manifest = manifest_of(ours.output)
    assert "nothing was due" in manifest["verdict"]
    assert manifest["sources"]["paper"] == {"not_due": 1}
    assert ours.crawl(*SELDOM, "-a", "due=all") == 0
    assert ours.server.paths() == ["/robots.txt", "/feed"]


def test_what_a_run_needs_before_anything_is_due_is_no_parser() -> None:
    parsers = {"trafilatura", "feedparser", "spiders.discovery.section", "crawler.demo.stories"}
    asked = f"import sys, spiders.news; print(sorted({parsers} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_a_cached_answer_is_not_asked_for_again_while_it_is_fresh(paper: Open) -> None:
    ours = paper(
        {
            "/feed": xml(
                feed(
                    "http://x",
                ),
                b"Cache-Control: max-age=3600",
            )
        }
    )
    assert ours.crawl() == 0
    assert ours.crawl() == 0
    assert ours.server.log == []


def test_a_validator_is_not_believed_for_longer_than_a_day(paper: Open) -> None:
    ours = paper({"/feed": xml(feed("http://x"), b'ETag: "1"')})
    assert ours.crawl() == 0
    assert ours.crawl("-s", "FULL_FETCH_AFTER=0") == 0
    (asked,) = (entry.request for entry in ours.server.log if b"GET /feed" in entry.request)
    assert b"If-None-Match" not in asked


def test_a_feed_that_is_gone_is_left_for_days_and_stays_in_every_report(paper: Open) -> None:
    ours = paper({"/feed": plain(b"", status=b"410 Gone")})
    assert ours.crawl() == 4
    assert ours.crawl(*SELDOM) == 0
    assert ours.server.log == []
    assert manifest_of(ours.output)["failing"] == {f"{ours.server.base}/feed": 1}


def test_a_feed_that_asks_to_be_left_alone_is(paper: Open) -> None:
    busy = plain(b"", b"Retry-After: 900", status=b"503 Service Unavailable")
    ours = paper({"/feed": busy})
    assert ours.crawl("-s", "RETRY_TIMES=0") == 4
    assert ours.crawl() == 0
    assert ours.server.log == []


def test_stories_over_the_budget_of_their_source_wait_for_the_next_run(paper: Open) -> None:
    routes: dict[str, object] = {f"/{n}": plain(page(f"N{n}", f"word{n}")) for n in range(3)}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, *((f"/{n}", DATE) for n in range(3))))
    declared(ours, max_pages="2")
    assert ours.crawl() == 0
    assert len(lines_of(ours.output)) == 2
    assert manifest_of(ours.output)["stats"]["news/left/budget_pages"] == 1
    assert manifest_of(ours.output)["sources"]["paper"]["left_over_budget"] == 1
    assert ours.crawl() == 0
    assert len(lines_of(ours.output)) == 3


SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def test_sitemaps_of_robots_txt_are_followed_but_not_round_in_circles(paper: Open) -> None:
    routes: dict[str, object] = {"/a": plain(page("Wall rebuilt at last"))}
    ours = paper(routes)
    base = ours.server.base
    routes["/robots.txt"] = plain(f"User-agent: *\nDisallow:\nSITEMAP:{base}/index".encode())
    named = ["/index", "/news", "http://elsewhere.example/news"]
    children = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in named)
    routes["/index"] = xml(f'<sitemapindex xmlns="{SPACE}">{children}</sitemapindex>'.encode())
    routes["/news"] = xml(f'<urlset xmlns="{SPACE}"><url><loc>/a</loc></url></urlset>'.encode())
    declared(ours, feeds="[]", robots_sitemaps="true")
    assert ours.crawl() == 0
    assert [line["discovered_from"] for line in lines_of(ours.output)] == [f"{base}/news"]
    assert sorted(ours.server.paths()) == ["/a", "/index", "/news", "/robots.txt", "/robots.txt"]
    assert manifest_of(ours.output)["dropped"] == {"sitemap_elsewhere": 1}


def index_of(lastmod: str) -> object:
    child = f"<sitemap><loc>/news</loc><lastmod>{lastmod}</lastmod></sitemap>"
    return xml(f'<sitemapindex xmlns="{SPACE}">{child}</sitemapindex>'.encode())


def test_a_sitemap_is_asked_again_when_its_index_says_that_it_changed(paper: Open) -> None:
    routes: dict[str, object] = {"/index": index_of("2026-03-01")}
    routes["/news"] = xml(b"<urlset/>", b"Cache-Control: max-age=7200")
    ours = paper(routes)
    declared(ours, feeds="[]", news_sitemaps=f'["{ours.server.base}/index"]', poll='"0s"')
    assert ours.crawl() == 0
    assert ours.crawl() == 0
    assert ours.server.paths() == ["/robots.txt", "/index"]
    routes["/index"] = index_of("2026-03-02")
    assert ours.crawl() == 0
    assert ours.server.paths() == ["/robots.txt", "/index", "/news"]

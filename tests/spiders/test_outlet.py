"""``scrapy sources add`` against outlets on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.demo.server import start
from crawler.sources import load_sources
from tests.running import LOOPBACK, scrapy
from tests.wire import WireServer, plain

QUICK = (
    *LOOPBACK,
    "-s",
    "DOWNLOAD_DELAY=0.01",
    "-s",
    "EXTRACTION_WORKERS=1",
    "-s",
    "RETRY_TIMES=0",
)


def test_an_outlet_is_found_declared_and_not_declared_twice(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    with start(port=0) as server:
        base = server.bases["pinemarsh"]
        add = ("sources", "add", f"{base}/", "-o", str(file), *QUICK, "--id", "pinemarsh")
        assert scrapy(*add).returncode == 0
        (source,) = load_sources(file)
        asked = len(server.log)
        again = scrapy(*add)
    assert source.name == "The Pinemarsh Ledger"
    assert source.feeds == (f"{base}/rss.xml",)
    assert source.news_sitemaps == (f"{base}/sitemap-index.xml",)
    assert source.language == "en-US"
    assert source.tried is None
    assert again.returncode == 2
    assert 'the id "pinemarsh" is taken' in again.stderr
    assert len(server.log) == asked
    assert len(load_sources(file)) == 1


@pytest.mark.parametrize(
    ("outlet", "feed", "section"),
    [("lauter", "/feed/atom.xml", "/lokales/"), ("kestrel", "/feed/", "/category/local/")],
)
def test_feeds_of_the_home_page_and_sections_of_the_menu_are_found(
    outlet: str, feed: str, section: str
) -> None:
    with start(port=0) as server:
        base = server.bases[outlet]
        made = scrapy("sources", "add", f"{base}/", *QUICK)
    assert made.returncode == 0, made.stderr
    assert f'feeds = [\n    "{base}{feed}",\n]' in made.stdout
    assert f'"{base}{section}"' in made.stdout.partition("sections = ")[2]
    host = base.partition("://")[2].partition(":")[0]
    assert f'id = "{host.replace(".", "-")}"' in made.stdout


def test_a_page_is_no_section_for_the_stories_in_the_footer_of_all_pages() -> None:
    def listing(*numbers: int) -> str:
        link = "<a href='/news/a-story-of-the-town-{}'>A story of the town with number {}</a>"
        return "".join(link.format(number, number) for number in numbers)

    foot = f"<footer>{listing(*range(1, 6))}</footer>"
    menu = "<nav><a href='/town/'>Town</a><a href='/history/'>History</a></nav>"
    routes = {
        "/": plain(f"<title>The Post</title>{menu}{foot}".encode()),
        "/town/": plain(f"{menu}<main>{listing(*range(10, 16))}</main>{foot}".encode()),
        "/history/": plain(f"{menu}<p>The Post was founded in 1821.</p>{foot}".encode()),
    }
    with WireServer(routes) as server:
        made = scrapy("sources", "add", f"{server.base}/", *QUICK)
    assert made.returncode == 0, made.stderr
    assert f'sections = [\n    "{server.base}/town/",\n]' in made.stdout


def test_a_feed_that_no_page_names_is_found_where_robots_txt_lets_us_look() -> None:
    feed = b"<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>"
    routes = {
        "/": plain(b"<html lang='de_AT'><title>Alles - Der Bote</title><body>Hallo"),
        "/robots.txt": plain(b"User-agent: *\nDisallow: /feed/\n"),
        "/feed/": plain(feed),
        "/rss.xml": plain(feed),
    }
    with WireServer(routes) as server:
        made = scrapy("sources", "add", f"{server.base}/", *QUICK)
        asked = server.paths()
    assert made.returncode == 0, made.stderr
    assert f'feeds = [\n    "{server.base}/rss.xml",\n]' in made.stdout
    assert 'language = "de-AT"' in made.stdout
    assert "/feed/" not in asked


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(("http://127.0.0.1:1/",), 4, "no answer", id="nobody-there"),
        pytest.param(("nonsense",), 2, "no http or https URL", id="no-url"),
    ],
)
def test_an_outlet_that_cannot_be_added_is_said_in_one_line(
    arguments: tuple[str, ...], code: int, said: str
) -> None:
    made = scrapy("sources", "add", *arguments, *QUICK)
    assert made.returncode == code
    assert made.stdout == ""
    assert said in made.stderr.strip().splitlines()[-1]

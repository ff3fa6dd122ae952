"""The listings are valid, hold what they should, and lead to every story."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import feedparser
import pytest
from lxml import etree
from lxml.html import document_fromstring

from crawler.demo import DemoServer
from crawler.demo.outlets import OUTLET_IDS
from tests.demo.conftest import request

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def feed_links(url: str) -> list[str]:
    _, body = request(url)
    if url.endswith(".json"):
        return [item["url"] for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    return [entry.link for entry in parsed.entries]


def sitemap_links(url: str) -> list[str]:
    _, body = request(url)
    tree = etree.fromstring(gzip.decompress(body) if url.endswith(".gz") else body)
    places = [place.text for place in tree.iter(f"{SITEMAP}loc")]
    if tree.tag == f"{SITEMAP}sitemapindex":
        return [link for place in places for link in sitemap_links(place)]
    return places


def section_links(url: str) -> list[str]:
    _, body = request(url)
    return [urljoin(url, link) for link in document_fromstring(body).xpath("//main//h2/a/@href")]


def listed(server: DemoServer) -> Counter[str]:
    """Every link in a listing that the sources file names, redirects followed, by how often."""
    found: Counter[str] = Counter()
    for source in tomllib.loads(server.sources_toml())["source"]:
        for url in source["feeds"]:
            found.update(feed_links(url))
        for url in source["news_sitemaps"]:
            found.update(sitemap_links(url))
        for url in source["sections"]:
            found.update(section_links(url))
    return Counter({(request(u)[0].headers["Location"] or u): n for u, n in found.items()})


def test_every_story_is_reachable_and_nothing_else_is_listed(server: DemoServer) -> None:
    links = {re.sub(r"\?utm_.*", "", url) for url in listed(server)}
    assert links == {story.url for story in server.expected(1)}


def test_some_stories_are_listed_twice_and_some_with_tracking(server: DemoServer) -> None:
    links = listed(server)
    assert sum(count > 1 for count in links.values()) >= 5
    assert any("utm_source=rss" in url for url in links)


def test_no_listing_has_every_story_of_its_outlet(server: DemoServer) -> None:
    stories = Counter(story.source_id for story in server.expected(1))
    for source in tomllib.loads(server.sources_toml())["source"]:
        for url in source["feeds"]:
            assert len(feed_links(url)) < stories[source["id"]]


@pytest.mark.parametrize(
    ("outlet", "path", "version"),
    [
        ("kestrel", "/feed/", "rss20"),
        ("pinemarsh", "/rss.xml", "rss20"),
        ("shiomi", "/rss/index.rdf", "rss10"),
        ("lauter", "/feed/atom.xml", "atom10"),
        ("sahil", "/rss.xml", "rss20"),
    ],
)
def test_feeds_parse_as_what_they_are(
    server: DemoServer, outlet: str, path: str, version: str
) -> None:
    _, body = request(server.bases[outlet] + path)
    parsed = feedparser.parse(body)
    assert (parsed.version, bool(parsed.bozo)) == (version, False)
    assert all(entry.get("published") or entry.get("updated") for entry in parsed.entries)


def test_rss_has_guid_creator_categories_and_some_whole_texts(server: DemoServer) -> None:
    _, body = request(server.bases["kestrel"] + "/feed/")
    entries = feedparser.parse(body).entries
    assert all(entry.id and entry.author and entry.tags for entry in entries)
    assert 0 < sum("content" in entry for entry in entries) < len(entries)


def test_news_sitemap_has_the_fields_of_the_news_namespace(server: DemoServer) -> None:
    _, body = request(server.bases["meridian"] + "/news-sitemap.xml")
    tree = etree.fromstring(body)
    names = {element.tag.removeprefix(NEWS) for element in tree.iter() if NEWS in element.tag}
    assert names >= {"news", "publication", "name", "language", "publication_date", "title"}


@pytest.mark.parametrize("outlet", OUTLET_IDS)
def test_robots_txt_allows_the_stories(server: DemoServer, outlet: str) -> None:
    base = server.bases[outlet]
    answer, body = request(base + "/robots.txt")
    robots = RobotFileParser()
    robots.parse(body.decode().splitlines())
    stories = [story.url for story in server.expected(1) if story.source_id == outlet]
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert all(robots.can_fetch("any", url) for url in stories)


def test_robots_txt_has_a_delay_a_closed_area_and_a_sitemap(server: DemoServer) -> None:
    _, thornby = request(server.bases["thornby"] + "/robots.txt")
    _, pinemarsh = request(server.bases["pinemarsh"] + "/robots.txt")
    assert b"Crawl-delay: 0.05" in thornby
    assert b"Disallow: /members/" in thornby
    assert f"Sitemap: {server.bases['pinemarsh']}/sitemap-index.xml".encode() in pinemarsh
    closed = server.bases["thornby"] + "/members/minutes-of-the-closed-session.html"
    assert request(closed)[0].status == 200

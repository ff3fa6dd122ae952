"""The stories are enough, realistic, and where the server says they are."""

from __future__ import annotations

import html
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import trafilatura
from lxml.html import document_fromstring

from crawler.demo import DemoServer, Expected
from crawler.demo.outlets import OUTLET_IDS, load_outlets
from crawler.sources import load_sources
from tests.demo.conftest import request


def charset(content_type: str) -> str:
    return content_type.partition("charset=")[2]


def page(story: Expected) -> str:
    answer, body = request(story.url)
    assert answer.status == 200
    return body.decode(charset(answer.headers["Content-Type"]))


def test_at_least_sixty_stories_over_at_least_six_outlets(server: DemoServer) -> None:
    stories = server.expected(1)
    assert len(stories) >= 60
    assert len({story.source_id for story in stories}) >= 6
    assert len({story.url for story in stories}) == len(stories)


@pytest.mark.parametrize("outlet", OUTLET_IDS)
def test_expected_fields_are_on_the_page(server: DemoServer, outlet: str) -> None:
    for story in server.expected(1):
        if story.source_id != outlet:
            continue
        source = page(story)
        text = " ".join(" ".join(document_fromstring(source).itertext()).split())
        flat = re.sub(r"\s", "", text)
        for wanted in (*story.text.split("\n\n"), story.headline, *story.authors):
            assert re.sub(r"\s", "", wanted) in flat
        for category in story.categories:
            assert html.escape(category) in source


def test_each_outlet_has_pages_of_its_own_kind(server: DemoServer) -> None:
    first = {story.source_id: page(story) for story in reversed(server.expected(1))}
    has_json_ld = {name for name, source in first.items() if "application/ld+json" in source}
    assert has_json_ld == {"pinemarsh", "shiomi", "lauter", "meridian"}
    assert '"@graph"' in first["lauter"]
    assert 'itemprop="articleBody"' in first["sahil"]
    assert 'dir="rtl"' in first["sahil"]
    assert "og:title" in first["coolabar"]
    assert "<meta property" not in first["thornby"]


def test_wordpress_story_repeats_its_headline_and_names_its_source_last(server: DemoServer) -> None:
    story = next(story for story in server.expected(1) if story.published_date is None)
    tree = document_fromstring(page(story))
    headings = [heading.text_content() for heading in tree.iter("h1", "h2")]
    assert headings[:2] == [story.headline, story.headline]
    assert len(tree.xpath("//a[@rel='category tag']")) == 6
    assert tree.xpath("string(//div[@class='entry-content']/p[last()])") == "Source : Kyodo News"
    assert not tree.xpath("//time")


def test_one_wire_story_is_on_three_outlets_in_three_forms(server: DemoServer) -> None:
    opening = "The port authority of Shiomi will share three years of measurements"
    versions = [story for story in server.expected(1) if story.text.startswith(opening)]
    assert {story.source_id for story in versions} == {"kestrel", "pinemarsh", "coolabar"}
    assert len({story.headline for story in versions}) == 3
    assert len({story.text for story in versions}) == 3
    assert {story.agency for story in versions} == {"Kyodo News"}


def test_bare_days_and_missing_dates_stay_what_they_are(server: DemoServer) -> None:
    thornby = [story for story in server.expected(1) if story.source_id == "thornby"]
    assert all(story.published_at is None for story in thornby)
    assert Counter(story.published_date is None for story in thornby)[True] == 1


def test_days_are_those_of_the_outlets_zone(server: DemoServer) -> None:
    story = next(s for s in server.expected(1) if s.published_at == "2026-10-15T21:30:00Z")
    assert story.published_date == "2026-10-16"


def test_japanese_pages_come_in_three_charsets(server: DemoServer) -> None:
    urls = [story.url for story in server.expected(1) if story.source_id == "shiomi"]
    charsets = {charset(request(url)[0].headers["Content-Type"]) for url in urls}
    assert charsets == {"UTF-8", "Shift_JIS", "EUC-JP"}


def test_teaser_wall_shows_two_paragraphs(server: DemoServer) -> None:
    walled = [story for story in server.expected(1) if story.access == "paywall"]
    assert len(walled) == 5
    for story in walled:
        source = page(story)
        assert len(story.text.split("\n\n")) == 2
        assert "Subscribe to keep reading" in source
        assert '"isAccessibleForFree": false' in source


def test_an_extractor_that_we_did_not_write_finds_most_of_each_story(server: DemoServer) -> None:
    for story in server.expected(1):
        _, body = request(story.url)
        found = trafilatura.extract(body, url=story.url) or ""
        flat = re.sub(r"\s", "", found)
        wanted = story.text.split("\n\n")
        hits = sum(re.sub(r"\s", "", paragraph) in flat for paragraph in wanted)
        assert hits >= 0.8 * len(wanted), story.url


def test_sources_file_is_one_that_the_crawler_takes(server: DemoServer, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(server.sources_toml(), "utf-8")
    assert [source.id for source in load_sources(path)] == list(OUTLET_IDS)
    tables = tomllib.loads(server.sources_toml())["source"]
    assert {table["delay"] for table in tables} == {0.05}


def test_take_patterns_take_every_story_and_leave_the_rest(server: DemoServer) -> None:
    tables = {table["id"]: table for table in tomllib.loads(server.sources_toml())["source"]}
    for story in server.expected(1):
        patterns = tables[story.source_id]["take"]
        assert any(re.search(pattern, story.url) for pattern in patterns), story.url
    for outlet in load_outlets():
        for _, path in (*outlet.nav, *outlet.service):
            url = server.bases[outlet.id] + path
            assert not any(re.search(pattern, url) for pattern in outlet.take), url

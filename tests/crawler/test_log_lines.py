"""What Scrapy logs of every answer and item, and what it counts."""

from __future__ import annotations

import logging

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.log_lines import LogLines
from crawler.stats import RunStats


@pytest.mark.parametrize(
    ("level", "is_made"),
    [("DEBUG", True), ("10", True), ("INFO", False), ("WARNING", False)],
)
def test_lines_below_the_level_are_not_made(level: str, is_made: bool) -> None:
    lines = LogLines.from_crawler(get_crawler(settings_dict={"LOG_LEVEL": level}))
    request, spider = Request("http://news.example/"), Spider("news")
    response = Response(request.url, request=request)
    for line in (
        lines.crawled(request, response, spider),
        lines.scraped({"title": "A"}, response, spider),
    ):
        assert (line is not None and line["level"] == logging.DEBUG) is is_made


def test_counts_are_scrapys() -> None:
    stats = RunStats(get_crawler())
    stats.inc_value("pages")
    stats.inc_value("pages", 2)
    stats.max_value("most", 7)
    stats.set_value("name", "run")
    assert stats.get_value("absent", 0) == 0
    assert stats.get_stats() == {"pages": 3, "most": 7, "name": "run"}

"""A source's own selectors, and the command that explains a line: as a user meets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import FAST, lines_of, scrapy
from tests.wire import WireServer, plain

STORY = (
    b'<html lang="en"><head><title>The ferry is late</title>'
    b'<meta name="author" content="Web Desk"></head><body><h1>The ferry is late</h1>'
    b'<p class="who">Ada Fenwick</p><article><div class="promo"><p>'
    b"Win a journey to the islands with our summer competition for all of our faithful readers."
    b"</p></div>"
    + b"".join(
        b"<p>Passenger %d waited on the pier for an hour and read the paper on Monday.</p>" % n
        for n in range(6)
    )
    + b"</article></body></html>"
)
SOURCE = """
[[source]]
id = "gazette"
name = "The Gazette"
home = "{base}/"
sections = ["{base}/"]
domains = ["127.0.0.1"]
take = ["/2024/"]
overrides = {{ authors = ".who", drop = [".promo", "//div[@id='gone']"] }}
"""


@dataclass(frozen=True)
class Crawled:
    """A finished crawl of one story: its output, its sources file, the story's URL."""

    output: Path
    sources: Path
    url: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    root = tmp_path_factory.mktemp("gazette")
    listing = b'<html><body><a href="/2024/05/06/the-ferry-is-late">The ferry is late</a></body>'
    path = "/2024/05/06/the-ferry-is-late"
    with WireServer({"/": plain(listing), path: plain(STORY)}) as server:
        sources = root / "my.toml"
        sources.write_text(SOURCE.format(base=server.base), "utf-8")
        done = scrapy(
            *("crawl", "news", "-a", f"sources={sources}", "-s", f"OUTPUT_DIR={root / 'out'}"),
            *("-s", "EVIDENCE=1", *FAST),
        )
        assert done.returncode == 0, done.stderr
        yield Crawled(root / "out", sources, server.base + path)


def test_crawl_uses_the_selectors_of_the_source(crawled: Crawled) -> None:
    (line,) = lines_of(crawled.output)
    assert line["authors"] == ["Ada Fenwick"]
    assert "competition" not in line["text"]
    assert "Passenger 5" in line["text"]


def test_evidence_is_in_the_line_where_it_is_asked_for(crawled: Crawled) -> None:
    (line,) = lines_of(crawled.output)
    evidence = line["evidence"]
    assert evidence["authors"]["from"] == "override"
    assert {"value": "Web Desk", "from": "meta:author", "read": ["Web Desk"]} in evidence[
        "authors"
    ]["candidates"]
    assert evidence["headline"]["chosen"] == "The ferry is late"


def test_replay_makes_the_same_line_with_the_same_sources(crawled: Crawled, tmp_path: Path) -> None:
    done = scrapy(
        *("crawl", "replay", "-a", f"warc={crawled.output / 'warc'}"),
        *("-a", f"sources={crawled.sources}", "-s", f"OUTPUT_DIR={tmp_path}", "-s", "EVIDENCE=1"),
        *FAST,
    )
    assert done.returncode == 0, done.stderr
    (old,), (new,) = lines_of(crawled.output), lines_of(tmp_path)
    own = {"run_id", "discovered_at"}
    assert {k: v for k, v in old.items() if k not in own} == {
        k: v for k, v in new.items() if k not in own
    }


def test_check_tells_of_a_selector_that_matches_no_archived_page(crawled: Crawled) -> None:
    done = scrapy(
        *("sources", "check", "gazette", "-a", str(crawled.sources)),
        *("-s", f"OUTPUT_DIR={crawled.output}"),
    )
    assert done.returncode == 2
    assert 'overrides.authors ".who": 1 of 1 pages' in done.stdout
    assert "overrides.drop \"//div[@id='gone']\" matches none of the 1 newest" in done.stderr


def test_explain_finds_the_page_by_its_url_and_writes_it_side_by_side(
    crawled: Crawled, tmp_path: Path
) -> None:
    html = tmp_path / "why.html"
    done = scrapy(
        *("explain", crawled.url, "--source", "gazette", "--sources", str(crawled.sources)),
        *("--html", str(html), "-s", f"OUTPUT_DIR={crawled.output}"),
    )
    assert done.returncode == 0, done.stderr
    assert "Ada Fenwick  from override" in done.stdout
    assert "| Passenger 0 waited" in done.stdout
    assert "&lt;p class=&quot;who&quot;&gt;" in html.read_text("utf-8")


def test_explain_takes_the_pointer_of_a_line(crawled: Crawled) -> None:
    (line,) = lines_of(crawled.output)
    done = scrapy(
        *("explain", line["warc_file"], str(line["warc_offset"])),
        *("-s", f"OUTPUT_DIR={crawled.output}"),
    )
    assert done.returncode == 0, done.stderr
    assert "meta:author" in done.stdout


def test_explain_of_what_is_not_archived_is_an_error(crawled: Crawled) -> None:
    done = scrapy("explain", "https://other.example/x", "-s", f"OUTPUT_DIR={crawled.output}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "https://other.example/x is not in" in done.stderr

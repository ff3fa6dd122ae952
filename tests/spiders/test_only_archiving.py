"""A crawl that only archives: everything but the lines, which a replay makes later."""

from __future__ import annotations

from pathlib import Path

from crawler.demo.server import DemoServer
from tests.running import FAST, lines_of, manifest_of, records_of, scrapy


def test_pages_are_archived_and_remembered_and_a_replay_makes_their_lines(tmp_path: Path) -> None:
    output, lines = tmp_path / "out", tmp_path / "lines"
    with DemoServer() as server:
        (tmp_path / "sources.toml").write_text(server.sources_toml(), "utf-8")
        crawl = ("crawl", "news", "-a", f"sources={tmp_path / 'sources.toml'}", "-a", "due=all")
        archiving = (*crawl, *FAST, "-s", f"OUTPUT_DIR={output}", "-s", "EXTRACT=False")
        done = [scrapy(*archiving)]
        archived = manifest_of(output)["stats"]["news/archived"]
        done.append(scrapy(*archiving))
    done.append(
        scrapy("crawl", "replay", "-a", f"warc={output / 'warc'}", "-s", f"OUTPUT_DIR={lines}")
    )

    assert [run.returncode for run in done] == [0, 0, 0]
    assert lines_of(output) == []
    assert "news/archived" not in manifest_of(output)["stats"], "asked for again"
    responses = [kind for kind, _, _ in records_of(output)].count("response")
    assert 10 < len(lines_of(lines)) <= archived < responses

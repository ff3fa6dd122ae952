"""A replay's articles come through whatever pipelines are configured, ours alone or others too."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.running import lines_of, manifest_of, scrapy
from tests.spiders.test_news import page

OURS = {"crawler.pipelines.ClaimPipeline": 300, "crawler.pipelines.DeliverPipeline": 400}
OTHER = "tests.spiders.rewriting.Rewriting"


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight captures of five stories; of one the second differs from the first."""
    path = tmp_path_factory.mktemp("delivery") / "pages.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, place in enumerate("aabcabde"):
            html = page(f"The bridge at {place}", f"{place} {'opened' if number > 3 else 'shut'}")
            fields = [("Content-Type", "text/html")]
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://paper.example/2026/01/01/story-of-{place}.html",
                "response",
                payload=io.BytesIO(html),
                http_headers=head,
                warc_headers_dict={"WARC-Date": f"2026-01-01T00:00:0{number}Z"},
            )
            writer.write_record(record)
            record.raw_stream.close()
    return path


def replay(warc: Path, output: Path, **pipelines: int) -> list[tuple[str, int, str | None]]:
    """URL, version and headline of each line."""
    chosen = json.dumps(OURS | pipelines)
    settings = ("-s", f"OUTPUT_DIR={output}", "-s", f"ITEM_PIPELINES={chosen}")
    done = scrapy("crawl", "replay", "-a", f"warc={warc}", *settings)
    assert done.returncode == 0, done.stderr
    return [(line["url"], line["version"], line["headline"]) for line in lines_of(output)]


def test_versions_and_counts_are_the_same_with_a_pipeline_before_ours(
    warc: Path, tmp_path: Path
) -> None:
    ours = replay(warc, tmp_path / "ours")
    slower = replay(warc, tmp_path / "other", **{OTHER: 200})

    assert sorted(line[:2] for line in ours) == sorted(line[:2] for line in slower)
    assert {line[2] for line in slower} == {"Rewritten"}
    assert "Rewritten" not in {line[2] for line in ours}
    counts = [manifest_of(tmp_path / name)["stats"] for name in ("ours", "other")]
    for name in ("item_scraped_count", "item_dropped_count", "news/written"):
        assert counts[0][name] == counts[1][name], name


def test_pipeline_between_ours_sees_an_article_before_its_line(warc: Path, tmp_path: Path) -> None:
    lines = replay(warc, tmp_path, **{OTHER: 350})

    assert {line[2] for line in lines} == {"Rewritten"}


def test_pipeline_behind_ours_changes_no_line(warc: Path, tmp_path: Path) -> None:
    lines = replay(warc, tmp_path, **{OTHER: 500})

    assert len(lines) >= 5
    assert "Rewritten" not in {line[2] for line in lines}


def test_a_pipeline_that_breaks_is_told_by_the_exit_code(warc: Path, tmp_path: Path) -> None:
    chosen = json.dumps(OURS | {"tests.spiders.rewriting.Breaking": 350})
    settings = ("-s", f"OUTPUT_DIR={tmp_path}", "-s", f"ITEM_PIPELINES={chosen}")
    done = scrapy("crawl", "replay", "-a", f"warc={warc}", *settings)

    assert (done.returncode, len(lines_of(tmp_path))) == (3, 6)
    assert done.stderr.endswith("1 pages failed in our own code; see the log\n")
    assert manifest_of(tmp_path)["stats"]["news/item_errors"] == 1

"""The main job over the sample newspaper, against what the server says that it served."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from jsonschema import Draft202012Validator
from warcio.archiveiterator import ArchiveIterator

from archive.collection import Collection
from archive.verify.whole import verify
from archive.warc_reader import http_response, read_record
from crawler import schema
from crawler.demo.expected import Expected
from tests.demo_runs import Runs
from tests.running import ROOT, answers_of, lines_of, scrapy

DEVSET = Path(os.environ.get("BROADSHEET_DEVSET", ROOT.parent / "shared/devset"))
FIELDS = (
    *("source_id", "text", "authors", "published_at", "published_date", "categories", "tags"),
    *("agency", "language", "access", "image_url"),
)


@pytest.fixture
def runs(demo_runs: Runs) -> Runs:
    return demo_runs


def test_nothing_is_found_against_any_point_of_the_checklist(runs: Runs) -> None:
    verdict = verify(Collection.at(runs.output), 10**9)

    assert verdict.findings.listed == []
    assert (verdict.warcs, verdict.index_files) == (3, 4)
    assert verdict.line_files > 0


def mismatches(expected: Expected, line: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    found = {}
    for name in FIELDS:
        want = getattr(expected, name)
        want = list(want) if isinstance(want, tuple) else want
        if line[name] != want:
            found[name] = (want, line[name])
    # Some systems state the publication again where nothing was modified.
    if line["modified_at"] not in {expected.modified_at, expected.published_at}:
        found["modified_at"] = (expected.modified_at, line["modified_at"])
    # A headline is one line: runs of white space, ideographic too, are one space in it.
    if line["headline"] != " ".join(expected.headline.split()):
        found["headline"] = (expected.headline, line["headline"])
    return found


def test_every_story_comes_exactly_once_with_the_right_fields(runs: Runs) -> None:
    first = runs.new_lines[0]
    expected = {story.url: story for story in runs.server.expected(1)}
    assert len(expected) >= 60
    assert sorted(line["canonical_url"] for line in first) == sorted(expected)
    wrong = {
        line["canonical_url"]: found
        for line in first
        if (found := mismatches(expected[line["canonical_url"]], line))
    }
    assert wrong == {}


def test_runs_over_a_healthy_newspaper_are_fine(runs: Runs) -> None:
    assert runs.exit_codes == [0, 0, 0]


def test_a_second_run_writes_only_what_the_newspaper_says_it_changed(runs: Runs) -> None:
    before = {story.url: story for story in runs.server.expected(1)}
    said_changed = {
        story.url
        for story in runs.server.expected(2)
        if story.modified_at != before[story.url].modified_at
    }
    assert said_changed
    second = runs.new_lines[1]
    assert {line["canonical_url"] for line in second} == said_changed
    ids = {line["canonical_url"]: line["id"] for line in runs.new_lines[0]}
    for line in second:
        assert line["version"] == 2
        assert line["previous_id"] == ids[line["canonical_url"]]


def test_a_run_over_unchanged_sources_only_polls(runs: Runs) -> None:
    assert runs.new_lines[2] == []
    stories = {urlsplit(story.url).path for story in runs.server.expected(1)}
    assert stories.isdisjoint(urlsplit(path).path for path in runs.asked[2])


def test_every_line_fits_the_schema_and_keeps_the_order_of_its_keys(runs: Runs) -> None:
    validator = Draft202012Validator(schema.json_schema())
    names = list(schema.json_schema()["properties"])
    for line in runs.lines:
        assert [error.message for error in validator.iter_errors(line)] == []
        assert list(line) == names


def test_duckdb_reads_the_lines_with_the_columns_that_we_ship(runs: Runs) -> None:
    with duckdb.connect() as database:
        database.execute(schema.duckdb_view(f"{runs.output}/articles/*/*.jsonl.gz"))
        rows = database.sql("SELECT id, text, categories, warc_offset FROM articles").fetchall()
    assert len(rows) == len(runs.lines)
    by_id = {line["id"]: line for line in runs.lines}
    for key, text, categories, offset in rows:
        line = by_id[key]
        assert (text, categories, offset) == (line["text"], line["categories"], line["warc_offset"])


def test_every_pointer_gives_back_its_page_byte_for_byte(runs: Runs) -> None:
    runs.server.set_edition(1)
    for line in runs.new_lines[0]:
        record = read_record(runs.output / "warc" / line["warc_file"], line["warc_offset"])
        assert record.pointer.record_id == line["warc_record_id"]
        assert record.pointer.length == line["warc_length"]
        response = http_response(record, 10_000_000)
        record.block.close()
        assert response is not None
        assert response.body == fetch(line["final_url"]), line["final_url"]


def fetch(url: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.request("GET", url.removeprefix(f"http://{parts.netloc}"))
        return connection.getresponse().read()
    finally:
        connection.close()


def test_warcio_has_nothing_to_say_but_of_chunked_payload_digests(runs: Runs) -> None:
    warcs = sorted(str(path) for path in runs.output.glob("warc/*.warc.gz"))
    assert len(warcs) == 3
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *warcs],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [li for li in checked.stdout.splitlines() if "fail" in li and "pass" not in li]
    assert all("payload digest failed" in line for line in complaints), complaints
    assert len(complaints) == sum(map(chunked_records, warcs))


def chunked_records(warc: str) -> int:
    with Path(warc).open("rb") as file:
        return sum(
            record.rec_type == "response"
            and record.http_headers.get_header("Transfer-Encoding") == "chunked"
            for record in ArchiveIterator(file)
        )


def test_a_replay_of_the_archive_gives_the_same_articles_again(runs: Runs, tmp_path: Path) -> None:
    where = ("-a", f"warc={runs.output / 'warc'}", "-s", f"OUTPUT_DIR={tmp_path}")
    assert scrapy("crawl", "replay", *where, "-L", "WARNING").returncode == 0
    replayed = {line["id"]: line for line in lines_of(tmp_path)}
    assert len(replayed) == len(lines_of(tmp_path))
    assert set(replayed) == {line["id"] for line in runs.lines}
    for line in runs.lines:
        again = {**replayed[line["id"]], "run_id": line["run_id"]}
        # Which of two copies that came at once is the first one; see ARCHITECTURE.md.
        assert {**again, "near_dup_of": ""} == {**line, "near_dup_of": ""}
    assert copies(replayed.values()) == copies(runs.lines)


def copies(lines: Iterable[dict[str, Any]]) -> set[frozenset[str]]:
    """The ids of the lines that count as one story, for each that has several."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        groups[line["near_dup_of"] or line["id"]].add(line["id"])
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def test_the_copies_of_a_wire_story_count_as_one(runs: Runs) -> None:
    about = {line["id"]: line for line in runs.new_lines[0]}
    (group,) = copies(runs.new_lines[0])
    assert {about[one]["source_id"] for one in group} == {"kestrel", "coolabar", "pinemarsh"}
    assert {about[one]["agency"] for one in group} == {"Kyodo News"}


def test_everything_that_the_server_answered_is_in_the_archive(runs: Runs) -> None:
    assert len(answers_of(runs.output)) == sum(map(len, runs.asked))


@pytest.mark.skipif(
    not (DEVSET / "pages.warc.gz").exists(),
    reason="the development set is not beside the project; BROADSHEET_DEVSET names its folder",
)
def test_a_replay_of_real_pages_gives_a_line_for_nearly_every_one(tmp_path: Path) -> None:
    warc = DEVSET / "pages.warc.gz"
    where = ("-a", f"warc={warc}", "-s", f"OUTPUT_DIR={tmp_path}")
    done = scrapy("crawl", "replay", *where, "-L", "ERROR")
    assert done.returncode == 0, done.stderr
    lines = lines_of(tmp_path)
    with (warc.parent / "gold.jsonl").open(encoding="utf-8") as file:
        gold = {json.loads(row)["url"] for row in file}
    assert len({line["final_url"] for line in lines} & gold) >= 0.97 * len(gold)
    assert not [line for line in lines if line["text"] is None and not line["extraction_error"]]

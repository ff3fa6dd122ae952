"""Every planted story, edit, silent edit, removal and return of a month, once and as it was."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator

from crawler import schema
from crawler.demo.server import MONTH, DemoServer
from tests.forked import ForkedScrapy
from tests.life.month import Month, day_of, slug, told
from tests.running import ROOT, SCRAPY, lines_of, scrapy

# Day of the run, story, version, kind, what changed or how it is gone; planted in month.toml.
# A story is visited 25 hours and 7 times 25 hours after its first capture.
PLANTED = [
    (1, "lighthouse-keepers", 1, "article", ""),
    (1, "ferry-timetable", 1, "article", ""),
    (1, "mill-pond", 1, "article", ""),
    (1, "bridge-toll", 1, "article", ""),
    (2, "bridge-toll", 2, "tombstone", "http_410"),
    (2, "school-roof", 1, "article", ""),
    (3, "ferry-timetable", 2, "article", "text"),
    (3, "school-roof", 2, "tombstone", "http_404"),
    (3, "market-stalls", 1, "article", ""),
    (3, "orchard-society", 1, "article", ""),
    (4, "market-stalls", 2, "tombstone", "redirect_home"),
    (4, "orchard-society", 2, "tombstone", "redirect_section"),
    (5, "library-to", 1, "article", ""),
    (6, "library-to", 2, "tombstone", "soft_404"),
    (6, "museum-gets", 1, "article", ""),
    (7, "museum-gets", 2, "article", "text correction"),
    (8, "mill-pond", 2, "article", "text silent"),
    (8, "bridge-toll", 3, "article", "back"),
    (8, "harbour-dredger", 1, "article", ""),
    (9, "harbour-dredger", 2, "article", "headline silent"),
    (9, "storm-takes", 1, "article", ""),
    (12, "quarry-owner", 1, "article", ""),
    (12, "library-to", 3, "article", "text silent back"),
    (13, "quarry-owner", 2, "article", "text silent"),
    (19, "quarry-owner", 3, "article", "text silent"),
    (20, "town-clock", 1, "article", ""),
    (25, "last-cinema", 1, "article", ""),
]
KILLED_UNTIL = 8


def what(line: dict[str, Any]) -> str:
    change = line["change"]
    if change is None:
        return ""
    words = [change["gone"] or "", *change["fields"]]
    words += ["silent"] if change["silent_edit"] else []
    words += ["back"] if change["returned"] else []
    return " ".join(word for word in words if word)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    root = tmp_path_factory.mktemp("month")
    with ForkedScrapy(root) as forked, DemoServer(1, 0, MONTH) as server:
        made = Month(forked, server, root)
        for edition in MONTH.editions:
            made.run(edition)
        yield made


def test_all_that_was_planted_comes_once_and_nothing_else(month: Month) -> None:
    lines = lines_of(month.output)
    found = [(day_of(li), slug(li), li["version"], li["kind"], what(li)) for li in lines]
    assert sorted(found) == sorted(PLANTED)


def test_every_line_names_the_line_before_it(month: Month) -> None:
    chains: dict[str, list[dict[str, Any]]] = {}
    for line in sorted(lines_of(month.output), key=lambda line: line["version"]):
        chains.setdefault(line["url_hash"], []).append(line)
    assert len(chains) == len({name for _, name, *_ in PLANTED})
    for chain in chains.values():
        assert [line["version"] for line in chain] == list(range(1, len(chain) + 1))
        ids = [None, *(line["id"] for line in chain)]
        assert [line["previous_id"] for line in chain] == ids[:-1]
        assert all(li["discovered_from"] and li["discovered_at"] for li in chain)


def test_runs_are_fine_but_for_the_one_whose_server_is_in_trouble(month: Month) -> None:
    assert set(month.exit_codes) == {0}


def test_a_quiet_run_asks_for_listings_alone(month: Month) -> None:
    quiet = [month.requests[day - 1] for day in (17, 18, 22, 23, 24)]
    # robots.txt, a feed and a section.
    assert quiet == [3] * 5
    assert sum(month.requests) <= 160


def test_the_table_of_requests_is_what_the_month_asks_for(month: Month) -> None:
    rows = (ROOT / "docs" / "biography.md").read_text("utf-8").splitlines()
    cells = [row.split("|") for row in rows]
    counted = {
        int(row[1]): int(row[2]) for row in cells if len(row) == 7 and row[1].strip().isdigit()
    }
    assert [counted.get(day) for day in MONTH.editions] == month.requests


def test_every_line_fits_the_schema(month: Month) -> None:
    validator = Draft202012Validator(schema.json_schema())
    for line in lines_of(month.output):
        assert [error.message for error in validator.iter_errors(line)] == []


def test_duckdb_reads_the_changes_with_their_types(month: Month) -> None:
    with duckdb.connect() as database:
        database.execute(schema.duckdb_view(f"{month.output}/articles/*/*.jsonl.gz"))
        silent = database.sql(
            "SELECT canonical_url, change.share, change.paragraphs[1].was FROM articles"
            " WHERE change.silent_edit AND list_contains(change.fields, 'text')"
            " ORDER BY captured_at"
        ).fetchall()
    assert len(silent) == 4
    assert all(0 < share < 0.3 for _, share, _ in silent)
    assert "£48,000" in silent[0][2]


def test_a_replay_of_the_archive_tells_the_same_life(month: Month, tmp_path: Path) -> None:
    where = ("-a", f"warc={month.output / 'warc'}", "-s", f"OUTPUT_DIR={tmp_path}")
    assert month.scrapy.run("crawl", "replay", *where, "-L", "WARNING") == 0, month.scrapy.log()
    again = {line["id"]: {**line, "run_id": ""} for line in lines_of(tmp_path)}
    assert again == {line["id"]: {**line, "run_id": ""} for line in lines_of(month.output)}


def test_kills_change_nothing_but_the_order(month: Month, tmp_path: Path) -> None:
    with DemoServer(1, 0, MONTH) as server:
        killed = Month(month.scrapy, server, tmp_path)
        chance = random.Random(20260301)  # noqa: S311 - repeatable, not secret
        for edition in range(1, KILLED_UNTIL + 1):
            if edition in (1, 3, 6, 8):
                killed.run_killed(edition, chance, month.requests[edition - 1])
            killed.run(edition)
    assert len(killed.kills) >= 2
    assert told(tmp_path / "out") == told(month.output, until=KILLED_UNTIL)
    assert not list((tmp_path / "out").rglob("*.open"))


def history(month: Month, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    line = next(line for line in lines_of(month.output) if slug(line) == name)
    where = ("-s", f"OUTPUT_DIR={month.output}")
    return scrapy("history", line["canonical_url"], *where, *options)


def test_history_shows_versions_changes_and_captures(month: Month) -> None:
    said = history(month, "mill-pond").stdout
    assert "rank" in said
    assert "+ Councillor Edith Rowe said that the work would cost £148,000" in said
    assert "silent edit" in said
    command = next(line for line in said.splitlines() if line.startswith("scrapy cat "))
    _, _, warc, offset = command.split()
    cat = [str(SCRAPY), "cat", warc, offset, "-s", f"OUTPUT_DIR={month.output}"]
    assert subprocess.run(cat, capture_output=True, check=True).stdout.startswith(b"HTTP/1.1 200")


def test_history_shows_the_visits_that_changed_nothing(month: Month) -> None:
    said = history(month, "mill-pond").stdout.splitlines()
    life = [line.split("  ") for line in said if line.startswith(("# version", "visit"))]
    # Visited after an hour and more, after a day and after a week; edited on the eighth day.
    whens = [part[1] for part in life]
    assert whens == sorted(whens)
    assert [part[0] for part in life[:2]] == ["# version 1", "visit"]
    visit = next(part for part in life if part[0] == "visit")
    assert visit[2] in ("not modified", "the same bytes", "no new version")
    assert scrapy("cat", visit[3], "-s", f"OUTPUT_DIR={month.output}").returncode == 0
    visits = json.loads(history(month, "mill-pond", "--json").stdout)["visits"]
    assert len(visits) == sum(part[0] == "visit" for part in life)


def test_history_as_json_has_the_ledger_and_every_line(month: Month) -> None:
    said = json.loads(history(month, "town-clock", "--json").stdout)
    # The feed has the short link, the section the address itself.
    assert len({found["listing"] for found in said["found"]}) == 2
    assert [line["version"] for line in said["lines"]] == [1]
    assert all(found["rank"] >= 0 for found in said["found"])

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.commands.sources import Command
from crawler.polling import History
from crawler.sqlite import SQLiteState
from crawler.state import Shown, Tracked

OUTLETS = """
[[source]]
id = "post"
name = "朝の新聞"
home = "https://post.example/"
feeds = ["https://post.example/rss"]
language = "ja"
country = "JP"
tried = 2026-01-31

[[source]]
id = "the-times"
name = "Times"
home = "https://times.example/"
sections = ["https://times.example/a", "https://times.example/b"]
language = "en-GB"
enabled = false
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "outlets.toml"
    path.write_text(OUTLETS, "utf-8")
    return path


def run(*arguments: str, sources: str = "", output: Path | None = None) -> int:
    command = Command()
    command.settings = Settings({"SOURCES": sources, "OUTPUT_DIR": str(output or "")})
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    command.run(rest, options)
    return command.exitcode


def test_list_is_an_aligned_table_with_a_total(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sources=str(file)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "id         name      language  country  feeds  sitemaps  sections  tried",
        "post       朝の新聞  ja        JP           1         0         0  2026-01-31",
        "the-times  Times     en-GB                  0         0         2  no, disabled",
        "2 sources in 2 languages",
    ]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output directory whose state knows one good and one dead listing of "post"."""
    state = SQLiteState(tmp_path / "state.sqlite")
    due = datetime(2026, 3, 4, 13, 30, tzinfo=UTC)
    good = Tracked("https://post.example/rss", "post", "feed", History(5400.0, 0, due))
    state.track(replace(good, ok_at="2026-03-04T12:00:00Z"))
    dead = Tracked("https://post.example/old", "post", "feed", History(5400.0, 7, due))
    state.track(replace(dead, reason="http_410"))
    for day in (1, 3):
        seen = f"2026-03-0{day}T11:58:00Z"
        state.show(f"{day:064x}", Shown(good.url, seen, 0, "A headline", None))
    state.close()
    return tmp_path


def test_list_says_how_a_source_fares(
    file: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sources=str(file), output=output) == 0
    head, post, times, _ = capsys.readouterr().out.splitlines()
    assert head.endswith("tried         status")
    assert post.endswith("ok 2026-03-04 12:00Z, 1 of 2 failing, next 2026-03-04 13:30Z")
    assert times.endswith("new")


def test_status_has_a_line_for_each_listing(
    file: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("status", "post", sources=str(file), output=output) == 0
    _, dead, good = (line.split("  ") for line in capsys.readouterr().out.splitlines())
    assert [cell.strip() for cell in dead if cell.strip()] == [
        *("post", "feed", "never", "never", "2026-03-04 13:30Z", "7 (http_410)"),
        "https://post.example/old",
    ]
    # It answers, and had nothing new for a day.
    assert [cell.strip() for cell in good if cell.strip()] == [
        *("post", "feed", "2026-03-04 12:00Z", "2026-03-03 11:58Z", "2026-03-04 13:30Z"),
        "https://post.example/rss",
    ]


def test_ids_choose_among_the_sources(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("the-times", sources=str(file)) == 0
    out = capsys.readouterr().out
    assert "the-times" in out
    assert out.endswith("1 source in 1 language\n")


@pytest.mark.parametrize("option", ["{}", "sources={}"], ids=["path", "as-in-crawl"])
def test_check_says_ok(file: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "-a", option.format(file)) == 0
    assert capsys.readouterr().out == "ok: 2 sources in 2 languages\n"


def test_check_prints_every_problem_to_stderr(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("[[source]]\nid = 'a'\n")
    assert run("check", "--sources", str(file)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    *problems, why = captured.err.splitlines()
    assert len(problems) == 3
    assert why == "broadsheet: problems in the sources: 3, named above"


def test_unknown_id_is_an_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "pots", sources=str(file)) == 2
    assert 'did you mean "post"' in capsys.readouterr().err


def test_shipped_outlets_are_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out.startswith("ok: ")

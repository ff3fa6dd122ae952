"""The run report: what the exit code says of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.report import Report, Run, build_report
from crawler.verdict import Ending

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FINISHED = Ending("finished")


def report(ending: Ending = FINISHED, **stats: Any) -> Report:
    named = {name.replace("__", "/"): value for name, value in stats.items()}
    return build_report(named, Run("r", "news", START, START + timedelta(seconds=2.5), ending))


@pytest.mark.parametrize(
    ("stats", "exit_code", "verdict"),
    [
        pytest.param({}, 0, "fine: 0 written", id="nothing-due"),
        pytest.param({"source__a__polled": 3}, 0, "fine: 0 written", id="nothing-new"),
        pytest.param({"news__written": 4, "news__fetched": 4}, 0, "fine: 4 written", id="stories"),
        pytest.param(
            {"source__a__polled": 1, "source__b__failed": 2, "news__fetched": 1},
            3,
            "1 of 2 sources gave nothing: b",
            id="one-source-dead",
        ),
        pytest.param(
            {"source__a__failed": 1, "news__failed__listing_dns": 1},
            4,
            "all 1 requests failed",
            id="all-failed",
        ),
        pytest.param(
            {"source__a__polled": 1, "news__failed__http_404": 1}, 0, "fine", id="one-dead-link"
        ),
        pytest.param(
            {"source__a__polled": 1, "news__failed__timeout": 3},
            3,
            "3 of 3 pages could not be fetched",
            id="no-story-answered",
        ),
        pytest.param(
            {"source__a__polled": 1, "news__fetched": 5, "news__failed__refused": 6},
            3,
            "6 of 11 pages could not be fetched",
            id="servers-went-away",
        ),
        pytest.param(
            {"source__a__polled": 1, "news__fetched": 5, "news__failed__stopping": 90},
            0,
            "fine",
            id="left-for-the-next-run",
        ),
        pytest.param(
            {"news__fetched": 1, "news__failed__dns": 1},
            3,
            "1 of 2 pages could not be fetched",
            id="given-page-failed",
        ),
        pytest.param(
            {"news__fetched": 12, "readings__-__pages": 12, "readings__-__bare": 7},
            5,
            "7 of 12 pages gave no text",
            id="collapsed",
        ),
        pytest.param(
            {"readings__a__pages": 6, "readings__a__bare": 6, "readings__b__pages": 6},
            0,
            "fine",
            id="half-is-no-collapse-and-six-are-no-sample",
        ),
        pytest.param(
            {"readings__a__pages": 12, "readings__a__bare": 9, "readings__b__pages": 90},
            3,
            "most pages of 1 of 0 sources gave no text: a (9 of 12)",
            id="one-source-collapsed",
        ),
        pytest.param(
            {"news__fetched": 1, "spider_exceptions__count": 1}, 3, "our own code", id="bug"
        ),
        pytest.param(
            {"news__fetched": 1, "news__item_errors": 1}, 3, "1 pages failed", id="pipeline-bug"
        ),
    ],
)
def test_exit_code_tells_what_happened(stats: dict[str, Any], exit_code: int, verdict: str) -> None:
    made = report(**stats)
    assert made.exit_code == exit_code
    assert verdict in made.verdict


@pytest.mark.parametrize(
    ("reason", "exit_code", "verdict"),
    [
        ("budget_time", 0, "stopped at RUN_MAX_SECONDS: 4 written; the next run goes on from here"),
        ("closespider_timeout", 0, "stopped at CLOSESPIDER_TIMEOUT"),
        ("memusage_exceeded", 3, "cut short, as it took more memory than MEMUSAGE_LIMIT_MB"),
        ("shutdown", 3, "cut short, as Scrapy's engine was stopped"),
    ],
)
def test_a_run_that_ended_early_says_why(reason: str, exit_code: int, verdict: str) -> None:
    stats = {"news__written": 4, "news__fetched": 4, "downloader__response_count": 5}
    made = report(Ending(reason), **stats)
    assert made.exit_code == exit_code
    assert made.verdict.startswith(verdict)


def test_an_engine_that_broke_before_the_first_answer_fetched_nothing() -> None:
    assert report(Ending("shutdown")).exit_code == 4


def test_a_full_disk_outweighs_everything_else() -> None:
    assert report(Ending("finished", storage_error="disk full"), news__written=4).exit_code == 6


def test_counts_are_grouped_by_reason_and_source() -> None:
    made = report(
        news__dropped__unchanged=2, news__failed__timeout=1, source__a__polled=3, finish_time=START
    )
    assert made.dropped == {"unchanged": 2}
    assert made.failed == {"timeout": 1}
    assert made.sources == {"a": {"polled": 3}}
    assert made.seconds == 2.5
    assert made.stats["finish_time"] == "2026-03-01T12:00:00Z"


def test_a_signal_is_told_as_a_shell_does() -> None:
    stopped = report(Ending("shutdown", signal_number=15), news__written=3)

    assert stopped.exit_code == 143
    assert stopped.verdict.startswith("stopped by SIGTERM: 3 written")

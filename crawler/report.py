"""From a run's stats to its report: what happened, in numbers, and the exit code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.instants import iso
from crawler.verdict import STORAGE, Ending, below, judge


@dataclass(frozen=True, slots=True)
class Run:
    """Which run it was: ``started_at`` and ``ended_at`` are aware UTC."""

    run_id: str
    spider: str
    started_at: datetime
    ended_at: datetime
    ending: Ending


@dataclass(frozen=True, slots=True)
class Report:
    """``runs/<run_id>.json``. Counts are of this run; ``seconds`` is wall time.

    ``dropped`` and ``failed`` count by reason; ``sources`` has, for each source, how
    many of its listings answered, how many did not, and how many were not due. ``failing`` are the
    listings that did not answer when last asked, with their failures in a row, whether this run
    asked or not. ``ledger`` has, for each source with lines, what these are in the life of their
    stories, and the median of the seconds from publication to discovery of the new ones.
    ``verdict`` says the exit code in words.
    """

    run_id: str
    spider: str
    started_at: str
    ended_at: str
    seconds: float
    finish_reason: str
    exit_code: int
    verdict: str
    answers: int
    listed: int
    discovered: int
    written: int
    without_text: int
    unchanged: int
    new_versions: int
    dropped: dict[str, int]
    failed: dict[str, int]
    sources: dict[str, dict[str, int]]
    failing: dict[str, int]
    ledger: dict[str, dict[str, int]]
    stats: dict[str, Any]

    def with_storage_error(self, message: str) -> Report:
        """The same run, seen to have failed when its files were closed."""
        return replace(self, exit_code=STORAGE, verdict=message)


def build_report(stats: Mapping[str, Any], run: Run) -> Report:
    """The report of a run from Scrapy's stats (names with slashes to numbers)."""
    sources = _by_source(stats, "source/")
    verdict = judge(stats, sources, run.ending)
    return Report(
        run_id=run.run_id,
        spider=run.spider,
        started_at=iso(run.started_at),
        ended_at=iso(run.ended_at),
        seconds=round((run.ended_at - run.started_at).total_seconds(), 3),
        finish_reason=run.ending.reason,
        exit_code=verdict.exit_code,
        verdict=verdict.sentence,
        answers=stats.get("downloader/response_count", 0),
        listed=stats.get("news/listed", 0),
        discovered=stats.get("news/discovered", 0),
        written=stats.get("news/written", 0),
        without_text=stats.get("news/without_text", 0),
        unchanged=stats.get("news/dropped/unchanged", 0),
        new_versions=stats.get("news/new_versions", 0),
        dropped=below(stats, "news/dropped/"),
        failed=below(stats, "news/failed/"),
        sources=sources,
        failing=below(stats, "failing/"),
        ledger=_by_source(stats, "ledger/"),
        stats={key: _plain(value) for key, value in sorted(stats.items())},
    )


def _by_source(stats: Mapping[str, Any], prefix: str) -> dict[str, dict[str, int]]:
    sources: dict[str, dict[str, int]] = {}
    for key, value in below(stats, prefix).items():
        source_id, _, what = key.partition("/")  # what may be a URL
        sources.setdefault(source_id, {})[what] = value
    return sources


def _plain(value: Any) -> Any:  # stats hold whatever components put there
    if isinstance(value, datetime):
        return iso(value)
    return value if isinstance(value, int | float | str | None) else str(value)

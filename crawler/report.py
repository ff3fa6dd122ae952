"""From a run's stats to its report: what happened, in numbers, and the exit code. Pure."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.instants import iso

FINE = 0
PARTLY_FAILED = 3
NOTHING_FETCHED = 4
COLLAPSED = 5
STORAGE = 6
SIGNALLED = 128  # and the number of the signal, as a shell says it

# Below so many articles, the share of those without text says nothing about the extraction.
_COLLAPSE_SAMPLE = 10
_MANY_STORIES = 3
# Not asked for in this run, so no failure of it.
_LEFT_FOR_LATER = frozenset({"stopping", "storage"})
# Why a run ended before its work did, by the reason to finish; in order, and the rest comes next.
_BUDGETS = {
    "budget_time": "RUN_MAX_SECONDS",
    "budget_bytes": "RUN_MAX_BYTES",
    "closespider_timeout": "CLOSESPIDER_TIMEOUT",
    "closespider_itemcount": "CLOSESPIDER_ITEMCOUNT",
    "closespider_pagecount": "CLOSESPIDER_PAGECOUNT",
}
# The same, where something was wrong.
_CUT_SHORT = {
    "memusage_exceeded": "it took more memory than MEMUSAGE_LIMIT_MB",
    "closespider_errorcount": "it came to CLOSESPIDER_ERRORCOUNT errors",
    # Scrapy's, of a signal, which has a code of its own, and of an engine that broke.
    "shutdown": "Scrapy's engine was stopped; the log says by what",
}


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


def build_report(
    stats: Mapping[str, Any],
    *,
    run_id: str,
    spider: str,
    started_at: datetime,
    ended_at: datetime,
    finish_reason: str,
    storage_error: str | None = None,
    signal_number: int | None = None,
) -> Report:
    """The report of a run from Scrapy's stats (names with slashes to numbers).

    ``signal_number``: of the signal that ended the run.
    """
    sources = _by_source(stats, "source/")
    exit_code, verdict = _judge(stats, sources, storage_error)
    if exit_code == FINE:
        exit_code, verdict = _ended(stats, finish_reason, verdict)
    if signal_number is not None and storage_error is None:
        exit_code = SIGNALLED + signal_number
        verdict = (
            f"stopped by {signal.Signals(signal_number).name}:"
            f" {stats.get('news/written', 0)} written; the next run goes on from here"
        )
    return Report(
        run_id=run_id,
        spider=spider,
        started_at=iso(started_at),
        ended_at=iso(ended_at),
        seconds=round((ended_at - started_at).total_seconds(), 3),
        finish_reason=finish_reason,
        exit_code=exit_code,
        verdict=verdict,
        answers=stats.get("downloader/response_count", 0),
        listed=stats.get("news/listed", 0),
        discovered=stats.get("news/discovered", 0),
        written=stats.get("news/written", 0),
        without_text=stats.get("news/without_text", 0),
        unchanged=stats.get("news/dropped/unchanged", 0),
        new_versions=stats.get("news/new_versions", 0),
        dropped=_below(stats, "news/dropped/"),
        failed=_below(stats, "news/failed/"),
        sources=sources,
        failing=_below(stats, "failing/"),
        ledger=_by_source(stats, "ledger/"),
        stats={key: _plain(value) for key, value in sorted(stats.items())},
    )


def _below(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {
        key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)
    }


def _by_source(stats: Mapping[str, Any], prefix: str) -> dict[str, dict[str, int]]:
    sources: dict[str, dict[str, int]] = {}
    for key, value in _below(stats, prefix).items():
        source_id, _, what = key.partition("/")  # what may be a URL
        sources.setdefault(source_id, {})[what] = value
    return sources


def _plain(value: Any) -> Any:  # stats hold whatever components put there
    if isinstance(value, datetime):
        return iso(value)
    return value if isinstance(value, int | float | str | None) else str(value)


def _ended(stats: Mapping[str, Any], finish_reason: str, verdict: str) -> tuple[int, str]:
    """How a run ended in which nothing failed; ``verdict`` is what it says if it was not cut."""
    written = stats.get("news/written", 0)
    if why := _CUT_SHORT.get(finish_reason):
        has_begun = stats.get("downloader/response_count") or finish_reason != "shutdown"
        code = PARTLY_FAILED if has_begun else NOTHING_FETCHED
        return code, f"cut short, as {why}: {written} written"
    if budget := _BUDGETS.get(finish_reason):
        return FINE, f"stopped at {budget}: {written} written; the next run goes on from here"
    return FINE, verdict


def _judge(
    stats: Mapping[str, Any], sources: Mapping[str, Mapping[str, int]], storage: str | None
) -> tuple[int, str]:
    if storage is not None:
        return STORAGE, storage
    failures = _below(stats, "news/failed/").items()
    reasons = {reason: n for reason, n in failures if reason not in _LEFT_FOR_LATER}
    failed = sum(reasons.values())
    stories = sum(n for reason, n in reasons.items() if not reason.startswith("listing_"))
    polled = sum(seen.get("polled", 0) for seen in sources.values())
    fetched = stats.get("news/fetched", 0)
    written = stats.get("news/written", 0)
    without_text = stats.get("news/without_text", 0)
    if failed and not (fetched or polled):
        return NOTHING_FETCHED, f"nothing was fetched: all {failed} requests failed"
    if written >= _COLLAPSE_SAMPLE and without_text * 2 > written:
        return COLLAPSED, f"extraction collapsed: {without_text} of {written} pages gave no text"
    dead = [
        name for name, seen in sources.items() if seen.get("failed", 0) and not seen.get("polled")
    ]
    if dead:
        return PARTLY_FAILED, f"{len(dead)} of {len(sources)} sources gave nothing: " + ", ".join(
            sorted(dead)[:10]
        )
    if spider_errors := stats.get("spider_exceptions/count", 0):
        return PARTLY_FAILED, f"{spider_errors} pages failed in our own code; see the log"
    # Of a crawl that follows listings, a few dead links are the web; most of many are a failure.
    if stories and (not sources or (stories >= _MANY_STORIES and stories > fetched)):
        return PARTLY_FAILED, f"{stories} of {stories + fetched} pages could not be fetched"
    if stats.get("news/listings_not_due") and not (polled or fetched):
        return FINE, "fine: nothing was due; -a due=all asks all the same"
    archived = f", {n} archived and not read" if (n := stats.get("news/archived")) else ""
    unchanged = stats.get("news/dropped/unchanged", 0)
    return FINE, f"fine: {written} written, {unchanged} unchanged{archived}"

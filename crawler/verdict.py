"""How a run is judged by its stats: the exit code, and why in one sentence. Pure."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.readings import Readings, readings_of

FINE = 0
PARTLY_FAILED = 3
NOTHING_FETCHED = 4
COLLAPSED = 5
STORAGE = 6
SIGNALLED = 128  # and the number of the signal, as a shell says it

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
class Verdict:
    """``sentence`` is the last line on standard error."""

    exit_code: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: Scrapy's reason to finish, the storage's error, the signal that came."""

    reason: str
    storage_error: str | None = None
    signal_number: int | None = None


def judge(
    stats: Mapping[str, Any], sources: Mapping[str, Mapping[str, int]], ending: Ending
) -> Verdict:
    """The verdict on a run.

    ``stats`` are Scrapy's; ``sources`` has, for each source, how many of its listings were
    ``polled`` and how many ``failed``. What weighs most comes first.
    """
    if ending.storage_error is not None:
        return Verdict(STORAGE, ending.storage_error)
    if ending.signal_number is not None:
        return _signalled(stats, ending.signal_number)
    return _failure(stats, sources) or _cut_short(stats, ending.reason) or _fine(stats, sources)


def below(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    """The stats whose names start with ``prefix``, without it."""
    return {
        key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)
    }


def _signalled(stats: Mapping[str, Any], number: int) -> Verdict:
    name = signal.Signals(number).name
    return Verdict(SIGNALLED + number, f"stopped by {name}: {_to_be_continued(stats)}")


def _to_be_continued(stats: Mapping[str, Any]) -> str:
    return f"{stats.get('news/written', 0)} written; the next run goes on from here"


def _failure(stats: Mapping[str, Any], sources: Mapping[str, Mapping[str, int]]) -> Verdict | None:
    """The gravest of what went wrong; None where nothing did."""
    reasons = _failed_requests(stats)
    failed = sum(reasons.values())
    fetched = stats.get("news/fetched", 0)
    if failed and not (fetched or _polled(sources)):
        return Verdict(NOTHING_FETCHED, f"nothing was fetched: all {failed} requests failed")
    readings = readings_of(stats).values()
    pages = sum(seen.pages for seen in readings)
    bare = sum(seen.bare for seen in readings)
    if Readings(pages, bare).is_collapse:
        sentence = f"extraction collapsed: {bare} of {pages} pages gave no text"
        return Verdict(COLLAPSED, sentence)
    return next((Verdict(PARTLY_FAILED, why) for why in _parts_failed(stats, sources)), None)


def _parts_failed(
    stats: Mapping[str, Any], sources: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    dead = sorted(
        name for name, seen in sources.items() if seen.get("failed", 0) and not seen.get("polled")
    )
    if dead:
        yield f"{len(dead)} of {len(sources)} sources gave nothing: {', '.join(dead[:10])}"
    if walled := [
        f"{name} ({seen.bare} of {seen.pages})"
        for name, seen in readings_of(stats).items()
        if seen.is_collapse
    ]:
        which = ", ".join(walled[:10])
        yield f"most pages of {len(walled)} of {len(sources)} sources gave no text: {which}"
    if broken := stats.get("spider_exceptions/count", 0) + stats.get("news/item_errors", 0):
        yield f"{broken} pages failed in our own code; see the log"
    fetched = stats.get("news/fetched", 0)
    stories = sum(
        n for reason, n in _failed_requests(stats).items() if not reason.startswith("listing_")
    )
    # Of a crawl that follows listings, a few dead links are the web; most of many are a failure.
    if stories and (not sources or (stories >= _MANY_STORIES and stories > fetched)):
        yield f"{stories} of {stories + fetched} pages could not be fetched"


def _failed_requests(stats: Mapping[str, Any]) -> dict[str, int]:
    failures = below(stats, "news/failed/")
    return {reason: n for reason, n in failures.items() if reason not in _LEFT_FOR_LATER}


def _polled(sources: Mapping[str, Mapping[str, int]]) -> int:
    return sum(seen.get("polled", 0) for seen in sources.values())


def _cut_short(stats: Mapping[str, Any], finish_reason: str) -> Verdict | None:
    """Of a run in which nothing failed and that ended before its work did."""
    if why := _CUT_SHORT.get(finish_reason):
        has_begun = stats.get("downloader/response_count") or finish_reason != "shutdown"
        code = PARTLY_FAILED if has_begun else NOTHING_FETCHED
        return Verdict(code, f"cut short, as {why}: {stats.get('news/written', 0)} written")
    if budget := _BUDGETS.get(finish_reason):
        return Verdict(FINE, f"stopped at {budget}: {_to_be_continued(stats)}")
    return None


def _fine(stats: Mapping[str, Any], sources: Mapping[str, Mapping[str, int]]) -> Verdict:
    is_idle = not (_polled(sources) or stats.get("news/fetched", 0))
    if stats.get("news/listings_not_due") and is_idle:
        return Verdict(FINE, "fine: nothing was due; -a due=all asks all the same")
    archived = f", {n} archived and not read" if (n := stats.get("news/archived")) else ""
    written, unchanged = stats.get("news/written", 0), stats.get("news/dropped/unchanged", 0)
    return Verdict(FINE, f"fine: {written} written, {unchanged} unchanged{archived}")

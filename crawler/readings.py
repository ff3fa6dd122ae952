"""How many of the pages that were read gave a story's text, by source: what a collapse shows in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrapy.statscollectors import StatsCollector

from crawler.items import Article

_PREFIX = "readings/"
_NO_SOURCE = "-"
# Why a page with its story's text makes no line, and why one without.
_READ = frozenset({"unchanged", "duplicate"})
_BARE = frozenset({"hidden", "soft_404", "redirect_home", "redirect_section"})
# Fewer pages say nothing of the extraction.
_SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Readings:
    """``bare`` of ``pages`` gave no text: a wall, an excuse, a home page, or extraction failed."""

    pages: int
    bare: int

    @property
    def is_collapse(self) -> bool:
        """Whether that is most of enough pages."""
        return self.pages >= _SAMPLE and self.bare * 2 > self.pages


def note_written(stats: StatsCollector, item: Article) -> None:
    """Count the page of a line; a tombstone says nothing of the extraction."""
    if item.kind != "tombstone":
        _note(stats, item, is_bare=item.text is None)


def note_dropped(stats: StatsCollector, item: Article, reason: str) -> None:
    """Count a page that made no line."""
    if reason in _READ | _BARE:
        _note(stats, item, is_bare=reason in _BARE)


def readings_of(stats: Mapping[str, Any]) -> dict[str, Readings]:
    """By source."""
    sources = {key.split("/")[1] for key in stats if key.startswith(_PREFIX)}
    return {
        source: Readings(*(stats.get(f"{_PREFIX}{source}/{what}", 0) for what in ("pages", "bare")))
        for source in sorted(sources)
    }


def _note(stats: StatsCollector, item: Article, *, is_bare: bool) -> None:
    source = item.source_id or _NO_SOURCE
    stats.inc_value(f"{_PREFIX}{source}/pages")
    if is_bare:
        stats.inc_value(f"{_PREFIX}{source}/bare")

"""The counts of a run, without what Scrapy does for callers of its earlier versions."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class RunStats(MemoryStatsCollector):
    """Scrapy's collector, whose every access to an attribute goes through Python code that looks
    for a deprecated argument: with a score of counts a page 0.08 ms of the reactor's time."""

    __getattribute__ = object.__getattribute__

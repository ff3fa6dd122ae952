"""The counts of a run, without what Scrapy does for callers of its earlier versions."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class RunStats(MemoryStatsCollector):
    """Scrapy's collector, without the Python code that each access to an attribute of it runs, in
    search of a deprecated argument: a count takes 0.1 µs instead of 1.7, and a page makes 20."""

    __getattribute__ = object.__getattribute__

"""``scrapy crawl`` with Scrapy's own options, and an exit code that tells the truth."""

from __future__ import annotations

import argparse
import asyncio

from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.ending import SaysWhy
from crawler.errors import BroadsheetError
from crawler.extensions import Archive
from crawler.open_files import raise_limit
from crawler.report import Report
from crawler.shutdown import Shutdown


class Command(SaysWhy, crawl.Command):
    """Exit codes: see docs/operation.md."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider; set the exit code and say in one line on stderr why."""
        if len(args) != 1:
            raise UsageError("give the name of one spider; 'scrapy list' names them")
        assert self.crawler_process is not None
        try:
            crawler = self._create_crawler(args[0])
        except KeyError:
            raise UsageError(f"no spider {args[0]!r}; 'scrapy list' names them") from None
        needed: tuple[str, ...] = getattr(crawler.spidercls, "needs_one_of", ())
        if needed and not set(needed) & set(opts.spargs):
            raise UsageError(f"{args[0]} needs -a " + " or -a ".join(f"{n}=…" for n in needed))
        raise_limit()
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        try:
            self.crawler_process.start()
        except BroadsheetError as unusable:
            # What the process itself reads: the resolver's settings.
            self.end_with(unusable)
            return
        error = None
        if isinstance(crawling, asyncio.Task) and crawling.done() and not crawling.cancelled():
            error = crawling.exception()
        if error is not None:
            self.end_with(error)
        elif report := _report(crawler):
            self.end(report.exit_code, report.verdict)
        elif self.crawler_process.bootstrap_failed:
            self.end(1, "the run could not start; see the log")


def _report(crawler: Crawler) -> Report | None:
    """How the run ended, if it began; a run that was stopped at once is put in order first."""
    archive = crawler.get_extension(Archive) if crawler.extensions else None
    shutdown = crawler.get_extension(Shutdown) if crawler.extensions else None
    if archive and shutdown and shutdown.signal_number and archive.report is None:
        archive.close_at_once()
    return archive.report if archive else None

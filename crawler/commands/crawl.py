"""``scrapy crawl`` with Scrapy's own options, and an exit code that tells the truth."""

from __future__ import annotations

import argparse
import asyncio
import sys

from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.errors import BroadsheetError
from crawler.extensions import Archive
from crawler.report import Report
from crawler.shutdown import Shutdown


class Command(crawl.Command):
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
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        try:
            self.crawler_process.start()
        except (
            BroadsheetError
        ) as unusable:  # what the process itself reads: the resolver's settings
            self._end(unusable.exit_code, str(unusable))
            return
        error = None
        if isinstance(crawling, asyncio.Task) and crawling.done() and not crawling.cancelled():
            error = crawling.exception()
        if isinstance(error, BroadsheetError):
            self._end(error.exit_code, str(error))
        elif error is not None:
            self._end(1, f"the run could not start: {type(error).__name__}: {error}")
        elif report := _report(crawler):
            self._end(report.exit_code, report.verdict)
        elif self.crawler_process.bootstrap_failed:
            self._end(1, "the run could not start; see the log")

    def _end(self, exit_code: int, why: str) -> None:
        self.exitcode = exit_code
        if exit_code:
            print(f"broadsheet: {why}", file=sys.stderr)


def _report(crawler: Crawler) -> Report | None:
    """How the run ended, if it began; a run that was stopped at once is put in order first."""
    archive = crawler.get_extension(Archive) if crawler.extensions else None
    shutdown = crawler.get_extension(Shutdown) if crawler.extensions else None
    if archive and shutdown and shutdown.signal_number and archive.report is None:
        archive.close_at_once()
    return archive.report if archive else None

"""``scrapy rebuild-state``: the state made again from the archive."""

from __future__ import annotations

import argparse
import sqlite3

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from archive.layout import OutputLayout
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import BroadsheetError, StorageError
from crawler.filling import filler
from crawler.output import hold_directory, recover_lines, recover_warc, storage_errors
from crawler.revisit_plan import plan_of
from crawler.state_file import rebuild_state


class Command(SaysWhy, ScrapyCommand):
    """Sets the state aside and fills a new one; a crawl does the same where the state is lost."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make the state again from the lines and the WARC files"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Set OUTPUT_DIR/state.sqlite aside and make a new one from the archive: what was"
            " delivered from the lines; payloads, dead pages and the frontier from the WARC files."
            " A crawl does so by itself where its state is lost or damaged."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exit 6 where the directory cannot be written, 75 where a run is at work in it."""
        if args:
            raise UsageError("rebuild-state takes no arguments; -s OUTPUT_DIR=... says where")
        assert self.settings is not None
        configure_logging(self.settings)
        layout = OutputLayout(output_dir(self.settings))
        try:
            if not layout.articles.is_dir():
                raise StorageError(f"{layout.root}: there is no archive here")
            with storage_errors(layout.root):
                hold_directory(layout)
                recover_warc(layout)
                state = rebuild_state(layout, filler(self.settings))
                recover_lines(layout, state, plan_of(self.settings))
                state.close()
        except BroadsheetError as error:
            self.end_with(error)
        except sqlite3.DatabaseError as error:
            self.end_with(StorageError(f"{layout.state}: {error}"))

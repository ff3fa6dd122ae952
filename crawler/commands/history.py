"""``scrapy history URL``: the life of an article."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError

from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import BroadsheetError
from crawler.history import History, find_history
from crawler.history_text import show
from crawler.looking import printing


class Command(SaysWhy):
    """Prints how a story was found, its versions and what they changed, and its captures."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's own declaration

    def syntax(self) -> str:
        """The arguments."""
        return "[options] <URL>"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print an article's life: how it was found, its versions, what changed, its captures"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write to stdout; exit 2 for a URL that is not known."""
        if len(args) != 1:
            raise UsageError("give one URL")
        assert self.settings is not None
        root: Path = output_dir(self.settings)
        try:
            history = find_history(root, args[0])
        except BroadsheetError as error:
            self.end_with(error)
            return
        with printing():
            if opts.json:
                print(msgspec.json.format(msgspec.json.encode(history), indent=2).decode())
            else:
                self._show(history)

    @staticmethod
    def _show(history: History) -> None:
        for line in show(history, colour=sys.stdout.isatty()):
            print(line)

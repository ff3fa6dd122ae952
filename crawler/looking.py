"""What the commands that only look have in common."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand


class WritesNothing(ScrapyCommand):
    """A command during which no archive is opened, unless -s OUTPUT_ENABLED=1 asks for it."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: settings from the command line."""
        assert self.settings is not None
        # At the command line's own priority, so that a -s that follows still wins.
        self.settings.set("OUTPUT_ENABLED", False, priority="cmdline")
        super().process_options(args, opts)

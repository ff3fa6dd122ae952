"""What the commands that only look have in common."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.ending import SaysWhy, say


class WritesNothing(SaysWhy):
    """A command during which no archive is opened, unless -s OUTPUT_ENABLED=1 asks for it."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: settings from the command line."""
        assert self.settings is not None
        # At the command line's own priority, so that a -s that follows still wins.
        self.settings.set("OUTPUT_ENABLED", False, priority="cmdline")
        super().process_options(args, opts)


@contextmanager
def printing() -> Iterator[None]:
    """Around what a command prints: a reader that has seen enough (``| head``) is no error.

    Any other failure to write is one line on stderr and exit code 6.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        # Python flushes stdout once more at exit, and would complain of it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            say(f"cannot write: {error.strerror}")
            sys.exit(6)

"""How a command ends: its exit code, and the one line on stderr that says why."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from types import FrameType, TracebackType

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import BroadsheetError
from crawler.terminal import visible

logger = logging.getLogger(__name__)

_COULD_NOT_START = 1


class SaysWhy(ScrapyCommand):
    """A command whose last line on stderr says in one sentence why its exit code is not 0."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: from here on no error ends the process without that line."""
        sys.excepthook = _tell
        if threading.current_thread() is threading.main_thread():
            # A crawl has handlers of its own from its start on, which let it drain.
            signal.signal(signal.SIGTERM, end_by_signal)
            if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup has it ignored
                signal.signal(signal.SIGHUP, end_by_signal)
        super().process_options(args, opts)
        assert self.settings is not None
        level = str(self.settings["LOG_LEVEL"])
        if level not in logging.getLevelNamesMapping() and not level.isdecimal():
            raise UsageError(
                f"LOG_LEVEL {level!r}: use DEBUG, INFO, WARNING, ERROR or CRITICAL",
                print_help=False,
            )

    def end(self, exit_code: int, why: str) -> None:
        """Set the exit code, and say why it is not 0."""
        self.exitcode = exit_code
        if exit_code:
            say(why)

    def end_with(self, error: BaseException) -> None:
        """End as an error says that came before anything was done."""
        if isinstance(error, BroadsheetError):
            self.end(error.exit_code, str(error))
        else:
            self.end(_COULD_NOT_START, _unexpected(error))


def say(why: str) -> None:
    """One line on stderr, whatever line ends and control characters are in it."""
    print(f"broadsheet: {visible(' '.join(why.split()))}", file=sys.stderr, flush=True)  # noqa: T201


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What Python calls for an error that nobody caught, before it ends with 1; with 130 for a
    SIGINT."""
    if issubclass(kind, KeyboardInterrupt):
        say(f"stopped by {signal.SIGINT.name}")
        return
    logger.error("Nobody caught this", exc_info=(kind, error, trace))
    say(_unexpected(error))


def end_by_signal(number: int, _frame: FrameType | None) -> None:
    """End as the signal would have it, but not without a word."""
    say(f"stopped by {signal.Signals(number).name}")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _unexpected(error: BaseException) -> str:
    return f"the run could not start: {type(error).__name__}: {error}"

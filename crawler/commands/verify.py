"""``scrapy verify``: checks a whole archive."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.collection import Collection
from archive.verify.whole import Verdict, verify
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import ConfigurationError
from crawler.looking import printing
from crawler.terminal import ProgressLine, visible
from crawler.verdict import PARTLY_FAILED, STORAGE


class Command(SaysWhy):
    """Checks every record, digest, pointer and index line."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] [DIR]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Check an archive: framing, digests, links, indexes, pointers"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Check every WARC file, index and JSONL line of DIR (default: OUTPUT_DIR; any directory"
            " of WARC files will do) against WARC/1.1. One line for each finding; nothing is"
            " changed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--strict", action="store_true", help="exit code 3 for a SHOULD that is not held too"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exit 0 where every MUST is held, 3 where one is not, 2 where nothing is to be checked."""
        assert self.settings is not None
        if len(args) > 1:
            raise UsageError("give one directory", print_help=False)
        root = Path(args[0]).expanduser() if args else output_dir(self.settings)
        collection = Collection.at(root)
        progress = ProgressLine()
        try:
            if not collection.warcs():
                self.end(ConfigurationError.exit_code, f"{root}: no WARC file is in it")
                return
            verdict = verify(collection, self.settings.getint("WARC_MAX_BYTES"), progress.show)
        except OSError as error:
            progress.clear()
            self.end(STORAGE, f"{error.filename or root}: {error.strerror}")
            return
        progress.clear()
        with printing():
            _print(verdict)
        counts = verdict.findings.counts.items()
        failed = sum(n for (level, _), n in counts if level == "MUST" or opts.strict)
        why = f"{root}: places that are not as WARC/1.1 has them: {failed}, listed above"
        self.end(PARTLY_FAILED if failed else 0, why)


def _print(verdict: Verdict) -> None:
    for finding in verdict.findings.listed:
        print(visible(str(finding)))
    for point, file, number in verdict.findings.unlisted():
        print(visible(f"{'':6} {point} {file}: and {number} more like these"))
    counts = verdict.findings.counts
    must = sum(n for (level, _), n in counts.items() if level == "MUST")
    should = sum(n for (level, _), n in counts.items() if level == "SHOULD")
    print(
        f"{verdict.records} records in {verdict.warcs} WARC files, {verdict.index_files} indexes,"
        f" {verdict.line_files} files of lines: {must} against a MUST, {should} against a SHOULD"
    )
    for (level, point), n in sorted(counts.items()):
        print(f"  {level:<6} {point} {n}")

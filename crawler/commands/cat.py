"""``scrapy cat``: the bytes that a pointer of the JSONL points to."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.warc_reader import WarcRecord, http_response, read_record
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.looking import printing


class Command(SaysWhy):
    """Prints one record of a WARC file."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] <warc_file> <warc_offset>"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print the archived bytes that a line of the JSONL points to"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Print the record at warc_offset of warc_file (a path, or a name below"
            " OUTPUT_DIR/warc): by default the HTTP message exactly as it came over the wire."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--headers", action="store_true", help="the WARC record's own headers")
        what.add_argument(
            "--payload",
            action="store_true",
            help="the page alone: transfer and content codings removed",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write to stdout; exit 2 for a pointer that leads nowhere."""
        if len(args) != 2 or not args[1].isdecimal():
            raise UsageError("give a WARC file and an offset, as in warc_file and warc_offset")
        assert self.settings is not None
        given = Path(args[0]).expanduser()
        path = given if given.exists() else output_dir(self.settings) / "warc" / given
        try:
            record = read_record(path, int(args[1]))
            with printing():
                self._print(record, opts, self.settings.getint("DOWNLOAD_MAXSIZE"))
        except (ArchiveError, OverflowError, ValueError) as error:
            self.end(2, str(error))
        except OSError as error:
            self.end(6, f"{path}: cannot be read: {error.strerror or error}")

    @staticmethod
    def _print(record: WarcRecord, opts: argparse.Namespace, max_bytes: int) -> None:
        out = sys.stdout.buffer
        if opts.headers:
            for name, value in record.headers.items():
                out.write(f"{name}: {value}\n".encode())
        elif opts.payload and (response := http_response(record, max_bytes)):
            out.write(response.body)
        else:
            shutil.copyfileobj(record.block, out)

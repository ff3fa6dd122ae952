"""``scrapy cat``: what is archived of a URL, or what a pointer points to."""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.cdxj import CdxjEntry
from archive.collection import Collection
from archive.errors import ArchiveError, PointerError
from archive.find import captures, original_of, record_at
from archive.lookup import choose
from archive.warc_reader import WarcRecord, http_response
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import ConfigurationError
from crawler.looking import printing
from crawler.pointers import digits_of, is_url, record_of
from crawler.terminal import ProgressLine, print_bytes, visible
from crawler.verdict import STORAGE


class Command(SaysWhy):
    """Prints one record of an archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] <URL | FILE OFFSET | FILE:OFFSET | urn:uuid:... | ->"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print what is archived of a URL, or what a line of the JSONL points to"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Print one record: the newest capture of a URL, the record at warc_offset of warc_file,"
            " the one with an id, or ('-') the one that a JSONL line on stdin points to. By default"
            " the HTTP message exactly as it came over the wire."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--raw", action="store_true", help="the record's block, byte for byte (the default)"
        )
        what.add_argument("--headers", action="store_true", help="the WARC record's own headers")
        what.add_argument(
            "--payload",
            action="store_true",
            help="the page alone: transfer and content codings removed; of a revisit, the page that"
            " it refers to",
        )
        what.add_argument("--list", action="store_true", help="every capture of the URL")
        parser.add_argument(
            "--at",
            metavar="TIME",
            help="the capture nearest to it: 2026-11-24, 20261124T1015Z, ...",
        )
        parser.add_argument(
            "--dir", metavar="DIR", help="an archive, or any directory of WARCs (OUTPUT_DIR)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write to stdout; exit 2 for what leads nowhere."""
        assert self.settings is not None
        root = Path(opts.dir).expanduser() if opts.dir else output_dir(self.settings)
        collection = Collection.at(root)
        try:
            if opts.list:
                self._list(collection, args)
                return
            record = _find(collection, args, opts.at)
            with record.block, printing():
                self._print(collection, record, opts)
        except ConfigurationError as error:
            self.end_with(error)
        except (ArchiveError, OverflowError, ValueError) as error:
            self.end(ConfigurationError.exit_code, str(error))
        except OSError as error:
            self.end(STORAGE, f"{error.filename or root}: {error.strerror}")

    def _list(self, collection: Collection, args: list[str]) -> None:
        if len(args) != 1 or not is_url(args[0]):
            raise ConfigurationError("--list: give one URL")
        found = captures(collection, args[0])
        if not found:
            raise _none(collection, args[0])
        with printing():
            for entry in found:
                what = f"{entry.status or '-':>3} {entry.mime or '-'}"
                where = f"{entry.filename}:{entry.offset}"
                print(visible(f"{entry.timestamp} {what:<24} {where} {entry.url}"))

    def _print(self, collection: Collection, record: WarcRecord, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if opts.headers:
            fields = "".join(f"{name}: {value}\n" for name, value in record.headers.items())
            print_bytes([fields.encode("utf-8", "surrogateescape")])
        elif opts.payload:
            print_bytes([_payload(collection, record, self.settings.getint("DOWNLOAD_MAXSIZE"))])
        else:
            print_bytes(iter(lambda: record.block.read(1 << 16), b""))


def _find(collection: Collection, args: list[str], at: str | None) -> WarcRecord:
    if len(args) == 1 and is_url(args[0]):
        digits = digits_of(at) if at else None
        return record_at(collection, _chosen(collection, args[0], digits))
    if at:
        raise ConfigurationError("--at goes with a URL")
    progress = ProgressLine()
    try:
        return record_of(collection, args, progress.show)
    finally:
        progress.clear()


def _chosen(collection: Collection, url: str, digits: str | None) -> CdxjEntry:
    entry = choose(captures(collection, url), url, digits)
    if entry is None:
        raise _none(collection, url)
    return entry


def _none(collection: Collection, url: str) -> PointerError:
    return PointerError(f"{url}: no capture of it is in the index of {collection.layout.root}")


def _payload(collection: Collection, record: WarcRecord, max_bytes: int) -> bytes:
    original = original_of(collection, record) if record.type == "revisit" else None
    if record.type == "revisit" and original is None:
        named = record.headers.get("WARC-Refers-To") or "an earlier record, and does not say which"
        raise PointerError(
            f"{record.pointer.file}: offset {record.pointer.offset}: a revisit of {named}, which is"
            f" not in the index of {collection.layout.root}"
        )
    response = http_response(record, max_bytes, original)
    if original:
        original.block.close()
    if response is not None:
        return response.body
    record.block.seek(0)
    return record.block.read()

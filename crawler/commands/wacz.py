"""``scrapy wacz``: one file of an archive that players open and people hand on."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.collection import WARC_SUFFIXES
from archive.errors import ArchiveError
from archive.wacz import Observer, Packed, WaczAbout, write_wacz
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import BroadsheetError, ConfigurationError, StorageError
from crawler.instants import now
from crawler.packing import Selection, select
from crawler.terminal import ProgressLine, visible
from crawler.verdict import PARTLY_FAILED


class Command(SaysWhy):
    """Packs WARC files into a WACZ."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] [DIRECTORY | WARC_FILE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Pack an archive into one WACZ file, for ReplayWeb.page and other players"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Pack all finished WARC files of OUTPUT_DIR, of another directory (ours or anybody's),"
            " or those named, with an index and the list of their stories. WARC files go in as they"
            " are: a package is chosen by run or by file, not by page."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", type=Path,
            help="the package, named .wacz (default: NAME.wacz in the current directory)",
        )  # fmt: skip
        parser.add_argument("--run", action="append", default=[], help="a run id; may be repeated")
        parser.add_argument("--title", help="what the archive is called (default: its name)")
        parser.add_argument("--description", default="", help="a sentence or more, Markdown")
        parser.add_argument("--main-page", metavar="URL", help="the page that a player opens first")
        parser.add_argument(
            "--no-text", action="store_true",
            help="leave the stories' text out of the list of pages (smaller, no full-text search)",
        )  # fmt: skip

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exit 2: wrong use; 3: a WARC is damaged; 6: the disk refuses."""
        assert self.settings is not None
        try:
            selection = self._selection(args, opts.run)
            target = _target(opts, selection)
            about = WaczAbout(
                title=opts.title or target.stem,
                software=f"Broadsheet/{self.settings['VERSION']}",
                created=created_at(os.environ),
                description=opts.description,
                main_page=opts.main_page,
            )
            packed, damage = _pack(target, selection, about, with_text=not opts.no_text)
        except BroadsheetError as error:
            self.end_with(error)
            return
        _report(target, packed)
        why = f"damaged places: {damage}, named above; packed as they are"
        self.end(PARTLY_FAILED if damage else 0, why)

    def _selection(self, args: list[str], runs: list[str]) -> Selection:
        assert self.settings is not None
        places = [Path(arg).expanduser() for arg in args]
        for place in places:
            if not place.exists():
                raise ConfigurationError(f"{place}: there is no such file or directory")
        if not places:
            return select(output_dir(self.settings), (), runs)
        if len(places) == 1 and places[0].is_dir():
            return select(places[0], (), runs)
        if not all(place.name.endswith(WARC_SUFFIXES) for place in places):
            raise UsageError("give one directory, or WARC files (.warc or .warc.gz)")
        return select(_root_of(places), places, runs)


def created_at(environment: Mapping[str, str]) -> datetime:
    """Now, or what SOURCE_DATE_EPOCH says: with it, the same archive packs to the same bytes.

    Raises ConfigurationError for a value that is no count of seconds.
    """
    seconds = environment.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return now()
    if not seconds.isdecimal():
        raise ConfigurationError(f"SOURCE_DATE_EPOCH={seconds}: give seconds since 1970")
    return datetime.fromtimestamp(int(seconds), UTC)


def _root_of(files: list[Path]) -> Path:
    """The directory that all files are below; that of ours where they lie in its ``warc/``."""
    root = Path(os.path.commonpath([file.resolve().parent for file in files]))
    return root.parent if root.name == "warc" else root


def _target(opts: argparse.Namespace, selection: Selection) -> Path:
    name = opts.run[0] if len(opts.run) == 1 else selection.collection.layout.root.resolve().name
    target: Path = opts.output or Path(f"{name}.wacz")
    if target.suffix != ".wacz":
        raise ConfigurationError(f"-o {target}: the name of a package ends in .wacz")
    if not target.resolve().parent.is_dir():
        raise ConfigurationError(f"-o {target}: there is no directory {target.parent}")
    return target.resolve()


def _pack(
    target: Path, selection: Selection, about: WaczAbout, *, with_text: bool
) -> tuple[Packed, int]:
    """Write the package; gives what is in it and how many damaged places were passed over."""
    damage = 0
    progress = _Progress(selection.size)

    def on_damage(error: ArchiveError) -> None:
        nonlocal damage
        damage += 1
        progress.clear()
        print(f"scrapy wacz: {visible(str(error))}", file=sys.stderr)

    try:
        pages = selection.pages(with_text=with_text)
        observer = Observer(progress.advance, on_damage)
        packed = write_wacz(target, selection.warcs, pages, about, observer)
    except ArchiveError as error:
        raise ConfigurationError(str(error)) from error
    except OSError as error:
        place = error.filename or target
        raise StorageError(f"{place}: {error.strerror or error}") from error
    finally:
        progress.clear()
    return packed, damage


class _Progress:
    """How much is packed, on a terminal."""

    def __init__(self, total: int) -> None:
        self._line = ProgressLine()
        self._total = max(total, 1)
        self._done = 0

    def advance(self, count: int) -> None:
        """So many more bytes are packed."""
        self._done += count
        self._line.show(f"packing: {self._done * 100 // self._total} %")

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()


def _report(target: Path, packed: Packed) -> None:
    print(
        f"{target}: {packed.captures} captures and {packed.pages} pages of {packed.warcs} WARC"
        f" files, {packed.size:,} bytes"
    )
    if packed.missing:
        print(
            f"scrapy wacz: {packed.missing} payloads that came again were first archived in files"
            " that are not packed here, and cannot be replayed without them; pack those too",
            file=sys.stderr,
        )

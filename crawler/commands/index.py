"""``scrapy index``: makes the CDXJ index of an archive, or of any WARC files."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from archive import merged_index
from archive.cdxj_file import index_warc, iter_entries
from archive.collection import Collection
from archive.errors import ArchiveError
from archive.line_sort import LineSorter, write_lines
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import ConfigurationError, LockedError
from crawler.looking import printing
from crawler.output import lock
from crawler.terminal import ProgressLine, visible
from crawler.verdict import PARTLY_FAILED, STORAGE


class Command(SaysWhy):
    """(Re)builds indexes."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] [DIR | FILE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make the CDXJ index of an archive, or of any WARC files"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "Index the WARC files of DIR (default: OUTPUT_DIR) that have no index yet or an older"
            " one, each in DIR/cdx, and all of them in DIR/index.cdxj. Of FILEs, or with -o, print"
            " the sorted index and write nothing else."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="index again what has an index")
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="write one sorted index there ('-': to stdout)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exit 2 where there is no WARC, 3 where one is damaged, 6 where nothing can be written."""
        assert self.settings is not None
        paths = [Path(arg).expanduser() for arg in args] or [output_dir(self.settings)]
        self._progress = ProgressLine()
        self._damaged = 0
        try:
            self._index(paths, opts)
        except (ConfigurationError, LockedError) as error:
            self._progress.clear()
            self.end_with(error)
        except OSError as error:
            where = error.filename or paths[0]
            hint = "make room, or write elsewhere with -o FILE"
            self._progress.clear()
            self.end(STORAGE, f"{where}: {error.strerror}; {hint}")
        else:
            why = f"damaged places: {self._damaged}, named above; the rest is indexed"
            self.end(PARTLY_FAILED if self._damaged else 0, why)

    def _index(self, paths: list[Path], opts: argparse.Namespace) -> None:
        if missing := next((path for path in paths if not path.exists()), None):
            raise ConfigurationError(f"{missing}: no such file or directory")
        if len(paths) > 1 and any(path.is_dir() for path in paths):
            raise ConfigurationError("give one directory, or files")
        collection = Collection.at(paths[0]) if paths[0].is_dir() else None
        warcs = collection.warcs() if collection else paths
        if not warcs:
            raise ConfigurationError(f"{paths[0]}: no WARC file is in it")
        if collection is None or opts.output:
            names = [collection.name_of(w) if collection else w.name for w in warcs]
            self._print(list(zip(warcs, names, strict=True)), opts.output or "-")
        else:
            self._build(collection, warcs, is_all=opts.all)

    def _build(self, collection: Collection, warcs: list[Path], *, is_all: bool) -> None:
        if collection.is_ours:
            lock(collection.layout)
        due = [warc for warc in warcs if is_all or _is_due(warc, collection.cdxj_of(warc))]
        lines = 0
        for number, warc in enumerate(due, 1):
            name = collection.name_of(warc)
            self._progress.show(f"{number}/{len(due)} {name}")
            lines += index_warc(warc, collection.cdxj_of(warc), self._on_damage, name)
        self._progress.show("merging")
        merged_index.update(collection, at_once=True)
        self._progress.clear()
        with printing():
            print(
                f"{len(due)} of {len(warcs)} WARC files indexed, {lines} captures;"
                f" all in {collection.layout.index}"
            )

    def _print(self, files: Iterable[tuple[Path, str]], output: str) -> None:
        with tempfile.TemporaryDirectory(prefix="broadsheet-index-") as directory:
            sorter = LineSorter(Path(directory))
            for warc, name in files:
                self._progress.show(name)
                for entry in iter_entries(warc, self._on_damage, name):
                    sorter.add(entry.line())
            self._progress.clear()
            if output == "-":
                with printing():
                    sys.stdout.buffer.writelines(sorter)
            else:
                write_lines(Path(output).expanduser(), sorter)
            sorter.close()

    def _on_damage(self, error: ArchiveError) -> None:
        self._damaged += 1
        self._progress.clear()
        print(f"scrapy index: {visible(str(error))}", file=sys.stderr)


def _is_due(warc: Path, cdxj: Path) -> bool:
    try:
        return cdxj.stat().st_mtime_ns < warc.stat().st_mtime_ns
    except FileNotFoundError:
        return True

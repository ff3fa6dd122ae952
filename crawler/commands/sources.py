"""``scrapy sources``: what the source files declare, and whether they can be used."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from scrapy.exceptions import UsageError

from archive.collection import Collection
from archive.layout import OutputLayout
from crawler.adding import Wanted, add_source
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.errors import BroadsheetError, ConfigurationError
from crawler.listing_status import HEAD, details, read_finds, read_status, summary
from crawler.looking import printing
from crawler.sources import Source, load_sources, pick_sources, shipped_sources
from crawler.sources.printing import printable
from crawler.stale import Finding, archived_pages, try_selectors
from crawler.state import Tracked

_HEAD = ("id", "name", "language", "country", "feeds", "sitemaps", "sections", "tried")
_NUMBERS = {"feeds", "sitemaps", "sections"}


class Command(SaysWhy):
    """List the sources, or check their files without a request."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}  # Any: Scrapy's own type

    def syntax(self) -> str:
        """Scrapy's hook."""
        return "[list|check|status] [options] [ID ...] | add URL [-o FILE] [--id ID]"

    def short_desc(self) -> str:
        """Scrapy's hook."""
        return "List the outlets that would be crawled, check their declarations, or add one"

    def long_desc(self) -> str:
        """Scrapy's hook."""
        return (
            "list (the default) prints a table of the sources; status one of their listings: when "
            "each answered, when it is due, how often it failed; check prints one line, or every "
            "problem of the files with exit code 2. IDs choose among them; of a source with "
            "overrides, check also tries them on its newest archived pages. add looks at an outlet "
            "and prints its declaration for review, or appends it to a file of sources."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook."""
        super().add_options(parser)
        parser.add_argument(
            "-a",
            "--sources",
            metavar="PATH",
            help="TOML file or directory (default: the setting SOURCES, or the shipped outlets)",
        )
        parser.add_argument("-o", "--append", metavar="FILE", help="add: write to this file")
        parser.add_argument("--id", metavar="ID", help="add: the id of the new source")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if args[:1] == ["add"]:
            self._add(args[1:], opts)
            return
        action = args[0] if args and args[0] in ("list", "check", "status") else None
        ids = args[1:] if action else args
        try:
            sources = load_sources(self._path(opts.sources))
            chosen = pick_sources(sources, ids) if ids else sources
        except ConfigurationError as error:
            self._end_with_all(str(error).splitlines())
            return
        with printing():
            if action == "check":
                self._check(chosen, tried=chosen if ids else ())
            elif action == "status":
                print("\n".join(_table(HEAD, self._status(chosen))))
            else:
                print("\n".join([*self._overview(chosen), _total(chosen)]))

    def _status(self, chosen: Sequence[Source]) -> list[tuple[str, ...]]:
        listings = self._listings(chosen)
        assert self.settings is not None
        layout = OutputLayout(output_dir(self.settings))
        news = read_finds(layout.state) if listings else {}
        return [details(listing, news.get(listing.url)) for listing in listings]

    def _listings(self, chosen: Sequence[Source]) -> list[Tracked]:
        """What the state of OUTPUT_DIR knows of the listings of these sources."""
        if self.settings is None or not self.settings["OUTPUT_DIR"]:
            return []
        layout = OutputLayout(output_dir(self.settings))
        return read_status(layout.state, [source.id for source in chosen])

    def _overview(self, chosen: Sequence[Source]) -> Iterable[str]:
        """The table of sources; with their status where any of them was ever polled."""
        listings = self._listings(chosen)
        if not listings:
            return _table(_HEAD, [_row(source) for source in chosen])
        rows = []
        for source in chosen:
            own = [listing for listing in listings if listing.source_id == source.id]
            rows.append((*_row(source), summary(own)))
        return _table((*_HEAD, "status"), rows)

    def _add(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("give the address of one outlet: scrapy sources add https://…/")
        file = Path(opts.append).expanduser() if opts.append else None
        try:
            others = load_sources(self._path(opts.sources))
            taken = {source.id for source in others}
            text = add_source(self.settings, Wanted(args[0], file, opts.id), taken)
        except BroadsheetError as error:
            self.end_with(error)
            return
        with printing():
            print(f"added to {file}:\n\n{text}" if file else text, end="")

    def _check(self, chosen: Sequence[Source], tried: Sequence[Source]) -> None:
        stale = [problem for source in tried for problem in self._stale(source)]
        if stale:
            self._end_with_all(stale)
        else:
            print(f"ok: {_total(chosen)}")

    def _end_with_all(self, problems: Sequence[str]) -> None:
        """End with 2. One line a problem: who writes a source file wants to see all of them."""
        for problem in problems:
            print(problem, file=sys.stderr)
        why = f"problems in the sources: {len(problems)}, named above"
        self.end(ConfigurationError.exit_code, why)

    def _stale(self, source: Source) -> list[str]:
        """What is wrong with the selectors of a source, one line a selector."""
        assert self.settings is not None
        if source.overrides is None:
            return []
        collection = Collection.at(output_dir(self.settings))
        limit = self.settings.getint("DOWNLOAD_MAXSIZE")
        pages = archived_pages(collection, source.id, limit)
        findings = try_selectors(source.overrides, pages)
        if not pages:
            print(f"{source.id}: overrides not tried: no page of this source is archived yet")
            return []
        for found in findings:
            print(f"{source.id}: {_shown(found)}: {found.matched} of {found.pages} pages")
        return [
            f"{source.id}: {_shown(found)} matches none of the {found.pages} newest archived pages;"
            " write a new selector, or leave the field to the rules"
            for found in findings
            if not found.matched
        ]

    def _path(self, given: str | None) -> Path:
        configured = self.settings["SOURCES"] if self.settings is not None else None
        # As in "scrapy crawl news -a sources=PATH".
        path = (given or "").removeprefix("sources=") or configured
        return Path(path).expanduser() if path else shipped_sources()


def _shown(found: Finding) -> str:
    return f'overrides.{found.field} "{printable(found.selector)}"'


def _row(source: Source) -> tuple[str, ...]:
    tried = source.tried.isoformat() if source.tried else "no"
    return (
        source.id,
        source.name,
        source.language or "",
        source.country or "",
        str(len(source.feeds)),
        str(len(source.news_sitemaps)),
        str(len(source.sections)),
        tried if source.enabled else f"{tried}, disabled",
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    lines = [head, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(head, line, widths, strict=True)
        yield "  ".join(_padded(*cell) for cell in cells).rstrip()


def _padded(column: str, text: str, width: int) -> str:
    space = " " * (width - _width(text))
    return space + text if column in _NUMBERS else text + space


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, marks that sit on a letter none."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(unicodedata.category(char) in {"Mn", "Me", "Cf"} for char in text)
    return len(text) + wide - marks


def _total(sources: Sequence[Source]) -> str:
    languages = {source.language.partition("-")[0] for source in sources if source.language}
    return f"{_count(len(sources), 'source')} in {_count(len(languages), 'language')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

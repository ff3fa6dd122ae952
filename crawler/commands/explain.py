"""``scrapy explain``: why the line of one page is as it is."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.http import Response

from archive.collection import Collection
from archive.errors import ArchiveError
from archive.warc_reader import read_record
from crawler.addon import output_dir
from crawler.archived import NotArchived, page_of_record, pages_of_url
from crawler.errors import ConfigurationError
from crawler.explain.explanation import Explanation, explain_story
from crawler.explain.html import as_html
from crawler.explain.terminal import as_text
from crawler.extraction.record import Page
from crawler.instants import now
from crawler.looking import WritesNothing, printing
from crawler.sources import load_sources, pick_sources, shipped_sources
from crawler.urls import is_fetchable
from crawler.verdict import STORAGE

_WIDE = 140


class Command(WritesNothing):
    """Shows the candidates, choices and rules behind one page's line."""

    requires_project = True

    def syntax(self) -> str:
        """The arguments."""
        return "[options] <URL | warc_file warc_offset | page.html>"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show why the line of one page is as it is: candidates, rules, dropped paragraphs"

    def long_desc(self) -> str:
        """More than one line."""
        return (
            "A URL is looked up in the archive below OUTPUT_DIR, its newest line; --fetch asks"
            " the site instead, and archives nothing. A record is named as for `scrapy cat`."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--fetch", action="store_true", help="fetch the URL from its site")
        parser.add_argument("--html", metavar="FILE", type=Path, help="write an HTML file as well")
        parser.add_argument("--url", help="the address of a local file, for its links and its site")
        parser.add_argument("--source", metavar="ID", help="use the overrides of this source")
        parser.add_argument("--sources", metavar="PATH", help="where the sources are declared")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: quiet, unless -L asks for more."""
        assert self.settings is not None
        self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write to stdout; exit 2 where there is no such page, 6 where --html cannot be written."""
        if len(args) not in (1, 2) or (len(args) == 2 and not args[1].isdecimal()):
            raise UsageError("give a URL, a local file, or a WARC file and an offset")
        try:
            found = explain_story(self._with_overrides(self._pages(args, opts), opts))
        except (ArchiveError, NotArchived, ConfigurationError, OSError, ValueError) as error:
            self.end(ConfigurationError.exit_code, str(error))
            return
        try:
            if opts.html:
                opts.html.write_text(as_html(found), encoding="utf-8")
        except OSError as error:
            self.end(STORAGE, f"--html {opts.html}: {error.strerror}")
            return
        with printing():
            self._print(found, opts)

    @staticmethod
    def _print(found: list[Explanation], opts: argparse.Namespace) -> None:
        width = min(shutil.get_terminal_size((100, 24)).columns, _WIDE)
        print(as_text(found, width, sys.stdout.isatty()))
        if opts.html:
            print(f"\nside by side with the page: {opts.html}")

    def _pages(self, args: list[str], opts: argparse.Namespace) -> list[Page]:
        assert self.settings is not None
        collection = Collection.at(output_dir(self.settings))
        limit = self.settings.getint("DOWNLOAD_MAXSIZE")
        if len(args) == 2:
            given = Path(args[0]).expanduser()
            file = given if given.exists() else collection.warc_root / given
            return [page_of_record(collection, read_record(file, int(args[1])), limit)]
        if is_fetchable(args[0]):
            if opts.fetch:
                return [self._fetched(args[0])]
            return pages_of_url(collection, args[0], limit)
        return [local_page(Path(args[0]).expanduser(), opts.url)]

    def _with_overrides(self, pages: list[Page], opts: argparse.Namespace) -> list[Page]:
        if not opts.source:
            return pages
        path = opts.sources or (self.settings["SOURCES"] if self.settings else None)
        sources = load_sources(Path(path).expanduser() if path else shipped_sources())
        own = pick_sources(sources, [opts.source])[0].overrides
        return [replace(page, overrides=own) for page in pages]

    def _fetched(self, url: str) -> Page:
        """The page as the site gives it now, under the project's politeness. Raises NotArchived."""
        pages: list[Page] = []

        class OnePage(Spider):
            name = "explain"

            async def start(self) -> AsyncIterator[Request]:
                yield Request(url, callback=self.keep, dont_filter=True)

            def keep(self, response: Response) -> None:
                content_type = response.headers.get("Content-Type")
                declared = content_type.decode("latin-1") if content_type else None
                pages.append(Page(response.url, response.body, now(), declared))

        assert self.crawler_process is not None
        self.crawler_process.crawl(OnePage)
        self.crawler_process.start()
        if not pages:
            raise NotArchived(f"{url} gave no page; the log above says why")
        return pages[0]


def local_page(path: Path, url: str | None) -> Page:
    """A page from a file; without its ``url`` it counts as lying on example.invalid."""
    return Page(
        url=url or f"https://example.invalid/{path.name}",
        body=path.read_bytes(),
        captured_at=now(),
        content_type="text/html",
    )

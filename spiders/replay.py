"""Extracts again, from WARC files and WACZ packages, with no network at all."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from archive.errors import CorruptRecord, PointerError
from archive.exchange import WarcPointer
from archive.warc_files import WarcFile, find_warc_files
from archive.warc_reader import WarcRecord
from crawler.articles import Capture
from crawler.errors import ConfigurationError
from crawler.extraction import StoryPage
from crawler.items import Article
from crawler.joining import JoiningSpider
from crawler.output_place import Creation, creation
from crawler.overrides import Overrides
from crawler.readback import PageReader
from crawler.sources import Source, load_sources, shipped_sources
from crawler.wire_page import ReadPage, Unreadable, WirePage, read_wires
from crawler.workers import WorkerError
from spiders.ahead import ReadAhead
from spiders.delivery import Delivery
from spiders.gathering import Gathered, Gathering
from spiders.payload_memory import PayloadMemory
from spiders.recorded import Limits, RecordedPage, Recording

logger = logging.getLogger(__name__)

# Handfuls of pages under way for each worker: as many as are read while one page takes a second.
_AHEAD = 4
# Bytes of bodies behind which no further handful is taken up.
_BYTES_AHEAD = 64 * 1024 * 1024


class ReplaySpider(JoiningSpider):
    """``scrapy crawl replay -a warc=FILE|DIR|GLOB [-a sources=PATH]``: no network, the lines again.

    The files are WARC or WACZ. The sources are read for the selectors that they declare for their
    pages.

    Writes to OUTPUT_DIR/replay unless OUTPUT_DIR is given on the command line, so that the lines
    of a new extraction do not mix with those of the crawl.
    """

    name = "replay"
    arguments = ("warc", "sources")
    needs_one_of = ("warc",)
    custom_settings = {  # noqa: RUF012 - Scrapy's own declaration
        "WARC_ENABLED": False,
        "STATE_ENABLED": False,
        # No host waits for this process: it is the workers that are to be kept busy.
        "EXTRACTION_NICENESS": 0,
    }

    def __init__(self, files: Iterable[WarcFile] = (), sources: Iterable[Source] = ()) -> None:
        super().__init__()
        self.files = tuple(files)
        self.sources = {source.id: source for source in sources}
        self._unread = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Scrapy's hook: the spider's own settings."""
        super().update_settings(settings)
        given = settings.getpriority("OUTPUT_DIR") or 0
        if given < SETTINGS_PRIORITIES["cmdline"]:
            where = Path(settings["OUTPUT_DIR"])
            settings.set("OUTPUT_DIR", str(where / "replay"), "spider")
            if creation(settings["OUTPUT_CREATE"]) is Creation.HERE and where.parent.is_dir():
                # The directory of the crawl may be missing too: the WARC files can be anybody's.
                settings.set("OUTPUT_CREATE", Creation.PARENTS.value, "spider")

    @classmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """Raises ConfigurationError where no WARC is found, or a source cannot be read."""
        if "warc" not in given:
            return {}
        path = given.get("sources") or crawler.settings["SOURCES"]
        sources = load_sources(Path(path).expanduser() if path else shipped_sources())
        return {"files": find_warcs(given["warc"]), "sources": sources}

    def overrides_of(self, source_id: str) -> Overrides | None:
        """The selectors of the source that led to the page."""
        source = self.sources.get(source_id)
        return source.overrides if source else None

    async def start(self) -> AsyncIterator[Article]:
        """The articles of all files, in the order of their captures."""
        limits = Limits(
            self.settings.getint("DOWNLOAD_MAXSIZE"),
            self.settings.getfloat("METAREFRESH_MAXDELAY"),
        )
        agent = self.settings["ROBOTSTXT_USER_AGENT"]
        reader = PageReader(self._record, limits.max_bytes)
        self.session.reader = reader
        memory = PayloadMemory(self.session, asyncio.get_running_loop())
        recording = Recording(limits, reader, memory, self._count, agent)
        ahead = ReadAhead(self._pages(recording), memory.settle)
        gathering = Gathering(self._story_pages)
        assert self.crawler.engine is not None
        delivery = Delivery(self.crawler.engine.scraper, self.session)
        async for handful in self._found(ahead):
            articles: list[Article] = []
            for recorded, found in handful:
                articles += await self._told(recorded, found, gathering)
            await delivery.begin(articles)
        await delivery.end()
        for story in gathering.rest():
            yield await self._joined(story)

    async def _found(self, ahead: ReadAhead) -> AsyncIterator[list[tuple[RecordedPage, _Found]]]:
        """What the pages give, in the order of their captures, a handful at a time."""
        under_way: deque[tuple[list[RecordedPage], asyncio.Task[list[_Found]]]] = deque()
        is_over = False
        while True:
            while not is_over and len(under_way) < _AHEAD * self.workers.size + 1:
                if self._unread >= _BYTES_AHEAD:
                    break
                handful = await ahead.next()
                is_over = not handful
                if handful:
                    under_way.append((handful, asyncio.ensure_future(self._replay(handful))))
            if not under_way:
                return
            handful, found = under_way.popleft()
            yield list(zip(handful, await found, strict=True))

    def _record(self, pointer: WarcPointer) -> WarcRecord:
        """The record at a pointer into one of the files."""
        file = next((file for file in self.files if file.name == pointer.file), None)
        if file is None:
            raise PointerError(f"{pointer.file}: not among the files of this replay")
        return file.record(pointer)

    def _pages(self, recording: Recording) -> Iterator[RecordedPage]:
        for file in self.files:
            logger.info("Replaying %s", file)
            try:
                yield from recording.pages(file)
            except OSError as error:
                logger.warning("%s: cannot be read: %s", file, error.strerror or error)
                self._count("failed/warc_unreadable")

    def _count(self, what: str) -> None:
        # From the reading thread: a stat is a dictionary entry, and only this thread counts these.
        self.count(f"news/{what}")

    async def _told(
        self, recorded: RecordedPage, found: _Found, gathering: Gathering
    ) -> list[Article]:
        """The articles that are ready once a page was found, in the order of their captures."""
        ready: list[Gathered] = []
        if isinstance(found, (Article, Gathered)):
            urls, is_visit = _urls_of(found), recorded.is_visit
            ready = gathering.overtaken(urls, recorded.capture, is_visit=is_visit)
        if isinstance(found, Gathered):
            ready += gathering.begin(found)
        elif isinstance(found, _Further):
            ready = gathering.go_on(found.first, found.page, found.capture)
        joined = [await self._joined(story) for story in ready]
        return [*joined, found] if isinstance(found, Article) else joined

    async def _joined(self, story: Gathered) -> Article:
        return self.article(await self.join(story.pages), story.capture)

    async def _replay(self, handful: list[RecordedPage]) -> list[_Found]:
        """What each page of a handful gives."""
        wires = [self._wire_page(one) for one in handful if one.has_page]
        size = sum(len(wire.page.body) for wire in wires)
        self._unread += size
        try:
            reads = iter(await self._read_together(wires))
        finally:
            self._unread -= size
        return [
            self._story(one, next(reads)) if one.has_page else self._without_page(one)
            for one in handful
        ]

    def _without_page(self, recorded: RecordedPage) -> _Found:
        if recorded.gone is not None:
            return self.absence(recorded.capture, recorded.gone)
        return _Further(recorded.page_of or "", None, recorded.capture)

    async def _read_together(self, wires: Sequence[WirePage]) -> list[ReadPage | Unreadable]:
        """Several pages in one call of a worker; if they break it, each again in one of its own."""
        if len(wires) > 1:
            try:
                return await self.workers.run(read_wires, tuple(wires))
            except WorkerError as error:
                self.logger.info("%d pages are read one by one: %s", len(wires), error)
        return [await self.read_wire_page(wire) for wire in wires]

    def _wire_page(self, recorded: RecordedPage) -> WirePage:
        own = self.overrides_of(recorded.capture.source_id or "")
        page = recorded.page if own is None else replace(recorded.page, overrides=own)
        return self.wire_page(page, recorded.codings)

    def _story(self, recorded: RecordedPage, read: ReadPage | Unreadable) -> _Found:
        self.count("news/fetched")
        if isinstance(read, Unreadable):
            self.count(f"news/dropped/{read.reason}")
            return None
        # A page that the crawl took for a story stays one; of others, only what is an article.
        if not recorded.is_story and read.extraction.kind in {"listing", "other"}:
            self.count(f"news/dropped/{read.extraction.kind}")
            return None
        capture = recorded.capture
        story_page = StoryPage(capture.url, capture.final_url, read.extraction)
        if recorded.page_of is not None:
            is_part = self.why_unusable(read, capture) is None
            return _Further(recorded.page_of, story_page if is_part else None, capture)
        if self._goes_on(recorded, read):
            return Gathered(capture, (story_page,))
        article = self.article(read, capture)
        return None if self.refused(article) else article

    @cached_property
    def _story_pages(self) -> int:
        return self.settings.getint("STORY_PAGES")

    def _goes_on(self, recorded: RecordedPage, read: ReadPage) -> bool:
        """Whether our crawl looked for further pages of this story."""
        is_looked_for = recorded.is_story and self._story_pages > 1
        return is_looked_for and self.begins_story(read, recorded.capture)


@dataclass(frozen=True, slots=True)
class _Further:
    """A page of the story whose first page has the record id ``first``; None: it is no page."""

    first: str
    page: StoryPage | None
    capture: Capture


# What a page gives: an article, the beginning of a story, more of it, or nothing.
_Found = Article | Gathered | _Further | None


def _urls_of(found: Article | Gathered) -> Iterable[str]:
    if isinstance(found, Gathered):
        return found.urls
    return found.url, found.final_url, found.canonical_url


def find_warcs(pattern: str) -> list[WarcFile]:
    """As ``find_warc_files``. Raises ConfigurationError where there is none."""
    try:
        files = find_warc_files(pattern)
    except CorruptRecord as error:
        raise ConfigurationError(f"-a warc: {error}") from error
    if not files:
        raise ConfigurationError(
            f"-a warc: {pattern}: no WARC file is there (.warc, .warc.gz or .wacz)"
        )
    return files

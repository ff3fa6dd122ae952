"""Scrapy's faces of what lives as long as a run: the archive session and the workers."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import Settings

from archive.durable import publish
from archive.exchange import Exchange, Written
from archive.layout import OutputLayout, new_run_id
from archive.warc_writer import WarcOptions
from crawler.addon import optional_int
from crawler.errors import ConfigurationError, StorageError
from crawler.filling import filler
from crawler.free_disk import in_units
from crawler.instants import iso, now
from crawler.items import Article
from crawler.one_cpu import GIVEN
from crawler.output import OutputOptions, memory_session, open_session
from crawler.output_place import creation
from crawler.report import Report, Run, build_report
from crawler.revisit_plan import plan_of
from crawler.secrets import check_policy, secret_fields
from crawler.session import ArchiveSession
from crawler.shutdown import Shutdown
from crawler.verdict import Ending
from crawler.workers import Limits, WorkerPool

logger = logging.getLogger(__name__)

PAGE_READERS = ("crawler.wire_page", "crawler.extraction.loading:load")
"""What workers that read pages are prepared with."""


class Archive:
    """Opens the archive session before anything else starts and closes it after all else ended."""

    def __init__(
        self,
        session: ArchiveSession,
        runs: Path | None,
        sync_interval: float = 1.0,
        redact: str = "configured",
    ) -> None:
        self.session = session
        session.on_storage_error = self.storage_failed
        self.runs = runs
        self.failure: StorageError | None = None
        self._is_refusing = False
        self.report: Report | None = None
        self.started_at: datetime = now()
        self._sync_interval = sync_interval
        self._redact = redact
        self._kept: WeakKeyDictionary[Request, Written] = WeakKeyDictionary()
        self._timer: asyncio.Task[None] | None = None
        self._crawler: Crawler | None = None
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Archive:
        settings = crawler.settings
        redact = check_policy(settings["WARC_REDACT"])
        _refuse_cache(settings)
        run_id = new_run_id(now(), os.urandom(3))
        if settings.getbool("OUTPUT_ENABLED"):
            options = _options(settings)
            session = open_session(options, run_id)
            runs: Path | None = OutputLayout(options.root).runs
        else:
            session, runs = memory_session(run_id), None
        archive = cls(session, runs, settings.getfloat("SYNC_INTERVAL"), redact)
        archive._crawler = crawler
        crawler.signals.connect(archive.spider_opened, signals.spider_opened)
        crawler.signals.connect(archive.item_dropped, signals.item_dropped)
        crawler.signals.connect(archive.item_failed, signals.item_error)
        crawler.signals.connect(archive.spider_closed, signals.spider_closed)
        return archive

    async def spider_opened(self, spider: Spider) -> None:
        await self.session.run_began(spider.name, iso(self.started_at))
        if self._sync_interval > 0:
            self._timer = asyncio.ensure_future(self._keep_synced())

    async def keep(self, request: Request, exchange: Exchange) -> None:
        """Archive an exchange and remember where it went for this very request object.

        Weak keys on the request, not its meta: nothing is inherited by a redirected, retried or
        copied request. A full disk ends the run and is an IgnoreRequest here: the page stays on
        the frontier.
        """
        if self._is_refusing:
            exchange.response.close()
            raise IgnoreRequest("storage")
        configured = request.meta.get("configured_fields", ())
        secrets = secret_fields(self._redact, configured)
        try:
            written = await self.session.archive(replace(exchange, secret_fields=secrets))
        except OSError as error:
            raise IgnoreRequest("storage") from error
        if written is not None:
            self._kept[request] = written

    def written(self, request: Request) -> Written | None:
        """Where the last exchange of this request object was archived."""
        return self._kept.get(request)

    def storage_failed(self, error: OSError) -> None:
        """Stop the run: nothing more can be kept, and nothing more is marked as seen."""
        if self._is_refusing:
            return
        self._is_refusing = True
        self.failure = StorageError(
            f"cannot write below {self.runs.parent if self.runs else '?'}:"
            f" {error.strerror or error}; make room, then run again: nothing was marked as seen"
        )
        logger.error("%s", self.failure)
        assert self._crawler is not None
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason="storage")
        )

    def disk_is_low(self, min_free: int) -> None:
        """The run ends while the disk still has room for what is under way."""
        self.failure = StorageError(
            f"less than {in_units(min_free)} are free (MIN_FREE_DISK), so the run ended in order;"
            " make room, and the next one goes on from here"
        )

    async def item_dropped(self, item: object) -> None:
        if isinstance(item, Article):
            await self.session.release(item)

    async def item_failed(self, item: object) -> None:
        """A pipeline raised: the story has no line, and stays on the frontier."""
        assert self._crawler is not None
        self._crawler.stats.inc_value("news/item_errors")
        await self.item_dropped(item)

    async def spider_closed(self, reason: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        report = self._build_report(reason)
        try:
            await self.session.close(report.ended_at, report.exit_code)
            self._publish(report)
        except OSError as error:
            self.storage_failed(error)
            self.report = report.with_storage_error(str(self.failure))

    def close_at_once(self) -> None:
        """After a second signal: the event loop is gone, and the spider was never closed."""
        report = self._build_report("stopped at once")
        try:
            self.session.close_at_once(report.ended_at)
            self._publish(report)
        except OSError as error:
            self.report = report.with_storage_error(f"{error.strerror or error}")

    def _build_report(self, reason: str) -> Report:
        assert self._crawler is not None
        assert self._crawler.spider is not None
        shutdown = self._crawler.get_extension(Shutdown)
        run = Run(
            run_id=self.session.run_id,
            spider=self._crawler.spider.name,
            started_at=self.started_at,
            ended_at=now(),
            ending=Ending(
                reason=reason,
                storage_error=str(self.failure) if self.failure else None,
                signal_number=shutdown.signal_number if shutdown else None,
            ),
        )
        return build_report(self._crawler.stats.get_stats(), run)

    def _publish(self, report: Report) -> None:
        if self.runs is not None:
            _write_manifest(self.runs, report)
        self.report = report

    async def _keep_synced(self) -> None:
        with suppress(OSError):  # storage_failed has been told
            while True:
                await asyncio.sleep(self._sync_interval)
                await self.session.sync()


def _refuse_cache(settings: Settings) -> None:
    is_archived = settings.getbool("OUTPUT_ENABLED") and settings.getbool("WARC_ENABLED")
    if is_archived and settings.getbool("HTTPCACHE_ENABLED"):
        raise ConfigurationError(
            "HTTPCACHE_ENABLED: an answer out of the cache is no capture, and its line could point"
            " to none; turn it off, or the archive with -s WARC_ENABLED=0"
        )


def _options(settings: Settings) -> OutputOptions:
    info = {
        "software": f"Broadsheet/{settings['VERSION']} (Python {platform.python_version()})",
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        **({"operator": settings["CONTACT"]} if settings["CONTACT"] else {}),
    }
    warc = WarcOptions(
        prefix=settings["WARC_PREFIX"],
        max_bytes=settings.getint("WARC_MAX_BYTES"),
        max_age=settings.getfloat("WARC_MAX_AGE"),
        info=info,
    )
    return OutputOptions(
        root=Path(settings["OUTPUT_DIR"]),
        warc=warc if settings.getbool("WARC_ENABLED") else None,
        jsonl_max_bytes=settings.getint("JSONL_MAX_BYTES"),
        sync_interval=settings.getfloat("SYNC_INTERVAL"),
        fill=filler(settings) if settings.getbool("STATE_ENABLED") else None,
        max_page=settings.getint("DOWNLOAD_MAXSIZE"),
        plan=plan_of(settings),
        min_free=optional_int(settings, "MIN_FREE_DISK"),
        creation=creation(settings["OUTPUT_CREATE"]),
    )


def _write_manifest(runs: Path, report: Report) -> None:
    """``runs/<run_id>.json``: under a temporary name, then renamed."""
    path = runs / f"{report.run_id}.json"
    temporary = path.with_suffix(".json.tmp")
    body = msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    publish(temporary, path)


class Workers:
    """The processes that parse and extract, ended with the run."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Workers:
        settings = crawler.settings
        size = settings.getint("EXTRACTION_WORKERS") or len(GIVEN) or os.cpu_count() or 1
        limits = Limits(
            settings.getfloat("EXTRACTION_TIMEOUT"), settings.getint("EXTRACTION_MEMORY")
        )
        niceness = settings.getint("EXTRACTION_NICENESS")
        if niceness < 0:
            raise ConfigurationError("EXTRACTION_NICENESS: no worker goes before the crawler")
        # What reads pages is half a second of imports, and listings alone need none of it.
        reads_pages = settings.getbool("EXTRACT")
        workers = cls(WorkerPool(size, limits, PAGE_READERS if reads_pages else (), niceness))
        crawler.signals.connect(workers.spider_closed, signals.spider_closed)
        return workers

    async def spider_closed(self) -> None:
        await self.pool.close()

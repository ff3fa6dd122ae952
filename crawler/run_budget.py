"""What a run may take: time, bytes, and the disk. Past one of them it drains, as after SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.addon import optional_int
from crawler.extensions import Archive
from crawler.free_disk import wanted_free
from crawler.host_holdback import HostHoldback

logger = logging.getLogger(__name__)

TIME_IS_UP = "budget_time"
BYTES_ARE_UP = "budget_bytes"
DISK_IS_LOW = "budget_disk"


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds of wall time and bytes of answers that may be taken (0: any), and bytes of the disk
    that stay free (None: see ``wanted_free``)."""

    seconds: float = 0.0
    answer_bytes: int = 0
    min_free: int | None = 0


def spent(budget: Budget, seconds: float, answer_bytes: int, free: int, total: int) -> str | None:
    """Which limit a run has come to, as the reason to finish; None as long as it has not."""
    if free < wanted_free(budget.min_free, total):
        return DISK_IS_LOW
    if budget.seconds and seconds >= budget.seconds:
        return TIME_IS_UP
    if budget.answer_bytes and answer_bytes >= budget.answer_bytes:
        return BYTES_ARE_UP
    return None


class RunBudget:
    """Looks once a second what the run has taken, and ends it at a limit."""

    def __init__(self, crawler: Crawler, budget: Budget, disk: Path) -> None:
        self._crawler = crawler
        self._budget = budget
        self._disk = disk
        self._began = time.monotonic()
        self._timer = AsyncioLoopingCall(self.look)
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunBudget:
        settings = crawler.settings
        if not settings.getbool("OUTPUT_ENABLED"):
            raise NotConfigured("nothing is written")
        budget = Budget(
            settings.getfloat("RUN_MAX_SECONDS"),
            settings.getint("RUN_MAX_BYTES"),
            optional_int(settings, "MIN_FREE_DISK"),
        )
        budgets = cls(crawler, budget, Path(settings["OUTPUT_DIR"]))
        crawler.signals.connect(budgets.spider_opened, signals.spider_opened)
        crawler.signals.connect(budgets.spider_closed, signals.spider_closed)
        return budgets

    def spider_opened(self) -> None:
        self._timer.start(1.0, now=False)

    def spider_closed(self) -> None:
        if self._timer.running:
            self._timer.stop()

    def look(self) -> None:
        """End the run if it has come to a limit."""
        disk = shutil.disk_usage(self._disk)
        reason = spent(
            self._budget,
            time.monotonic() - self._began,
            self._crawler.stats.get_value("downloader/response_bytes", 0),
            disk.free,
            disk.total,
        )
        if reason is None:
            return
        self._timer.stop()
        logger.info("The run ends here: %s", reason)
        if reason == DISK_IS_LOW and (archive := self._crawler.get_extension(Archive)):
            archive.disk_is_low(wanted_free(self._budget.min_free, disk.total))
        if holdback := self._crawler.get_downloader_middleware(HostHoldback):
            holdback.leave_all()
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason=reason)
        )

"""Packs what a run archived into a WACZ once the run is over, where the setting asks for it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from archive.layout import OutputLayout
from archive.wacz import Packed, WaczAbout, write_wacz
from crawler.errors import ConfigurationError
from crawler.extensions import Archive
from crawler.instants import now
from crawler.packing import select
from crawler.verdict import STORAGE

logger = logging.getLogger(__name__)


class WaczOnClose:
    """Writes ``OUTPUT_DIR/wacz/<run_id>.wacz`` after everything of the run is closed and durable.

    A run that was stopped by a signal or could not store is not packed: it has to end soon. A
    package that cannot be written costs nothing of the archive, and the run its exit code 0.
    """

    def __init__(self, crawler: Crawler, root: Path, software: str) -> None:
        self._crawler = crawler
        self._layout = OutputLayout(root)
        self._software = software

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WaczOnClose:
        settings = crawler.settings
        if not settings.getbool("WACZ_ON_CLOSE"):
            raise NotConfigured
        if not (settings.getbool("OUTPUT_ENABLED") and settings.getbool("WARC_ENABLED")):
            raise NotConfigured("no WARC is written that could be packed")
        software = f"Broadsheet/{settings['VERSION']}"
        packing = cls(crawler, Path(settings["OUTPUT_DIR"]), software)
        crawler.signals.connect(packing.engine_stopped, signals.engine_stopped)
        return packing

    async def engine_stopped(self) -> None:
        archive = self._crawler.get_extension(Archive)
        report = archive.report if archive else None
        if archive is None or report is None or report.exit_code >= STORAGE:
            return
        run_id = archive.session.run_id
        try:
            packed = await asyncio.to_thread(self._pack, run_id)
        except ConfigurationError as error:
            logger.info("Nothing to pack: %s", error)
        except (OSError, ArchiveError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or error
            archive.report = report.with_storage_error(
                f"the archive is whole, but its package was not written: {reason};"
                f" make room, then: scrapy wacz --run {run_id}"
            )
            logger.error("%s", archive.report.verdict)
        else:
            _tell(packed, run_id)

    def _pack(self, run_id: str) -> Packed:
        selection = select(self._layout.root, (), (run_id,))
        self._layout.wacz.mkdir(exist_ok=True)
        target = self._layout.wacz / f"{run_id}.wacz"
        about = WaczAbout(run_id, self._software, now())
        return write_wacz(target, selection.warcs, selection.pages(), about)


def _tell(packed: Packed, run_id: str) -> None:
    logger.info("Packed %d captures into wacz/%s.wacz", packed.captures, run_id)
    if packed.missing:
        logger.warning(
            "%d payloads that came again are in WARC files of earlier runs: whoever gets only"
            " %s.wacz cannot replay them",
            packed.missing,
            run_id,
        )

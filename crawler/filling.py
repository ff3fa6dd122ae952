"""Fills a state from the archive with listings read in a killable worker, as in a crawl."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from archive.layout import OutputLayout
from crawler.hints import Listed
from crawler.instants import now
from crawler.rebuild import Rebuild, Rebuilt
from crawler.revisit_plan import plan_of
from crawler.state import StateStore
from crawler.state_file import Filler
from crawler.workers import Limits, WorkerError, WorkerPool

logger = logging.getLogger(__name__)


def filler(settings: BaseSettings) -> Filler:
    """How a lost state is filled, by REBUILD_LISTINGS, LISTING_READER and the workers' limits."""
    reach = timedelta(seconds=settings.getfloat("REBUILD_LISTINGS"))
    limits = Limits(settings.getfloat("EXTRACTION_TIMEOUT"), settings.getint("EXTRACTION_MEMORY"))

    def fill(layout: OutputLayout, state: StateStore, unread: Sequence[str] = ()) -> Rebuilt:
        # The event loop of the run is at work already: the worker's gets a thread of its own.
        with ThreadPoolExecutor(1, thread_name_prefix="rebuild") as thread:
            return thread.submit(_fill, layout, state, unread).result()

    def _fill(layout: OutputLayout, state: StateStore, unread: Sequence[str]) -> Rebuilt:
        # Not before it is needed: it brings every parser of listings along.
        read: Callable[..., tuple[Listed, ...]] = load_object(settings["LISTING_READER"])
        pool = WorkerPool(1, limits)
        with asyncio.Runner() as runner:

            def guarded(*listing: Any) -> tuple[Listed, ...]:  # the arguments of a ListingReader
                try:
                    return runner.run(pool.run(read, *listing))
                except WorkerError as error:
                    logger.warning("Passed over the listing %s: %s", listing[2], error)
                    return ()

            try:
                rebuild = Rebuild(layout, state, guarded, now() - reach, plan_of(settings))
                return rebuild.catch_up(unread) if unread else rebuild.run()
            finally:
                runner.run(pool.close())

    return fill

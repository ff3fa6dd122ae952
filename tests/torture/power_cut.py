"""Power cuts: one run under strace, and what the next run finds after a cut at some moments."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from scrapy.utils.project import get_project_settings

from archive.warc_writer import WarcOptions
from crawler.filling import filler
from crawler.output import OutputOptions, open_session
from tests.torture.audit import Damage, audit
from tests.torture.disk import disk_after
from tests.torture.runs import Field
from tests.torture.scenarios import NotHere
from tests.torture.trace import STRACE, Call, calls_of

# Lines and syncs of them in turn, so that there is something to cut at any moment.
_SLOWLY = ("-s", "DOWNLOAD_DELAY=0.3", "-s", "SYNC_INTERVAL=0.2")


def power_cut(place: Field, crawled: int = 1, opened: int = 60) -> Damage:
    """Cut at random moments; ``opened`` images are only put in order, as a run does at its start,
    and looked into; ``crawled`` are crawled to the end."""
    calls, damage = _traced(place)
    if damage:
        return damage
    asked = place.press.asked[0]
    for number in range(opened + crawled):
        moment = place.rng.randrange(len(calls))
        shutil.rmtree(place.output)
        disk_after(calls[: moment + 1], place.rng).write_to(place.output)
        # What was asked for after the cut was not asked for, as far as this image knows.
        was_asked = asked < calls[moment].at
        place.kills += 1
        if number < opened:
            damage.add(_opened(place.output, place.press.stories_of(0) if was_asked else set()))
        else:
            place.press.asked = {0: asked} if was_asked else {}
            damage.add(place.verdict())
    return damage


def _traced(place: Field) -> tuple[list[Call], Damage]:
    if shutil.which("strace") is None:
        raise NotHere("strace is not installed")
    traces = place.root / "traces"
    traces.mkdir()
    place.wrapper, place.options = (*STRACE, "-o", str(traces / "t")), _SLOWLY
    code = place.crawl()
    place.wrapper = place.options = ()
    calls = calls_of(sorted(traces.glob("t.*")), place.output)
    shutil.rmtree(traces)
    damage = Damage()
    if code != 0 or not any(call.kind == "sync" for call in calls):
        damage.left.append(f"the traced run ended with {code}: {place.said[-300:]}")
    return calls, damage


def _opened(output: Path, promised: set[str]) -> Damage:
    """Open and close a session on an image; what the state then says must be in the files, and
    what was promised in the files or on the frontier."""
    run_id = f"20261124t101500-{os.urandom(3).hex()}"
    options = OutputOptions(output, WarcOptions(), filler(get_project_settings()))
    session = open_session(options, run_id)
    asyncio.run(session.close("2026-11-24T10:16:00Z", 0))
    with closing(sqlite3.connect(output / "state.sqlite")) as state:
        known = {row[0] for row in state.execute("SELECT url_hash FROM known")}
        waiting = {row[0] for row in state.execute("SELECT url FROM lead")}
    delivered = {url for url in promised if hashlib.sha256(url.encode()).digest() in known}
    damage = audit(output, delivered)
    # This process has no end at which the kernel would let go of the lock.
    damage.left.remove("the lock is held")
    damage.lost += sorted(promised - delivered - waiting)
    if len(known) != len(delivered):
        damage.lost.append(f"{len(known)} stories known, {len(delivered)} of them planted")
    return damage

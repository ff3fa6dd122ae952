"""A month in thirty runs, one every 25 hours, over a newspaper of thirty editions."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.demo.server import DemoServer
from tests.forked import ForkedScrapy
from tests.running import LOOPBACK, lines_of

# Every 25 hours: no visit of the schedule (1 h 6 h 1 d 7 d 30 d) falls on the moment of a run.
FIRST, STEP = datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(hours=25)
_KILLED = -signal.SIGKILL


@dataclass
class Month:
    """The runs so far: ``requests`` has the number of each, ``kills`` says where one was killed."""

    scrapy: ForkedScrapy
    server: DemoServer
    root: Path
    requests: list[int] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    kills: list[tuple[int, int]] = field(default_factory=list)

    @property
    def output(self) -> Path:
        return self.root / "out"

    def run(self, edition: int) -> None:
        """Crawl an edition at its time."""
        before = len(self.server.log)
        self._start(edition)
        self.exit_codes.append(self.scrapy.wait())
        self.requests.append(len(self.server.log) - before)

    def run_killed(self, edition: int, chance: random.Random, answers: int) -> None:
        """Begin to crawl an edition and kill the run after one of its ``answers``."""
        target = len(self.server.log) + chance.randint(1, answers)
        pid = self._start(edition)
        deadline = time.monotonic() + 60
        while len(self.server.log) < target and time.monotonic() < deadline:
            if not _is_alive(pid):
                break
            time.sleep(0.005)
        time.sleep(chance.random() * 0.3)
        if _is_alive(pid):
            os.kill(pid, signal.SIGKILL)
        if self.scrapy.wait() == _KILLED:
            self.kills.append((edition, target))

    def _start(self, edition: int) -> int:
        self.server.set_edition(edition)
        sources = self.root / "sources.toml"
        sources.write_text(self.server.sources_toml(), "utf-8")
        at = FIRST + STEP * (edition - 1)
        return self.scrapy.start(
            *("crawl", "news", "-a", f"sources={sources}", "-s", f"OUTPUT_DIR={self.output}"),
            *("-a", "due=all", *LOOPBACK),
            *("-s", "DOWNLOAD_DELAY=0.01", "-s", "EXTRACTION_WORKERS=1", "-s", "RETRY_TIMES=0"),
            *("-L", "WARNING"),
            BROADSHEET_NOW=at.isoformat(),
        )


def _is_alive(pid: int) -> bool:
    # The warm process waits for its child at once, so that none stays a zombie.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def slug(line: dict[str, Any]) -> str:
    """The first two words of a story's address: its name in the tables of the tests."""
    return "-".join(urlsplit(line["canonical_url"]).path.strip("/").split("-")[:2])


def day_of(line: dict[str, Any]) -> int:
    """The edition in whose run a line was captured."""
    since = datetime.fromisoformat(line["captured_at"]) - FIRST
    return since // STEP + 1


def told(output: Path, until: int = 30) -> list[str]:
    """What the lines say, without what differs from one run of the same day to another."""
    lines = [line for line in lines_of(output) if day_of(line) <= until]
    named = {line["id"]: f"{slug(line)} {line['version']}" for line in lines}
    # Not modified_at: to a story with two addresses, the listing whose link answers first lends it.
    keys = ("kind", "http_status", "headline", "text", "authors", "published_at")
    rows = [
        {
            "name": named[line["id"]],
            "previous": named.get(line["previous_id"]),
            "day": day_of(line),
            "change": line["change"],
            **{key: line[key] for key in keys},
        }
        for line in lines
    ]
    return sorted(json.dumps(row, sort_keys=True) for row in rows)

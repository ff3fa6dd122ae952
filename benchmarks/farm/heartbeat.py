"""An extension that feels the pulse of the reactor, for any Scrapy project.

Asks the reactor to be called every 10 ms (``HEARTBEAT_SECONDS``) and notes how late it is. Its own
cost is about 0.2 % of a core, and more of a busy one: where CPU is all that is asked for, let it
beat seldom. Also notes the CPU of this process alone between the spider's opening and its closing.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet.base import DelayedCall


class Heartbeat:
    """Writes ``HEARTBEAT_FILE``: lateness p50, p99 and max in ms, and CPU in seconds."""

    def __init__(self, path: Path, beat: float) -> None:
        self._path = path
        self._every = beat
        # By tenths of a millisecond: a run of an hour takes no more memory than one of a minute.
        self._late: Counter[int] = Counter()
        self._timer: DelayedCall | None = None
        self._cpu = 0.0
        self._began = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Heartbeat:
        path = crawler.settings["HEARTBEAT_FILE"]
        if not path:
            raise NotConfigured("HEARTBEAT_FILE is not set")
        heartbeat = cls(Path(path), crawler.settings.getfloat("HEARTBEAT_SECONDS", 0.01))
        crawler.signals.connect(heartbeat.spider_opened, signals.spider_opened)
        crawler.signals.connect(heartbeat.spider_closed, signals.spider_closed)
        return heartbeat

    def spider_opened(self) -> None:
        self._began, self._cpu = time.monotonic(), time.process_time()
        self._beat(time.monotonic())

    def _beat(self, due: float) -> None:
        at = time.monotonic()
        self._late[round(1e4 * (at - due))] += 1
        # Scrapy installs the reactor late: not to be imported with the module.
        from twisted.internet import reactor

        self._timer = reactor.callLater(self._every, self._beat, at + self._every)

    def spider_closed(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        figures = {
            "p50_ms": self._late_at(0.5),
            "p99_ms": self._late_at(0.99),
            "max_ms": max(self._late) / 10,
            "reactor_cpu": time.process_time() - self._cpu,
            "spider_seconds": time.monotonic() - self._began,
            "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        self._path.write_text(json.dumps(figures), "ascii")

    def _late_at(self, share: float) -> float:
        left = int(share * self._late.total())
        for late, beats in sorted(self._late.items()):
            if (left := left - beats) < 0:
                return late / 10
        return 0.0

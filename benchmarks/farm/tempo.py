"""An extension that notes when each article is through the pipelines, and what that took.

For rates that leave the start of a run out: the imports of the workers, the first files.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class Tempo:
    """Writes ``TEMPO_FILE``: of each article the monotonic instant and the CPU of this process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._moments: list[tuple[float, float]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tempo:
        path = crawler.settings["TEMPO_FILE"]
        if not path:
            raise NotConfigured("TEMPO_FILE is not set")
        tempo = cls(Path(path))
        crawler.signals.connect(tempo.note, signals.item_scraped)
        crawler.signals.connect(tempo.note, signals.item_dropped)
        crawler.signals.connect(tempo.spider_closed, signals.spider_closed)
        return tempo

    def note(self) -> None:
        self._moments.append((time.monotonic(), time.process_time()))

    def spider_closed(self) -> None:
        self._path.write_text(json.dumps(self._moments), "ascii")

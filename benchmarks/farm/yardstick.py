"""How fast the machine is meanwhile: what the extraction of the same pages takes, again and again.

No machine is equally fast for half an hour, least of all a virtual one. What a page costs at the
end of a long run is held against what these pages cost at the same time, in another process.
"""

from __future__ import annotations

import gzip
import threading
import time
from datetime import UTC, datetime
from statistics import median

from benchmarks.farm.bodies import Body, bodies
from crawler.extraction import Page, extract

_PAGES = 4
_PAUSE = 4.0  # seconds; so it takes a hundredth of a core


class Yardstick(threading.Thread):
    """Measures until ``done`` is set. ``seen``: each time, its instant (``time.monotonic()``) and
    ms of CPU a page."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        found = bodies()
        self._pages = [_page(body) for body in found[:: max(1, len(found) // _PAGES)]]
        self.seen: list[tuple[float, float]] = []
        self.done = threading.Event()
        self._measure()  # imports, caches

    def run(self) -> None:
        while not self.done.wait(_PAUSE):
            self.seen.append((time.monotonic(), self._measure()))

    def between(self, begin: float, end: float) -> float:
        """The usual ms of CPU a page from one instant to another; NaN where none was measured."""
        seen = [cost for at, cost in self.seen if begin <= at <= end]
        return median(seen) if seen else float("nan")

    def _measure(self) -> float:
        began = time.thread_time()
        for page in self._pages:
            extract(page)
        return 1e3 * (time.thread_time() - began) / len(self._pages)


def _page(body: Body) -> Page:
    at = datetime.now(UTC)
    return Page("https://farm.example/story", gzip.decompress(body.copy(0)), at, body.content_type)

"""The wait between two requests to a host: drawn once for each of them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Slot
from twisted.internet.defer import Deferred

_Waiting = tuple[Request, "Deferred[Any]"]  # with what Scrapy gives the answer to


class SteadySlot(Slot):
    """Scrapy's slot of a host, whose mean delay is the delay that was asked for.

    Scrapy 2.19 draws a new delay when the last one has passed and waits on if that is longer: with
    a jitter of half the mean comes out at 1.22 times the setting (1/2 + e - 2), and every schedule
    takes a fifth longer than politeness asks for. Here the draw holds until the next request.
    """

    __slots__ = ("_drawn_at", "_factor")

    def __init__(self, concurrency: int, delay: float, jitter: float) -> None:
        super().__init__(concurrency, delay, jitter)
        self.queue = _Queue(self.transferring)
        self._drawn_at = -1.0
        self._factor = 1.0

    def download_delay(self) -> float:
        """Seconds from the last request to the next; the same until that is made."""
        if self._drawn_at != self.lastseen:
            self._drawn_at = self.lastseen
            self._factor = 1 + random.uniform(-self.jitter, self.jitter)  # noqa: S311 - no secret
        return max(0.0, self.delay * self._factor)


class _Queue(deque[_Waiting]):
    """A host's queue whose requests count as under way from the moment that they leave it.

    Scrapy 2.19 counts them when their task first runs, and takes every other that waits meanwhile:
    without a delay a host with a concurrency of one is asked for all of them at once.
    """

    def __init__(self, under_way: set[Request], waiting: Iterable[_Waiting] = ()) -> None:
        super().__init__(waiting)
        self._under_way = under_way

    def popleft(self) -> _Waiting:
        request, answer = super().popleft()
        self._under_way.add(request)
        return request, answer

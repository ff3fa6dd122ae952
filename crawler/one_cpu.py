"""The threads of the crawler's process on one CPU.

They share Python's lock. On two CPUs each wakes the other whenever it lets go of the lock for a
moment, to write or to compress, thirty times a page: a third of what it costs to fetch and archive
one (docs/performance.md). Linux alone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

_THREADS = Path("/proc/self/task")
_THIS_THREAD = Path("/proc/thread-self/stat")
_LAST_RAN_ON = 36  # of the fields behind the command's name: proc(5), (39) processor
_LOOK = 1.0  # seconds
# Of the time between two looks, that somebody else had the CPU while a thread of ours waited.
_CROWDED = 0.2
_LONGEST_REST = 60  # looks

GIVEN: frozenset[int] = frozenset(os.sched_getaffinity(0) if sys.platform == "linux" else ())
"""The CPUs that whoever started this process lets it use: asked here, before any crawl in it can
have changed that."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the kernel has counted for each thread until ``at``: seconds that it ran, and seconds
    that it was ready to run and waited for a CPU."""

    at: float
    threads: dict[str, tuple[float, float]]


class OneCpu:
    """Keeps the process to one CPU while a spider is open, unless others crowd it there.

    The kernel may not move it away from who else wants that CPU, such as another crawl. So when
    its threads wait for others it is let go, the kernel finds it a place, and that is kept to
    next; where all places are crowded this is tried ever less often.
    """

    def __init__(self) -> None:
        self._usage = Usage(0.0, {})
        self._rest = 0
        self._next_rest = 1
        self._timer = AsyncioLoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OneCpu:
        is_seen = _THIS_THREAD.with_name("schedstat").exists()
        if not (crawler.settings.getbool("ONE_CPU") and len(GIVEN) > 1 and is_seen):
            raise NotConfigured
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._usage = usage()
        _move({_cpu_of_this_thread()})
        self._timer.start(_LOOK, now=False)

    def spider_closed(self) -> None:
        self._timer.stop()
        _move(GIVEN)

    def look(self) -> None:
        """Let go of a crowded CPU, or take one again; once a second."""
        before, self._usage = self._usage, usage()
        if self._rest:
            self._rest -= 1
            if not self._rest:
                _move({_cpu_of_this_thread()})
        elif is_crowded(before, self._usage):
            _move(GIVEN)
            self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest, _LONGEST_REST)
        else:
            self._next_rest = max(1, self._next_rest // 2)


def let_go(pid: int) -> None:
    """Let a process that this one has started use what this one was given."""
    if GIVEN:
        with suppress(ProcessLookupError):
            os.sched_setaffinity(pid, GIVEN)


def usage() -> Usage:
    """Of the threads of this process."""
    threads = {}
    for thread in _THREADS.iterdir():
        with suppress(OSError):  # it has just ended
            ran, waited, _ = (thread / "schedstat").read_text("ascii").split()
            threads[thread.name] = int(ran) / 1e9, int(waited) / 1e9
    return Usage(time.monotonic(), threads)


def is_crowded(before: Usage, now: Usage) -> bool:
    """Whether others had the CPU for long while a thread of ours was ready to run.

    A thread also waits while another of ours runs; what is beyond that, others have taken.
    """
    ran, waited = {}, {}
    for thread, (ran_now, waited_now) in now.threads.items():
        ran_before, waited_before = before.threads.get(thread, (0.0, 0.0))
        ran[thread], waited[thread] = ran_now - ran_before, waited_now - waited_before
    total = sum(ran.values())
    taken = max((waited[thread] - (total - ran[thread]) for thread in ran), default=0.0)
    return taken > _CROWDED * (now.at - before.at)


def _move(cpus: AbstractSet[int]) -> None:
    """Threads that are started from now on inherit it."""
    for thread in _THREADS.iterdir():
        # It has just ended, or the CPU is no longer among those that we may use.
        with suppress(OSError):
            os.sched_setaffinity(int(thread.name), cpus)


def _cpu_of_this_thread() -> int:
    fields = _THIS_THREAD.read_text("ascii", "replace").rpartition(")")[2].split()
    return int(fields[_LAST_RAN_ON])

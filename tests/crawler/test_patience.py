"""Deadlines of processes that get no processor, and of those that want none."""

from __future__ import annotations

import asyncio
import os
import sys
import time

import pytest

from crawler.workers import Limits, WorkerError, WorkerPool


def _spin(seconds: float) -> float:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return seconds


def _crowd_out(seconds: float) -> None:
    """On one processor, with more urgent ones for company: get little of it."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for _ in range(3):
        if os.fork() == 0:
            _spin(seconds)
            os._exit(0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
def test_the_time_that_a_call_waits_for_a_processor_does_not_count() -> None:
    async def main() -> float:
        pool = WorkerPool(1, Limits(seconds=2.0))
        try:
            await pool.run(_crowd_out, 2.0)
            # A quarter of a processor: four seconds by the clock.
            return await pool.run(_spin, 1.0)
        finally:
            await pool.close()

    assert asyncio.run(main()) == 1.0


@pytest.mark.parametrize("hang", [time.sleep, _spin], ids=["sleeps", "loops"])
def test_a_call_that_hangs_is_ended_also_where_it_never_waits(hang: object) -> None:
    async def main() -> None:
        pool = WorkerPool(1, Limits(seconds=0.5))
        try:
            with pytest.raises(WorkerError, match=r"took longer than 0\.5 s"):
                await pool.run(hang, 600.0)  # type: ignore[arg-type]
        finally:
            await pool.close()

    asyncio.run(main())

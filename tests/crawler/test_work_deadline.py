"""A deadline that counts what a process does, and not what others do meanwhile."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import pytest

from crawler.work_deadline import at_most

linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux tells of a process")
_SPIN = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"


async def spent(seconds: float, pid: int) -> float:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with at_most(seconds, pid):
            await asyncio.sleep(60)
    return time.monotonic() - began


def test_a_process_that_sleeps_is_out_of_time_by_the_clock() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        try:
            assert 1.0 <= asyncio.run(spent(1.0, process.pid)) < 20
        finally:
            process.kill()


@linux
def test_a_process_that_waits_for_the_processor_has_more_time() -> None:
    processes = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(4)]
    try:
        # Four at one core: each waits three quarters of the time.
        assert asyncio.run(spent(1.0, processes[0].pid)) >= 2.0
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_what_is_done_in_time_is_left_alone() -> None:
    async def main() -> str:
        async with at_most(60.0, os.getpid()):
            return "done"

    assert asyncio.run(main()) == "done"

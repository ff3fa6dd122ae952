"""The worker pool against real child processes."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from crawler.one_cpu import GIVEN
from crawler.workers import Limits, WorkerError, WorkerPool
from tests.crawler import loaded_once

T = TypeVar("T")


def with_pool(use: Callable[[WorkerPool], Awaitable[T]], seconds: float = 20.0) -> T:
    async def main() -> T:
        pool = WorkerPool(2, Limits(seconds=seconds, memory=1 << 28))
        try:
            return await use(pool)
        finally:
            await pool.close()

    return asyncio.run(main())


def _count_to(end: int) -> None:
    for _ in range(end):
        pass


def test_calls_run_in_other_processes_and_give_their_results() -> None:
    async def use(pool: WorkerPool) -> tuple[list[int], int]:
        results = await asyncio.gather(*(pool.run(math.factorial, n) for n in range(10)))
        return list(results), await pool.run(os.getpid)

    results, pid = with_pool(use)
    assert results == [math.factorial(n) for n in range(10)]
    assert pid != os.getpid()


@pytest.mark.parametrize(
    ("function", "argument", "reason"),
    [
        pytest.param(time.sleep, 30, "took longer than 5 s", id="hangs"),
        pytest.param(_count_to, 1 << 40, "took more than 0.5 s of CPU", id="busy"),
        pytest.param(math.factorial, 10_000_000, "took more than 0.5 s of CPU", id="busy-in-c"),
        pytest.param(os._exit, 3, "the worker ended with status 3", id="dies"),
        pytest.param(int, "x", "ValueError: invalid literal", id="raises"),
        pytest.param(bytes, 1 << 30, "took too much memory", id="too-much-memory"),
    ],
)
def test_a_bad_call_costs_its_result_and_nothing_else(
    function: Callable[[object], object], argument: object, reason: str
) -> None:
    async def use(pool: WorkerPool) -> list[float]:
        with pytest.raises(WorkerError, match=reason):
            await pool.run(function, argument)
        return await asyncio.gather(*(pool.run(math.sqrt, n) for n in (4, 9, 16)))

    assert with_pool(use, seconds=0.5) == [2.0, 3.0, 4.0]


@pytest.mark.skipif(sys.platform != "linux", reason="what is tested is how Linux schedules")
def test_a_worker_is_nicer_than_its_parent_within_the_parents_session() -> None:
    async def main() -> tuple[int, int]:
        pool = WorkerPool(1, niceness=7)
        try:
            niceness = await pool.run(os.getpriority, os.PRIO_PROCESS, 0)
            return niceness, await pool.run(os.getsid, 0)
        finally:
            await pool.close()

    niceness, session = asyncio.run(main())
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 7)
    # In another one it would have the processor's share of a whole session, however nice.
    assert session == os.getsid(0)


@pytest.mark.skipif(len(GIVEN) < 2, reason="one CPU, or not Linux")
def test_workers_use_all_cpus_also_where_the_crawler_keeps_to_one() -> None:
    async def use(pool: WorkerPool) -> set[int]:
        return await pool.run(os.sched_getaffinity, 0)

    os.sched_setaffinity(0, {min(GIVEN)})
    try:
        assert with_pool(use) == GIVEN
    finally:
        os.sched_setaffinity(0, GIVEN)


def test_what_a_call_prints_does_not_get_between_the_results() -> None:
    async def use(pool: WorkerPool) -> list[object]:
        return [await pool.run(print, "noise"), await pool.run(len, b"four")]

    assert with_pool(use) == [None, 4]


_PARENT = """
import asyncio, os, sys, time
from crawler.workers import WorkerPool
async def main():
    pool = WorkerPool(1)
    print(await pool.run(os.getpid), flush=True)
    await pool.run(time.sleep, 300)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an alarm ends it, after minutes")
def test_a_worker_at_work_does_not_outlive_a_killed_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while _is_alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # dead, and nobody in a container to ask for its status


def test_a_closed_pool_takes_no_calls() -> None:
    async def use(pool: WorkerPool) -> None:
        await pool.close()
        with pytest.raises(WorkerError, match="shut down"):
            await pool.run(len, b"")

    with_pool(use)


def test_what_goes_first_is_run_before_what_waits_but_one_in_four_is_of_the_others() -> None:
    async def main() -> list[str]:
        pool = WorkerPool(1)
        done: list[str] = []

        async def page() -> None:
            done.append(await pool.run(str, "page"))

        async def listing() -> None:
            done.append(await pool.run_first(str, "listing"))

        try:
            await asyncio.gather(*(page() for _ in range(5)), *(listing() for _ in range(5)))
        finally:
            await pool.close()
        return done

    first, second, *rest = asyncio.run(main())
    assert (first, second) == ("page", "page")  # they found the worker idle, and its pipe empty
    assert rest == [*3 * ["listing"], "page", *2 * ["listing"], *2 * ["page"]]


def test_a_call_that_is_cancelled_while_it_waits_takes_no_worker_away() -> None:
    async def main() -> int:
        pool = WorkerPool(1)
        try:
            busy = asyncio.ensure_future(pool.run(time.sleep, 0.2))
            waits = asyncio.ensure_future(pool.run(len, b"waits"))
            await asyncio.sleep(0)
            waits.cancel()
            await busy
            return await pool.run(len, b"four")
        finally:
            await pool.close()

    assert asyncio.run(main()) == 4


def test_a_call_in_the_pipe_of_a_worker_that_is_lost_is_run_by_the_next() -> None:
    async def main() -> list[object]:
        pool = WorkerPool(1, Limits(seconds=0.5))
        calls = [
            pool.run(time.sleep, 30),  # takes too long
            pool.run(len, b"four"),
            pool.run(os._exit, 3),  # and so does its second try
            pool.run(len, b"seven77"),
        ]
        try:
            return list(await asyncio.gather(*calls, return_exceptions=True))
        finally:
            await pool.close()

    slow, four, dead, seven = asyncio.run(main())
    assert (four, seven) == (4, 7)
    assert str(slow) == "took longer than 5 s"
    assert str(dead) == "the worker ended with status 3"


def test_a_call_that_is_cancelled_in_the_pipe_gives_no_other_its_answer() -> None:
    async def main() -> list[int]:
        pool = WorkerPool(1)
        try:
            busy = asyncio.ensure_future(pool.run(len, b"busy "))
            await asyncio.sleep(0)
            second = asyncio.ensure_future(pool.run(len, b"second"))
            while pool._workers[0]._asked < 2:
                await asyncio.sleep(0)
            second.cancel()
            return [await busy, await pool.run(len, b"four")]
        finally:
            await pool.close()

    assert asyncio.run(main()) == [5, 4]


def test_workers_are_forked_of_what_was_loaded_once() -> None:
    async def main() -> set[int]:
        pool = WorkerPool(2, preload=("tests.crawler.loaded_once:load",))
        try:
            return set(await asyncio.gather(*(pool.run(_loaded_by, 0.2) for _ in range(2))))
        finally:
            await pool.close()

    (loaded_by,) = asyncio.run(main())
    assert loaded_by not in (0, os.getpid())


def _loaded_by(seconds: float) -> int:
    time.sleep(seconds)
    return loaded_once.LOADED_BY[0]


def test_a_template_that_is_killed_is_started_again() -> None:
    async def main() -> list[object]:
        pool = WorkerPool(1)
        try:
            template = await pool.run(os.getppid)
            busy = asyncio.ensure_future(pool.run(time.sleep, 0.5))
            await asyncio.sleep(0.1)
            os.kill(template, signal.SIGKILL)
            return [await busy, await pool.run(len, b"four"), await pool.run(os.getppid), template]
        finally:
            await pool.close()

    slept, four, second, first = asyncio.run(main())
    assert (slept, four) == (None, 4)  # the call was run again
    assert second != first


def test_two_calls_go_to_two_workers() -> None:
    async def use(pool: WorkerPool) -> set[int]:
        await asyncio.gather(*(pool.run(os.getpid) for _ in range(4)))
        return set(await asyncio.gather(*(pool.run(_pid_after, 0.2) for _ in range(2))))

    assert len(with_pool(use)) == 2


def _pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_calls_that_wait_when_the_pool_closes_are_sent_away() -> None:
    async def main() -> list[object]:
        pool = WorkerPool(1)
        calls = [asyncio.ensure_future(pool.run(time.sleep, 3)) for _ in range(3)]
        await asyncio.sleep(0)
        await pool.close()
        return list(await asyncio.gather(*calls, return_exceptions=True))

    sent_away = asyncio.run(main())
    assert [str(error) for error in sent_away] == 3 * ["the workers are shut down"]


def test_a_worker_of_many_calls_is_followed_by_a_fresh_one_and_no_call_is_lost() -> None:
    async def main() -> list[int]:
        pool = WorkerPool(1, renewed_after=3)
        try:
            asked = [pool.run(_pid_after, 0.01 * (n % 2)) for n in range(10)]
            return list(await asyncio.gather(*asked))
        finally:
            await pool.close()

    pids = asyncio.run(main())
    assert sorted(Counter(pids).values()) == [1, 3, 3, 3]
    assert not any(_is_alive(pid) for pid in pids)

"""The writer's thread: order, errors, and how it ends."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest

from crawler.writer_thread import WriterThread


def test_jobs_are_done_in_order_on_one_other_thread() -> None:
    async def main() -> tuple[list[int], set[int], list[int]]:
        thread, done, threads = WriterThread(), list[int](), set[int]()

        def job(number: int) -> int:
            done.append(number)
            threads.add(threading.get_ident())
            return number * number

        results = await asyncio.gather(*(thread.run(job, n) for n in range(200)))
        await thread.run_last(job, 200)
        return done, threads, results

    done, threads, results = asyncio.run(main())
    assert done == list(range(201))
    assert results == [n * n for n in range(200)]
    assert len(threads - {threading.get_ident()}) == len(threads) == 1


def test_an_error_goes_to_who_asked_and_to_nobody_else() -> None:
    def fail() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def main() -> list[object]:
        thread = WriterThread()
        calls = [thread.run(str, 1), thread.run(fail), thread.run(int, "x"), thread.run(str, 2)]
        return list(await asyncio.gather(*calls, return_exceptions=True))

    first, full, wrong, last = asyncio.run(main())
    assert (first, last) == ("1", "2")
    assert isinstance(full, OSError)
    assert "disk is full" in str(full)
    assert isinstance(wrong, ValueError)


def test_a_job_that_nobody_waits_for_any_more_is_left_undone() -> None:
    async def main() -> list[str]:
        thread, done, may_go = WriterThread(), list[str](), threading.Event()
        busy = asyncio.ensure_future(thread.run(may_go.wait))
        unwanted = asyncio.ensure_future(thread.run(done.append, "unwanted"))
        wanted = asyncio.ensure_future(thread.run(done.append, "wanted"))
        await asyncio.sleep(0)
        unwanted.cancel()
        await asyncio.sleep(0)
        may_go.set()
        await asyncio.gather(busy, wanted)
        return done

    assert asyncio.run(main()) == ["wanted"]


def test_after_the_last_job_nothing_is_taken() -> None:
    async def main() -> None:
        thread = WriterThread()
        await thread.run_last(len, b"")
        await thread.run(len, b"")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_jobs_that_were_given_are_done_after_the_loop_is_gone() -> None:
    done: list[str] = []
    thread, may_go = WriterThread(), threading.Event()

    async def main() -> None:
        jobs = [thread.run(may_go.wait), thread.run(done.append, "given")]
        waiting.extend(asyncio.ensure_future(job) for job in jobs)
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
        await asyncio.gather(*waiting)

    waiting: list[asyncio.Future[object]] = []
    loop = asyncio.new_event_loop()
    run = loop.create_task(main())
    loop.run_forever()
    may_go.set()
    thread.run_last_at_once(done.append, "last")
    assert done == ["given", "last"]
    run.cancel()
    loop.run_until_complete(asyncio.gather(run, *waiting, return_exceptions=True))
    loop.close()


def test_the_last_job_is_done_once_also_where_its_loop_is_stopped() -> None:
    done: list[str] = []
    thread, may_go = WriterThread(), threading.Event()

    def close() -> str:
        assert may_go.wait(10)
        done.append("closed")
        return "what came of it"

    loop = asyncio.new_event_loop()
    run = loop.create_task(thread.run_last(close))
    loop.call_soon(loop.stop)
    loop.run_forever()
    may_go.set()
    assert thread.run_last_at_once(done.append, "again") == "what came of it"
    assert done == ["closed"]
    loop.run_until_complete(asyncio.gather(run, return_exceptions=True))
    loop.close()

"""The threads of the crawler's process on one CPU, and off it where others want it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from crawler.one_cpu import GIVEN, OneCpu, Usage, is_crowded, let_go, usage

pytestmark = pytest.mark.skipif(len(GIVEN) < 2, reason="one CPU, or not Linux")

_DEADLINE = 60.0


class NoTimer:
    """Of a process without an event loop: the test looks itself."""

    def start(self, interval: float, *, now: bool) -> None:
        assert interval > 0
        assert not now

    def stop(self) -> None:
        pass


@pytest.fixture
def seated(monkeypatch: pytest.MonkeyPatch) -> Iterator[OneCpu]:
    monkeypatch.setattr("crawler.one_cpu.AsyncioLoopingCall", lambda _look: NoTimer())
    extension = OneCpu()
    extension.spider_opened()
    yield extension
    extension.spider_closed()


def cpus_of_all_threads() -> set[frozenset[int]]:
    threads = Path("/proc/self/task").iterdir()
    return {frozenset(os.sched_getaffinity(int(thread.name))) for thread in threads}


def test_all_threads_are_on_one_cpu_until_the_spider_closes(seated: OneCpu) -> None:
    done = threading.Event()
    later = threading.Thread(target=done.wait)
    later.start()
    [cpus] = cpus_of_all_threads()
    assert len(cpus) == 1

    seated.spider_closed()
    assert cpus_of_all_threads() == {GIVEN}
    done.set()
    later.join()


def test_a_process_that_is_let_go_may_use_all_that_were_given(seated: OneCpu) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert len(os.sched_getaffinity(child.pid)) == 1
        let_go(child.pid)
        assert os.sched_getaffinity(child.pid) == GIVEN
        child.communicate(b"\n")
    let_go(child.pid)


def test_it_lets_go_of_a_cpu_that_another_process_wants(seated: OneCpu) -> None:
    [cpus] = cpus_of_all_threads()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        try:
            until = time.monotonic() + _DEADLINE
            while cpus_of_all_threads() == {cpus} and time.monotonic() < until:
                _work(0.2)
                seated.look()
            assert cpus_of_all_threads() == {GIVEN}
        finally:
            other.kill()
    seated.look()
    [again] = cpus_of_all_threads()
    assert len(again) == 1


def _work(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_where_every_cpu_is_crowded_it_is_tried_ever_less_often(
    seated: OneCpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.one_cpu.is_crowded", lambda _before, _now: True)
    is_seated = []
    for _ in range(15):
        seated.look()
        is_seated.append(cpus_of_all_threads() != {GIVEN})
    assert [look for look, seat in enumerate(is_seated) if seat] == [1, 4, 9]


@pytest.mark.parametrize(
    ("threads", "expected"),
    [
        pytest.param({"1": (0.5, 0.1)}, False, id="room"),
        pytest.param({"1": (0.5, 0.3)}, True, id="crowded"),
        pytest.param({"1": (0.5, 0.4), "2": (0.4, 0.5)}, False, id="by-each-other"),
        pytest.param({"1": (0.3, 0.65), "2": (0.2, 0.1)}, True, id="by-each-other-and-by-others"),
        pytest.param({}, False, id="nobody"),
    ],
)
def test_what_a_thread_waits_for_one_of_ours_is_not_crowding(
    threads: dict[str, tuple[float, float]], expected: bool
) -> None:
    before = {name: (2.0, 3.0) for name in threads}
    now = {name: (2.0 + ran, 3.0 + waited) for name, (ran, waited) in threads.items()}
    assert is_crowded(Usage(10.0, before), Usage(11.0, now)) is expected


def test_the_kernel_counts_what_threads_run() -> None:
    before = usage()
    _work(0.05)
    now = usage()
    ran = {name: now.threads[name][0] - before.threads[name][0] for name in before.threads}
    assert sum(ran.values()) >= 0.02


def test_it_can_be_turned_off() -> None:
    with pytest.raises(NotConfigured):
        OneCpu.from_crawler(get_crawler(settings_dict={"ONE_CPU": False}))

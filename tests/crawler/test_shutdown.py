"""SIGINT, SIGTERM and SIGHUP: what a run says, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running import FAST, ROOT, SCRAPY, heed_signals, lines_of, manifest_of, scrapy
from tests.spiders.test_news import feed, page, xml
from tests.wire import Answer, WireServer, plain

STORIES = 20
STALLED = Answer((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",), hang=True)


@contextmanager
def press(tmp_path: Path, **more: Answer) -> Iterator[tuple[WireServer, tuple[str, ...]]]:
    """A server with a feed of stories, and the command that crawls it."""
    routes = {f"/{n}": plain(page(f"Story number {n} of all", f"w{n}")) for n in range(STORIES)}
    routes |= {f"/{name}": answer for name, answer in more.items()}
    with WireServer(routes) as server:
        routes["/feed"] = xml(
            feed(server.base, *((path, "2026-01-01T00:00:00Z") for path in tuple(routes)))
        )
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n'
            f'feeds = ["{server.base}/feed"]\n'
        )
        output = f"OUTPUT_DIR={tmp_path / 'out'}"
        yield server, ("crawl", "news", "-a", f"sources={sources}", *FAST, "-s", output)


def begin(server: WireServer, command: tuple[str, ...]) -> subprocess.Popen[str]:
    """The command, once it has asked for the first stories."""
    victim = subprocess.Popen(
        [str(SCRAPY), *command],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,
    )
    while len(server.log) < 5:
        assert victim.poll() is None, victim.stderr and victim.stderr.read()
        time.sleep(0.01)
    return victim


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_run_drains_on_a_signal_and_the_next_one_goes_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    with press(tmp_path) as (server, command):
        victim = begin(server, (*command, "-s", "DOWNLOAD_DELAY=0.1"))
        victim.send_signal(number)
        _, log = victim.communicate(timeout=30)
        assert victim.returncode == 128 + number
        assert log.splitlines()[-1].startswith(f"broadsheet: stopped by {number.name}: ")
        assert not list((tmp_path / "out").rglob("*.open"))
        assert 0 < len(lines_of(tmp_path / "out")) < STORIES

        assert scrapy(*command).returncode == 0
    urls = [line["url"] for line in lines_of(tmp_path / "out")]
    assert len(urls) == len(set(urls)) == STORIES


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ((), [signal.SIGTERM] * 2),
        ((), [signal.SIGHUP] * 2),
        (("-s", "SHUTDOWN_GRACE=0.5"), [signal.SIGTERM]),
        (("-s", "SHUTDOWN_GRACE=0.5"), [signal.SIGHUP]),
    ],
    ids=["second-signal", "second-hangup", "grace-is-over", "grace-of-a-hangup"],
)
def test_run_that_cannot_drain_stops_at_once_and_leaves_whole_files(
    tmp_path: Path, options: tuple[str, ...], sent: list[signal.Signals]
) -> None:
    with press(tmp_path, stalled=STALLED) as (server, command):
        victim = begin(server, (*command, *options, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4"))
        while "/stalled" not in server.paths():
            time.sleep(0.01)
        for number in sent:
            victim.send_signal(number)
            time.sleep(0.3)
        began = time.monotonic()
        victim.communicate(timeout=30)
        assert time.monotonic() - began < 20
    assert victim.returncode == 128 + sent[0]
    assert not list((tmp_path / "out").rglob("*.open"))
    assert manifest_of(tmp_path / "out")["finish_reason"] == "stopped at once"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc, to find the workers")
def test_pages_that_keep_their_workers_busy_hold_no_signal_up(tmp_path: Path) -> None:
    with press(tmp_path) as (server, command):
        victim = begin(server, (*command, "-s", "SHUTDOWN_GRACE=1", "-s", "EXTRACTION_TIMEOUT=600"))
        for worker in workers_of(victim.pid):
            os.kill(worker, signal.SIGSTOP)
        time.sleep(1)  # whatever is fetched now waits for them
        victim.send_signal(signal.SIGTERM)
        victim.communicate(timeout=60)
        assert victim.returncode == 128 + signal.SIGTERM
        assert not list((tmp_path / "out").rglob("*.open"))
        assert scrapy(*command).returncode == 0
    urls = [line["url"] for line in lines_of(tmp_path / "out")]
    assert len(urls) == len(set(urls)) == STORIES


def workers_of(pid: int) -> list[int]:
    """Not every child: one that is just being started holds its parent up until it runs."""
    found: list[int] = []
    while not found:
        templates = [one for one in children_of(pid) if b"worker_template" in command_of(one)]
        found = [worker for template in templates for worker in children_of(template)]
    return found


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""  # it has just ended

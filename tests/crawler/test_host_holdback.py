"""When hosts are left alone, asked again, or asked less often: against real answers."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.host_holdback import Holdback, backoff, retry_after, slower
from tests.running import FAST, lines_of, manifest_of, scrapy
from tests.wire import Answer, WireServer, plain

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
PAGE = b"<html><body><article><h1>Quay</h1>" + b"<p>The quay reopened on time.</p>" * 9


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        pytest.param(b"120", 120.0, id="seconds"),
        pytest.param(b" 7 ", 7.0, id="padded"),
        pytest.param(b"Sun, 01 Mar 2026 12:01:00 GMT", 60.0, id="date"),
        pytest.param(b"Sun, 01 Mar 2026 11:00:00 GMT", 0.0, id="date-past"),
        pytest.param(b"soon", None, id="word"),
        pytest.param(b"Sat, 28 Feb 4052888888 10:00 GMT", None, id="beyond-all-years"),
        pytest.param(b"-5", None, id="negative"),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(raw: bytes, seconds: float | None) -> None:
    assert retry_after(raw, AT) == seconds


def crawl(server: WireServer, output: Path, *paths: str, options: tuple[str, ...] = ()) -> int:
    pages = output.with_suffix(".txt")
    pages.write_text("\n".join(server.base + path for path in paths))
    done = scrapy(
        "crawl", "urls", "-a", f"file={pages}", "-s", f"OUTPUT_DIR={output}", *FAST, *options
    )
    return done.returncode


def test_a_host_that_is_busy_is_asked_again_when_it_said(tmp_path: Path) -> None:
    def busy(count: int) -> Answer:
        if count:
            return plain(PAGE)
        return plain(b"", b"Retry-After: 2", status=b"503 Service Unavailable")

    with WireServer({"/busy": busy}) as server:
        assert crawl(server, tmp_path / "out", "/busy") == 0
    assert len(lines_of(tmp_path / "out")) == 1
    assert manifest_of(tmp_path / "out")["seconds"] >= 2.0


def test_what_fails_is_asked_again_after_longer_and_longer_pauses(tmp_path: Path) -> None:
    asked: list[float] = []

    def down(count: int) -> Answer:
        asked.append(time.monotonic())
        return plain(b"", status=b"500 Oops")

    gone = {"/gone": plain(b"", status=b"410 Gone"), "/missing": plain(b"", status=b"404 Not Here")}
    options = ("-s", "RETRY_BACKOFF=1", "-s", "RETRY_TIMES=2")
    with WireServer({"/down": down, **gone}) as server:
        crawl(server, tmp_path / "out", "/down", *gone, options=options)

    first, second, third = asked
    assert second - first >= 0.5
    assert third - second >= 1.0
    assert server.paths().count("/gone") == server.paths().count("/missing") == 1


def test_a_host_that_is_overloaded_is_asked_less_often(tmp_path: Path) -> None:
    asked: list[float] = []

    def page(count: int) -> Answer:
        asked.append(time.monotonic())
        return plain(PAGE + b"%d" % len(asked))

    busy = plain(b"", status=b"503 Service Unavailable")
    pages = {f"/{n}": page for n in range(3)}
    with WireServer({"/busy": busy, **pages}) as server:
        options = ("-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_DELAY_JITTER=0")
        crawl(server, tmp_path / "out", "/busy", *pages, options=options)

    assert manifest_of(tmp_path / "out")["stats"]["news/slowed_down"] == 1
    assert asked[1] - asked[0] >= 0.9
    assert asked[2] - asked[1] >= 0.9


@pytest.mark.parametrize(("had", "has"), [(0.0, 1.0), (1.0, 2.0), (40.0, 60.0), (90.0, 90.0)])
def test_the_delay_is_doubled_up_to_the_slowest(had: float, has: float) -> None:
    assert slower(had, 60.0) == has


@pytest.mark.parametrize(
    ("again", "chance", "seconds"), [(1, 1, 2), (2, 1, 4), (3, 0, 4), (9, 1, 30), (99, 0, 15)]
)
def test_a_pause_doubles_up_to_its_bound(again: int, chance: float, seconds: float) -> None:
    limits = Holdback(longest=0, patience=0, backoff=2, backoff_max=30, slowest=0, usual=0)
    assert backoff(again, limits, chance) == seconds


def test_a_host_that_asks_for_too_long_is_left_for_the_next_run(tmp_path: Path) -> None:
    busy = plain(b"", b"Retry-After: 86400", status=b"429 Too Many Requests")
    with WireServer({"/a": busy, "/b": plain(PAGE)}) as server:
        assert crawl(server, tmp_path / "out", "/a", "/b") == 4
    assert server.paths() == ["/robots.txt", "/a"]
    assert manifest_of(tmp_path / "out")["failed"] == {"retry_after": 2}


def test_a_host_that_wastes_a_runs_time_is_left_for_the_next_run(tmp_path: Path) -> None:
    silent = Answer((b"",), hang=True)
    pages = {f"/{n}": silent for n in range(6)}
    options = ("-s", "FIRST_BYTE_TIMEOUT=1", "-s", "HOST_PATIENCE=0.5", "-s", "RETRY_TIMES=0")
    with WireServer(pages) as server:
        crawl(server, tmp_path / "out", *pages, options=options)
        asked = [path for path in server.paths() if path in pages]
    assert len(asked) == 1
    report = manifest_of(tmp_path / "out")
    assert report["failed"] == {"timeout": 1, "host_silent": 5}
    assert report["stats"]["news/hosts_silent"] == 1

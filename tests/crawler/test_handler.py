"""The download handler at its edges: what it refuses, what it makes durable, where it spools."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from archive.warc_writer import WarcOptions, WarcWriter
from crawler.session import ArchiveSession
from crawler.sqlite_state import SQLiteState
from crawler.tape import Circumstances, Tape
from tests.archive.samples import OK, disk_of, exchange
from tests.running import records_of, scrapy
from tests.wire import WireServer, plain


def test_a_cache_of_answers_beside_the_archive_is_refused_in_one_line(tmp_path: Path) -> None:
    with WireServer({"/a": plain(b"<p>a")}) as server:
        options = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", "-s", "HTTPCACHE_ENABLED=1")
        done = scrapy("crawl", "urls", "-a", f"url={server.base}/a", "-L", "ERROR", *options)
    assert done.returncode != 0
    [line] = [line for line in done.stderr.splitlines() if line.startswith("broadsheet:")]
    assert "HTTPCACHE_ENABLED" in line
    assert server.log == []


def test_without_an_archive_a_cache_is_allowed(tmp_path: Path) -> None:
    with WireServer({"/a": plain(b"<p>a")}) as server:
        settings = {
            "OUTPUT_DIR": tmp_path / "out",
            "HTTPCACHE_ENABLED": 1,
            "HTTPCACHE_DIR": tmp_path / "cache",
            "WARC_ENABLED": 0,
        }
        options = [part for pair in settings.items() for part in ("-s", "{}={}".format(*pair))]
        done = scrapy("crawl", "urls", "-a", f"url={server.base}/a", *options)
    assert done.returncode in (0, 3), done.stderr
    assert records_of(tmp_path / "out") == []


def test_without_an_interval_every_capture_is_synced_before_it_is_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        fsync(descriptor)

    async def archive_three() -> list[int]:
        writer = WarcWriter(tmp_path, "run", WarcOptions("sample"))
        session = ArchiveSession("run", SQLiteState(None), writer, sync_interval=0)
        sizes = []
        for number in range(3):
            await session.archive(exchange(OK + b"%d" % number))
            sizes.append(next(tmp_path.glob("*.open")).stat().st_size)
            assert synced[-1] == sizes[-1]
        await session.close("2026-11-24T10:15:00Z", 0)
        return sizes

    monkeypatch.setattr("archive.warc_writer.os.fsync", noted)
    sizes = asyncio.run(archive_three())
    assert sizes == sorted(set(sizes))


class _Connection:
    """Where a tape is told that it is: on loopback, without TLS."""

    established = True
    tls_version = tls_cipher = None

    class transport:  # the name that Twisted gives it
        @staticmethod
        def getPeer() -> Any:
            return type("Peer", (), {"host": "127.0.0.1"})


def test_a_spool_that_cannot_be_written_is_no_fault_of_the_connection(tmp_path: Path) -> None:
    circumstances = Circumstances(memory=1000, spool=tmp_path, behind_proxy=False)
    tape = Tape(circumstances, _Connection(), is_first=True)
    with disk_of(5_000):
        for _ in range(10):
            tape.received(b"x" * 4_000)
        tape.finish(b"")
    assert isinstance(tape.failure, OSError)
    assert not tape.complete
    tape.response.close()


def test_a_large_answer_is_spooled_where_the_archive_is(tmp_path: Path) -> None:
    circumstances = Circumstances(memory=1000, spool=tmp_path, behind_proxy=False)
    tape = Tape(circumstances, _Connection(), is_first=True)
    tape.received(b"x" * 4_000)
    assert os.fstat(tape.response.fileno()).st_size == 4_000
    spool = Path(f"/proc/self/fd/{tape.response.fileno()}").readlink()
    assert spool.is_relative_to(tmp_path)
    tape.response.close()

"""Opening an output directory after a crash: what may refer to what."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from archive.layout import OutputLayout
from archive.warc_reader import iter_records
from archive.warc_writer import WarcOptions
from crawler.errors import ConfigurationError, StorageError
from crawler.output import OutputOptions, open_session
from crawler.output_place import Creation, creation
from crawler.rebuild import Rebuild, Rebuilt
from crawler.session import ArchiveSession
from crawler.sqlite import SQLiteState
from crawler.state import StateStore, Story
from crawler.state_file import open_state
from tests.archive.samples import AT, exchange

RUNS = ("20261124t101500-000001", "20261124t101500-000002")


def fill(layout: OutputLayout, state: StateStore, unread: Sequence[str] = ()) -> Rebuilt:
    rebuild = Rebuild(layout, state, lambda *_: (), AT)
    return rebuild.catch_up(unread) if unread else rebuild.run()


def open_at(root: Path, run_id: str, sync_interval: float = 1e9) -> ArchiveSession:
    options = OutputOptions(root, WarcOptions(), fill, sync_interval=sync_interval)
    return open_session(options, run_id)


def types_in(root: Path) -> list[str]:
    files = sorted((root / "warc").glob("*.warc.gz"))
    return [r.type for file in files for r in iter_records(file) if r.type not in ("warcinfo",)]


async def capture(session: ArchiveSession, *, sync: bool) -> None:
    await session.run_began("news", "2026-11-24T10:15:00Z")
    assert await session.archive(exchange()) is not None
    if sync:
        await session.sync()


def disk_of(root: Path, copy: Path, *, keep_tail: bool) -> Path:
    """What is on the disk after a power cut, with or without the tail that was never synced."""
    shutil.copytree(root, copy)
    for path in copy.glob("warc/*.open"):
        if not keep_tail:
            os.truncate(path, 0)
    return copy


@pytest.mark.parametrize(
    ("synced", "kept", "types"),
    [
        pytest.param(True, True, ["request", "response", "request", "revisit"], id="record-kept"),
        pytest.param(False, False, ["request", "response"], id="record-lost"),
        pytest.param(
            False, True, ["request", "response", "request", "response"], id="record-kept-by-luck"
        ),
    ],
)
def test_a_revisit_refers_to_no_record_that_a_torn_tail_took_along(
    tmp_path: Path, synced: bool, kept: bool, types: list[str]
) -> None:
    async def run() -> None:
        before = open_at(tmp_path / "before", RUNS[0])
        await capture(before, sync=synced)
        after = disk_of(tmp_path / "before", tmp_path / "after", keep_tail=kept)
        session = open_at(after, RUNS[1])
        await capture(session, sync=True)
        await session.close("2026-11-24T10:16:00Z", 0)
        await before.close("2026-11-24T10:16:00Z", 0)

    asyncio.run(run())
    assert types_in(tmp_path / "after") == types


def test_after_a_failed_fsync_the_state_is_not_committed_any_more(tmp_path: Path) -> None:
    async def run() -> None:
        session = open_at(tmp_path, RUNS[0])
        await capture(session, sync=False)
        assert session.warc is not None
        sync = session.warc.sync

        def fail() -> None:
            session.warc.sync = sync  # type: ignore[union-attr, method-assign]
            raise OSError(5, "the disk is gone")

        session.warc.sync = fail  # type: ignore[method-assign]
        for _ in range(2):  # Linux reports a failed write-back once
            with pytest.raises(OSError, match=r"disk is gone|an fsync failed"):
                await session.sync()
        with pytest.raises(OSError, match="an fsync failed"):
            await session.close("2026-11-24T10:16:00Z", 0)

    asyncio.run(run())
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as state:
        assert state.execute("SELECT count(*) FROM payload").fetchone() == (0,)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A directory in which nobody may write, root neither."""
    where = tmp_path / "out"
    where.mkdir()
    if os.geteuid() != 0:
        where.chmod(0o555)
        yield where
        where.chmod(0o755)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(where)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("root without the right to mount writes anywhere")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def test_a_read_only_directory_is_told_before_anything_is_fetched(read_only: Path) -> None:
    with pytest.raises(StorageError, match="make this one writable"):
        open_at(read_only, RUNS[0])


def test_a_missing_directory_is_made_but_none_above_it(tmp_path: Path) -> None:
    open_at(tmp_path / "out", RUNS[0])
    assert (tmp_path / "out/articles").is_dir()
    with pytest.raises(StorageError, match=r"a/b is not there: .* mount its disk"):
        open_at(tmp_path / "a/b/out", RUNS[0])
    assert not (tmp_path / "a").exists()


def test_what_is_above_it_is_made_where_that_is_asked_for(tmp_path: Path) -> None:
    options = OutputOptions(tmp_path / "a/b/out", None, fill, creation=creation("parents"))
    open_session(options, RUNS[0])
    assert (tmp_path / "a/b/out/articles").is_dir()


def test_a_word_that_says_nothing_of_creation_is_refused() -> None:
    assert creation("False") is creation(False) is Creation.NOTHING
    with pytest.raises(ConfigurationError, match="OUTPUT_CREATE: 'perhaps'"):
        creation("perhaps")


def test_no_archive_is_begun_where_there_must_be_one(tmp_path: Path) -> None:
    options = OutputOptions(tmp_path / "out", None, fill, creation=Creation.NOTHING)
    with pytest.raises(StorageError, match="OUTPUT_CREATE is off"):
        open_session(options, RUNS[0])
    assert not (tmp_path / "out").exists()
    (tmp_path / "out" / "articles").mkdir(parents=True)
    open_session(options, RUNS[0])
    assert (tmp_path / "out" / ".lock").exists()


def test_what_is_no_file_where_the_state_should_be_is_set_aside(tmp_path: Path) -> None:
    asyncio.run(open_at(tmp_path, RUNS[0]).close("2026-11-24T10:16:00Z", 0))
    (tmp_path / "state.sqlite").rename(tmp_path / "moved")
    (tmp_path / "state.sqlite").mkdir()
    (tmp_path / ".lock").unlink()  # held by this process
    open_at(tmp_path, RUNS[1])
    [aside] = tmp_path.glob("state.sqlite.damaged-*")
    assert aside.is_dir()
    assert (tmp_path / "state.sqlite").is_file()


def test_a_disk_with_too_little_room_starts_no_run(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="MIN_FREE_DISK"):
        open_session(OutputOptions(tmp_path, None, fill, min_free=1 << 60), RUNS[0])


def test_a_damaged_state_is_set_aside_and_one_of_a_newer_program_is_not(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(bytes(8192))
    open_at(tmp_path, RUNS[0])
    assert [p.read_bytes() for p in tmp_path.glob("state.sqlite.damaged-*")] == [bytes(8192)]

    newer = tmp_path / "newer"
    newer.mkdir()
    SQLiteState(newer / "state.sqlite").close()
    with closing(sqlite3.connect(newer / "state.sqlite")) as state:
        state.execute("PRAGMA user_version=99")
    with pytest.raises(StorageError, match="state version 99"):
        open_at(newer, RUNS[0])
    assert not list(newer.glob("*.damaged-*"))


def test_damage_that_shows_when_a_dead_run_is_put_right_is_mended_too(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    SQLiteState(path).close()
    with closing(sqlite3.connect(path)) as state:
        (root,) = state.execute("SELECT rootpage FROM sqlite_master WHERE name='story'").fetchone()
        (size,) = state.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(bytes(size))
    found: list[Story | None] = []

    state = open_state(OutputLayout(tmp_path), fill, lambda state: found.append(state.story("ab")))

    assert found == [None]
    assert len(list(tmp_path.glob("state.sqlite.damaged-*"))) == 1
    state.close()


def test_a_state_that_lost_the_last_run_is_read_as_a_whole(tmp_path: Path) -> None:
    session = open_at(tmp_path / "ours", RUNS[0])
    asyncio.run(capture(session, sync=True))
    asyncio.run(session.close("2026-11-24T10:16:00Z", 0))
    disk = disk_of(tmp_path / "ours", tmp_path / "disk", keep_tail=True)
    with closing(sqlite3.connect(disk / "state.sqlite")) as state:
        state.execute("DELETE FROM run")
        state.execute("PRAGMA writable_schema=ON")
        state.execute("UPDATE sqlite_master SET rootpage=9999 WHERE name='story'")
        state.commit()

    open_at(disk, RUNS[1])

    assert len(list(disk.glob("state.sqlite.damaged-*"))) == 1

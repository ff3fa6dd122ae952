"""A state made again from the archive knows what the one that was lost knew."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from archive.layout import OutputLayout, run_of
from archive.warc_writer import WarcOptions
from crawler.filling import filler
from crawler.hints import Hints, Listed
from crawler.instants import parse
from crawler.output import OutputOptions, open_session, read_unread
from crawler.rebuild import Rebuild, Rebuilt
from crawler.sqlite import SQLiteState
from crawler.state import Lead, StateStore, Validators
from crawler.urls import canonicalize, url_hash
from tests.archive.samples import AT, Memory, exchange, remembering, writer
from tests.running import scrapy
from tests.torture.audit import audit
from tests.torture.press import Press
from tests.torture.runs import Field

BASE = "http://news.example"
FEED = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\nfeed"
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"
RUNS = ("20261124t101500-000001", "20261124t101500-000002")
TABLES = ("story", "payload", "validated")
FORGOTTEN = ("etag", "last_modified")  # the next visit of a story is then unconditional


def tables_of(state: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(state)) as db:
        for column in FORGOTTEN:
            db.execute(f"UPDATE story SET {column} = NULL")  # noqa: S608
        tables = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}  # noqa: S608
        known = "SELECT url_hash, story FROM known WHERE story IS NOT NULL ORDER BY url_hash"
        return tables | {"known": db.execute(known).fetchall()}


def test_rebuild_state_makes_the_same_tables_again(tmp_path: Path) -> None:
    with Press() as press:
        place = Field(press, tmp_path, random.Random(1))  # noqa: S311 - reproducible
        assert place.crawl() == 0, place.said
        before = tables_of(place.output / "state.sqlite")

        done = scrapy("rebuild-state", "-s", f"OUTPUT_DIR={place.output}", "-L", "WARNING")

        assert done.returncode == 0, done.stderr
        assert "6 delivered articles" in done.stderr
        after = tables_of(place.output / "state.sqlite")
        assert before["story"]
        assert before["payload"]
        assert after == before
        assert list(place.output.glob("state.sqlite.damaged-*"))
        assert not place.verdict()
        assert not audit(place.output, press.shown)


def rebuilt(tmp_path: Path, since: str) -> SQLiteState:
    """The state of an archive with a feed of two stories, one of which was gone when asked for."""
    layout = OutputLayout(tmp_path)
    layout.warc.mkdir(exist_ok=True)
    archive = writer(layout.warc)
    feed = {"role": "feed", "source": "paper", "window": "2026-01-01T00:00:00Z.."}
    archive.append(exchange(FEED, url=f"{BASE}/feed", facts=feed))
    gone = {"role": "story", "requested": f"{BASE}/gone"}
    archive.append(exchange(GONE, url=f"{BASE}/gone", facts=gone))
    archive.close()

    def read(
        role: str, body: bytes, url: str, content_type: str | None, window: str
    ) -> tuple[Listed, ...]:
        assert (role, body, url, content_type) == ("feed", b"feed", f"{BASE}/feed", "text/xml")
        assert window == "2026-01-01T00:00:00Z.."
        return (Listed(f"{BASE}/here", 0, Hints(headline="Here")), Listed(f"{BASE}/gone", 1))

    state = SQLiteState(None)
    earliest = parse(since)
    assert earliest is not None
    Rebuild(layout, state, read, earliest).run()
    return state


def test_what_a_listing_showed_is_on_the_frontier_again_but_for_what_is_gone(
    tmp_path: Path,
) -> None:
    state = rebuilt(tmp_path, "2026-11-01T00:00:00Z")

    [lead] = state.leads("paper", None, 10)
    assert (lead.url, lead.listing) == (f"{BASE}/here", f"{BASE}/feed")
    assert lead.hints.headline == "Here"
    assert lead.discovered_at.startswith("2026-11-24T10:15:00")
    gone = Lead(f"{BASE}/gone", "paper", "", "", Hints())
    assert not state.discover(url_hash(canonicalize(gone.url)), gone)


@pytest.mark.parametrize(
    ("answer", "is_asked_again"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", False, id="page"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True, id="nothing"),
        pytest.param(b"HTTP/1.1 503 Busy\r\nContent-Length: 6\r\n\r\n<html>", True, id="failure"),
        pytest.param(GONE, False, id="gone"),
    ],
)
@pytest.mark.parametrize("times", [1, 2], ids=["response", "revisit"])
def test_a_page_that_was_only_archived_is_known_to_a_rebuilt_state(
    tmp_path: Path, answer: bytes, is_asked_again: bool, times: int
) -> None:
    facts = {"role": "story", "requested": f"{BASE}/s?utm_source=feed", "unread": "true"}
    same = [exchange(answer, url=f"{BASE}/s", facts=facts) for _ in range(times)]
    (tmp_path / "warc").mkdir()
    remembering(tmp_path / "warc", Memory(), *same)
    state = SQLiteState(None)
    Rebuild(OutputLayout(tmp_path), state, lambda *_: (), AT).run()

    lead = Lead(f"{BASE}/s", "paper", "", "", Hints())
    assert state.discover(url_hash(canonicalize(lead.url)), lead) is is_asked_again
    changed = replace(lead, modified="2026-11-25T00:00:00Z")
    assert state.discover(url_hash(canonicalize(lead.url)), changed) is not is_asked_again


def test_listings_of_long_ago_are_not_read_again(tmp_path: Path) -> None:
    assert not list(rebuilt(tmp_path, "2026-12-01T00:00:00Z").leads("paper", None, 10))


def test_a_listing_that_a_killed_run_had_archived_and_not_read_is_read_by_the_next(
    tmp_path: Path,
) -> None:
    fill = filler(get_project_settings())
    entry = "<item><link>{}/{}</link><pubDate>{} Jan {} 10:00:00 GMT</pubDate></item>"
    entries = entry.format(BASE, "new", 5, 2026) + entry.format(BASE, "old", 5, 2025)
    body = f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    facts = {"role": "feed", "source": "paper", "window": "2026-01-01T00:00:00Z.."}

    async def run() -> list[Lead]:
        killed = open_session(OutputOptions(tmp_path / "out", WarcOptions(), fill), RUNS[0])
        await killed.run_began("news", "2026-11-24T10:15:00Z")
        await killed.sync()
        await killed.archive(exchange(answer, url=f"{BASE}/feed", facts=facts))
        shutil.copytree(tmp_path / "out", tmp_path / "left")
        await killed.close("2026-11-24T10:16:00Z", 0)
        after = open_session(OutputOptions(tmp_path / "left", WarcOptions(), fill), RUNS[1])
        leads = await after.leads("paper", None, 10)
        await after.close("2026-11-24T10:17:00Z", 0)
        return leads

    assert [lead.url for lead in asyncio.run(run())] == [f"{BASE}/new"]


def test_a_listing_that_was_read_before_the_kill_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    archive = writer(tmp_path / "warc")
    facts = {"role": "feed", "source": "paper"}
    archive.append(exchange(FEED, url=f"{BASE}/feed", facts=facts))
    archive.close()
    state = SQLiteState(None)
    digest = hashlib.sha256(b"feed").hexdigest()
    state.set_validators(f"{BASE}/feed", Validators(body_sha256=digest), "2026-11-24T10:15:00Z")

    def read(*_: object) -> tuple[Listed, ...]:
        raise AssertionError("read again")

    names = [path.name for path in (tmp_path / "warc").iterdir()]
    assert Rebuild(OutputLayout(tmp_path), state, read, AT).catch_up(names).leads == 0


def test_a_kill_between_the_repair_of_the_files_and_the_reading_of_listings_repeats_the_reading(
    tmp_path: Path,
) -> None:
    (tmp_path / "warc").mkdir()
    archive = writer(tmp_path / "warc")
    archive.append(exchange(FEED, url=f"{BASE}/feed", facts={"role": "feed", "source": "paper"}))
    archive.close()  # its name is final, as the next run left it that was killed too
    run = str(run_of(next((tmp_path / "warc").iterdir()).name))
    state = SQLiteState(None)
    state.run_began(run, "news", "2026-11-24T10:15:00Z")
    asked: list[object] = []

    def fill(layout: OutputLayout, state: StateStore, unread: Sequence[str] = ()) -> Rebuilt:
        asked.append([run_of(name) for name in unread])
        return Rebuilt(0, 0, 0, 0)

    for _ in range(2):
        read_unread(OutputLayout(tmp_path), state, fill)
    assert asked == [[run]]

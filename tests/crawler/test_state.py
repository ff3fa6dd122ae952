"""The SQLite state: what is fetched again, and when a URL counts as known."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.originals import Holding, Original
from crawler.items import Hints
from crawler.sqlite import SQLiteState
from crawler.sqlite.schema import MIGRATIONS
from crawler.state import Lead, Story, Validators


def key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def lead(url: str, modified: str | None = None, source: str = "paper") -> Lead:
    return Lead(
        url,
        source,
        "https://a.example/feed",
        "2026-01-01T00:00:00Z",
        Hints(headline="Tide", authors=("Ada", "Bo")),
        modified,
    )


def story(url: str, version: int = 1, captured_at: str = "2026-01-05T00:00:00Z") -> Story:
    return Story(key(url), f"id{version}", version, "digest", captured_at)


@pytest.fixture
def state(tmp_path: Path) -> SQLiteState:
    return SQLiteState(tmp_path / "state.sqlite")


def test_a_listed_story_is_discovered_once(state: SQLiteState) -> None:
    assert state.discover(key("u"), lead("u"))
    assert not state.discover(key("u"), lead("u"))
    assert list(state.leads(["paper"])) == [lead("u")]
    assert list(state.leads(["other"])) == []


def test_a_delivered_story_leaves_the_frontier_under_every_url(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u"))
    state.confirm(story("canonical"), [key("u"), key("final")])
    assert list(state.leads(["paper"])) == []
    assert not any(state.discover(key(url), lead(url)) for url in ("u", "final", "canonical"))
    assert state.story(key("canonical")) == story("canonical")


def test_a_story_listed_as_changed_is_fetched_again_once(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u", "2026-01-02"))
    state.confirm(story("u"), [])
    assert not state.discover(key("u"), lead("u", "2026-01-02"))
    assert state.discover(key("u"), lead("u", "2026-01-03"))
    state.confirm(story("u", 2), [])
    assert not state.discover(key("u"), lead("u", "2026-01-03"))


def test_a_first_date_older_than_the_capture_is_no_change(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u"))
    state.confirm(story("u", captured_at="2026-01-05T00:00:00Z"), [])
    assert not state.discover(key("u"), lead("u", "2026-01-04"))
    assert state.discover(key("u"), lead("u", "2026-01-05T12:00:00Z"))


def test_the_newest_date_of_two_listings_counts(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u", "2026-01-02"))
    state.discover(key("u"), lead("u", "2026-01-03"))
    state.confirm(story("u"), [])
    assert not state.discover(key("u"), lead("u", "2026-01-03"))


def test_a_dismissed_url_is_not_discovered_again(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u"))
    assert state.failed(key("u")) == 1
    state.dismiss(key("u"), "http_404")
    assert not state.discover(key("u"), lead("u"))
    assert not state.knows(key("u"))


def test_nothing_is_durable_before_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    first = SQLiteState(path)
    first.confirm(story("kept"), [])
    first.commit()
    first.confirm(story("lost"), [])
    with sqlite3.connect(path) as reader:
        known = reader.execute("SELECT hex(url_hash) FROM known").fetchall()
    assert known == [(key("kept").upper(),)]


def test_validators_come_back_and_are_empty_for_a_new_listing(state: SQLiteState) -> None:
    assert state.validators("feed") == Validators()
    state.set_validators("feed", Validators('"1"', "Mon", "aa", None), "2026-01-01T00:00:00Z")
    assert state.validators("feed") == Validators('"1"', "Mon", "aa", None)


def test_a_state_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    SQLiteState(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    with pytest.raises(sqlite3.DatabaseError, match="state version 99"):
        SQLiteState(path)


def test_a_state_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as database:
        database.executescript(f"{MIGRATIONS[0]} PRAGMA user_version=1;")
    state = SQLiteState(tmp_path / "state.sqlite")
    original = Original("urn:uuid:1", "https://a.example/1", "2026-01-05T00:00:00Z", "a.warc.gz")
    state.hold(Holding("https://a.example/1", "sha1:X", original, validated=True))
    assert state.original_of("https://a.example/1") == original
    state.close()

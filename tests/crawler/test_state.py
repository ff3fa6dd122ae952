"""The SQLite state: what is fetched again, and when a URL counts as known."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.exchange import WarcPointer
from archive.originals import Holding, Original
from crawler.hints import Hints
from crawler.polling import History, Wishes
from crawler.sqlite import SQLiteState
from crawler.sqlite.schema import MIGRATIONS
from crawler.state import Lead, Shown, Story, Tracked, Validators, WalkProgress, WalkStep


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
    return Story(
        key=key(url),
        id=f"id{version}",
        version=version,
        captured_at=captured_at,
        first_captured_at="2026-01-05T00:00:00Z",
        url=url,
        canonical_url=url,
        source_id="paper",
    )


@pytest.fixture
def state(tmp_path: Path) -> SQLiteState:
    return SQLiteState(tmp_path / "state.sqlite")


def test_a_listed_story_is_discovered_once(state: SQLiteState) -> None:
    assert state.discover(key("u"), lead("u"))
    assert not state.discover(key("u"), lead("u"))
    assert list(state.leads("paper", None, 10)) == [lead("u")]
    assert list(state.leads("other", None, 10)) == []


def test_the_frontier_is_read_in_pages_oldest_first(state: SQLiteState) -> None:
    for number in range(7):
        made = replace(lead(f"u{number}"), discovered_at=f"2026-01-0{1 + number // 3}", rank=number)
        state.discover(key(f"u{number}"), made)

    pages, after = [], None
    while page := state.leads("paper", after, 3):
        pages.append([found.url for found in page])
        after = page[-1]

    assert pages == [["u0", "u1", "u2"], ["u3", "u4", "u5"], ["u6"]]


def test_a_page_of_a_long_frontier_is_read_without_sorting_it(state: SQLiteState) -> None:
    asked: list[str] = []
    state._db.set_trace_callback(asked.append)
    state.leads("paper", lead("u"), 50)
    state._db.set_trace_callback(None)
    plan = state._db.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert len(plan) == 1, "SQLite sorts first"
    assert "USING INDEX lead_in_order (source_id=? AND (discovered_at,rank,url)>" in plan[0][3]


def test_a_delivered_story_leaves_the_frontier_under_every_url(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u"))
    state.confirm(story("canonical"), [key("u"), key("final")])
    assert list(state.leads("paper", None, 10)) == []
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


def test_a_page_that_was_only_archived_is_as_new_as_its_capture(state: SQLiteState) -> None:
    state.discover(key("u"), lead("u"))
    state.dismiss(key("u"), "archived", "2026-01-05T00:00:00Z")
    assert not state.discover(key("u"), lead("u", "2026-01-04"))
    assert state.discover(key("u"), lead("u", "2026-01-05T12:00:00Z"))


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


def test_the_rate_of_a_listing_comes_back_as_it_was(state: SQLiteState) -> None:
    wishes = Wishes(3600.0, frozenset({0, 23}), frozenset({6}))
    due = datetime(2026, 3, 4, 13, 30, 0, 500, tzinfo=UTC)
    child = Tracked(
        *("https://a.example/s.xml", "paper", "news_sitemap", History(5400.5, 3, due, wishes)),
        *("https://a.example/index.xml", 1, "2026-03-04", "t", "o", "f", "timeout"),
    )
    state.track(Tracked("https://a.example/feed", "paper", "feed"))
    state.track(child)
    state.track(Tracked("https://b.example/feed", "other", "feed"))
    assert list(state.tracked(["paper"])) == [
        Tracked("https://a.example/feed", "paper", "feed"),
        child,
    ]
    state.keep_children("https://a.example/index.xml", ["https://a.example/other.xml"])
    assert [listing.kind for listing in state.tracked(["paper"])] == ["feed"]


def test_a_backfill_knows_what_it_has_left(state: SQLiteState) -> None:
    first, second = (WalkStep("job", "paper", "section", f"https://a/{n}", n) for n in (1, 2))
    assert [state.walk_add(step) for step in (first, second, first)] == [True, True, False]
    state.walk_done(first)
    assert not state.walk_add(first)
    assert list(state.walk_left("job", ["paper"])) == [second]
    assert list(state.walk_left("other", ["paper"])) == []
    assert state.walk_progress("job", ["paper"]) == WalkProgress(walked=1, left=1)
    assert [state.walk_failed(second), state.walk_failed(second)] == [1, 2]


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
    original = Original("urn:uuid:1", "https://a.example/1", "2026-01-05T00:00:00Z", "a.warc.gz", 7)
    state.hold(Holding("https://a.example/1", "sha1:X", original, validated=True))
    assert state.original_of("https://a.example/1") == original
    state.close()


def test_the_ledger_keeps_the_first_sight_of_each_listing(state: SQLiteState) -> None:
    feed = Shown("feed", "2026-01-05T00:00:00Z", 3, "Tide", "2026-01-04T23:50:00Z")
    section = Shown("section", "2026-01-05T01:00:00Z", 0, "High tide", None)
    for shown in (feed, section, replace(feed, first_seen="2026-01-06T00:00:00Z", rank=0)):
        state.show(key("u"), shown)
    assert state.shown(key("u")) == [feed, section]


def test_the_view_of_the_ledger_has_the_delay_and_the_story(tmp_path: Path) -> None:
    state = SQLiteState(tmp_path / "state.sqlite")
    state.show(key("u"), Shown("feed", "2026-01-05T00:00:00Z", 3, "T", "2026-01-04T23:50:00Z"))
    state.confirm(story("canonical"), [key("u")])
    state.close()
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as database:
        rows = database.execute("SELECT url_hash, story, listing, delay_seconds FROM discovery")
        assert rows.fetchall() == [(key("u"), key("canonical"), "feed", 600.0)]


def test_a_story_comes_back_as_it_was_put_in(state: SQLiteState) -> None:
    whole = replace(
        story("u"),
        id="0" * 32,
        canonical_url="https://a.example/u",
        discovered_from="feed",
        discovered_at="2026-01-05T00:00:00Z",
        published_hint="5 January",
        content="ab" * 16,
        whole=True,
        gone="http_410",
        pointer=WarcPointer("a.warc.gz", 7, 0, "urn:uuid:12345678-1234-4234-8234-123456789abc"),
        pages=(
            WarcPointer("a.warc.gz", 9, 0, "urn:x:2"),
            WarcPointer("b.warc.gz", 0, 0, "urn:x:3"),
        ),
        etag='"1"',
        last_modified="Mon, 05 Jan 2026 00:00:00 GMT",
        due="2026-01-06T00:00:00Z",
        attempts=2,
    )
    state.confirm(whole, [])
    assert state.story(key("u")) == whole
    foreign = replace(whole, pointer=WarcPointer("b.warc.gz", 7, 0, "urn:x:1"))
    state.confirm(foreign, [])
    assert state.story(key("u")) == foreign


def test_the_longest_due_come_first_and_others_wait(state: SQLiteState) -> None:
    for number, due in enumerate(["2026-01-07", "2026-01-06", "2026-01-09", None]):
        state.confirm(replace(story(f"u{number}"), due=due), [])
    assert [s.url for s in state.due("paper", "2026-01-08", 9)] == ["u1", "u0"]
    assert [s.url for s in state.due("paper", "2026-01-08", 1)] == ["u1"]
    assert state.due("other", "2026-01-08", 9) == []

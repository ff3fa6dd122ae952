"""What is remembered from run to run, behind a small protocol; SQLite by default.

A URL counts as known only once its line is durable: rows are written in one transaction that the
owner commits after it has synced the files the rows speak of. One thread owns a store.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from crawler.items import Hints


@dataclass(frozen=True, slots=True)
class Validators:
    """What a listing answered last: enough for a conditional request, and to see through a
    validator that lies.

    ``body_sha256`` is hex over the decoded body. ``since`` is the instant before which its entries
    were passed over, None where all were taken: a run that reaches further back must read it again.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A story that a listing showed and that is not delivered yet: a row of the frontier.

    ``discovered_at`` is UTC ISO 8601; ``modified`` is when the listing says that the story last
    changed, in the same form, so that two of them compare as strings. ``attempts`` counts runs
    that tried in vain.
    """

    url: str
    source_id: str
    listing: str
    discovered_at: str
    hints: Hints
    modified: str | None = None
    rank: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """The newest delivered version of a story. ``key`` is the url_hash of its canonical URL."""

    key: str
    id: str
    version: int
    text_sha256: str | None
    captured_at: str


class StateStore(Protocol):
    """What the archive session needs of a memory. Not thread-safe: one thread owns it."""

    def validators(self, listing: str) -> Validators:
        """What ``listing`` answered last; empty validators for one never polled."""

    def set_validators(self, listing: str, validators: Validators, polled_at: str) -> None:
        """Remember the answer of a poll."""

    def discover(self, url_hash: str, lead: Lead) -> bool:
        """Put a listed story on the frontier: one that is unknown, or listed as changed since.

        False where it is known and unchanged, or on the frontier already.
        """

    def knows(self, url_hash: str) -> bool:
        """Whether a URL led to a delivered story."""

    def leads(self, source_ids: Iterable[str]) -> Iterator[Lead]:
        """The frontier of these sources, oldest first."""

    def failed(self, url_hash: str) -> int:
        """Count one more run that tried a lead in vain; gives the new count."""

    def dismiss(self, url_hash: str, reason: str) -> None:
        """Take a URL off the frontier for good, without a story."""

    def story(self, key: str) -> Story | None:
        """The newest version of a story."""

    def confirm(self, story: Story, url_hashes: Iterable[str]) -> None:
        """Record a delivered version and every URL under which it is now known."""

    def run_began(self, run_id: str, spider: str, started_at: str) -> None:
        """Note a run."""

    def run_ended(self, run_id: str, ended_at: str, exit_code: int) -> None:
        """Note how it ended."""

    def commit(self) -> None:
        """Make everything since the last commit durable. Raises OSError."""

    def close(self) -> None:
        """Commit and release the store."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS listing(
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, body_sha256 TEXT, since TEXT,
    polled_at TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known(
    url_hash BLOB PRIMARY KEY, story BLOB, listed_modified TEXT, dismissed TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS story(
    key BLOB PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, text_sha256 TEXT,
    captured_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lead(
    url_hash BLOB PRIMARY KEY, url TEXT NOT NULL, source_id TEXT NOT NULL, listing TEXT NOT NULL,
    discovered_at TEXT NOT NULL, hints TEXT NOT NULL, modified TEXT, rank INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lead_by_source ON lead(source_id, discovered_at);
CREATE TABLE IF NOT EXISTS run(
    id TEXT PRIMARY KEY, spider TEXT, started_at TEXT, ended_at TEXT, exit_code INTEGER
) WITHOUT ROWID;
"""
_VERSION = 1


class SQLiteState:
    """The StateStore in one SQLite file (WAL). ``None`` as path: a temporary file of this run."""

    def __init__(self, path: Path | None) -> None:
        # The owner is one thread, but not the one that constructs this.
        self._db = sqlite3.connect(
            str(path) if path else "", isolation_level=None, check_same_thread=False
        )
        if path:
            self._db.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit is on the disk when it returns; the owner decides how often.
        self._db.execute("PRAGMA synchronous=FULL")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"state version {found}, this program writes {_VERSION}")
        if found == 0:
            self._db.executescript(f"{_SCHEMA} PRAGMA user_version={_VERSION};")

    def validators(self, listing: str) -> Validators:
        row = self._db.execute(
            "SELECT etag, last_modified, body_sha256, since FROM listing WHERE url=?", (listing,)
        ).fetchone()
        return Validators(*row) if row else Validators()

    def set_validators(self, listing: str, validators: Validators, polled_at: str) -> None:
        self._begin()
        self._db.execute(
            "INSERT OR REPLACE INTO listing VALUES(?,?,?,?,?,?)",
            (
                listing,
                validators.etag,
                validators.last_modified,
                validators.body_sha256,
                validators.since,
                polled_at,
            ),
        )

    def discover(self, url_hash: str, lead: Lead) -> bool:
        self._begin()
        key = bytes.fromhex(url_hash)
        if self._is_current(key, lead.modified):
            return False
        on_frontier = self._db.execute(
            "UPDATE lead SET modified=nullif(max(ifnull(modified,''), ifnull(?,'')), '')"
            " WHERE url_hash=?",
            (lead.modified, key),
        ).rowcount
        if on_frontier:
            return False
        self._db.execute(
            "INSERT INTO lead VALUES(?,?,?,?,?,?,?,?,?)",
            (
                key,
                lead.url,
                lead.source_id,
                lead.listing,
                lead.discovered_at,
                json.dumps(asdict(lead.hints), ensure_ascii=False),
                lead.modified,
                lead.rank,
                lead.attempts,
            ),
        )
        return True

    def knows(self, url_hash: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM known WHERE url_hash=? AND story IS NOT NULL", (bytes.fromhex(url_hash),)
        ).fetchone()
        return row is not None

    def leads(self, source_ids: Iterable[str]) -> Iterator[Lead]:
        for source_id in source_ids:
            rows = self._db.execute(
                "SELECT url, source_id, listing, discovered_at, hints, modified, rank, attempts"
                " FROM lead"
                " WHERE source_id=? ORDER BY discovered_at, rank",
                (source_id,),
            ).fetchall()
            for url, source, listing, discovered_at, hints, *rest in rows:
                yield Lead(url, source, listing, discovered_at, _hints(hints), *rest)

    def failed(self, url_hash: str) -> int:
        self._begin()
        row = self._db.execute(
            "UPDATE lead SET attempts=attempts+1 WHERE url_hash=? RETURNING attempts",
            (bytes.fromhex(url_hash),),
        ).fetchone()
        return int(row[0]) if row else 0

    def dismiss(self, url_hash: str, reason: str) -> None:
        self._begin()
        self._know(bytes.fromhex(url_hash), None, reason)

    def story(self, key: str) -> Story | None:
        row = self._db.execute(
            "SELECT id, version, text_sha256, captured_at FROM story WHERE key=?",
            (bytes.fromhex(key),),
        ).fetchone()
        return Story(key, *row) if row else None

    def confirm(self, story: Story, url_hashes: Iterable[str]) -> None:
        self._begin()
        key = bytes.fromhex(story.key)
        self._db.execute(
            "INSERT OR REPLACE INTO story VALUES(?,?,?,?,?)",
            (key, story.id, story.version, story.text_sha256, story.captured_at),
        )
        for url_hash in {story.key, *url_hashes}:
            self._know(bytes.fromhex(url_hash), key, None)

    def run_began(self, run_id: str, spider: str, started_at: str) -> None:
        self._begin()
        self._db.execute("INSERT INTO run VALUES(?,?,?,NULL,NULL)", (run_id, spider, started_at))

    def run_ended(self, run_id: str, ended_at: str, exit_code: int) -> None:
        self._begin()
        self._db.execute(
            "UPDATE run SET ended_at=?, exit_code=? WHERE id=?", (ended_at, exit_code, run_id)
        )

    def commit(self) -> None:
        if self._db.in_transaction:
            try:
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise OSError(errno.EIO, f"the state: {error}") from error

    def close(self) -> None:
        self.commit()
        self._db.close()

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def _is_current(self, url_hash: bytes, modified: str | None) -> bool:
        """Whether a URL is known and no listing has claimed a change since it was captured."""
        row = self._db.execute(
            "SELECT listed_modified, (SELECT captured_at FROM story WHERE key=known.story)"
            " FROM known WHERE url_hash=?",
            (url_hash,),
        ).fetchone()
        if row is None:
            return False
        claimed, captured_at = row
        if modified is None:
            return True
        if modified > (claimed or captured_at or ""):
            return False
        if claimed is None:
            # First claim for a story that was found through a listing without dates.
            self._db.execute(
                "UPDATE known SET listed_modified=? WHERE url_hash=?", (modified, url_hash)
            )
        return True

    def _know(self, url_hash: bytes, story: bytes | None, dismissed: str | None) -> None:
        """Move a URL from the frontier to what is known, with the change its listing claimed."""
        self._db.execute(
            "INSERT INTO known"
            " SELECT ?1, ?2, (SELECT modified FROM lead WHERE url_hash=?1), ?3 WHERE true"
            " ON CONFLICT DO UPDATE SET"
            " story=ifnull(excluded.story, story), dismissed=excluded.dismissed,"
            " listed_modified=max(ifnull(listed_modified, excluded.listed_modified),"
            " ifnull(excluded.listed_modified, listed_modified))",
            (url_hash, story, dismissed),
        )
        self._db.execute("DELETE FROM lead WHERE url_hash=?", (url_hash,))


def _hints(text: str) -> Hints:
    fields: dict[str, Any] = json.loads(text)  # what asdict made of a Hints
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    return Hints(**given)

"""The state in one SQLite file (WAL)."""

from __future__ import annotations

import errno
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from archive.originals import Holding, Original
from crawler.items import read_hints
from crawler.state import Lead, Story, Validators

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
CREATE TABLE IF NOT EXISTS payload(
    key BLOB PRIMARY KEY, record_id TEXT NOT NULL, target_uri TEXT NOT NULL, date TEXT NOT NULL,
    file TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS validated(uri BLOB PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run(
    id TEXT PRIMARY KEY, spider TEXT, started_at TEXT, ended_at TEXT, exit_code INTEGER
) WITHOUT ROWID;
"""
_VERSION = 2
# Version 1 had no payload and no validated; every table is made where it is missing.
_READABLE = (0, 1, _VERSION)


def _key(text: str) -> bytes:
    """16 bytes for a text of any length: there are millions of them."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


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
        if found not in _READABLE:
            raise sqlite3.DatabaseError(f"state version {found}, this program writes {_VERSION}")
        if found != _VERSION:
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
                msgspec.json.encode(lead.hints).decode(),
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
                yield Lead(url, source, listing, discovered_at, read_hints(hints), *rest)

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

    def original_with(self, payload: str) -> Original | None:
        return self._original(_key(payload))

    def original_of(self, target_uri: str) -> Original | None:
        row = self._db.execute(
            "SELECT payload FROM validated WHERE uri=?", (_key(target_uri),)
        ).fetchone()
        return self._original(row[0]) if row else None

    def _original(self, key: bytes) -> Original | None:
        row = self._db.execute(
            "SELECT record_id, target_uri, date, file FROM payload WHERE key=?", (key,)
        ).fetchone()
        return Original(*row) if row else None

    def hold(self, holding: Holding) -> None:
        self._begin()
        key, original = _key(holding.payload), holding.original
        self._db.execute(
            "INSERT OR REPLACE INTO payload VALUES(?,?,?,?,?)",
            (key, original.record_id, original.target_uri, original.date, original.file),
        )
        if holding.validated:
            self._db.execute(
                "INSERT OR REPLACE INTO validated VALUES(?,?)", (_key(holding.target_uri), key)
            )

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

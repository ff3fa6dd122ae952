"""The tables of the state, as the steps that lead from each version to the next."""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE listing(
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, body_sha256 TEXT, since TEXT,
    polled_at TEXT
) WITHOUT ROWID;
CREATE TABLE known(
    url_hash BLOB PRIMARY KEY, story BLOB, listed_modified TEXT, dismissed TEXT
) WITHOUT ROWID;
CREATE TABLE story(
    key BLOB PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, text_sha256 TEXT,
    captured_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lead(
    url_hash BLOB PRIMARY KEY, url TEXT NOT NULL, source_id TEXT NOT NULL, listing TEXT NOT NULL,
    discovered_at TEXT NOT NULL, hints TEXT NOT NULL, modified TEXT, rank INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX lead_by_source ON lead(source_id, discovered_at);
CREATE TABLE run(
    id TEXT PRIMARY KEY, spider TEXT, started_at TEXT, ended_at TEXT, exit_code INTEGER
) WITHOUT ROWID;
"""
_PAYLOADS = """
CREATE TABLE payload(
    key BLOB PRIMARY KEY, record_id TEXT NOT NULL, target_uri TEXT NOT NULL, date TEXT NOT NULL,
    file TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE validated(uri BLOB PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;
"""

MIGRATIONS = (_FIRST, _PAYLOADS)
"""Step n leads from version n to version n + 1. A step that was released is never changed."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, each step whole or not at all.

    Raises sqlite3.DatabaseError for a state that a newer program has written.
    """
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found > len(MIGRATIONS):
        raise sqlite3.DatabaseError(
            f"state version {found}; this program knows up to {len(MIGRATIONS)}"
        )
    for version in range(found, len(MIGRATIONS)):
        step = MIGRATIONS[version]
        db.executescript(f"BEGIN; {step} PRAGMA user_version={version + 1}; COMMIT;")

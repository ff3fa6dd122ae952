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
# Instants as ISO 8601 in UTC, so that they compare as text; interval in seconds.
_POLLS = """
CREATE TABLE poll(
    url TEXT PRIMARY KEY, source_id TEXT NOT NULL, kind TEXT NOT NULL, parent TEXT,
    depth INTEGER NOT NULL, lastmod TEXT, interval REAL, failures INTEGER NOT NULL, due TEXT,
    wishes TEXT NOT NULL, tried_at TEXT, ok_at TEXT, full_at TEXT, reason TEXT
) WITHOUT ROWID;
CREATE INDEX poll_by_source ON poll(source_id);
CREATE INDEX poll_by_parent ON poll(parent) WHERE parent IS NOT NULL;
CREATE TABLE walk(
    job TEXT, source_id TEXT, url TEXT, kind TEXT NOT NULL, depth INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, is_done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(job, source_id, url)
) WITHOUT ROWID;
"""
_BIOGRAPHIES = """
ALTER TABLE payload ADD COLUMN offset INTEGER;

-- A story of an earlier version has no content to compare with: its next capture is taken for it.
ALTER TABLE story DROP COLUMN text_sha256;
ALTER TABLE story ADD COLUMN first_captured_at TEXT;
ALTER TABLE story ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE story ADD COLUMN canonical_url TEXT;
ALTER TABLE story ADD COLUMN source_id TEXT;
ALTER TABLE story ADD COLUMN listing INTEGER;
ALTER TABLE story ADD COLUMN discovered_at TEXT;
ALTER TABLE story ADD COLUMN published_hint TEXT;
ALTER TABLE story ADD COLUMN content BLOB;
ALTER TABLE story ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN gone TEXT;
ALTER TABLE story ADD COLUMN warc INTEGER;
ALTER TABLE story ADD COLUMN warc_offset INTEGER;
ALTER TABLE story ADD COLUMN record_id BLOB;
ALTER TABLE story ADD COLUMN etag TEXT;
ALTER TABLE story ADD COLUMN last_modified TEXT;
ALTER TABLE story ADD COLUMN due TEXT;
ALTER TABLE story ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX story_due ON story(source_id, due) WHERE due IS NOT NULL;

-- Long texts that many rows share.
CREATE TABLE name(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- The discovery ledger: which listing showed which URL, when first, where on it, in which words.
CREATE TABLE shown(
    url_hash BLOB, listing INTEGER, first_seen TEXT NOT NULL, rank INTEGER NOT NULL,
    headline TEXT, published TEXT, PRIMARY KEY(url_hash, listing)
) WITHOUT ROWID;
CREATE VIEW discovery AS
    SELECT lower(hex(shown.url_hash)) AS url_hash, lower(hex(known.story)) AS story,
        name.name AS listing, shown.first_seen, shown.rank, shown.headline, shown.published,
        round((julianday(shown.first_seen) - julianday(shown.published)) * 86400) AS delay_seconds
    FROM shown JOIN name ON name.id = shown.listing
        LEFT JOIN known ON known.url_hash = shown.url_hash;
"""

# Texts of late: AUTOINCREMENT, so that their numbers tell their order whatever was deleted.
_SKETCHES = """
CREATE TABLE sketch(
    id INTEGER PRIMARY KEY AUTOINCREMENT, article BLOB NOT NULL, story BLOB NOT NULL,
    captured_at TEXT NOT NULL, hashes BLOB NOT NULL
);
CREATE TABLE run_of_words(hash BLOB, sketch INTEGER, PRIMARY KEY(hash, sketch)) WITHOUT ROWID;
"""

# JSON, null for a story of one page: [[file, offset, record id], ...].
_PAGES = "ALTER TABLE story ADD COLUMN pages TEXT;"

# A page of the frontier is read in order: all stories of one poll were discovered at one instant.
_FRONTIER = """
DROP INDEX lead_by_source;
CREATE INDEX lead_in_order ON lead(source_id, discovered_at, rank, url);
"""

MIGRATIONS = (_FIRST, _PAYLOADS, _POLLS, _BIOGRAPHIES, _SKETCHES, _PAGES, _FRONTIER)
"""Step n leads from version n to version n + 1. A step that was released is never changed."""


class NewerStateError(sqlite3.DatabaseError):
    """A state that a newer program has written: whole, but not for this one to read."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, each step whole or not at all.

    Raises NewerStateError for a state that a newer program has written.
    """
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found > len(MIGRATIONS):
        raise NewerStateError(f"state version {found}; this program knows up to {len(MIGRATIONS)}")
    for version in range(found, len(MIGRATIONS)):
        step = MIGRATIONS[version]
        db.executescript(f"BEGIN; {step} PRAGMA user_version={version + 1}; COMMIT;")

"""The state in one SQLite file (WAL)."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from crawler.sqlite.listings import Listings
from crawler.sqlite.payloads import Payloads
from crawler.sqlite.schema import migrate
from crawler.sqlite.stories import Stories


class SQLiteState(Listings, Stories, Payloads):
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
        migrate(self._db)

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

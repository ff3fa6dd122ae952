"""The state in one SQLite file (WAL)."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from crawler.errors import StorageError
from crawler.sqlite.ledger import Ledger
from crawler.sqlite.listings import Listings
from crawler.sqlite.payloads import Payloads
from crawler.sqlite.schema import migrate
from crawler.sqlite.sketches import Sketches
from crawler.sqlite.stories import Stories
from crawler.sqlite.walks import Walks

_KILLED = -1  # the exit code of a run that never said how it ended


class SQLiteState(Listings, Walks, Stories, Ledger, Payloads, Sketches):
    """The StateStore in one SQLite file (WAL). ``None`` as path: a temporary file of this run."""

    def __init__(self, path: Path | None) -> None:
        self._ids = {}
        # The owner is one thread, but not the one that constructs this.
        self._db = sqlite3.connect(
            str(path) if path else "", isolation_level=None, check_same_thread=False
        )
        try:
            if path:
                self._db.execute("PRAGMA journal_mode=WAL")
            # FULL: a commit is on the disk when it returns; the owner decides how often.
            self._db.execute("PRAGMA synchronous=FULL")
            migrate(self._db)
        except sqlite3.DatabaseError:
            self._db.close()
            raise

    def run_began(self, run_id: str, spider: str, started_at: str) -> None:
        self._begin()
        self._db.execute("INSERT INTO run VALUES(?,?,?,NULL,NULL)", (run_id, spider, started_at))

    def run_ended(self, run_id: str, ended_at: str, exit_code: int) -> None:
        if exit_code == StorageError.exit_code:
            return  # so that the next run checks the file
        self._begin()
        self._db.execute(
            "UPDATE run SET ended_at=?, exit_code=? WHERE id=?", (ended_at, exit_code, run_id)
        )

    def check(self, *, is_doubtful: bool = False) -> None:
        """After a run that did not end in order, or in doubt: read the whole file (about 1 s for
        300 MB).

        Raises sqlite3.DatabaseError, with the file closed, for damage that opening does not see.
        """
        if not self.unended_runs() and not is_doubtful:
            return
        try:
            (verdict,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error)
        if verdict != "ok":
            self._db.close()
            raise sqlite3.DatabaseError(verdict)

    def unended_runs(self) -> list[str]:
        return [id_ for (id_,) in self._db.execute("SELECT id FROM run WHERE exit_code IS NULL")]

    def end_runs(self) -> None:
        self._begin()
        self._db.execute("UPDATE run SET exit_code=? WHERE exit_code IS NULL", (_KILLED,))

    def ran_since(self, day: str) -> bool:
        """Whether a run of that day (YYYYMMDD, as run ids begin), or of a later one, is noted."""
        row = self._db.execute("SELECT 1 FROM run WHERE id>=? LIMIT 1", (day,))
        return row.fetchone() is not None

    def knows_run(self, run_id: str) -> bool:
        """Whether a run was noted here: a state from before it knows nothing of its lines."""
        row = self._db.execute("SELECT 1 FROM run WHERE id=?", (run_id,)).fetchone()
        return row is not None

    def commit(self) -> None:
        if self._db.in_transaction:
            try:
                self._db.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise OSError(errno.EIO, f"the state: {error}") from error

    def close(self) -> None:
        self.commit()
        self._db.close()

    def abandon(self) -> None:
        """Close it without what is not committed."""
        self._db.close()

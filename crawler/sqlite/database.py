"""What the parts of the SQLite state share: one connection, one transaction at a time."""

from __future__ import annotations

import sqlite3


class Database:
    """A connection whose transaction begins with the first write and ends when its owner says."""

    _db: sqlite3.Connection

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

"""A temporary table of all records: what they say of each other is checked over it.

It lies on the disk, so that an archive of any size is checked in the same memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """What is remembered of a record; empty where it has no such field.

    ``at``: its offset in the file. Ids without angle brackets; ``status`` and ``mime`` of its HTTP
    head; ``method`` of a request.
    """

    file: str
    at: int
    length: int
    id: str
    type: str
    date: str
    uri: str
    digest: str
    status: str
    mime: str
    method: str
    warcinfo: str
    refers_to: str
    refers_uri: str
    refers_date: str


_COLUMNS = ", ".join(field.name for field in fields(Row))
_MARKS = ", ".join("?" for _ in fields(Row))


class Ledger:
    """Rows of records, and which are concurrent to which. Raises OSError where it has no room."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript(
            f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
            CREATE TABLE records ({_COLUMNS});
            CREATE TABLE concurrent (file, at, id);
            CREATE TABLE lines (place, file, at, PRIMARY KEY (place, file, at)) WITHOUT ROWID;
            BEGIN;
            """
        )

    def add(self, row: Row, concurrent_to: list[str]) -> None:
        """Remember a record."""
        self._base.execute(f"INSERT INTO records VALUES ({_MARKS})", astuple(row))  # noqa: S608
        self._base.executemany(
            "INSERT INTO concurrent VALUES (?, ?, ?)",
            [(row.file, row.at, other) for other in concurrent_to],
        )

    def add_line(self, place: str, file: str, offset: int) -> None:
        """Remember that the index ``place`` has a line for the record there."""
        self._base.execute("INSERT OR IGNORE INTO lines VALUES (?, ?, ?)", (place, file, offset))

    def forget_lines(self) -> None:
        """Forget what ``add_line`` was told."""
        self._base.execute("DELETE FROM lines")

    def take(self, part: Path) -> None:
        """Add all rows of another ledger, which is closed."""
        self._base.execute("COMMIT")
        self._base.execute("ATTACH ? AS part", (str(part),))
        for table in ("records", "concurrent"):
            self._base.execute(f"INSERT INTO main.{table} SELECT * FROM part.{table}")  # noqa: S608
        self._base.execute("DETACH part")
        self._base.execute("BEGIN")

    def make_ready(self) -> None:
        """Make looking up quick; after the last ``take``."""
        self._base.executescript(
            "CREATE INDEX by_id ON records (id); CREATE INDEX by_place ON records (file, at);"
            " CREATE INDEX by_other ON concurrent (id);"
            " CREATE INDEX by_record ON concurrent (file, at);"
        )

    def record_at(self, file: str, offset: int) -> Row | None:
        """The record at a place."""
        query = f"SELECT {_COLUMNS} FROM records WHERE file = ? AND at = ?"  # noqa: S608
        found = self._base.execute(query, (file, offset)).fetchone()
        return Row(*found) if found else None

    def ask(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; Any: as many types as columns."""
        yield from self._base.execute(query, values)

    def close(self) -> None:
        """Write what is open."""
        if self._base.in_transaction:
            self._base.execute("COMMIT")
        self._base.close()

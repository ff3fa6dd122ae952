"""Long texts that many rows share, each kept once."""

from __future__ import annotations

from crawler.sqlite.database import Database

# Listings and WARC files of a run: some thousands. All are forgotten at once, for a look-up each.
_REMEMBERED = 4096


class Names(Database):
    """The part of the state that gives a number for a name, and the name for a number."""

    _ids: dict[str, int]

    def _id_of(self, name: str | None) -> int | None:
        if name is None:
            return None
        if name not in self._ids:
            if len(self._ids) >= _REMEMBERED:
                self._ids.clear()
            self._db.execute("INSERT OR IGNORE INTO name(name) VALUES(?)", (name,))
            row = self._db.execute("SELECT id FROM name WHERE name=?", (name,)).fetchone()
            self._ids[name] = row[0]
        return self._ids[name]

    def _name_of(self, number: int | None) -> str | None:
        if number is None:
            return None
        row = self._db.execute("SELECT name FROM name WHERE id=?", (number,)).fetchone()
        return str(row[0]) if row else None

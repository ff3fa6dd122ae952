"""What is remembered of how URLs were found."""

from __future__ import annotations

from crawler.sqlite.names import Names
from crawler.state import Shown


class Ledger(Names):
    """The part of the state that is the discovery ledger; in SQL, the view ``discovery``."""

    def show(self, url_hash: str, shown: Shown) -> None:
        self._begin()
        self._db.execute(
            "INSERT OR IGNORE INTO shown VALUES(?,?,?,?,?,?)",
            (
                bytes.fromhex(url_hash),
                self._id_of(shown.listing),
                shown.first_seen,
                shown.rank,
                shown.headline,
                shown.published,
            ),
        )

    def shown(self, url_hash: str) -> list[Shown]:
        rows = self._db.execute(
            "SELECT name, first_seen, rank, headline, published"
            " FROM shown JOIN name ON name.id=listing WHERE url_hash=? ORDER BY first_seen, rank",
            (bytes.fromhex(url_hash),),
        )
        return [Shown(*row) for row in rows]

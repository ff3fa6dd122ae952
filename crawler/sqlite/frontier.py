"""What is remembered of URLs: the frontier, and those that are known."""

from __future__ import annotations

import msgspec

from crawler.hints import read_hints
from crawler.sqlite.database import Database
from crawler.state import Lead


class Frontier(Database):
    """The part of the state that knows which URLs were listed, led to a story, or did neither."""

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

    def leads(self, source_id: str, after: Lead | None, most: int) -> list[Lead]:
        last = ("", -1, "") if after is None else (after.discovered_at, after.rank, after.url)
        rows = self._db.execute(
            "SELECT url, source_id, listing, discovered_at, hints, modified, rank, attempts"
            " FROM lead WHERE source_id=? AND (discovered_at, rank, url) > (?, ?, ?)"
            " ORDER BY discovered_at, rank, url LIMIT ?",
            (source_id, *last, most),
        )
        return [
            Lead(url, source, listing, discovered_at, read_hints(hints), *rest)
            for url, source, listing, discovered_at, hints, *rest in rows
        ]

    def failed(self, url_hash: str) -> int:
        self._begin()
        row = self._db.execute(
            "UPDATE lead SET attempts=attempts+1 WHERE url_hash=? RETURNING attempts",
            (bytes.fromhex(url_hash),),
        ).fetchone()
        return int(row[0]) if row else 0

    def dismiss(self, url_hash: str, reason: str, captured_at: str | None = None) -> None:
        self._begin()
        self._know(bytes.fromhex(url_hash), None, reason, captured_at)

    def know(self, url_hash: str, key: str) -> None:
        """Move a URL to what is known to lead to a story."""
        self._know(bytes.fromhex(url_hash), bytes.fromhex(key), None)

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

    def _know(
        self,
        url_hash: bytes,
        story: bytes | None,
        dismissed: str | None,
        captured_at: str | None = None,
    ) -> None:
        """Move a URL from the frontier to what is known, with the change its listing claimed, or,
        where no story tells it, the instant of its capture."""
        self._db.execute(
            "INSERT INTO known"
            " SELECT ?1, ?2, ifnull(?4, (SELECT modified FROM lead WHERE url_hash=?1)), ?3"
            " WHERE true"
            " ON CONFLICT DO UPDATE SET"
            " story=ifnull(excluded.story, story), dismissed=excluded.dismissed,"
            " listed_modified=max(ifnull(listed_modified, excluded.listed_modified),"
            " ifnull(excluded.listed_modified, listed_modified))",
            (url_hash, story, dismissed, captured_at),
        )
        self._db.execute("DELETE FROM lead WHERE url_hash=?", (url_hash,))

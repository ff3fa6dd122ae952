"""What is remembered of stories: the frontier, the known URLs, the newest versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from crawler.items import read_hints
from crawler.sqlite.database import Database
from crawler.state import Lead, Story


class Stories(Database):
    """The part of the state that knows what was listed, what was delivered and what was neither."""

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

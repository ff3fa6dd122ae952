"""What is remembered of payloads: which archived record has each."""

from __future__ import annotations

import hashlib

from archive.originals import Holding, Original
from crawler.sqlite.database import Database


class Payloads(Database):
    """The part of the state that is the digest index of the archive."""

    def original_with(self, payload: str) -> Original | None:
        return self._original(_key(payload))

    def original_of(self, target_uri: str) -> Original | None:
        row = self._db.execute(
            "SELECT payload FROM validated WHERE uri=?", (_key(target_uri),)
        ).fetchone()
        return self._original(row[0]) if row else None

    def _original(self, key: bytes) -> Original | None:
        row = self._db.execute(
            "SELECT record_id, target_uri, date, file, offset FROM payload WHERE key=?", (key,)
        ).fetchone()
        return Original(*row) if row else None

    def hold(self, holding: Holding) -> None:
        self._begin()
        key, original = _key(holding.payload), holding.original
        self._db.execute(
            "INSERT OR REPLACE INTO payload VALUES(?,?,?,?,?,?)",
            (
                key,
                original.record_id,
                original.target_uri,
                original.date,
                original.file,
                original.offset,
            ),
        )
        if holding.validated:
            self._db.execute(
                "INSERT OR REPLACE INTO validated VALUES(?,?)", (_key(holding.target_uri), key)
            )


def _key(text: str) -> bytes:
    """16 bytes for a text of any length: there are millions of them."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()

"""What is remembered of listings."""

from __future__ import annotations

from crawler.sqlite.database import Database
from crawler.state import Validators


class Listings(Database):
    """The part of the state that knows what each listing answered."""

    def validators(self, listing: str) -> Validators:
        row = self._db.execute(
            "SELECT etag, last_modified, body_sha256, since FROM listing WHERE url=?", (listing,)
        ).fetchone()
        return Validators(*row) if row else Validators()

    def set_validators(self, listing: str, validators: Validators, polled_at: str) -> None:
        self._begin()
        self._db.execute(
            "INSERT OR REPLACE INTO listing VALUES(?,?,?,?,?,?)",
            (
                listing,
                validators.etag,
                validators.last_modified,
                validators.body_sha256,
                validators.since,
                polled_at,
            ),
        )

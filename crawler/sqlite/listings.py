"""What is remembered of listings: what each answered, and when it is asked again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import msgspec

from crawler.instants import iso, parse
from crawler.polling import History, Wishes
from crawler.sqlite.database import Database
from crawler.state import Tracked, Validators

_COLUMNS = (
    "url, source_id, kind, parent, depth, lastmod, interval, failures, due, wishes,"
    " tried_at, ok_at, full_at, reason"
)


class Listings(Database):
    """The part of the state that knows what each listing answered, and its rate."""

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

    def tracked(self, source_ids: Iterable[str]) -> Iterator[Tracked]:
        for source_id in source_ids:
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM poll WHERE source_id=? ORDER BY url",  # noqa: S608 - ours
                (source_id,),
            ).fetchall()
            yield from map(_tracked, rows)

    def track(self, listing: Tracked) -> None:
        self._begin()
        history = listing.history
        self._db.execute(
            "INSERT OR REPLACE INTO poll VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                listing.url,
                listing.source_id,
                listing.kind,
                listing.parent,
                listing.depth,
                listing.lastmod,
                history.interval,
                history.failures,
                iso(history.due) if history.due else None,
                msgspec.json.encode(history.wishes).decode(),
                listing.tried_at,
                listing.ok_at,
                listing.full_at,
                listing.reason,
            ),
        )

    def keep_children(self, parent: str, urls: Iterable[str]) -> None:
        named = set(urls)
        rows = self._db.execute("SELECT url FROM poll WHERE parent=?", (parent,)).fetchall()
        gone = [(url,) for (url,) in rows if url not in named]
        if gone:
            self._begin()
            self._db.executemany("DELETE FROM poll WHERE url=?", gone)


class ListingsReader(Listings):
    """The same for a look at a state, also while a crawl is at work on it: nothing is written.

    Raises sqlite3.DatabaseError for what is no state.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def newest_finds(self) -> dict[str, str]:
        """When each listing last showed a story that it had not shown before, UTC ISO.

        Reads the whole ledger: seconds for some millions of lines.
        """
        rows = self._db.execute(
            "SELECT name, max(first_seen) FROM shown JOIN name ON id=listing GROUP BY listing"
        )
        return dict(rows.fetchall())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _tracked(row: tuple[Any, ...]) -> Tracked:  # Any: each column has its own type
    url, source_id, kind, parent, depth, lastmod, interval, failures, due, wishes, *times = row
    history = History(interval, failures, parse(due), msgspec.json.decode(wishes, type=Wishes))
    return Tracked(url, source_id, kind, history, parent, depth, lastmod, *times)

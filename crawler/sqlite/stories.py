"""What is remembered of delivered stories: how each stands, and when it is visited again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from archive.exchange import WarcPointer
from crawler.sqlite.frontier import Frontier
from crawler.sqlite.names import Names
from crawler.state import Story

_PLAIN = (
    *("id", "version", "captured_at", "url", "source_id", "discovered_at"),
    *("published_hint", "gone", "etag", "last_modified", "due", "attempts"),
)
# What is as another column says is left out: there are millions of rows.
_OWN = (
    *("first_captured_at", "canonical_url", "listing", "content", "whole"),
    *("warc", "warc_offset", "record_id", "pages"),
)
_COLUMNS = ", ".join(("key", *_PLAIN, *_OWN))
_MARKS = ", ".join("?" * (1 + len(_PLAIN) + len(_OWN)))
_URN = "urn:uuid:"


class Stories(Frontier, Names):
    """The part of the state that knows the newest version of every story."""

    def story(self, key: str) -> Story | None:
        found = self._stories("WHERE key=?", bytes.fromhex(key))
        return found[0] if found else None

    def story_at(self, url_hash: str) -> Story | None:
        found = self._stories(
            "WHERE key=(SELECT story FROM known WHERE url_hash=?)", bytes.fromhex(url_hash)
        )
        return found[0] if found else None

    def due(self, source_id: str, at: str, limit: int) -> list[Story]:
        return self._stories(
            "WHERE source_id=? AND due<=? ORDER BY due LIMIT ?", source_id, at, limit
        )

    def urls_of(self, key: str) -> list[str]:
        rows = self._db.execute("SELECT url_hash FROM known WHERE story=?", (bytes.fromhex(key),))
        return [row[0].hex() for row in rows]

    def confirm(self, story: Story, url_hashes: Iterable[str]) -> None:
        self._begin()
        self._db.execute(
            f"INSERT OR REPLACE INTO story({_COLUMNS}) VALUES({_MARKS})",
            (bytes.fromhex(story.key), *self._row(story)),
        )
        for url_hash in {story.key, *url_hashes}:
            self.know(url_hash, story.key)

    def _stories(self, where: str, *parameters: Any) -> list[Story]:  # SQLite's own types
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM story {where}",  # noqa: S608 - constants
            parameters,
        ).fetchall()
        return [self._story(row) for row in rows]

    def _row(self, story: Story) -> tuple[Any, ...]:
        pointer = story.pointer
        return (
            *(getattr(story, name) for name in _PLAIN),
            None if story.first_captured_at == story.captured_at else story.first_captured_at,
            None if story.canonical_url == story.url else story.canonical_url,
            self._id_of(story.discovered_from),
            bytes.fromhex(story.content) if story.content else None,
            story.whole,
            self._id_of(pointer.file if pointer else None),
            pointer.offset if pointer else None,
            _packed(pointer.record_id) if pointer else None,
            _pages_as_text(story.pages),
        )

    def _story(self, row: tuple[Any, ...]) -> Story:
        plain = dict(zip(_PLAIN, row[1:], strict=False))
        first, canonical, listing, content, whole, *where = row[1 + len(_PLAIN) :]
        warc, offset, record, pages = where
        file = self._name_of(warc)
        record_id = _unpacked(record) if record else ""
        return Story(
            key=row[0].hex(),
            **plain,
            first_captured_at=first or plain["captured_at"],
            canonical_url=canonical or plain["url"],
            discovered_from=self._name_of(listing),
            content=content.hex() if content else None,
            whole=bool(whole),
            pointer=WarcPointer(file, offset, 0, record_id) if file else None,
            pages=_pages_of(pages),
        )


def _pages_as_text(pages: tuple[WarcPointer, ...]) -> str | None:
    return (
        json.dumps([(page.file, page.offset, page.record_id) for page in pages]) if pages else None
    )


def _pages_of(text: str | None) -> tuple[WarcPointer, ...]:
    return tuple(WarcPointer(file, at, 0, name) for file, at, name in json.loads(text or "[]"))


def _packed(record_id: str) -> bytes | str:
    """16 bytes for ``urn:uuid:…``; others write ids of other forms, which stay as they are."""
    try:
        packed = UUID(record_id).bytes
    except ValueError:
        return record_id
    return packed if _unpacked(packed) == record_id else record_id


def _unpacked(record_id: bytes | str) -> str:
    return record_id if isinstance(record_id, str) else f"{_URN}{UUID(bytes=record_id)}"

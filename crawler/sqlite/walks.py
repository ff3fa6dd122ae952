"""What is remembered of backfills: where each of them is in the archives of its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.sqlite.database import Database
from crawler.state import WalkProgress, WalkStep

_THIS = "job=? AND source_id=? AND url=?"


class Walks(Database):
    """The part of the state that a backfill goes on from."""

    def walk_left(self, job: str, source_ids: Iterable[str]) -> Iterator[WalkStep]:
        for source_id in source_ids:
            rows = self._db.execute(
                "SELECT job, source_id, kind, url, depth FROM walk"
                " WHERE job=? AND source_id=? AND NOT is_done ORDER BY depth, url",
                (job, source_id),
            ).fetchall()
            yield from (WalkStep(*row) for row in rows)

    def walk_add(self, step: WalkStep) -> bool:
        self._begin()
        added = self._db.execute(
            "INSERT OR IGNORE INTO walk(job, source_id, url, kind, depth) VALUES(?,?,?,?,?)",
            (step.job, step.source_id, step.url, step.kind, step.depth),
        )
        return added.rowcount == 1

    def walk_done(self, step: WalkStep) -> None:
        self._begin()
        self._db.execute(f"UPDATE walk SET is_done=1 WHERE {_THIS}", _key(step))  # noqa: S608

    def walk_failed(self, step: WalkStep) -> int:
        self._begin()
        row = self._db.execute(
            f"UPDATE walk SET failures=failures+1 WHERE {_THIS} RETURNING failures",  # noqa: S608
            _key(step),
        ).fetchone()
        return int(row[0]) if row else 0

    def walk_progress(self, job: str, source_ids: Iterable[str]) -> WalkProgress:
        walked = left = 0
        for source_id in source_ids:
            done, known = self._db.execute(
                "SELECT ifnull(sum(is_done), 0), count(*) FROM walk WHERE job=? AND source_id=?",
                (job, source_id),
            ).fetchone()
            walked, left = walked + done, left + known - done
        return WalkProgress(walked, left)


def _key(step: WalkStep) -> tuple[str, str, str]:
    return step.job, step.source_id, step.url

"""What is remembered of texts: by which other texts are recognised that nearly repeat them."""

from __future__ import annotations

from collections import Counter
from functools import cache

from crawler.sketch import Sketch, hashes_of
from crawler.sqlite.database import Database
from crawler.state import Sketched

# By so many of its hashes a sketch is looked up: of a text that was cut to a third, the chance that
# none of them is among those of the whole is 1 in 600.
_KEYS = 16
# Of the sketches that have one of them, the newest; a phrase of everybody's has many.
_HAVING = (
    "SELECT * FROM (SELECT sketch FROM run_of_words WHERE hash=? ORDER BY sketch DESC LIMIT 50)"
)
# Sketches that are weighed, those with the most hashes in common first.
_WEIGHED = 20
# Old ones that go for each one that comes: more than one, so that all of them go in time.
_DROPPED = 4


class Sketches(Database):
    """The part of the state that knows texts by their sketches."""

    def sketches(self, sketch: Sketch) -> list[Sketched]:
        if not sketch:
            return []
        keys = hashes_of(sketch)[:_KEYS]
        common = Counter(number for (number,) in self._db.execute(_having_any(len(keys)), keys))
        likely = sorted(common, key=lambda number: (-common[number], number))[:_WEIGHED]
        found = (self._sketch(number) for number in sorted(likely))
        return [one for one in found if one is not None]

    def keep_sketch(self, one: Sketched, before: str) -> None:
        self._begin()
        self._drop_sketches(before)
        number = self._db.execute(
            "INSERT INTO sketch(article, story, captured_at, hashes) VALUES(?,?,?,?)",
            (bytes.fromhex(one.article), bytes.fromhex(one.story), one.captured_at, one.sketch),
        ).lastrowid
        keys = hashes_of(one.sketch)[:_KEYS]
        self._db.executemany("INSERT INTO run_of_words VALUES(?,?)", [(k, number) for k in keys])

    def _sketch(self, number: int) -> Sketched | None:
        """None: lost in a hole of the file. No story is held up for a likeness."""
        row = self._db.execute(
            "SELECT article, story, captured_at, hashes FROM sketch WHERE id=?", (number,)
        ).fetchone()
        if row is None:
            return None
        article, story, captured_at, hashes = row
        return Sketched(article.hex(), story.hex(), captured_at, hashes)

    def _drop_sketches(self, before: str) -> None:
        """Forget some that are older; they stand in the order in which they came."""
        oldest = self._db.execute(
            "SELECT id, hashes FROM sketch WHERE captured_at<?"
            " AND id IN (SELECT id FROM sketch ORDER BY id LIMIT ?)",
            (before, _DROPPED),
        ).fetchall()
        for number, hashes in oldest:
            keys = [(key, number) for key in hashes_of(hashes)[:_KEYS]]
            self._db.executemany("DELETE FROM run_of_words WHERE hash=? AND sketch=?", keys)
            self._db.execute("DELETE FROM sketch WHERE id=?", (number,))


@cache
def _having_any(keys: int) -> str:
    """One statement for all of the keys: one for each takes half as much time again."""
    return " UNION ALL ".join([_HAVING] * keys)

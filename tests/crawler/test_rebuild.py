"""A state made again from the archive knows what the one that was lost knew."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.running import scrapy
from tests.torture.audit import audit
from tests.torture.press import Press
from tests.torture.runs import Field

TABLES = ("story", "payload", "validated")


def tables_of(state: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(state)) as db:
        tables = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}  # noqa: S608
        known = "SELECT url_hash, story FROM known WHERE story IS NOT NULL ORDER BY url_hash"
        return tables | {"known": db.execute(known).fetchall()}


def test_rebuild_state_makes_the_same_tables_again(tmp_path: Path) -> None:
    with Press() as press:
        place = Field(press, tmp_path, random.Random(1))  # noqa: S311 - reproducible
        assert place.crawl() == 0, place.said
        before = tables_of(place.output / "state.sqlite")

        done = scrapy("rebuild-state", "-s", f"OUTPUT_DIR={place.output}", "-L", "WARNING")

        assert done.returncode == 0, done.stderr
        assert "6 delivered articles" in done.stderr
        after = tables_of(place.output / "state.sqlite")
        assert before["story"]
        assert before["payload"]
        assert after == before
        assert list(place.output.glob("state.sqlite.damaged-*"))
        assert not place.verdict()
        assert not audit(place.output, press.shown)

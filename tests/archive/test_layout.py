"""Names and paths."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from archive.layout import OutputLayout, jsonl_path, new_run_id, warc_name

AT = datetime(2026, 11, 24, 11, 15, 0, tzinfo=timezone(timedelta(hours=1)))


def test_everything_is_below_the_root() -> None:
    layout = OutputLayout(Path("out"))
    paths = (layout.articles, layout.warc, layout.runs, layout.state, layout.lock)

    assert {path.parent for path in paths} == {Path("out")}
    assert layout.state.name == "state.sqlite"


def test_run_id_is_the_second_in_utc_and_some_randomness() -> None:
    assert new_run_id(AT, b"\x3f\x9a\x2c\xff") == "20261124t101500-3f9a2c"


def test_warc_name_has_its_parts_in_the_order_of_annex_c() -> None:
    name = warc_name("daily", AT.astimezone(UTC), 7, "20261124t101500-3f9a2c")

    assert name == "daily-20261124101500-00007-20261124t101500-3f9a2c.warc.gz"
    assert re.fullmatch(r"[a-z0-9._-]+", name)


@pytest.mark.parametrize("prefix", ["", "Daily", "a/b", "..", "é", "a b"])
def test_prefix_that_makes_no_safe_name_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        warc_name(prefix, AT, 0, "run")


@pytest.mark.parametrize("day", ["2026-1-2", "../../2026-01-02", "", "٢٠٢٦-٠١-٠٢"])
def test_day_of_another_form_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="day"):
        jsonl_path(Path("articles"), day, "run", 0)

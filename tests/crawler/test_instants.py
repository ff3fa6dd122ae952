"""The one clock, and the periods that settings are written in."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from crawler.instants import parse, parse_spans
from tests.running import ROOT


def clock(given: str) -> subprocess.CompletedProcess[str]:
    code = "from crawler.instants import iso, now; print(iso(now()))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"BROADSHEET_NOW": given},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_clock_starts_where_it_is_set() -> None:
    assert clock("2031-05-06T07:08:09+02:00").stdout.startswith("2031-05-06T05:08:")


def test_a_clock_without_a_zone_is_refused_with_what_to_write() -> None:
    assert "such as 2026-01-31T06:00:00Z" in clock("2031-05-06T07:08:09").stderr


def test_periods_are_read_in_any_unit() -> None:
    spans = parse_spans("90m, 6h 1.5d")
    assert spans == (timedelta(minutes=90), timedelta(hours=6), timedelta(hours=36))


@pytest.mark.parametrize("raw", ["soon", "1", "1y", "-1h", "9999999999d"])
def test_what_is_no_period_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="is no period such as"):
        parse_spans(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "28 Feb 4052888888 10:00 GMT",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00+14:00",
        "1 + 1",
    ],
)
def test_an_instant_that_no_calendar_has_is_none(raw: str) -> None:
    assert parse(raw) is None

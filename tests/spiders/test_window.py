from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ConfigurationError
from crawler.hints import Hints, Listed
from spiders.arguments import read_mode, read_window
from spiders.window import Window, entry_span, sitemap_span, span_of

AT = datetime(2026, 3, 4, tzinfo=UTC)
JANUARY = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2026-01-15T10:00:00Z", None),
        ("2025-12-31T23:59:59Z", "before_since"),
        ("2026-02-01T00:00:00Z", "after_until"),
        ("2026-01-15", None),
        pytest.param("2025-12-31", None, id="still-that-day-in-hawaii"),
        ("2025-12-30", "before_since"),
        pytest.param("2026-02-01", None, id="not-yet-that-day-in-hawaii-but-begun-in-samoa"),
        ("2026-02-03", "after_until"),
        ("sometime", None),
        (None, None),
    ],
)
def test_only_what_is_wholly_outside_is_outside(raw: str | None, reason: str | None) -> None:
    assert JANUARY.outside(span_of(raw)) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://ex.org/sitemap-2026-01.xml", None),
        ("https://ex.org/sitemap-2025-11.xml.gz", "before_since"),
        ("https://ex.org/sitemap/2027", "after_until"),
        ("https://ex.org/sitemap_202512.xml", None),
        ("https://ex.org/sitemap_202511.xml", "before_since"),
        ("https://ex.org/sitemaps/2025/11/07.xml", "before_since"),
        ("https://ex.org/2019/sitemap-2026.xml", None),
        ("https://ex.org/sitemap-20191234.xml", None),
        ("https://ex.org/sitemap17.xml", None),
    ],
)
def test_the_name_of_a_sitemap_says_what_it_is_for(url: str, reason: str | None) -> None:
    assert JANUARY.outside(sitemap_span(url)) == reason


def test_an_entry_is_of_its_publication_before_its_last_change() -> None:
    old = "https://ex.org/2019/05/06/old-story"
    assert JANUARY.outside(entry_span(Listed(old, 0, Hints(modified="2026-01-15")))) is not None
    dated = Hints(published="2026-01-15T00:00:00Z", modified="2027-01-01")
    assert JANUARY.outside(entry_span(Listed(old, 0, dated))) is None
    assert JANUARY.outside(entry_span(Listed("https://ex.org/a", 0))) is None


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.text(max_size=30))
def test_no_date_and_no_text_makes_it_fail(day: date, text: str) -> None:
    for raw in (day.isoformat(), text, f"https://ex.org/{day:%Y/%m/%d}/x", f"{day:%Y%m%d}{text}"):
        span_of(raw)
        sitemap_span(raw)
        entry_span(Listed(raw, 0))


@given(st.datetimes(datetime(2000, 1, 2), datetime(2090, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_a_bare_day_holds_every_instant_of_that_day_anywhere(moment: datetime, zone: int) -> None:
    instant = moment.replace(tzinfo=UTC) - timedelta(hours=zone)
    span = span_of(moment.date().isoformat())
    assert span is not None
    assert span.start <= instant <= span.end


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mode": "all"}, "write -a mode=backfill"),
        ({"mode": "backfill"}, "needs -a since"),
        ({"mode": "backfill", "since": "2d"}, "needs a date"),
        ({"mode": "backfill", "since": "2026-01-02", "until": "2026-01-01"}, "not after"),
        ({"until": "2026-01-01"}, "only with"),
        ({"due": "some"}, "write -a due=all"),
        ({"due": "all", "mode": "backfill", "since": "2026-01-01"}, "leave it out"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(given: dict[str, str], said: str) -> None:
    def read() -> None:
        read_mode(given)
        read_window(given, AT)

    with pytest.raises(ConfigurationError, match=said):
        read()

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.freshness import fresh_for

DATE = "Wed, 04 Mar 2026 12:00:00 GMT"
LATER = "Wed, 04 Mar 2026 12:05:00 GMT"


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        pytest.param(("max-age=600", None, None, None), 600, id="max-age"),
        pytest.param(('public, Max-Age="600"', None, None, None), 600, id="any-case-quoted"),
        pytest.param(("max-age=600", "200", None, None), 400, id="age-is-taken-off"),
        pytest.param(("max-age=600", "700", None, None), 0, id="stale-on-arrival"),
        pytest.param(("max-age=600", None, LATER, DATE), 600, id="max-age-before-expires"),
        pytest.param(("s-maxage=600", None, None, None), 0, id="for-shared-caches-only"),
        pytest.param(("no-cache, max-age=600", None, None, None), 0, id="no-cache"),
        pytest.param((None, None, LATER, DATE), 300, id="expires"),
        pytest.param((None, None, "0", DATE), 0, id="expires-at-once"),
        pytest.param((None, None, DATE, LATER), 0, id="expired"),
        pytest.param(("max-age=soon", None, None, None), 0, id="no-number"),
        pytest.param((None, None, "28 Feb 4052888888 10:00 GMT", DATE), 0, id="beyond-all-years"),
        pytest.param((None, None, None, None), 0, id="says-nothing"),
    ],
)
def test_freshness_is_that_of_the_standard(
    fields: tuple[str | None, str | None, str | None, str | None], seconds: float
) -> None:
    assert fresh_for(*fields) == seconds


@given(*(st.none() | st.text(max_size=30) for _ in range(4)))
def test_no_header_makes_it_fail(
    cache_control: str | None, age: str | None, expires: str | None, date: str | None
) -> None:
    assert fresh_for(cache_control, age, expires, date) >= 0

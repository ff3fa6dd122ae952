from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.url_traps import trap
from tests.crawler.test_url_variants import devset_urls


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a/b/a/b/a/story-of-the-day-in-full", "trap_depth"),
        ("/1/2/3/4/5/6/7/8/9/10/11/12/13", "trap_depth"),
        ("/calendar/2026/03/", "trap_calendar"),
        ("/events/month/2026-03", "trap_calendar"),
        ("/events?tribe-bar-date=2031-01-01", "trap_calendar"),
        ("/news?sort=date&order=asc", "trap_facets"),
        ("/news?f[0]=topic:12", "trap_facets"),
        ("/news?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1", "trap_facets"),
        ("/2026/03/04/quake-hits-the-island", None),
        ("/events/2026/03/04/fair-opens-in-the-rain", None),
        ("/story.php?id=4711&lang=en", None),
    ],
)
def test_traps_are_known_by_their_shape(path: str, kind: str | None) -> None:
    assert trap(f"https://ex.org{path}") == kind


def test_no_story_of_the_devset_is_a_trap() -> None:
    assert [url for url in devset_urls() if trap(url)] == []


@given(st.text(max_size=40))
def test_no_path_makes_it_fail(text: str) -> None:
    assert trap(f"https://ex.org/{text}") in {None, "trap_depth", "trap_calendar", "trap_facets"}

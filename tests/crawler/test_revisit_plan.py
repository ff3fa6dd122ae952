"""When a story is visited again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.revisit_plan import RevisitPlan

FIRST = "2026-03-01T12:00:00.250000Z"
PLAN = RevisitPlan(
    (timedelta(hours=1), timedelta(hours=6), timedelta(days=7)),
    {"often": (timedelta(minutes=5),), "never": ()},
    attempts=3,
)


@pytest.mark.parametrize(
    ("visited", "due"),
    [
        pytest.param(FIRST, "2026-03-01T13:00:01Z", id="after-the-first-capture"),
        pytest.param("2026-03-01T13:00:02Z", "2026-03-01T18:00:01Z", id="after-a-visit"),
        pytest.param("2026-03-02T00:00:00Z", "2026-03-08T12:00:01Z", id="one-for-those-missed"),
        pytest.param("2026-03-09T00:00:00Z", None, id="after-the-last"),
    ],
)
def test_the_next_visit_is_the_first_age_that_is_not_reached(visited: str, due: str | None) -> None:
    assert PLAN.next_due("paper", FIRST, visited) == due


def test_a_source_may_set_its_own_ages_or_none() -> None:
    assert PLAN.next_due("often", FIRST, FIRST) == "2026-03-01T12:05:01Z"
    assert PLAN.next_due("never", FIRST, FIRST) is None


def test_a_story_of_no_source_is_not_visited() -> None:
    assert PLAN.next_due(None, FIRST, FIRST) is None


def test_visits_in_vain_are_tried_again_ever_later_and_then_given_up() -> None:
    tries = [PLAN.retry("2026-03-01T12:00:00Z", attempts) for attempts in (1, 2, 3)]
    assert tries == ["2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", None]

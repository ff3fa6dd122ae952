"""When a story is visited again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.revisit_plan import RevisitPlan
from crawler.state import Story

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


@pytest.mark.parametrize(
    ("due", "at", "full"),
    [
        pytest.param("2026-03-01T13:00:01Z", "2026-03-01T13:05:00Z", False, id="of-the-first-day"),
        pytest.param("2026-03-01T13:00:01Z", "2026-03-02T13:00:00Z", True, id="late-by-a-day"),
        pytest.param("2026-03-02T12:00:01Z", "2026-03-02T12:00:02Z", True, id="of-the-next-day"),
        pytest.param("2026-03-02T18:00:01Z", "2026-03-02T18:00:02Z", False, id="the-same-day"),
        pytest.param("2026-03-08T12:00:01Z", "2026-03-08T12:00:02Z", True, id="the-last"),
    ],
)
def test_no_validator_is_believed_in_the_first_visit_of_a_day_and_the_last(
    due: str, at: str, full: bool
) -> None:
    plan = RevisitPlan(tuple(timedelta(hours=age) for age in (1, 24, 30, 168)))
    story = Story(
        **{"key": "k", "id": "i", "url": "u", "canonical_url": "u", "source_id": "p"},
        version=1,
        captured_at=FIRST,
        first_captured_at=FIRST,
        due=due,
    )
    assert plan.is_full(story, at, timedelta(days=1)) is full
    assert plan.is_full(replace(story, attempts=1), at, timedelta(days=1))

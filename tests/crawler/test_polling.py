"""When a listing is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.polling import DAY, Answer, History, Outcome, Pace, Wishes, after, is_due, next_due

AT = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)  # a Wednesday
HOUR = 3600.0
PACE = Pace(floor=HOUR)

hours = st.frozensets(st.integers(0, 23), max_size=24)
days = st.frozensets(st.integers(0, 6), max_size=7)
wishes = st.builds(Wishes, st.floats(0, 10 * DAY), hours, days)
histories = st.builds(
    History,
    interval=st.none() | st.floats(0, 40 * DAY),
    failures=st.integers(0, 5000),
    wishes=wishes,
)
answers = st.builds(
    Answer,
    st.sampled_from(["changed", "unchanged", "failed", "gone", "postponed"]),
    fresh_for=st.floats(0, 1e9),
    retry_after=st.floats(0, 1e9),
    wishes=st.none() | wishes,
)
paces = st.builds(Pace, floor=st.floats(0, 3 * DAY), ceiling=st.floats(60, 10 * DAY))
instants = st.floats(0, 20 * 365 * DAY).map(lambda seconds: AT + timedelta(seconds=seconds))


def wait(history: History, answer: Answer, pace: Pace = PACE, luck: float = 1.0) -> float:
    return (next_due(history, answer, AT, pace, luck) - AT).total_seconds()


@pytest.mark.parametrize(
    ("interval", "outcome", "expected"),
    [
        pytest.param(None, "changed", HOUR, id="first-answer-starts-at-the-floor"),
        pytest.param(None, "unchanged", HOUR, id="first-answer-without-news-too"),
        pytest.param(4 * HOUR, "unchanged", 6 * HOUR, id="half-again-longer"),
        pytest.param(5 * HOUR, "changed", 4 * HOUR, id="a-fifth-shorter"),
        pytest.param(HOUR, "changed", HOUR, id="never-below-the-floor"),
        pytest.param(20 * HOUR, "unchanged", DAY, id="never-above-the-ceiling"),
        pytest.param(4 * HOUR, "postponed", 4 * HOUR, id="not-its-fault"),
    ],
)
def test_the_interval_follows_the_rate(
    interval: float | None, outcome: Outcome, expected: float
) -> None:
    assert wait(History(interval), Answer(outcome)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        pytest.param(6 * HOUR, 6 * HOUR, id="as-it-says"),
        pytest.param(HOUR / 2, HOUR, id="never-below-the-floor"),
        pytest.param(7 * DAY, DAY, id="never-above-the-ceiling"),
    ],
)
def test_what_a_feed_says_of_its_rate_is_the_first_guess(period: float, expected: float) -> None:
    answer = Answer("changed", wishes=Wishes(period=period))
    first = after(History(), answer, AT, PACE)
    assert first.interval == pytest.approx(expected)
    then = after(first, answer, AT, PACE)
    assert then.interval == pytest.approx(max(HOUR, 0.8 * expected))


def test_a_failing_listing_is_asked_ever_more_rarely_and_never_given_up() -> None:
    history, waits = History(HOUR), []
    for _ in range(12):
        waits.append(wait(history, Answer("failed")))
        history = after(history, Answer("failed"), AT, PACE)
    assert waits[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert waits == sorted(waits)
    assert waits[-1] == 7 * DAY
    assert history.failures == 12


def test_a_listing_that_is_gone_is_left_for_a_week_and_then_for_a_month() -> None:
    history = History(HOUR)
    assert wait(history, Answer("gone")) == 7 * DAY
    for _ in range(5):
        history = after(history, Answer("gone"), AT, PACE)
    assert wait(history, Answer("gone")) == 30 * DAY


def test_one_answer_ends_a_row_of_failures_at_the_learned_rate() -> None:
    recovered = after(History(4 * HOUR, failures=9), Answer("unchanged"), AT, PACE)
    assert recovered.failures == 0
    assert recovered.due == AT + timedelta(hours=6)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(Answer("changed", fresh_for=3 * HOUR), 3 * HOUR, id="cache-control"),
        pytest.param(Answer("changed", fresh_for=365 * DAY), DAY, id="a-year-is-a-mistake"),
        pytest.param(Answer("failed", retry_after=5 * HOUR), 5 * HOUR, id="retry-after"),
        pytest.param(Answer("failed", retry_after=2 * DAY), 2 * DAY, id="retry-after-of-days"),
        pytest.param(Answer("changed", wishes=Wishes(ttl=2 * HOUR)), 2 * HOUR, id="ttl"),
        pytest.param(
            Answer("changed", wishes=Wishes(skip_hours=frozenset({13, 14}))),
            2.5 * HOUR,
            id="skip-hours",
        ),
        pytest.param(
            Answer("changed", wishes=Wishes(skip_days=frozenset({2}))), 11.5 * HOUR, id="skip-days"
        ),
    ],
)
def test_what_the_publisher_asks_for_is_honoured(answer: Answer, expected: float) -> None:
    assert wait(History(), answer) == pytest.approx(expected)


def test_what_a_body_wished_for_holds_while_it_does_not_change() -> None:
    history = after(History(), Answer("changed", wishes=Wishes(ttl=9 * HOUR)), AT, PACE)
    assert wait(history, Answer("unchanged")) == 9 * HOUR


def test_a_feed_that_forbids_every_hour_is_asked_all_the_same() -> None:
    assert wait(History(), Answer("changed", wishes=Wishes(0, frozenset(range(24))))) == HOUR


@given(histories, answers, instants, paces, st.floats(0, 1))
def test_the_next_instant_is_ahead_and_never_out_of_reach(
    history: History, answer: Answer, at: datetime, pace: Pace, luck: float
) -> None:
    due = next_due(history, answer, at, pace, luck)
    usual = pace.floor * 0.9 * (1 - 1e-9)
    assert (due - at).total_seconds() >= usual - 1e-3
    longest = max(30 * DAY, pace.floor, pace.ceiling)
    assert (due - at).total_seconds() <= longest + 8 * DAY  # six skipped days and a bit


@given(histories, answers, instants, paces, st.floats(0, 1))
def test_an_hour_or_day_to_be_skipped_is_skipped(
    history: History, answer: Answer, at: datetime, pace: Pace, luck: float
) -> None:
    made = after(history, answer, at, pace, luck)
    assert made.due is not None
    if len(made.wishes.skip_hours) < 24 and len(made.wishes.skip_days) < 7:
        assert made.due.hour not in made.wishes.skip_hours
        assert made.due.weekday() not in made.wishes.skip_days


@given(histories, instants, paces, st.floats(0, 1))
def test_news_never_makes_a_listing_wait_longer_than_silence(
    history: History, at: datetime, pace: Pace, luck: float
) -> None:
    changed = next_due(history, Answer("changed"), at, pace, luck)
    assert changed <= next_due(history, Answer("unchanged"), at, pace, luck)


@given(histories, answers, instants, paces, st.floats(0, 1))
def test_a_listing_is_due_from_its_instant_on(
    history: History, answer: Answer, at: datetime, pace: Pace, luck: float
) -> None:
    made = after(history, answer, at, pace, luck)
    assert made.due == next_due(history, answer, at, pace, luck)
    assert is_due(made, made.due)
    assert not is_due(made, made.due - timedelta(seconds=1))


def test_a_listing_never_asked_is_due() -> None:
    assert is_due(History(), AT)


def test_a_listing_asked_by_a_clock_that_ran_ahead_is_due() -> None:
    tomorrow = AT + timedelta(days=1)
    history = after(History(), Answer("changed"), tomorrow, PACE)
    assert is_due(history, AT, tried=tomorrow)
    assert not is_due(history, tomorrow, tried=tomorrow)

"""Which article nearly repeats which."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from crawler.claims import Claims, confirm_delivered
from crawler.items import Article
from crawler.near_duplicates import NearDuplicates
from crawler.revisit_plan import RevisitPlan
from crawler.sketch import likeness, sketch_of
from crawler.sqlite import SQLiteState
from tests.crawler.test_claims import article

_CHANCE = random.Random(5)  # noqa: S311 - repeatable, not secret


def paragraphs(count: int, words: int = 40) -> list[str]:
    """Paragraphs of made-up words: no two have a run of five in common."""
    names = ["".join(_CHANCE.choices("abdeiklmnorstu", k=6)) for _ in range(count * words)]
    return [" ".join(names[at : at + words]) for at in range(0, len(names), words)]


WIRE = paragraphs(9)
OTHER = paragraphs(9)


def copy(text: list[str], number: int, day: int = 1, **fields: object) -> Article:
    url = f"https://paper-{number}.example/news/the-story-of-the-day-{number}"
    return article("\n\n".join(text), day, url, **{"id": f"{number:032x}", **fields})


@pytest.fixture
def near() -> NearDuplicates:
    return NearDuplicates(SQLiteState(None))


def delivered(near: NearDuplicates, one: Article) -> str | None:
    found = near.look(one)
    near.remember(one, found)
    return found.original


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WIRE, id="as-it-is"),
        pytest.param(WIRE[:3], id="cut-to-a-third"),
        pytest.param([OTHER[0], *WIRE[1:]], id="a-lede-of-its-own"),
        pytest.param([*WIRE, *OTHER], id="as-much-again-of-its-own"),
        pytest.param(["“" + part.upper() + "!”" for part in WIRE], id="capitals-and-signs"),
    ],
)
def test_a_copy_names_the_article_that_was_there_first(
    near: NearDuplicates, text: list[str]
) -> None:
    assert delivered(near, copy(WIRE, 1)) is None
    assert delivered(near, copy(text, 2)) == f"{1:032x}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OTHER, id="another-story"),
        pytest.param([*OTHER[:6], *WIRE[:2]], id="a-quarter-of-background"),
        pytest.param([WIRE[0][:80]], id="too-short-to-tell"),
    ],
)
def test_what_has_little_in_common_repeats_nothing(near: NearDuplicates, text: list[str]) -> None:
    delivered(near, copy(WIRE, 1))
    assert delivered(near, copy(text, 2)) is None


def test_all_copies_name_one_article_which_names_none(near: NearDuplicates) -> None:
    originals = {delivered(near, copy(WIRE, number)) for number in range(1, 6)}
    assert originals == {None, f"{1:032x}"}


def test_a_later_version_does_not_repeat_its_own_story(near: NearDuplicates) -> None:
    delivered(near, copy(WIRE, 1))
    later = copy([*WIRE, OTHER[0]], 1, day=2, id=f"{77:032x}", version=2)
    assert delivered(near, later) is None
    assert delivered(near, copy(WIRE, 2, day=2)) == f"{1:032x}"


def test_after_two_weeks_a_text_is_forgotten_and_takes_no_room(near: NearDuplicates) -> None:
    delivered(near, copy(WIRE, 1))
    assert delivered(near, copy(WIRE, 2, day=14)) == f"{1:032x}"
    assert delivered(near, copy(WIRE, 3, day=16)) is None
    found = near.state.sketches(sketch_of("\n\n".join(WIRE)))
    assert [one.article for one in found] == [f"{3:032x}"]


@pytest.mark.parametrize("kind", ["listing", "other", "tombstone"])
def test_what_is_no_story_repeats_nothing(near: NearDuplicates, kind: str) -> None:
    delivered(near, copy(WIRE, 1))
    assert delivered(near, copy(WIRE, 2, kind=kind)) is None


def test_a_line_that_a_dead_run_left_is_known_by_its_text() -> None:
    claims = Claims(SQLiteState(None), RevisitPlan())
    left = copy(WIRE, 1, captured_at=datetime.now(UTC).isoformat())
    confirm_delivered(claims, left)
    again = copy(WIRE, 2, captured_at=left.captured_at)
    assert claims.near.look(again).original == left.id


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_the_sketch_tells_the_share_of_the_shorter_text(share: float) -> None:
    words = paragraphs(1, 600)[0].split()
    kept = round(300 * share)
    shorter = " ".join([*words[:kept], *paragraphs(1, 300 - kept)[0].split()])
    told = likeness(sketch_of(shorter), sketch_of(" ".join(words)))
    assert told == pytest.approx(share, abs=0.2)

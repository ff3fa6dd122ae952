"""What an article is among those delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from crawler.chain import Kept
from crawler.change import Change, Gone
from crawler.claims import Claims, replay_lines
from crawler.items import Article
from crawler.revisit_plan import RevisitPlan
from crawler.sqlite import SQLiteState
from crawler.urls import url_hash

URL = "https://a.example/news/bridge-toll-may-be-lifted"
DAY = timedelta(days=1)


def article(
    text: str | None = "A toll.", day: int = 1, url: str = URL, **fields: object
) -> Article:
    made = Article(
        schema_version=1,
        id=f"{day:032x}",
        url=url,
        final_url=url,
        canonical_url=url,
        url_hash=url_hash(url),
        domain="a.example",
        source_id="paper",
        headline="Bridge toll may be lifted",
        text=text,
        kind="article",
        access="full",
        captured_at=f"2026-03-{day:02d}T12:00:00Z",
    )
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def absence(day: int, gone: Gone = "http_404", url: str = URL) -> Article:
    return article(None, day, url, kind="tombstone", change=Change(gone=gone))


@pytest.fixture
def claims() -> Claims:
    made = Claims(SQLiteState(None), RevisitPlan((DAY, 7 * DAY)))
    made.began = "2026-03-02T00:00:00Z"
    made.confirm(article())
    return made


def test_a_story_never_seen_is_new(claims: Claims) -> None:
    claim = claims.claim(article(url="https://a.example/news/another-story-of-today"))
    assert (claim.dropped, claim.previous) == (None, None)


def test_the_same_content_is_unchanged_and_the_next_visit_follows(claims: Claims) -> None:
    assert claims.claim(article(day=3)).dropped == "unchanged"
    story = claims.state.story(url_hash(URL))
    assert story is not None
    assert (story.version, story.due) == (1, "2026-03-08T12:00:00Z")


def test_the_same_story_under_a_new_url_is_a_duplicate_and_known_then(claims: Claims) -> None:
    again = article(day=3, url="https://a.example/?p=1", canonical_url=URL, url_hash=url_hash(URL))
    assert claims.claim(again).dropped == "duplicate"
    assert claims.state.knows(url_hash("https://a.example/?p=1"))


def test_another_text_is_compared_with_the_version_before(claims: Claims) -> None:
    claim = claims.claim(article("No toll.", day=3))
    assert claim.dropped is None
    assert claim.previous is not None
    assert claim.previous.version == 1


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(article(None, 3, access="challenge"), id="challenge"),
        pytest.param(article(None, 3, access="consent_wall"), id="consent"),
        pytest.param(article("A to…", 3, access="paywall"), id="paywall"),
        pytest.param(article(None, 3, extraction_error="took longer than 30 s"), id="failure"),
    ],
)
def test_a_story_that_is_hidden_makes_no_version(claims: Claims, hidden: Article) -> None:
    assert claims.claim(hidden).dropped == "hidden"
    story = claims.state.story(url_hash(URL))
    assert story is not None
    assert story.content == claims.state.story_at(url_hash(URL)).content  # type: ignore[union-attr]
    assert claims.claim(article(day=4)).dropped == "unchanged"


def delivered(claims: Claims, item: Article, version: int) -> None:
    item.version = version
    claims.confirm(item)


def test_a_story_is_gone_once(claims: Claims) -> None:
    claim = claims.claim(absence(3))
    assert claim.gone == "http_404"
    delivered(claims, absence(3), 2)
    assert claims.claim(absence(4)).dropped == "still_gone"


def test_a_story_that_comes_back_as_it_was_is_a_line(claims: Claims) -> None:
    delivered(claims, absence(3), 2)
    claim = claims.claim(article(day=5))
    assert claim.previous is not None
    assert (claim.previous.gone, claim.previous.version) == ("http_404", 2)


def test_what_was_never_a_story_has_no_tombstone(claims: Claims) -> None:
    url = "https://a.example/never-seen"
    assert claims.claim(absence(3, url=url)).dropped == "http_404"
    # What reads like an error has a line all the same: it may be a story.
    assert claims.claim(article(None, 3, url, access="soft_404")).dropped is None


def test_a_dead_link_to_a_story_that_lives_is_no_tombstone(claims: Claims) -> None:
    short = "https://a.example/?p=1"
    claims.claim(article(day=3, url=short, canonical_url=URL, url_hash=url_hash(URL)))
    assert claims.claim(absence(4, url=short)).dropped == "http_404"


def test_a_story_under_a_new_address_is_compared_before_it_is_taken_for_another(
    claims: Claims,
) -> None:
    renamed = "https://a.example/news/bridge-toll-is-lifted-at-last"
    item = article("No toll.", 3, final_url=renamed, canonical_url=renamed)
    item.url_hash = url_hash(renamed)
    claim = claims.claim(item)
    assert claim.is_renamed
    assert claim.previous is not None


OTHER = "https://a.example/news/ferry-is-late-again"


def named(day: int, text: str = "A ferry.", **fields: object) -> Article:
    """An article at another address whose page names that of the story."""
    return article(text, day, OTHER, canonical_url=URL, url_hash=url_hash(URL), **fields)


def test_a_story_that_names_the_address_of_another_is_looked_at_first(claims: Claims) -> None:
    claim = claims.claim(named(3))
    assert (claim.is_named, claim.dropped) == (True, None)
    believed = claims.claim(named(3), is_believed=True)
    assert believed.previous is not None
    assert not believed.is_named


def test_a_story_at_its_own_address_is_itself_whatever_it_names(claims: Claims) -> None:
    claims.confirm(article("A ferry.", 1, OTHER))
    edit = named(4, "A ferry, late.")
    claim = claims.claim(edit)
    assert claim.previous is not None
    assert (claim.previous.key, edit.url_hash) == (url_hash(OTHER), url_hash(OTHER))
    assert not claim.is_named
    assert claims.claim(named(5, "A ferry.")).dropped == "unchanged"
    assert claims.state.story_at(url_hash(URL)).key == url_hash(URL)  # type: ignore[union-attr]


def test_the_page_of_an_address_takes_it_from_who_went_by_it() -> None:
    claims = Claims(SQLiteState(None), RevisitPlan())
    claims.confirm(named(1))
    owner = article("A toll.", 2)
    assert claims.claim(owner).is_named
    claims.confirm(owner)
    for url, one in ((URL, owner), (OTHER, named(1))):
        story = claims.state.story_at(url_hash(url))
        assert story is not None
        assert (story.key, story.id, story.canonical_url) == (url_hash(url), one.id, url)


def test_validators_stand_only_after_the_line(claims: Claims) -> None:
    item = article("No toll.", 3)
    claims.kept[item.id] = Kept('"2"', None)
    claims.claim(item)
    assert claims.state.story(url_hash(URL)).etag is None  # type: ignore[union-attr]
    claims.confirm(item)
    assert claims.state.story(url_hash(URL)).etag == '"2"'  # type: ignore[union-attr]


def test_a_visit_in_vain_is_repeated_before_the_next_of_the_plan(claims: Claims) -> None:
    story = claims.state.story(url_hash(URL))
    assert story is not None
    claims.missed(story, "2026-03-02T12:00:00Z")
    assert [s.due for s in claims.state.due("paper", "2026-03-02T13:00:00Z", 9)] == [
        "2026-03-02T13:00:00Z"
    ]


def test_a_tombstone_whose_story_is_not_remembered_is_one_all_the_same() -> None:
    gone = absence(3)
    gone.version, gone.final_url = 2, "https://a.example/"
    state = SQLiteState(None)
    replay_lines(state, [msgspec.json.encode(gone)], RevisitPlan())
    story = state.story(url_hash(URL))
    assert story is not None
    assert (story.gone, story.url, story.pointer) == ("http_404", URL, None)


def test_the_state_is_made_again_from_the_lines() -> None:
    first, gone = article(), absence(3)
    gone.version = 2
    lines = [msgspec.json.encode(line) for line in (first, gone)]
    state = SQLiteState(None)
    assert replay_lines(state, lines, RevisitPlan()) == 2
    assert replay_lines(state, lines, RevisitPlan()) == 2
    story = state.story(url_hash(URL))
    assert story is not None
    assert (story.version, story.gone, story.id) == (2, "http_404", gone.id)
    assert replace(story, gone=None).whole

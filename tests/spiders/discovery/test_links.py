"""The floors of the article-or-not decision; benchmarks/links.py prints what it reaches."""

from __future__ import annotations

import pytest

from benchmarks.links import DEVSET, devset_stories, labelled, on_own_pages, on_pages, score


def test_the_shape_of_a_url_tells_stories_from_other_links_of_real_pages() -> None:
    found = score(labelled())
    assert found.stories >= 80
    assert found.others >= 300
    assert found.precision >= 0.79
    assert found.recall >= 0.95


def test_the_shape_of_a_url_finds_nearly_all_stories_of_the_devset() -> None:
    stories = devset_stories()
    if not stories:
        pytest.skip("the labelled pages are not here; BROADSHEET_DEVSET names their folder")
    assert score((True, url) for url in stories).recall >= 0.935


def test_links_of_story_pages_are_told_apart_by_text_and_place_too() -> None:
    if not devset_stories():
        pytest.skip("the labelled pages are not here; BROADSHEET_DEVSET names their folder")
    found = on_pages(DEVSET)
    assert found.precision >= 0.95
    assert found.recall >= 0.76


def test_section_pages_of_the_sample_newspaper_give_all_their_stories() -> None:
    found = on_own_pages()
    assert found.recall == 1
    assert found.precision >= 0.98

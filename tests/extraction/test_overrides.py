"""Selectors that a source declares for its pages."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from crawler.extraction import Page, extract
from crawler.extraction.overrides import override_values, unmatched
from crawler.overrides import Overrides, compiled
from crawler.sources.check_overrides import check_overrides

_STORY = "".join(
    f"<p>Passenger {n} waited on the pier for an hour on Monday.</p>" for n in range(6)
)
_PAGE = Page(
    "https://post.example/a",
    (
        '<html><head><title>Late</title></head><body><h1>Late</h1><h2 class="real">The ferry</h2>'
        '<span id="when" data-at="2024-05-06T07:08:00+02:00">yesterday</span>'
        f'<p class="by">By Ada Fenwick and Tom Marsh</p><article>{_STORY}</article></body></html>'
    ).encode(),
    datetime(2024, 6, 1, tzinfo=UTC),
)


def _with(**table: list[str]) -> Page:
    return dataclasses.replace(_PAGE, overrides=Overrides.of(table))


def test_selectors_take_the_place_of_the_rules() -> None:
    found = extract(
        _with(headline=["h2.real"], authors=[".by"], published=["//*[@id='when']/@data-at"])
    )
    assert found.headline == "The ferry"
    assert found.authors == ("Ada Fenwick", "Tom Marsh")
    assert (found.published_at, found.published_from) == ("2024-05-06T05:08:00Z", "override")


def test_selected_text_is_the_story_and_nothing_else() -> None:
    found = extract(_with(text=["article p:nth-child(-n+3)"]))
    assert found.text is not None
    assert [line.split(" waited")[0] for line in found.text.split("\n\n")] == [
        "Passenger 0",
        "Passenger 1",
        "Passenger 2",
    ]


def test_selector_that_matches_nothing_leaves_the_field_to_the_rules() -> None:
    assert extract(_with(headline=[".gone"])) == extract(_PAGE)


def test_first_selector_that_matches_counts() -> None:
    overrides = Overrides.of({"headline": [".gone", "h2", "h1"]})
    assert overrides is not None
    tree = document_fromstring(_PAGE.body)
    assert override_values(overrides, tree) == {"headline": ["The ferry"]}
    assert unmatched(overrides, tree) == (("headline", ".gone"),)


def test_date_that_cannot_be_read_leaves_the_rules_own() -> None:
    assert extract(_with(published=["h1"])).published is None


@pytest.mark.parametrize("selector", ["h1[", "//h1[", "p:nosuch"])
def test_what_is_no_selector_is_a_value_error(selector: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        compiled(selector)


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        ({"headlin": "h1"}, 'unknown field "headlin"; did you mean "headline"?'),
        ({"zzz": "h1"}, "the fields are headline, authors"),
        ({"headline": "h1["}, '"h1[" is no CSS selector'),
        ({"headline": "//h1["}, '"//h1[" is no XPath selector'),
        ({"headline": 3}, "headline: write a selector in quotes"),
        ({"drop": [""]}, "drop: write each selector as text"),
        ("h1", "must be a table"),
    ],
    ids=["near", "far", "css", "xpath", "number", "empty", "no-table"],
)
def test_wrong_overrides_say_what_to_write(table: object, advice: str) -> None:
    assert advice in (check_overrides(table) or "")


def test_right_overrides_have_no_problem() -> None:
    assert check_overrides({"headline": "h1", "drop": [".promo", "//aside"]}) is None

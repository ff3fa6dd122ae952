"""Precision and recall of the agency over a labelled set of our own, with floors."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.agency import Wire, find_agency
from crawler.extraction.lines import PageLines, keep_story

_TABLE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("agency_cases.toml").read_text("utf-8")
)
_SCRIPTS = {
    "ru": "cyrillic", "uk": "cyrillic", "el": "greek", "fa": "ar", "ar": "ar",
    "ja": "ja", "zh": "zh", "ko": "ko", "hi": "hi",
}  # fmt: skip
_NOTHING = PageLines(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())


def _wire(language: str, where: str, text: str) -> Wire:
    """What the extraction finds where the text stands there in a story of two paragraphs."""
    first, last = _TABLE["body"][_SCRIPTS.get(language, "latin")]
    bylines = [text] if where == "byline" else []
    rights = [text] if where == "rights" else []
    lines = {
        "first": [text + first, last],
        "start": [text, first, last],
        "end": [first, last, text],
        "last": [first, last + text],
        "inline": [first, text, last],
    }.get(where, [first, last])
    # As in the extraction: source lines first, then the rules on lines, then what these left.
    found = find_agency(lines, bylines, [])
    again = find_agency(keep_story(found.lines, _NOTHING), [], rights)
    return found if found.agency else again


def _score() -> tuple[float, float, list[str]]:
    right = named = labelled = 0
    misses = []
    for language, where, text, agency in _TABLE["cases"]:
        found = _wire(language, where, text).agency
        labelled += bool(agency)
        named += found is not None
        right += found is not None and found == agency
        if (found or "") != agency:
            misses.append(f"{language} {where} {text!r}: {found or 'none'}, not {agency or 'none'}")
    return right / named, right / labelled, misses


def test_precision_and_recall_stay_above_their_floors(capsys: pytest.CaptureFixture[str]) -> None:
    precision, recall, misses = _score()
    with capsys.disabled():
        print(f"\nagency: precision {precision:.3f}, recall {recall:.3f}, misses {len(misses)}")  # noqa: T201 - the figures are asked for
    floors = _TABLE["floors"]
    assert precision >= floors["precision"], misses
    assert recall >= floors["recall"], misses


def test_the_set_is_large_and_has_hard_negatives() -> None:
    cases, floors = _TABLE["cases"], _TABLE["floors"]
    assert len(cases) >= floors["cases"]
    assert len({language for language, *_ in cases}) >= floors["languages"]
    assert sum(not agency for *_, agency in cases) >= 60
    assert len({tuple(case) for case in cases}) == len(cases)


def test_the_span_is_the_printed_text_that_names_the_agency() -> None:
    assert (
        _wire("en", "first", "LONDON, March 5 (Reuters) - ").span == "LONDON, March 5 (Reuters) -"
    )
    assert _wire("de", "end", "Mit Material von dpa").rule == "source-line"

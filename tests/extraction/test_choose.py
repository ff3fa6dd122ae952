"""Candidate lines, the block model's word on them, and the quality that follows."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from lxml.html import HtmlElement, document_fromstring

from crawler.extraction import features
from crawler.extraction.blocks import find_blocks, part_words
from crawler.extraction.candidates import Line, line_up
from crawler.extraction.choose import block_model, choose, expected, left_out
from crawler.extraction.features import NAMES, describe
from crawler.extraction.lines import PageLines
from crawler.extraction.page_features import Context

_NOTHING = PageLines(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())
_LONG = "The harbour town turned its old lighthouse into a library for children, paragraph {}."


def _tree(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


def _story(count: int) -> list[str]:
    return [_LONG.format(n) for n in range(count)]


def test_blocks_are_the_leaves_in_order() -> None:
    tree = _tree("<div>lost<p>one</p><ul><li>two <a href='/x'>li</a></li></ul></div><h2>three</h2>")
    assert [(b.tag, b.text, b.linked) for b in find_blocks(tree)] == [
        ("p", "one", 0), ("li", "two li", 2), ("h2", "three", 0),
    ]  # fmt: skip


def test_line_break_parts_words() -> None:
    tree = _tree("<p>one<br>two</p>")
    part_words(tree)
    assert find_blocks(tree)[0].text == "one two"


def test_block_that_the_engine_left_out_is_offered_at_its_place() -> None:
    story = _story(3)
    blocks = find_blocks(_tree("".join(f"<p>{line}</p>" for line in story)))
    lines = line_up([story[0], story[2]], [story[2]], blocks)
    assert [(line.text, line.taken, line.kept) for line in lines] == [
        (story[0], True, False),
        (story[1], False, False),
        (story[2], True, True),
    ]


@pytest.mark.parametrize("hidden", ["<span>opens new tab</span>", "<b>(R)</b> opens in a window"])
def test_paragraph_that_the_engine_took_shortened_is_not_offered_again(hidden: str) -> None:
    first, line, last = _story(3)
    page = f"<p>{first}</p><p>{line[:30]}{hidden}{line[30:]}</p><p>{last}</p>"
    lines = line_up([first, line, last], [first, line, last], find_blocks(_tree(page)))
    assert [x.text for x in lines] == [first, line, last]


def test_line_that_has_another_place_is_not_offered() -> None:
    story = [*_story(3), "Source: Kyodo News"]
    blocks = find_blocks(_tree("".join(f"<p>{line}</p>" for line in story)))
    assert [x.text for x in line_up(story[:3], story[:3], blocks, story[3:])] == story[:3]


def _candidates() -> list[Line]:
    story = "".join(f"<p>{line}</p>" for line in _story(8))
    menu = "".join(f"<li><a href='/{n}'>Another story {n}</a></li>" for n in range(6))
    blocks = find_blocks(_tree(f"<div class='body'>{story}</div><ul class='related'>{menu}</ul>"))
    return line_up(_story(8), _story(8), blocks)


def test_story_is_chosen_and_the_menu_below_is_not() -> None:
    choice = choose(_candidates(), Context(_NOTHING, "", ()))
    assert choice.lines == _story(8)
    assert 0.9 < choice.certainty <= 1


def test_what_is_left_out_amid_the_story_and_around_it_is_told() -> None:
    story = Line("x" * 100, "x", None, True, True)
    cut = Line("y" * 30, "y", None, True, False)
    offered = Line("z" * 50, "z", None, False, False)
    lines = [offered, story, cut, offered, story, cut]
    assert left_out(lines, [line is story for line in lines]) == (0.4, 0.5)
    assert left_out([offered] * 9 + [story], [False] * 9 + [True]) == (0.0, 1.0)
    assert left_out([cut], [False]) == (0.0, 0.0)


def test_line_that_the_model_drops_is_told_with_its_odds() -> None:
    lines = _candidates()
    kept = [replace(line, kept=True) for line in lines]
    choice = choose(kept, Context(_NOTHING, "", ()))
    assert choice.lines == _story(8)
    assert [line for line, _ in choice.dropped] == [line.text for line in lines[8:]]
    assert all(re.fullmatch(r"block model: 0\.\d\d", why) for _, why in choice.dropped)


def test_every_line_is_described_by_every_feature() -> None:
    lines = _candidates()
    rows = describe(lines, Context(_NOTHING, "", ()))
    assert {len(row) for row in rows} == {len(NAMES)}
    assert len(set(NAMES)) == len(NAMES)
    assert rows[0][NAMES.index("taken")] == 1
    assert rows[-1][NAMES.index("all_link")] == 1


def test_model_for_other_features_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.extraction.choose.NAMES", (*features.NAMES, "another"))
    block_model.cache_clear()
    with pytest.raises(ValueError, match="other features"):
        block_model()
    block_model.cache_clear()


def test_model_is_small_and_readable() -> None:
    data = files("crawler.extraction").joinpath("blocks_model.json").read_bytes()
    assert len(data) < 100_000
    assert all(byte < 0x80 for byte in data)


def test_expected_f1_is_that_of_the_probabilities() -> None:
    lines = [Line("x" * 100, "", None, True, True), Line("y" * 100, "", None, True, True)]
    assert expected(lines, [1.0, 1.0], [True, True]) == 1
    assert expected(lines, [1.0, 0.0], [True, True]) == pytest.approx(2 / 3)
    assert expected(lines, [1.0, 1.0], [True, False]) == pytest.approx(2 / 3)

"""What is cut leaves the same tree as lxml's own steps, also where texts are joined at once."""

from __future__ import annotations

from copy import deepcopy

import pytest
from lxml.etree import strip_tags, tostring
from lxml.html import HtmlElement, document_fromstring

from crawler.extraction.engine.cutting import cut, unwrap

_MANY = 300  # enough for the texts to be joined
_CASES = {
    "links": "<a>one</a> and ",
    "nested": "<a>one <span>two</span></a> and <span>three <b>four</b> five</span> and ",
    "between": "<a>one</a> and <b>two</b> and <span></span>",
    "without text": "<b><a></a></b><span></span>",
    "line breaks": "<span>one</span><br>two<br><br><a>three</a>",
    "no ASCII": "<a>Gr\u00fc\u00dfe</a> \u65b0\u805e \U0001f600 &amp; &lt;b&gt; <b>x</b> ",
    "comments": "<a>one</a> and <!-- two --> three ",
}


def _tree(case: str, count: int) -> HtmlElement:
    body = f"before {_CASES[case] * count}after"
    return document_fromstring(f"<html><body><p>x</p>{body}<div>{body}</div>y</body></html>")


def _texts(tree: HtmlElement) -> list[tuple[str, str | None, str | None]]:
    return [(str(element.tag), element.text, element.tail) for element in tree.iter()]


@pytest.mark.parametrize("count", [1, _MANY])
@pytest.mark.parametrize("case", _CASES)
def test_unwrapping_is_stripping_of_tags(case: str, count: int) -> None:
    ours = _tree(case, count)
    theirs = deepcopy(ours)
    unwrap(ours, "a", "span")
    strip_tags(theirs, "a", "span")
    assert tostring(ours) == tostring(theirs)
    assert _texts(ours) == _texts(theirs)
    assert next(ours.iter("a", "span"), None) is None


@pytest.mark.parametrize("count", [1, _MANY])
@pytest.mark.parametrize("case", _CASES)
def test_what_is_cut_leaves_its_tail(case: str, count: int) -> None:
    ours = _tree(case, count)
    theirs = deepcopy(ours)
    cut(ours, list(ours.iter("a", "span")))
    for element in list(theirs.iter("a", "span")):
        element.drop_tree()
    assert tostring(ours) == tostring(theirs)
    assert [x.text or "" for x in ours.iter()] == [x.text or "" for x in theirs.iter()]
    assert [x.tail or "" for x in ours.iter()] == [x.tail or "" for x in theirs.iter()]


def test_texts_that_were_parted_are_one() -> None:
    tree = _tree("links", _MANY)
    unwrap(tree, "a", "span")
    assert len(tree.xpath("//div/text()")) == 1

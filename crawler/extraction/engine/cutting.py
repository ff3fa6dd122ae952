"""Taking elements out of a tree, whose tails stay, or their tags alone.

trafilatura and lxml's ``drop_tree`` add the tail of each to the text before, which takes quadratic
time where thousands stand in a row; libxml2 takes an element from between its texts. These then
stand apart, and lxml puts them together one by one whenever the text is read, which is quadratic
too: where there are many, they are made one at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lxml.etree import _Element, strip_elements, strip_tags, tostring
from lxml.html import HtmlElement

_CUT = "cut-here"
_CROWD = 200  # elements of one parent between which there are texts enough
LARGE = 5000  # elements of a tree in which it is worth while to look for such; one page of 457


def cut(tree: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    """Take elements below ``tree`` out of it, with all that is in them."""
    left: Counter[_Element | None] = Counter()
    for element in elements:
        left[element.getparent()] += 1
        element.tag = _CUT
    strip_elements(tree, _CUT, with_tail=False)
    _join_texts(left)


def cut_all(tree: HtmlElement, tag: str) -> None:
    """Take every element of this name out; none of them is in another."""
    strip_elements(tree, tag, with_tail=False)


def unwrap(tree: HtmlElement, *tags: str) -> None:
    """``strip_tags`` in a large tree."""
    # Where the texts in an element end up: in its parent, or where that one's do.
    home: dict[_Element, _Element | None] = {}
    for element in tree.iterdescendants(*tags):
        parent = element.getparent()
        home[element] = home.get(parent, parent) if parent is not None else None
    strip_tags(tree, *tags)
    _join_texts(Counter(home.values()))


def _join_texts(left: Counter[_Element | None]) -> None:
    """Make each run of texts one, in the parents that so many elements left."""
    for parent, count in left.items():
        if parent is not None and count > _CROWD:
            _join_texts_of(parent)


def _join_texts_of(parent: _Element) -> None:
    children = list(parent)
    if not all(isinstance(child.tag, str) for child in children):
        return
    # Read as one text by libxml2, which does it in linear time.
    whole = _printed(parent, with_tail=False)
    with_tails = [_printed(child, with_tail=True) for child in children]
    tails = [
        text[len(_printed(child, with_tail=False)) :]
        for child, text in zip(children, with_tails, strict=True)
    ]
    parent.text = whole[: len(whole) - sum(map(len, with_tails))] or None
    for child, tail in zip(children, tails, strict=True):
        child.tail = tail or None


def _printed(element: _Element, with_tail: bool) -> str:
    return tostring(element, method="text", encoding="unicode", with_tail=with_tail)

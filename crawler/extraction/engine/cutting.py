"""Taking elements out of a tree, whose tails stay.

trafilatura adds the tail of each to the text before it, which takes quadratic time where thousands
stand in a row; libxml2 takes an element from between its texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import strip_elements
from lxml.html import HtmlElement

_CUT = "cut-here"


def cut(tree: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    """Take elements below ``tree`` out of it, with all that is in them."""
    for element in elements:
        element.tag = _CUT
    strip_elements(tree, _CUT, with_tail=False)


def cut_all(tree: HtmlElement, tag: str) -> None:
    """Take every element of this name out; none of them is in another."""
    strip_elements(tree, tag, with_tail=False)

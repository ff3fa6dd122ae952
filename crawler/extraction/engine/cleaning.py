"""The page in trafilatura's own tags, without what it never reads: its ``tree_cleaning``.

It goes through the tree once for each of the 56 names that it drops; here for those that the page
has. In its order, because an iterator that meets a nested one of the same name ends there.
"""

from __future__ import annotations

from lxml.etree import strip_tags
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import (
    _handle_forms,
    convert_tags,
    recover_math,
    tree_cleaning,
)
from trafilatura.settings import CUT_EMPTY_ELEMS, MANUALLY_CLEANED, MANUALLY_STRIPPED, Extractor
from trafilatura.xml import delete_element

from crawler.extraction.engine.cutting import LARGE, cut, cut_all, unwrap

_DROPPED = [tag for tag in MANUALLY_CLEANED if tag != "form"]


def simplified(tree: HtmlElement, options: Extractor) -> HtmlElement:
    """Clean and convert a tree, in place."""
    elements = list(tree.iter("*"))  # as long as they are held, lxml does not wrap them again
    if options.focus == "recall" and _loses_paragraphs(tree):
        # For recall such a page is left as it is.
        return convert_tags(tree_cleaning(tree, options), options)
    _clean(tree, elements)
    return convert_tags(tree, options)


def _loses_paragraphs(tree: HtmlElement) -> bool:
    """Whether every paragraph stands in what is dropped."""
    paragraphs = [next(p.iterancestors(*_DROPPED), None) for p in tree.iter("p")]
    return bool(paragraphs) and None not in paragraphs


def _clean(tree: HtmlElement, elements: list[HtmlElement]) -> None:
    recover_math(tree)
    for element in tree.iter("figure", "table"):
        if element.tag == "figure":
            is_layout = element.find(".//table") is not None
        else:
            is_layout = element.get("role") in ("presentation", "none")
        if is_layout:
            element.tag = "div"
    if len(elements) > LARGE:
        unwrap(tree, *MANUALLY_STRIPPED)
    else:
        strip_tags(tree, *MANUALLY_STRIPPED)
    present = {element.tag for element in elements}
    for tag in _DROPPED:
        if tag in present:
            _drop(tree, tag)
    _handle_forms(tree)
    empty = tree.iterdescendants(*CUT_EMPTY_ELEMS)
    cut(tree, [e for e in empty if e.text is None and len(e) == 0])


def _drop(tree: HtmlElement, tag: str) -> None:
    if any(next(e.iterancestors(tag), None) is not None for e in tree.iter(tag)):
        # Their loop ends at the first in another; a few such elements stay.
        for element in tree.iter(tag):
            delete_element(element)
    else:
        cut_all(tree, tag)

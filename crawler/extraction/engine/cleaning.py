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
    prune_html,
    recover_math,
    tree_cleaning,
)
from trafilatura.settings import MANUALLY_CLEANED, MANUALLY_STRIPPED, Extractor
from trafilatura.xml import delete_element

_DROPPED = [tag for tag in MANUALLY_CLEANED if tag != "form"]


def simplified(tree: HtmlElement, options: Extractor) -> HtmlElement:
    """Clean and convert a tree, in place."""
    if options.focus == "recall":  # which is rare, and keeps a page that would lose all paragraphs
        return convert_tags(tree_cleaning(tree, options), options)
    return convert_tags(_cleaned(tree), options)


def _cleaned(tree: HtmlElement) -> HtmlElement:
    recover_math(tree)
    for element in tree.iter("figure", "table"):
        if element.tag == "figure":
            is_layout = element.find(".//table") is not None
        else:
            is_layout = element.get("role") in ("presentation", "none")
        if is_layout:
            element.tag = "div"
    strip_tags(tree, *MANUALLY_STRIPPED)
    present = {element.tag for element in tree.iter("*")}
    for tag in _DROPPED:
        if tag in present:
            for element in tree.iter(tag):
                delete_element(element)
    _handle_forms(tree)
    return prune_html(tree)

"""Sections that are mostly links: what trafilatura's ``delete_by_link_density`` cuts.

The same tests with the same figures. It gathers the links and texts below each element anew, six
times over the whole story; here links are counted once from below and counted again only where
something was cut.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement
from trafilatura.htmlprocessing import is_paragraph_listing, link_density_test_tables
from trafilatura.utils import LINK_FARM_RATIO
from trafilatura.xml import delete_element

from crawler.extraction.contents import content_of

_SHORT = 10  # characters of a link that says little
_LONG = 100  # of a link that is a card of its own
_PLENTY = 300  # of a text that is not short at any place
_ROUNDS = 2


@dataclass(slots=True)
class _Links:
    """The links below an element: all, with text, with little text; the length of their texts."""

    count: int = 0
    filled: int = 0
    short: int = 0
    size: int = 0

    def add(self, other: _Links) -> None:
        self.count += other.count
        self.filled += other.filled
        self.short += other.short
        self.size += other.size


def drop_link_farms(tree: HtmlElement) -> None:
    """Cut boxes, lists, paragraphs and tables that are mostly links."""
    for _ in range(_ROUNDS):
        is_cut = False
        found = _Linked(tree)
        for tag in ("div", "list", "p"):
            farms = found.farms(tag)
            for element in farms:
                delete_element(element)
            if farms:
                is_cut = True
                found = _Linked(tree)
        if not is_cut:
            break
    for table in [t for t in tree.iter("table") if link_density_test_tables(t)]:
        delete_element(table, keep_tail=False)


class _Linked:
    """The elements of a tree with links below them, as long as nothing is cut."""

    def __init__(self, tree: HtmlElement) -> None:
        self._below = _count(tree)
        # How much text they have at least, as far as known.
        self._least: dict[HtmlElement, int] = {}

    def farms(self, tag: str) -> list[HtmlElement]:
        """The elements of this name that are mostly links."""
        farms = []
        for element, links in self._below.items():
            if element.tag != tag or not self._is_farm(element, links):
                continue
            parent = element.getparent()
            # What fills an item of a list goes with the whole list or not at all.
            if tag != "p" or parent is None or parent.tag not in ("item", "td", "th"):
                farms.append(element)
        return farms

    def _is_farm(self, element: HtmlElement, links: _Links) -> bool:
        many = links.count > 4 and links.size < _LONG * links.filled
        single = links.count == 1 and links.size > _LONG
        least = self._least.get(element, 0)
        is_sparse = not many or links.size <= least * LINK_FARM_RATIO
        if least >= _PLENTY and is_sparse and not single:
            return False
        text = content_of(element)
        if single and links.size > _size(text) * 0.9:
            return True
        last = element.getnext() is None
        limit = (60 if last else 30) if element.tag == "p" else (300 if last else 100)
        if not _reaches(text, limit):
            return _is_linked(element, links, _size(text))
        size = _size(text) if many or not _reaches(text, _PLENTY) else _PLENTY
        self._know(element, size)
        return (
            many
            and links.size > size * LINK_FARM_RATIO
            and not is_paragraph_listing(element.findall(".//ref"))
        )

    def _know(self, element: HtmlElement, size: int) -> None:
        """An element with a text of that size makes all around it have as much."""
        for place in (element, *element.iterancestors()):
            if self._least.get(place, 0) >= size:
                break
            self._least[place] = size


def _count(tree: HtmlElement) -> dict[HtmlElement, _Links]:
    """The links below each element that has any."""
    found: dict[HtmlElement, _Links] = {}
    for link in tree.iter("ref"):
        size = _size(content_of(link))
        links = found.setdefault(link.getparent(), _Links())
        links.count += 1
        links.size += size
        if size:
            links.filled += 1
            links.short += size < _SHORT
    if found:
        # From the last element on, so that each is complete when it is added to the one around it.
        for element in reversed(list(tree.iterdescendants())):
            if element in found:
                found.setdefault(element.getparent(), _Links()).add(found[element])
    return found


def _size(text: str) -> int:
    """Length of a text with its white space trimmed."""
    return len(" ".join(text.split()))


def _reaches(text: str, least: int) -> bool:
    """Whether the trimmed text has that length; reads no further than needed."""
    return _size(text[: 3 * least]) >= least or (len(text) > 3 * least and _size(text) >= least)


def _is_linked(element: HtmlElement, links: _Links, size: int) -> bool:
    """Whether a short element is mostly links, or a small box of several parts with links."""
    if not links.filled or links.size > size * 0.8:
        return True
    if links.filled > 1 and links.short / links.filled > 0.8:
        return True
    return element.tag == "div" and len(element) >= 3 and size < 100

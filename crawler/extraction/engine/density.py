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
_ROUNDS = 2


@dataclass(slots=True)
class _Links:
    """The links below an element: all, with text, with little text; the length of their texts."""

    count: int = 0
    filled: int = 0
    short: int = 0
    size: int = 0


def drop_link_farms(tree: HtmlElement) -> None:
    """Cut boxes, lists, paragraphs and tables that are mostly links."""
    for _ in range(_ROUNDS):
        cut = False
        counted = _count(tree)
        for tag in ("div", "list", "p"):
            farms = _farms(tag, counted)
            for element in farms:
                delete_element(element)
            if farms:
                cut = True
                counted = _count(tree)
        if not cut:
            break
    for table in [t for t in tree.iter("table") if link_density_test_tables(t)]:
        delete_element(table, keep_tail=False)


def _count(tree: HtmlElement) -> dict[HtmlElement, _Links]:
    """The links below each element that has any."""
    found: dict[HtmlElement, _Links] = {}
    for link in tree.iter("ref"):
        size = _size(content_of(link))
        above = link
        while above is not tree:
            above = above.getparent()
            links = found.get(above)
            if links is None:
                links = found[above] = _Links()
            links.count += 1
            links.size += size
            if size:
                links.filled += 1
                links.short += size < _SHORT
    return found


def _size(text: str) -> int:
    """Length of a text with its white space trimmed."""
    return len(" ".join(text.split()))


def _reaches(text: str, least: int) -> bool:
    """Whether the trimmed text has that length; reads no further than needed."""
    return _size(text[: 3 * least]) >= least or (len(text) > 3 * least and _size(text) >= least)


def _farms(tag: str, counted: dict[HtmlElement, _Links]) -> list[HtmlElement]:
    farms = []
    for element, links in counted.items():
        if element.tag != tag or not _is_farm(element, links):
            continue
        parent = element.getparent()
        # What fills an item of a list goes with the whole list or not at all.
        if tag != "p" or parent is None or parent.tag not in ("item", "td", "th"):
            farms.append(element)
    return farms


def _is_farm(element: HtmlElement, links: _Links) -> bool:
    text = content_of(element)
    if links.count == 1 and links.size > _LONG and links.size > _size(text) * 0.9:
        return True
    last = element.getnext() is None
    limit = (60 if last else 30) if element.tag == "p" else (300 if last else 100)
    if not _reaches(text, limit):
        return _is_linked(element, links, _size(text))
    return (
        links.count > 4
        and links.size < _LONG * links.filled
        and not _reaches(text, int(links.size / LINK_FARM_RATIO) + 2)
        and links.size > _size(text) * LINK_FARM_RATIO
        and not is_paragraph_listing(element.findall(".//ref"))
    )


def _is_linked(element: HtmlElement, links: _Links, size: int) -> bool:
    """Whether a short element is mostly links, or a small box of several parts with links."""
    if not links.filled or links.size > size * 0.8:
        return True
    if links.filled > 1 and links.short / links.filled > 0.8:
        return True
    return element.tag == "div" and len(element) >= 3 and size < 100

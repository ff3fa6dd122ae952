"""The page as a sequence of text blocks: its leaf elements, as a reader sees lines.

A block is an element of block layout with text and no such element in it. Text that stands bare
beside block elements belongs to none; the engine's lines cover it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

_BLOCK = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "section", "article",
    "td", "th", "dd", "dt", "pre", "main", "ul", "ol", "table", "figcaption", "header", "center",
)  # fmt: skip
_IS_BLOCK = frozenset(_BLOCK)
_BREAK = re.compile(r"[\W_]+")
_ABOVE = 4


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its text, ``key`` its letters and digits alone, its element's tag and classes.

    ``place`` are the tags and classes of the element and its nearest ancestors, inmost first;
    ``linked``, ``strong`` and ``slanted`` count the characters of text in links, bold and italics.
    """

    text: str
    key: str
    tag: str
    place: tuple[str, ...]
    linked: int
    strong: int
    slanted: int


def squeeze(text: str) -> str:
    """Letters and digits alone: equal for two renderings of one line."""
    return _BREAK.sub("", text.casefold())


def find_blocks(tree: HtmlElement) -> list[Block]:
    """All blocks in document order."""
    elements = list(tree.iter(*_BLOCK))
    outer: set[HtmlElement] = set()
    for element in elements:
        above = element.getparent()
        while above is not None and above not in outer:
            if above.tag in _IS_BLOCK:
                outer.add(above)
                break
            above = above.getparent()
    return [
        block
        for element in elements
        if element not in outer and (block := _block(element)) is not None
    ]


def _block(element: HtmlElement) -> Block | None:
    text = _text(element)
    key = squeeze(text)
    if not key:
        return None
    above = [element]
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "html") or len(above) > _ABOVE:
            break
        above.append(ancestor)
    place = tuple(f"{e.tag}.{e.get('class') or ''}" for e in above)
    if not len(element):
        return Block(text, key, element.tag, place, 0, 0, 0)
    return Block(
        text,
        key,
        element.tag,
        place,
        sum(len(_text(e)) for e in element.iter("a")),
        sum(len(_text(e)) for e in element.iter("b", "strong")),
        sum(len(_text(e)) for e in element.iter("i", "em")),
    )


def _text(element: HtmlElement) -> str:
    """All text below an element, white space collapsed; a line break parts words."""
    if not len(element):
        return " ".join((element.text or "").split())
    if element.find(".//br") is None:
        return " ".join("".join(element.itertext()).split())
    parts = []
    for event, node in _walk(element):
        if event:
            parts.append(node.text or "")
            if node.tag == "br":
                parts.append(" ")
        elif node is not element:
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())


def _walk(element: HtmlElement):  # type: ignore[no-untyped-def]
    from lxml import etree

    for event, node in etree.iterwalk(element, events=("start", "end")):
        yield event == "start", node

"""The page as a sequence of text blocks: its leaf elements, as a reader sees lines.

A block is an element of block layout with text and no such element in it. Text that stands bare
beside block elements belongs to none; the engine's lines cover it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.contents import content_of

_BLOCK = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "section", "article",
    "td", "th", "dd", "dt", "pre", "main", "ul", "ol", "table", "figcaption", "header", "center",
)  # fmt: skip
_IS_BLOCK = frozenset(_BLOCK)
_NOT_LETTERS = re.compile(r"[\W_]+")
_ASCII = bytes(range(128))
_NO_ASCII_LETTERS = bytes(byte for byte in _ASCII if not chr(byte).isalnum())
_MARKS = "\u00a0«»‘’“”„–—"
_KIND = {"a": 0, "b": 1, "strong": 1, "i": 2, "em": 2}  # linked, strong, slanted
# The same, but for the ends of lines.
_NO_ASCII_LETTERS_IN_LINE = _NO_ASCII_LETTERS.replace(b"\n", b"")
_ABOVE = 4  # ancestors that tell where a block stands


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
    linked: int = 0
    strong: int = 0
    slanted: int = 0


def squeeze(text: str) -> str:
    """Letters and digits alone: equal for two renderings of one line."""
    # Spaces and the like go as bytes, in a third of the time that the pattern takes.
    bare = text.encode("utf-8", "surrogatepass").translate(None, _NO_ASCII_LETTERS)
    if bare.isascii():
        return bare.lower().decode()
    folded = _without_marks(bare.decode("utf-8", "surrogatepass")).casefold()
    return folded if folded.isalnum() else _NOT_LETTERS.sub("", folded)


def squeeze_all(texts: Sequence[str]) -> list[str]:
    """``squeeze`` of each text; none of them holds a line end. At once, for the many short ones."""
    whole = "\n".join(texts)
    bare = whole.encode("utf-8", "surrogatepass").translate(None, _NO_ASCII_LETTERS_IN_LINE)
    folded = _without_marks(bare.decode("utf-8", "surrogatepass")).casefold()
    keys = folded.split("\n")[: len(texts)]
    if bare.isascii():
        return keys
    return [key if key.isalnum() else _NOT_LETTERS.sub("", key) for key in keys]


def keys_of(lines: Sequence[str], blocks: Sequence[Block]) -> list[str]:
    """``squeeze`` of each line; most are the text of a block, whose key is known."""
    known = {block.text: block.key for block in blocks}
    return [known.get(line) or squeeze(line) for line in lines]


def _without_marks(text: str) -> str:
    """Without the marks that nearly all texts have: most then need no look at each character."""
    for mark in _MARKS:
        text = text.replace(mark, "")
    return text


def part_words(tree: HtmlElement) -> None:
    """Make a line break part words: ``one<br>two`` are two, also for who reads only texts."""
    for element in tree.iter("br"):
        element.tail = f" {element.tail or ''}"


def find_blocks(tree: HtmlElement) -> list[Block]:
    """All blocks in document order."""
    elements = list(tree.iter(*_BLOCK))
    outer: set[HtmlElement] = set()
    for element in elements:
        above = element.getparent()
        while above is not None and above.tag not in _IS_BLOCK:
            above = above.getparent()
        if above is not None:
            outer.add(above)
    known: dict[HtmlElement | None, tuple[str, ...]] = {}
    leaves = [element for element in elements if element not in outer]
    texts = [_text(element) for element in leaves]
    return [
        _block(element, text, key, known)
        for element, text, key in zip(leaves, texts, squeeze_all(texts), strict=True)
        if key
    ]


def _block(
    element: HtmlElement, text: str, key: str, known: dict[HtmlElement | None, tuple[str, ...]]
) -> Block:
    parent = element.getparent()
    if parent not in known:
        known[parent] = _above(element)
    place = (_name(element), *known[parent])
    if not len(element):
        return Block(text, key, element.tag, place)
    sizes = [0, 0, 0]
    for inner in element.iter():
        if (kind := _KIND.get(inner.tag)) is not None:
            sizes[kind] += _length(inner)
    return Block(text, key, element.tag, place, *sizes)


def _above(element: HtmlElement) -> tuple[str, ...]:
    """The names of the nearest ancestors, inmost first."""
    names: list[str] = []
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "html") or len(names) == _ABOVE:
            break
        names.append(_name(ancestor))
    return tuple(names)


def _name(element: HtmlElement) -> str:
    return f"{element.tag}.{element.get('class') or ''}"


def _text(element: HtmlElement) -> str:
    return " ".join(content_of(element).split())


def _length(element: HtmlElement) -> int:
    return len(content_of(element))

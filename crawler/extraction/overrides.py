"""What a source says of its own pages: selectors that stand in for the rules, and what to drop.

A selector is XPath where it starts with ``/``, ``./`` or ``(``, else CSS. They are compiled once a
process. A selector that matches nothing leaves the field to the rules, so that a redesign of the
site costs an improvement and never the field; ``scrapy sources check`` tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.extraction.markup import spaced_text, text_of

# The fields that a source may override; ``text`` selects the story's paragraphs or what holds them.
OVERRIDABLE = (
    "headline",
    "authors",
    "published",
    "modified",
    "description",
    "categories",
    "tags",
    "text",
)
DROP = "drop"
_PARAGRAPHS = ("p", "h2", "h3", "h4", "li", "blockquote")
_CONTENT = ("content", "datetime", "value")

# XPath gives elements, or texts for @attribute and text().
_Select = Callable[[HtmlElement], Any]


@dataclass(frozen=True, slots=True)
class Overrides:
    """Selectors by field, each tried in order; ``drop`` are elements cut before anything is read.

    Tuples throughout, so that it can be a key of the compiled form and cross to a worker.
    """

    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drop: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: Mapping[str, Iterable[str]]) -> Overrides | None:
        """From the checked table of a source; None where it has none."""
        fields = tuple((key, tuple(value)) for key, value in table.items() if key != DROP)
        drop = tuple(table.get(DROP, ()))
        return cls(fields, drop) if fields or drop else None

    def selectors(self) -> tuple[tuple[str, str], ...]:
        """Every (field, selector), those of ``drop`` last."""
        pairs = [(field, selector) for field, given in self.fields for selector in given]
        return (*pairs, *((DROP, selector) for selector in self.drop))


def compiled(selector: str) -> _Select:
    """The selector, ready to use. Raises ValueError with the reason where it is none."""
    try:
        return _compiled(selector)
    except (etree.XPathError, SyntaxError, NotImplementedError) as error:
        # cssselect's errors are SyntaxErrors; an XPath error is lxml's own.
        raise ValueError(str(error) or "not a selector") from None


@lru_cache(maxsize=2_000)
def _compiled(selector: str) -> _Select:
    if selector.startswith(("/", "./", "(")):
        select: _Select = etree.XPath(selector)
        return select
    css: _Select = CSSSelector(selector, translator="html")
    return css


def drop_elements(overrides: Overrides, tree: HtmlElement) -> None:
    """Cut what the source says is never part of its story."""
    for selector in overrides.drop:
        for found in _found(selector, tree):
            if isinstance(found, HtmlElement) and found.getparent() is not None:
                found.drop_tree()


def override_values(overrides: Overrides, tree: HtmlElement) -> dict[str, list[str]]:
    """Texts by field, for each field with a selector that matches; ``text`` gives paragraphs."""
    values: dict[str, list[str]] = {}
    for field, selectors in overrides.fields:
        for selector in selectors:
            found = _found(selector, tree)
            read = _lines if field == "text" else _values
            if texts := [text for item in found for text in read(item)]:
                values[field] = texts
                break
    return values


def unmatched(overrides: Overrides, tree: HtmlElement) -> tuple[tuple[str, str], ...]:
    """The (field, selector) pairs that match nothing on this page."""
    return tuple(pair for pair in overrides.selectors() if not _found(pair[1], tree))


def _found(selector: str, tree: HtmlElement) -> list[Any]:
    found = compiled(selector)(tree)
    return found if isinstance(found, list) else [found] if found else []


def _values(item: Any) -> list[str]:
    if not isinstance(item, HtmlElement):
        text = " ".join(str(item).split())
        return [text] if text else []
    given = next((item.get(name) for name in _CONTENT if item.get(name)), None)
    text = " ".join((given or spaced_text(item)).split())
    return [text] if text else []


def _lines(item: Any) -> list[str]:
    if not isinstance(item, HtmlElement):
        return _values(item)
    inner = [text_of(e) for e in item.iter(*_PARAGRAPHS)] if item.tag not in _PARAGRAPHS else []
    return [line for line in inner or [text_of(item)] if line]

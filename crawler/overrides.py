"""What a source says of its own pages: selectors that stand in for the rules, and what to drop.

A selector is XPath where it starts with ``/``, ``./`` or ``(``, else CSS; compiled once a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

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
    except (etree.XPathError, SelectorError) as error:
        raise ValueError(str(error) or "not a selector") from None


@lru_cache(maxsize=2_000)
def _compiled(selector: str) -> _Select:
    if selector.startswith(("/", "./", "(")):
        select: _Select = etree.XPath(selector)
        return select
    css: _Select = CSSSelector(selector, translator="html")
    return css

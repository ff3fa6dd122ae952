"""The elements of a page by their names and links: read in one pass, then asked many times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.naming import Naming
from crawler.extraction.query import query

# By the attribute's axis, which costs libxml2 a third of a predicate on every element.
_MICRODATA = query("//@itemprop/..")
_RDFA = query("//body//@property/..")


@dataclass(frozen=True, slots=True)
class Index:
    """Where each name of a page occurs, in document order."""

    # Every element: as long as they are held, lxml does not wrap them again.
    elements: tuple[HtmlElement, ...]
    # Each value of class and id -> the places of its elements; each token -> the values it is in;
    # the tokens alone.
    labels: dict[str, list[int]]
    tokens: dict[str, list[str]]
    names: frozenset[str]
    # Elements with microdata, then those with RDFa.
    stated: tuple[HtmlElement, ...]
    # The links, their addresses one a line, and those with each token of rel.
    anchors: tuple[HtmlElement, ...]
    addresses: str
    relations: dict[str, list[HtmlElement]]

    def named_like(
        self, wanted: Naming, tags: frozenset[str], aside: bool = False
    ) -> list[HtmlElement]:
        """Elements of these tags with a class or id of which a token matches.

        Those in nav, aside and footer only where ``aside`` says so.
        """
        labels = {value for token in wanted.among(self.names) for value in self.tokens[token]}
        places = [place for label in labels for place in self.labels[label]]
        elements = (self.elements[place] for place in sorted(set(places)))
        return [e for e in elements if e.tag in tags and (aside or not is_inside(e, *_ASIDE))]

    def leading_to(self, wanted: re.Pattern[str]) -> list[HtmlElement]:
        """The links whose address matches; ``wanted`` is multi-line and matches within a line."""
        lines = (self.addresses.count("\n", 0, m.start()) for m in wanted.finditer(self.addresses))
        return [self.anchors[line] for line in dict.fromkeys(lines)]


_ASIDE = ("aside", "footer", "nav")


def is_inside(element: HtmlElement, *tags: str) -> bool:
    """Whether an element lies below one of these tags."""
    return next(element.iterancestors(*tags), None) is not None


def read_index(tree: HtmlElement) -> Index:
    """Look at the names and links of every element once."""
    elements = tuple(tree.iter("*"))
    labels = _labels(elements)
    tokens = _tokens(labels)
    anchors = tuple(tree.iter("a"))
    relations: dict[str, list[HtmlElement]] = {}
    for anchor in anchors:
        for token in anchor.get("rel", "").lower().split():
            relations.setdefault(token, []).append(anchor)
    return Index(
        elements=elements,
        labels=labels,
        tokens=tokens,
        names=frozenset(tokens),
        stated=(*_MICRODATA(tree), *(e for e in _RDFA(tree) if e.get("itemprop") is None)),
        anchors=anchors,
        addresses="\n".join([a.get("href", "").replace("\n", " ") for a in anchors]),
        relations=relations,
    )


def _labels(elements: tuple[HtmlElement, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, element in enumerate(elements):
        if name := element.get("class"):
            found.setdefault(name, []).append(place)
        if name := element.get("id"):
            found.setdefault(name, []).append(place)
    return found


def _tokens(labels: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        for token in label.split():
            found.setdefault(token, []).append(label)
    return found

"""One page as the field rules see it: read once, then only looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extraction.decode import Document, Script
from crawler.extraction.jsonld import LinkedData, Node, read_linked_data, strings
from crawler.extraction.markup import Markup, read_markup
from crawler.extraction.record import Page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field could have, and where the page says so."""

    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A page, its tree, its metadata."""

    page: Page
    tree: HtmlElement
    markup: Markup
    data: LinkedData
    # Every element, in order: as long as they are held, lxml does not wrap them again.
    elements: tuple[HtmlElement, ...] = ()
    labels: dict[str, list[int]] = field(default_factory=dict)
    scripts: tuple[Script, ...] = ()

    def named_like(
        self, wanted: re.Pattern[str], tags: frozenset[str], aside: bool = False
    ) -> list[HtmlElement]:
        """Elements of these tags with a class or id that matches, in document order.

        Those in nav, aside and footer only where ``aside`` says so.
        """
        places = [
            place
            for label, found in self.labels.items()
            if any(_matches(wanted, token) for token in label.split())
            for place in found
        ]
        elements = (self.elements[place] for place in sorted(places))
        return [e for e in elements if e.tag in tags and (aside or not _is_aside(e))]

    @property
    def article(self) -> Node:
        """The story's node in the JSON-LD; empty where there is none."""
        return self.data.article

    def linked(self, *keys: str) -> Iterable[Candidate]:
        """Texts of these keys of the story's JSON-LD node."""
        for key in keys:
            for text in strings(self.article.get(key)):
                yield Candidate(text, f"json-ld:{key}")

    def named(self, *names: str) -> Iterable[Candidate]:
        """Contents of these meta elements."""
        for value, name in self.markup.every(*names):
            yield Candidate(value, f"meta:{name}")

    def items(self, *names: str) -> Iterable[Candidate]:
        """Values of these microdata properties."""
        for name in names:
            for value in self.markup.microdata.get(name, ()):
                yield Candidate(value, f"microdata:{name}")


@lru_cache(maxsize=50_000)
def _matches(wanted: re.Pattern[str], token: str) -> bool:
    # Class names repeat within a page, within a site and between systems.
    return wanted.search(token) is not None


def _is_aside(element: HtmlElement) -> bool:
    return any(a.tag in ("aside", "footer", "nav") for a in element.iterancestors())


def read_facts(page: Page, document: Document) -> Facts:
    """Read all metadata of a parsed page."""
    elements = tuple(document.tree.iter("*"))
    markup = read_markup(document.tree)
    headline = markup.headings[0] if markup.headings else markup.first("og:title")
    return Facts(
        page=page,
        tree=document.tree,
        markup=markup,
        data=read_linked_data(document.scripts, page.url, headline),
        elements=elements,
        labels=_labels(elements),
        scripts=document.scripts,
    )


def _labels(elements: tuple[HtmlElement, ...]) -> dict[str, list[int]]:
    """Where each value of class and id occurs: few values, many elements."""
    found: dict[str, list[int]] = {}
    for place, element in enumerate(elements):
        name, identity = element.get("class"), element.get("id")
        if name or identity:
            found.setdefault(f"{name or ''} {identity or ''}", []).append(place)
    return found

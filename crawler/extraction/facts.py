"""One page as the field rules see it: read once, then only looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

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
    # Each value of class and id -> its elements; each of their tokens -> the values; all tokens.
    labels: dict[str, list[int]] = field(default_factory=dict)
    tokens: dict[str, list[str]] = field(default_factory=dict)
    names: str = ""
    scripts: tuple[Script, ...] = ()
    cut: bool = False  # the page's end was not read

    def named_like(
        self, wanted: re.Pattern[str], tags: frozenset[str], aside: bool = False
    ) -> list[HtmlElement]:
        """Elements of these tags with a class or id that matches, in document order.

        Those in nav, aside and footer only where ``aside`` says so.
        """
        labels = {label for token in self._like(wanted) for label in self.tokens[token]}
        places = [place for label in labels for place in self.labels[label]]
        elements = (self.elements[place] for place in sorted(places))
        return [e for e in elements if e.tag in tags and (aside or not _is_aside(e))]

    def _like(self, wanted: re.Pattern[str]) -> set[str]:
        """The tokens of class and id that match: one search over all, then each on its own."""
        found: set[str] = set()
        for match in _by_line(wanted).finditer(self.names):
            start = self.names.rfind("\n", 0, match.start()) + 1
            end = self.names.find("\n", match.end())
            near = self.names[start : end if end >= 0 else None].split("\n")
            found.update(token for token in near if token and wanted.search(token))
        return found

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


@cache
def _by_line(wanted: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(wanted.pattern, wanted.flags | re.MULTILINE)


def _is_aside(element: HtmlElement) -> bool:
    return any(a.tag in ("aside", "footer", "nav") for a in element.iterancestors())


def read_facts(page: Page, document: Document) -> Facts:
    """Read all metadata of a parsed page."""
    elements = tuple(document.tree.iter("*"))
    markup = read_markup(document.tree)
    headline = markup.headings[0] if markup.headings else markup.first("og:title")
    labels = _labels(elements)
    tokens = _tokens(labels)
    return Facts(
        page=page,
        tree=document.tree,
        markup=markup,
        data=read_linked_data(document.scripts, page.url, headline),
        elements=elements,
        labels=labels,
        tokens=tokens,
        names="\n".join(tokens),
        scripts=document.scripts,
        cut=document.cut,
    )


def _labels(elements: tuple[HtmlElement, ...]) -> dict[str, list[int]]:
    """Where each value of class and id occurs: few values, many elements."""
    found: dict[str, list[int]] = {}
    for place, element in enumerate(elements):
        name, identity = element.get("class"), element.get("id")
        if name or identity:
            found.setdefault(f"{name or ''} {identity or ''}", []).append(place)
    return found


def _tokens(labels: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        for token in label.split():
            found.setdefault(token, []).append(label)
    return found

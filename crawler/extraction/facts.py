"""One page as the field rules see it: read once, then only looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extraction.decode import Document
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
    labelled: tuple[tuple[HtmlElement, str], ...] = ()

    def named_like(self, wanted: re.Pattern[str], tags: frozenset[str]) -> Iterator[HtmlElement]:
        """Elements of these tags whose class or id matches, in order, outside side parts."""
        for element, label in self.labelled:
            if element.tag in tags and _matches(wanted, label) and not _is_aside(element):
                yield element

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


@lru_cache(maxsize=20_000)
def _matches(wanted: re.Pattern[str], label: str) -> bool:
    # Class attributes repeat on a page and on a site, so that a look-up does most of the work.
    return wanted.search(label) is not None


def _is_aside(element: HtmlElement) -> bool:
    return any(a.tag in ("aside", "footer", "nav") for a in element.iterancestors())


def read_facts(page: Page, document: Document) -> Facts:
    """Read all metadata of a parsed page."""
    markup = read_markup(document.tree)
    headline = markup.headings[0] if markup.headings else markup.first("og:title")
    return Facts(
        page=page,
        tree=document.tree,
        markup=markup,
        data=read_linked_data(document.scripts, page.url, headline),
        labelled=tuple(
            (element, f"{element.get('class') or ''} {element.get('id') or ''}")
            for element in document.tree.iter("*")
            if element.get("class") or element.get("id")
        ),
    )

"""One page as the field rules see it: read once, then only looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.decode import Document, Script
from crawler.extraction.index import Index, read_index
from crawler.extraction.jsonld import LinkedData, Node, read_linked_data, strings
from crawler.extraction.markup import Markup, read_markup
from crawler.extraction.naming import Naming
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
    index: Index
    scripts: tuple[Script, ...] = ()
    cut: bool = False  # the page's end was not read

    @property
    def elements(self) -> tuple[HtmlElement, ...]:
        """Every element, in document order."""
        return self.index.elements

    def named_like(
        self, wanted: Naming, tags: frozenset[str], aside: bool = False
    ) -> list[HtmlElement]:
        """Elements of these tags with a class or id that matches: see ``Index``."""
        return self.index.named_like(wanted, tags, aside)

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


def read_facts(page: Page, document: Document) -> Facts:
    """Read all metadata of a parsed page."""
    index = read_index(document.tree)
    markup = read_markup(document.tree, index)
    headline = markup.headings[0] if markup.headings else markup.first("og:title")
    return Facts(
        page=page,
        tree=document.tree,
        markup=markup,
        data=read_linked_data(document.scripts, page.url, headline),
        index=index,
        scripts=document.scripts,
        cut=document.cut,
    )

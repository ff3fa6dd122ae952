"""What the markup of a page says outside JSON-LD: meta elements, links, microdata, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.contents import content_of
from crawler.extraction.index import Index

_WANTED = frozenset(
    [
        "headline",
        "name",
        "author",
        "datepublished",
        "datemodified",
        "datecreated",
        "created",
        "issued",
        "articlesection",
        "keywords",
        "description",
        "articlebody",
        "creator",
        "publisher",
        "copyrightholder",
        "alternativeheadline",
    ]
)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:teasers?|related|recirc|recommend\w*|summary-item|comments?|respond|most-read"
    r"|read-more|caption|credits?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"visually-?hidden|sr-only|screen-?reader|clip:\s*rect\(0", re.IGNORECASE)
MAX_VALUES = 40


@dataclass(frozen=True, slots=True)
class Markup:
    """Values by lower-case name, in document order; ``headings`` are the texts of the h1s."""

    meta: dict[str, list[str]]
    links: dict[str, list[str]]
    microdata: dict[str, list[str]]
    headings: tuple[str, ...]
    title: str | None
    language: str | None

    def first(self, *names: str) -> str | None:
        """The first value of the first of these meta names that the page has."""
        for name in names:
            if values := self.meta.get(name):
                return values[0]
        return None

    def every(self, *names: str) -> list[tuple[str, str]]:
        """All (value, name) of these meta names, in the order of the names."""
        return [(value, name) for name in names for value in self.meta.get(name, ())]


def read_markup(tree: HtmlElement, index: Index) -> Markup:
    """Collect the metadata of a parsed page."""
    titles = (title for head in tree.iter("head") for title in head.iterchildren("title"))
    title = next(titles, None)
    return Markup(
        meta=_meta(tree),
        links=_links(tree),
        microdata=_microdata(index),
        headings=tuple(t for h in tree.iter("h1") if (t := text_of(h))),
        title=text_of(title) or None if title is not None else None,
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = " ".join((element.get("content") or "").split())
        if not content:
            continue
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").lower().strip()
            names = name.split()
            for spelling in names if len(names) < 2 else dict.fromkeys((name, *names)):
                values = found.setdefault(spelling, [])
                if content not in values and len(values) < MAX_VALUES:
                    values.append(content)
    return found


def _links(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("link"):
        href = element.get("href")
        for rel in (element.get("rel") or "").lower().split() if href else ():
            found.setdefault(rel, []).append(href.strip())
    return found


def _microdata(index: Index) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in index.stated:
        names = (element.get("itemprop") or element.get("property") or "").lower().split()
        for name in names:
            name = name.rpartition(":")[2]
            if name not in _WANTED or _is_comment(element):
                continue
            if name in ("author", "creator") and is_elsewhere(element):
                continue
            value = _item_value(element, name)
            values = found.setdefault(name, [])
            if value and value not in values and len(values) < MAX_VALUES:
                values.append(value)
    return found


def _is_comment(element: HtmlElement) -> bool:
    return any(
        a.get("itemprop") == "comment" or "Comment" in (a.get("itemtype") or "")
        for a in (element, *element.iterancestors())
    )


def _item_value(element: HtmlElement, name: str) -> str:
    if name == "articlebody":
        return ""
    if name in ("author", "creator"):
        inner = element.xpath(".//*[@itemprop='name']")
        if inner:
            return "; ".join(i.get("content") or text_of(i) for i in inner[:8])
    return " ".join((element.get("content") or element.get("datetime") or "").split()) or text_of(
        element
    )


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element belongs to a picture, a form, a comment or the teaser of another story."""
    return any(
        a.tag in ("figure", "figcaption", "form", "a")
        or _ELSEWHERE.search(f"{a.get('class') or ''} {a.get('id') or ''}")
        for a in element.iterancestors()
        if a.tag not in ("body", "html", "main")
    )


def text_of(element: HtmlElement) -> str:
    """All text below an element, white space collapsed."""
    return " ".join(content_of(element).split())


def shown_text(element: HtmlElement) -> str:
    """The text of a link as readers see it: without what is said to screen readers only."""
    hidden = [e for e in element.iter("span") if _UNSEEN.search(_look(e))]
    text = text_of(element)
    for part in hidden:
        text = text.replace(text_of(part), "", 1).strip()
    return text


def _look(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('style') or ''}"


def spaced_text(element: HtmlElement) -> str:
    """All text below an element, its parts kept apart, so that name and date do not fuse."""
    return " ".join(" ".join(element.itertext()).split())

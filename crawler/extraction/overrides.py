"""A source's own selectors, used on a page.

A selector that matches nothing leaves the field to the rules, so that a redesign of the site costs
an improvement and never the field; ``scrapy sources check`` tells of it.
"""

from __future__ import annotations

from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.markup import spaced_text, text_of
from crawler.overrides import Overrides, compiled

_PARAGRAPHS = ("p", "h2", "h3", "h4", "li", "blockquote")
_CONTENT = ("content", "datetime", "value")


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

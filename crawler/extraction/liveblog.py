"""The entries of a live blog, each with its time.

From the JSON-LD liveBlogUpdate; else from markup: the containers that hold one ``time`` element
and paragraphs each, where three or more of them stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.facts import Facts
from crawler.extraction.jsonld import Node, strings
from crawler.extraction.markup import text_of
from crawler.extraction.moments import Moment, read_moment
from crawler.extraction.record import Update
from crawler.extraction.structured import paragraphs_of

_MAX = 500
_LEAST = 3  # containers that make a series
_HEADINGS = ("h2", "h3", "h4", "h5")


def find_updates(facts: Facts) -> tuple[Update, ...]:
    """The entries in the page's order; none where the page marks none. Looks at the whole tree."""
    return tuple(_from_data(facts)) or tuple(_from_markup(facts.tree))


def _from_data(facts: Facts) -> Iterator[Update]:
    found: Any = facts.article.get("liveBlogUpdate")  # of any shape until it is looked at
    for node in (found if isinstance(found, list) else [found])[:_MAX]:
        if isinstance(node, dict) and (text := _body(node)):
            headline = next(iter(strings(node.get("headline") or node.get("name"))), None)
            date = next(iter(strings(node.get("datePublished") or node.get("dateCreated"))), None)
            yield _update(date, headline, text)


def _body(node: Node) -> str:
    for key in ("articleBody", "text", "description"):
        if isinstance(value := node.get(key), str) and value.strip():
            return "\n\n".join(paragraphs_of(value))
    return ""


def _from_markup(tree: HtmlElement) -> Iterator[Update]:
    series: dict[HtmlElement, list[tuple[HtmlElement, HtmlElement]]] = {}
    for time in tree.iter("time"):
        entry = _entry_of(time)
        if entry is not None and (parent := entry.getparent()) is not None:
            series.setdefault(parent, []).append((entry, time))
    longest = max(series.values(), key=len, default=[])
    if len(longest) < _LEAST:
        return
    for entry, time in longest[:_MAX]:
        heading = next((text_of(e) for e in entry.iter(*_HEADINGS) if text_of(e)), None)
        text = "\n\n".join(line for p in entry.iter("p") if (line := text_of(p)))
        yield _update(time.get("datetime") or text_of(time), heading, text)


def _entry_of(time: HtmlElement) -> HtmlElement | None:
    """The outermost container that holds this time element alone, and paragraphs."""
    best: HtmlElement | None = None
    for container in time.iterancestors("li", "div", "article", "section"):
        if sum(1 for _ in container.iter("time")) > 1:
            break
        if next(container.iter("p"), None) is not None:
            best = container
    return best


def _update(date: str | None, headline: str | None, text: str) -> Update:
    moment = read_moment(date) if date else None
    return {
        "published_at": _instant(moment),
        "published": date,
        "headline": headline,
        "text": text,
    }


def _instant(moment: Moment | None) -> str | None:
    if moment is None or moment.instant is None:
        return None
    return moment.instant.strftime("%Y-%m-%dT%H:%M:%SZ")

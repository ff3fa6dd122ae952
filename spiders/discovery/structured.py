"""The stories that a section page states in its JSON-LD (schema.org ItemList, NewsArticle)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.url_shape import is_never_story, is_section_shape
from spiders.discovery.html_page import Element
from spiders.discovery.listing import absolute, plain

_ARTICLES = frozenset(
    {
        *("Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting"),
        *("OpinionNewsArticle", "BackgroundNewsArticle", "ReviewNewsArticle", "LiveBlogPosting"),
    }
)
_LARGEST = 2_000_000  # characters of one block; more is data of a script
_DEEPEST = 12
_Json = Any  # what the page says, unchecked


def stated_stories(root: Element, base: str) -> dict[str, str | None]:
    """URL to headline (or None) of each story that the page lists, in its order."""
    found: dict[str, str | None] = {}
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        for url, headline in _stories(_parsed(script.text or ""), 0):
            if target := absolute(base, url):
                found[target] = found.get(target) or headline
    return found


def _lists(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    path = unquote(parts.path)
    is_shaped_so = is_section_shape(path, parts.query) or is_never_story(path)
    return not path.strip("/") or is_shaped_so


def _parsed(text: str) -> _Json:
    try:
        return json.loads(text, strict=False) if len(text) <= _LARGEST else None
    except (ValueError, RecursionError):
        return None


def _stories(node: _Json, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for part in node:
            yield from _stories(part, depth + 1)
    if not isinstance(node, dict):
        return
    types = _types(node)
    if types & _ARTICLES:
        yield from _article(node)
    elif "ItemList" in types:
        for part in _listed(node.get("itemListElement")):
            # The menus of some sites are lists in this sense too.
            yield from (found for found in _article(part) if not _lists(found[0]))
    else:
        for value in node.values():
            yield from _stories(value, depth + 1)


def _listed(elements: _Json) -> Iterator[dict[str, _Json]]:
    """The items of a list, which a ListItem may wrap; bare URLs too."""
    for element in elements if isinstance(elements, list) else [elements]:
        if isinstance(element, str):
            yield {"url": element}
        elif isinstance(element, dict):
            item = element.get("item")
            yield item if isinstance(item, dict) else {**element, "url": item or element.get("url")}


def _article(node: dict[str, _Json]) -> Iterator[tuple[str, str | None]]:
    main = node.get("mainEntityOfPage")
    candidates = [node.get("url"), main.get("@id") if isinstance(main, dict) else main]
    for url in [*candidates, node.get("@id")]:
        if isinstance(url, str) and url.strip() and not url.startswith("#"):
            yield url, plain(node.get("headline") or node.get("name"))
            return


def _types(node: dict[str, _Json]) -> set[str]:
    stated = node.get("@type")
    return {kind for kind in (stated if isinstance(stated, list) else [stated]) if kind}

"""The longest line: what is left out of one that would be longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import msgspec

from crawler.items import Article

_TOO_LONG = "the line would be longer than JSONL_LINE_MAX"
# What is kept of each text and list where leaving out the long fields was not enough: characters,
# entries. Some sixty fields of that size are below the least JSONL_LINE_MAX.
_LONGEST_TEXT, _LONGEST_LIST = 500, 10
LEAST = 1 << 18
"""Bytes; no smaller JSONL_LINE_MAX is taken."""


def fitted(article: Article, most: int) -> tuple[Article, bytes]:
    """The article and its line, of at most ``most`` bytes; what that cost is in ``shortened``.

    The evidence goes first, then the paragraphs of the change, then the text and the entries of a
    live blog. ``text_sha256`` stays that of the whole text, so that a later capture is compared
    with it. In the last resort every text and list is cut.
    """
    line = msgspec.json.encode(article)
    if len(line) <= most:
        return article, line
    for shorten in (_without_evidence, _without_paragraphs, _without_text, _cut):
        article = shorten(article)
        line = msgspec.json.encode(article)
        if len(line) <= most:
            break
    return article, line


def _without_evidence(article: Article) -> Article:
    if article.evidence is None:
        return article
    return replace(article, evidence=None, shortened=[*article.shortened, "evidence"])


def _without_paragraphs(article: Article) -> Article:
    change = article.change
    if change is None or not change.paragraphs:
        return article
    shortened = [*article.shortened, "change"]
    return replace(article, change=replace(change, paragraphs=()), shortened=shortened)


def _without_text(article: Article) -> Article:
    shortened = [name for name in ("text", "live_updates") if getattr(article, name)]
    return replace(
        article,
        text=None,
        live_updates=[],
        extraction_error=article.extraction_error or _TOO_LONG,
        shortened=[*article.shortened, *shortened],
    )


def _cut(article: Article) -> Article:
    cut = dict(_cuts(article))
    return replace(article, **cut, shortened=[*article.shortened, *cut])


def _cuts(article: Article) -> Iterator[tuple[str, Any]]:  # a field of any type
    for field in fields(article):
        value = getattr(article, field.name)
        kept = _first_of(value)
        if kept != value:
            yield field.name, kept


def _first_of(value: Any) -> Any:  # a field of any type
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return [_first_of(part) for part in value[:_LONGEST_LIST]] if isinstance(value, list) else value

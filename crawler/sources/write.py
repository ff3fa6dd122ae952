"""A source as the TOML that declares it, for a person to review."""

from __future__ import annotations

import json
from collections.abc import Iterable

from crawler.sources.printing import printable
from crawler.sources.source import Source

_LISTS = ("feeds", "news_sitemaps", "sections")


def declaration(source: Source, remarks: Iterable[str] = ()) -> str:
    """The ``[[source]]`` table of a source that was just found; ``remarks`` become comments.

    Only what is known is written; ``tried`` is for whoever has tried it.
    """
    lines = [f"# {printable(remark)}" for remark in remarks]
    lines += ["[[source]]"]
    lines += [f"{key} = {_text(getattr(source, key))}" for key in ("id", "name", "home")]
    lines += [part for key in _LISTS for part in _list(key, getattr(source, key))]
    if source.language:
        lines.append(f"language = {_text(source.language)}")
    if source.country:
        lines.append(f"country = {_text(source.country)}")
    return "\n".join([*lines, "tried = false", ""])


def _list(key: str, urls: tuple[str, ...]) -> Iterable[str]:
    if urls:
        yield f"{key} = ["
        yield from (f"    {_text(url)}," for url in urls)
        yield "]"


def _text(value: str) -> str:
    # A JSON string is a TOML basic string (TOML 1.0), but for DEL, which must be escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

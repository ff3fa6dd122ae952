"""The ``overrides`` of a source: a table of selectors by field."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from crawler.overrides import DROP, OVERRIDABLE, compiled
from crawler.sources.printing import printable

_KEYS = (*OVERRIDABLE, DROP)


def check_overrides(value: object) -> str | None:
    """None, or what is wrong with the table and what to write instead."""
    if not isinstance(value, dict) or not value:
        return 'must be a table of selectors: { headline = "h1.title", drop = [".promo"] }'
    found = (_problem(key, given) for key, given in value.items())
    return "; ".join(problem for problem in found if problem) or None


def _problem(key: str, given: object) -> str | None:
    if key not in _KEYS:
        near = difflib.get_close_matches(key.lower().replace("-", "_"), _KEYS, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else f"the fields are {', '.join(_KEYS)}"
        return f'unknown field "{printable(key)}"; {hint}'
    selectors = [given] if isinstance(given, str) else given
    if not isinstance(selectors, list) or not selectors:
        return f"{key}: write a selector in quotes, or a list of them"
    for selector in selectors:
        if not isinstance(selector, str) or not selector.strip():
            return f"{key}: write each selector as text in quotes"
        try:
            compiled(selector)
        except ValueError as error:
            kind = "XPath" if selector.startswith(("/", "./", "(")) else "CSS"
            return f'{key}: "{printable(selector)}" is no {kind} selector: {printable(str(error))}'
    return None


def as_lists(table: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    """A checked table with a list for every field."""
    return {key: [given] if isinstance(given, str) else given for key, given in table.items()}

"""What every line must be: strict JSON of plain text. For fuzzing and for the tests of crawls."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any


def strict_json(line: bytes) -> Any:  # Any: JSON
    """A line as JSON. Raises UnicodeDecodeError for a lone surrogate, AssertionError for NaN, for a
    key that is there twice and for a control character in a string."""
    whole = json.loads(line.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    assert [text for text in _strings(whole) if controls(text)] == []
    return whole


def controls(text: str) -> set[str]:
    """The control characters and surrogates in a text, but for line ends and tabs."""
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cs"}} - {"\n", "\t"}


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)

"""The word lists of the extraction, kept in ``words.toml`` for readers and loaded once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    # TOML has no narrower type than this before its sections are looked at.
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def words(section: str, key: str) -> tuple[str, ...]:
    """The strings of one list of ``words.toml``."""
    return tuple(_table()[section][key])


@cache
def mapping(section: str) -> dict[str, str]:
    """A section of ``words.toml`` whose lists are turned round: each listed form -> its key."""
    return {form.casefold(): key for key, forms in _table()[section].items() for form in forms}


@cache
def agencies() -> dict[str, tuple[str, ...]]:
    """Canonical agency name -> the forms under which it signs."""
    return {name: tuple(forms) for name, forms in _table()["agencies"].items()}


@cache
def alternation(section: str, key: str) -> str:
    """A list of regular expressions as one alternative, longest first."""
    return "|".join(sorted(words(section, key), key=len, reverse=True))


@cache
def pattern(section: str, key: str, template: str = "^(?:{})$") -> re.Pattern[str]:
    """A compiled pattern of ``template`` with the list in place of ``{}``."""
    return re.compile(template.replace("{}", alternation(section, key)), re.IGNORECASE)

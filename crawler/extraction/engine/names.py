"""What the class names and ids of elements say to the engine; each value is looked at once.

trafilatura asks with ``re:test`` in its XPath, which calls Python for each element and attribute:
nearly half of its time. Here the same patterns, read out of its paths, meet each value
of an attribute once; the pages of an outlet share theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.etree import XPath
from lxml.html import HtmlElement

_REMEMBERED = 20_000  # values; then all are forgotten, which costs one slow page
_LONGEST = 500  # characters of a value that is remembered
_TESTED = re.compile(r"re:test\([^']*'([^']*)'")


class Meanings(dict[str | None, int]):
    """Values of an attribute and what they mean, as a sum of the powers of two in ``patterns``."""

    def __init__(self, patterns: Mapping[int, str]) -> None:
        super().__init__({None: 0})
        self._tests = [(meaning, re.compile(text).search) for meaning, text in patterns.items()]

    def __missing__(self, value: str) -> int:
        found = sum(meaning for meaning, test in self._tests if test(value))
        if len(self) > _REMEMBERED:
            self.forget()
        if len(value) <= _LONGEST:
            self[value] = found
        return found

    def forget(self) -> None:
        """Forget all values; a missing attribute means nothing."""
        self.clear()
        self[None] = 0


def tested(path: XPath) -> list[str]:
    """The regular expressions of a path's ``re:test``, in their order."""
    return _TESTED.findall(str(path.path))


def first_of(element: HtmlElement, *names: str) -> str:
    """XPath's ``string(@a|@b)``: the value of the one that stands first in the tag."""
    return next((str(value) for name, value in element.attrib.items() if name in names), "")

"""Which class names and ids mean something: patterns over them, with a memory.

The pages of an outlet share their names, so most have been looked at before. The others are looked
through in one pass for the stems of a pattern, which costs a tenth of the pattern itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_REMEMBERED = 20_000  # names; then all are forgotten, which costs one slow page


class Naming:
    """A pattern of names. Each name that matches holds, in lower case, one of the ``stems``."""

    def __init__(self, pattern: re.Pattern[str], stems: str) -> None:
        self.pattern = pattern
        self._stems = re.compile(stems)
        self.known: set[str] = set()
        self._matching: set[str] = set()

    def among(self, names: frozenset[str]) -> set[str]:
        """Those of ``names`` that match; a name holds no white space."""
        if len(self.known) > _REMEMBERED:
            self.known.clear()
            self._matching.clear()
        if unseen := names.difference(self.known):
            self.known |= unseen
            self._matching.update(filter(self.pattern.search, self._with_stem(list(unseen))))
        return self._matching.intersection(names)

    def _with_stem(self, names: list[str]) -> Iterator[str]:
        text = "\n".join(names).lower()
        if len(text) != sum(map(len, names)) + len(names) - 1:
            yield from names  # a letter whose lower case is longer: the places would be wrong
            return
        line, last = 0, 0
        for match in self._stems.finditer(text):
            line += text.count("\n", last, match.start())
            last = match.start()
            yield names[line]

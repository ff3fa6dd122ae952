"""How deep a document nests, told before a parser that takes long for it."""

from __future__ import annotations

import re

MOST_LEVELS = 10_000
"""feedparser takes a second for so many, and the square of that for more; feeds have ten. Elements
that a sloppy feed never closes count as levels too, so that a low bound would refuse some."""

_TOKEN = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->|</?[A-Za-z_]|/>")
_END_OF = {"<![CDATA[": "]]>", "<!--": "-->"}


def is_too_deep(text: str) -> bool:
    """Whether more elements than ``MOST_LEVELS`` are open at once, in one pass over the text."""
    depth = 0
    until = ""
    for match in _TOKEN.finditer(text):
        part = match[0]
        if until:
            until = "" if part == until else until
        elif part in _END_OF:
            until = _END_OF[part]
        elif part == "/>" or part.startswith("</"):
            depth = max(0, depth - 1)
        elif part not in ("]]>", "-->"):
            depth += 1
            if depth > MOST_LEVELS:
                return True
    return False

"""How much of a page is read: the time of every step grows with its tags and characters.

A page of more tags than news pages have is thinned first of what is no story in such numbers, so
that a flood of it before the story does not hide the story; what is too large then is cut.
"""

from __future__ import annotations

import re
from itertools import count, islice

# What is read of a page without its scripts: the largest of 457 news pages has 1.8 million
# characters and 22,000 tags.
MAX_MARKUP = 2_000_000
MAX_TAGS = 40_000
_MANY_TAGS = 25_000
_MAX_METAS = 500

_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){3,}", re.IGNORECASE)
# No layout opens a hundred boxes around one.
_NEST = re.compile(
    r"(?:<(?:div|span|section|font|center|b|i|em|strong)\b[^<>]*>\s*){100,}", re.IGNORECASE
)


def within_bounds(text: str) -> tuple[str, bool]:
    """The part of the markup that is read, and whether the page's end is missing from it."""
    if len(text) <= MAX_MARKUP and text.count("<") <= min(_MANY_TAGS, MAX_TAGS):
        return text, False
    if text.count("<") > _MANY_TAGS:
        text = _thinned(text)
    part = text[:MAX_MARKUP]
    if part.count("<") > MAX_TAGS:
        part = part[: next(islice(re.finditer("<", part), MAX_TAGS, None)).start()]
    return part, len(part) < len(text)


def _thinned(text: str) -> str:
    number = count(1)
    text = _META.sub(lambda meta: meta.group(0) if next(number) <= _MAX_METAS else "", text)
    return _NEST.sub(" ", _BREAKS.sub("<br><br>", text))

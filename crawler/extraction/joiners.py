"""Joiners put back: the engine drops U+200C and U+200D with all that is not printable.

Persian, Urdu, Bengali and Malayalam spell with them, and emoji are made of them. A line whose
paragraph the page still has takes its spelling from there.
"""

from __future__ import annotations

import re

from crawler.extraction.blocks import Block, squeeze

_JOINERS = re.compile("[\u200c\u200d]")
# Soft hyphen, zero-width space, direction marks, word joiner, byte order mark: layout, not text.
_LAYOUT = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BULLET = "- "


def with_joiners(lines: list[str], blocks: list[Block]) -> list[str]:
    """The lines, spelt as the blocks of the same letters are."""
    spelt = {b.key: _LAYOUT.sub("", b.text) for b in blocks if _JOINERS.search(b.text)}
    return [_respelt(line, spelt) for line in lines] if spelt else lines


def _respelt(line: str, spelt: dict[str, str]) -> str:
    text = spelt.get(squeeze(line))
    bullet = _BULLET if line.startswith(_BULLET) else ""
    if text is None or _JOINERS.sub("", text) != line[len(bullet) :]:
        return line
    return bullet + text

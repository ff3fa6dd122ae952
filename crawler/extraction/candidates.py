"""The lines that could be story, in the page's order: the engine's, and blocks that it left out."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extraction.blocks import Block, keys_of, squeeze

_NEAR = 8  # blocks before the engine's first line and behind its last
_ENOUGH = 15  # letters that tell a line from another
_END = 20  # letters at one end that make two paragraphs the same


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate: ``taken`` by the engine, ``kept`` by the line rules; its block where known."""

    text: str
    key: str
    block: Block | None
    taken: bool
    kept: bool


def line_up(
    taken: list[str], kept: list[str], blocks: list[Block], never: Iterable[str] = ()
) -> list[Line]:
    """Candidates in order. ``never`` are lines that have another place, such as the agency's."""
    keys = keys_of(taken, blocks)
    home = _matched(keys, blocks)
    known = dict(zip(taken, keys, strict=True))
    left = Counter(known[line] if line in known else squeeze(line) for line in kept)
    shut = {squeeze(line) for line in never}
    spare = _spare(keys, home, blocks, shut)
    found: list[Line] = []
    place = min(home.values(), default=0) - _NEAR
    for index, (text, key) in enumerate(zip(taken, keys, strict=True)):
        if index in home:
            found += [_offered(blocks[p]) for p in range(max(place, 0), home[index]) if p in spare]
            place = home[index] + 1
        left[key] -= 1
        block = blocks[home[index]] if index in home else None
        found.append(Line(text, key, block, True, left[key] >= 0))
    if home:
        tail = range(place, min(len(blocks), place + _NEAR))
        found += [_offered(blocks[p]) for p in tail if p in spare]
    return found


def _offered(block: Block) -> Line:
    return Line(block.text, block.key, block, taken=False, kept=False)


def _matched(keys: list[str], blocks: list[Block]) -> dict[int, int]:
    """The block of each line that is one block's text, both in ascending order."""
    places: dict[str, list[int]] = {}
    for place, block in enumerate(blocks):
        places.setdefault(block.key, []).append(place)
    home: dict[int, int] = {}
    last = -1
    for index, key in enumerate(keys):
        same = places.get(key, [])
        later = bisect_right(same, last)
        if later < len(same):
            home[index] = last = same[later]
    return home


def _spare(
    keys: list[str], home: dict[int, int], blocks: list[Block], shut: set[str]
) -> frozenset[int]:
    """The blocks whose text is in no line, not even in other words at one end."""
    loose = [key for index, key in enumerate(keys) if index not in home and len(key) >= _ENOUGH]
    together = "".join(loose)
    ends = {key[:_END] for key in loose} | {key[-_END:] for key in loose}
    used = set(home.values())

    def is_new(key: str) -> bool:
        if key in shut or (len(key) >= _ENOUGH and key in together):
            return False
        # The engine leaves out what only screen readers say, in the midst of a paragraph.
        alike = len(key) > _END and (key[:_END] in ends or key[-_END:] in ends)
        return not alike and not any(line in key for line in loose)

    return frozenset(p for p, block in enumerate(blocks) if p not in used and is_new(block.key))

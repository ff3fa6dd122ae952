"""Which candidate lines of the dev set are story, by its gold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchmarks.devset import Row, scorer
from crawler.extraction.blocks import squeeze
from crawler.extraction.candidates import Line

_ENOUGH = 15  # letters that are not in a text by chance


@dataclass(frozen=True, slots=True)
class Label:
    """1.0 for story; ``known`` is false where the gold does not say."""

    story: float
    known: bool


def label(gold: Row, lines: list[Line]) -> list[Label]:
    """One label a line, from the gold's text or from trafilatura's segments."""
    if gold.get("text") is not None:
        return _by_text(gold, lines)
    return _by_segments(gold, lines)


def _by_text(gold: Row, lines: list[Line]) -> list[Label]:
    whole = [[p, False] for p in re.split(r"\n+", gold["text"])]
    paragraphs = gold.get("paragraphs") or whole
    must = [p for p, optional in paragraphs if not optional]
    joined = squeeze("".join(must))
    keys = {squeeze(line) for p in must for line in p.split("\n")}
    may = squeeze("\0".join(p for p, optional in paragraphs if optional))
    pieces = set(scorer().shingles(scorer().tokens("\n".join(must))))
    return [_of_line(line, keys, joined, may, pieces) for line in lines]


def _of_line(
    line: Line, keys: set[str], joined: str, may: str, pieces: set[tuple[str, ...]]
) -> Label:
    if line.key in keys or (len(line.key) >= _ENOUGH and line.key in joined):
        return Label(1.0, True)
    if line.key in may:
        return Label(0.0, False)
    own = scorer().shingles(scorer().tokens(line.text))
    if len(own) < 4:
        return Label(0.0, True)
    share = sum(n for piece, n in own.items() if piece in pieces) / sum(own.values())
    return Label(float(share > 0.6), not 0.3 < share <= 0.6)


def _by_segments(gold: Row, lines: list[Line]) -> list[Label]:
    wanted = [squeeze(text) for text in gold.get("with") or ()]
    unwanted = [squeeze(text) for text in gold.get("without") or ()]
    found = []
    for line in lines:
        good, bad = (any(_overlap(key, line.key) for key in keys) for keys in (wanted, unwanted))
        found.append(Label(float(good), good != bad))
    return found


def _overlap(key: str, line: str) -> bool:
    return bool(key) and (key in line or (len(line) >= _ENOUGH and line in key))

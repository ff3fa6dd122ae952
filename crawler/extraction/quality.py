"""How far the text can be trusted, 0 to 1: a low score says "look at this page first".

The block model's expected F1, lowered by the share of short lines (lists, tables and menus are
where extraction fails), by the share of lines on which the model is in doubt, by what was left out
amid the story and around it, and where the page itself disagrees: its JSON-LD tells another number
of words, or its articleBody is not what we have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extraction.blocks import squeeze
from crawler.extraction.choose import Choice
from crawler.extraction.facts import Facts
from crawler.extraction.text import Found, share_in

# Kana, Han and Thai are written without spaces: each character counts.
_SCRIPTS = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0e4e]"
_WORD = re.compile(rf"{_SCRIPTS}|(?:(?!{_SCRIPTS})\w)+")
_ALONE = re.compile(_SCRIPTS)
_ASCII = bytes(range(128))
# Whatever stands between words, as a space.
_PARTED = bytes(
    byte if byte > 127 or chr(byte).isalnum() or byte == ord("_") else 32 for byte in range(256)
)
_SHORT = 40  # characters of a line that is hardly a paragraph
_ONE_LINE = 0.9  # a story in one line is a teaser, or its paragraphs were lost
_TEASER = 0.5  # an articleBody that is shorter than this share of ours proves nothing


@dataclass(frozen=True, slots=True)
class Weights:
    """What each share takes off at most: of lines in doubt and of short ones, and of text that was
    left out amid the story and around it. ``benchmarks/trust.py`` shows what they are worth."""

    doubtful: float = 0.2
    gaps: float = 0.3
    beside: float = 0.1
    short: float = 0.3


WEIGHTS = Weights()


def count_words(text: str) -> int:
    r"""\w+ runs; in scripts without spaces each character counts."""
    data = text.encode("utf-8", "surrogatepass")
    others = set(data.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    if _ALONE.search("".join(others)):
        return len(_WORD.findall(text))
    # Parted as bytes: the same words as those of the pattern, in a tenth of its time.
    for mark in others:
        if not mark.isalnum():
            data = data.replace(mark.encode("utf-8", "surrogatepass"), b" ")
    return len(data.translate(_PARTED).split())


def score_text(
    lines: list[str],
    choice: Choice | None,
    found: Found,
    facts: Facts,
    weights: Weights = WEIGHTS,
) -> float:
    """The quality of these lines; ``choice`` is None where the source's selector gave them."""
    text = "\n".join(lines)
    score = _chosen(choice, weights) if choice else 1.0
    if found.replaced:
        score = 0.8
    if len(lines) == 1:
        score *= _ONE_LINE
    short = sum(len(line) < _SHORT for line in lines) / max(1, len(lines))
    score *= 1 - weights.short * short
    declared = _declared_words(facts)
    if declared and (words := count_words(text)):
        score *= 0.7 + 0.3 * min(1.0, words / declared, declared / words)
    body = "".join(found.body)
    if body and len(body) > _TEASER * len(text) and not found.replaced:
        score *= 0.7 + 0.3 * share_in(found.body, squeeze(text))
    return round(score, 3)


def _chosen(choice: Choice, weights: Weights) -> float:
    """How sure the choice is."""
    doubts = 1 - weights.doubtful * choice.doubtful
    return (
        choice.certainty
        * doubts
        * (1 - weights.gaps * choice.gaps)
        * (1 - weights.beside * choice.beside)
    )


def _declared_words(facts: Facts) -> int | None:
    value = str(facts.article.get("wordCount") or "")
    return int(value) if value.isdecimal() and 20 < int(value) < 100_000 else None

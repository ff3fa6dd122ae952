"""The last word on each line: a small model of blocks, and how far the text can be trusted.

The model is a sum of small decision trees over ``features``, trained on pages of other publishers
(``benchmarks/train.py`` makes blocks_model.json, byte for byte). It overrules the line rules only
where it is sure: each threshold is what held up on publishers that it had not seen.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.extraction.blocks import squeeze
from crawler.extraction.candidates import Line, line_up
from crawler.extraction.facts import Facts
from crawler.extraction.features import NAMES, describe
from crawler.extraction.lines import PageLines, Trace
from crawler.extraction.page_features import Context
from crawler.extraction.text import Found

_DOUBT = (0.15, 0.8)  # odds between which a line is neither plainly story nor plainly junk
_FEW = 5  # a share of fewer lines says little
_SUBHEADINGS = frozenset(("h2", "h3", "h4"))

Node = list[Any]  # [feature, threshold, below or equal, above], or [value]: JSON's nested lists
# A tree of two questions: (feature, threshold) of the first; of that below and that above it, with
# the values below or equal, and above. No loop, no nested list: a third of the time.
_Flat = tuple[int, float, int, float, float, float, int, float, float, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Trees whose values add up to the log-odds that a line is story."""

    bias: float
    trees: tuple[Node, ...]
    # The least probability for a line that the rules kept, one of these without markup of its own
    # (the model sees little of it, and the last words of a story must not go), one that the rules
    # dropped, a subheading that the engine did not take (it drops some before boxes and quotes),
    # any other line that it did not take.
    kept: float
    bare: float
    dropped: float
    heading: float
    offered: float
    flat: tuple[_Flat, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "flat", tuple(map(_flat, self.trees)))

    def probability(self, row: list[float]) -> float:
        total = self.bias
        for first, cut, left, left_cut, a, b, right, right_cut, c, d in self.flat:
            if row[first] <= cut:
                total += a if row[left] <= left_cut else b
            else:
                total += c if row[right] <= right_cut else d
        return 1 / (1 + math.exp(-total))

    def least(self, line: Line) -> float:
        if line.kept:
            return self.kept if line.block else self.bare
        if line.taken:
            return self.dropped
        is_heading = line.block is not None and line.block.tag in _SUBHEADINGS
        return self.heading if is_heading else self.offered


def _flat(tree: Node) -> _Flat:
    """A tree in one row. Raises ValueError where it asks more than two questions in turn."""
    feature, cut, below, above = _question(tree)
    left, right = _question(below), _question(above)
    return (feature, cut, *_with_values(left), *_with_values(right))


def _question(node: Node) -> Node:
    """A node with a question; a value becomes one whose answers are both that value."""
    return node if len(node) > 1 else [0, 0.0, node, node]


def _with_values(node: Node) -> tuple[int, float, float, float]:
    feature, cut, (below,), (above,) = node
    return feature, cut, below, above


@cache
def block_model() -> Model:
    """The model that comes with the package. Raises ValueError where it names other features."""
    data = json.loads(files(__package__).joinpath("blocks_model.json").read_text("utf-8"))
    if tuple(data["features"]) != NAMES:
        raise ValueError("blocks_model.json was made for other features: run benchmarks.train")
    return Model(data["bias"], tuple(data["trees"]), **data["thresholds"])


def candidates(
    found: Found, left: list[str], kept: list[str], page: PageLines, facts: Facts
) -> tuple[list[Line], Context]:
    """All lines that could be story. ``left``: those found without the agency's; ``kept``: of
    these, what the line rules kept."""
    taken = set(left)
    never = [line for line in found.lines if line not in taken]
    named = facts.named("og:description", "description", "twitter:description")
    about = tuple(key for c in named if len(key := squeeze(c.value)) > 20)
    context = Context(page, squeeze("".join(found.body)), about)
    return line_up(left, kept, found.blocks, never), context


def weigh(lines: list[Line], context: Context, model: Model) -> list[float]:
    """The probability of each line to be story."""
    return [model.probability(row) for row in describe(lines, context)]


@dataclass(frozen=True, slots=True)
class Choice:
    """The story's lines, the F1 to expect of them, and what the model overruled, with its odds.

    ``doubtful`` is the share of candidate lines that could as well be the other. ``gaps`` and
    ``beside`` are characters that it leaves out, as shares of those that it takes and 1 at most:
    between its first and last line; and of all candidates that the engine did not take either.
    """

    lines: list[str]
    certainty: float
    dropped: Trace
    doubtful: float = 0.0
    restored: frozenset[str] = frozenset()
    gaps: float = 0.0
    beside: float = 0.0


def choose(lines: list[Line], context: Context) -> Choice:
    """The story's lines as the model has them; the rules' lines where it would leave none."""
    model = block_model()
    chances = weigh(lines, context, model)
    chosen = [chance > model.least(line) for line, chance in zip(lines, chances, strict=True)]
    if not any(chosen):
        chosen = [line.kept for line in lines]
    judged = list(zip(lines, chances, chosen, strict=True))
    dropped = [(x.text, f"block model: {p:.2f}") for x, p, hit in judged if x.kept and not hit]
    back = frozenset(x.text for x, _, hit in judged if hit and not x.kept)
    text = [line.text for line, _, hit in judged if hit]
    doubtful = sum(_DOUBT[0] < p < _DOUBT[1] for p in chances) / max(_FEW, len(lines))
    certainty = expected(lines, chances, chosen)
    return Choice(text, certainty, dropped, doubtful, back, *left_out(lines, chosen))


def left_out(lines: list[Line], chosen: list[bool]) -> tuple[float, float]:
    """``gaps`` and ``beside`` of a choice."""
    if not any(chosen):
        return 0.0, 0.0
    sizes = [len(line.text) for line in lines]
    ours = sum(size for size, hit in zip(sizes, chosen, strict=True) if hit)
    first, end = chosen.index(True), len(chosen) - chosen[::-1].index(True)
    gaps = sum(sizes[first:end]) - ours
    beside = sum(s for s, x, hit in zip(sizes, lines, chosen, strict=True) if not (hit or x.taken))
    return min(1.0, gaps / ours), min(1.0, beside / ours)


def expected(lines: list[Line], chances: list[float], chosen: list[bool]) -> float:
    """The F1 to expect, by characters, if the probabilities are right; 0 to 1."""
    sizes = [len(line.text) for line in lines]
    right = sum(s * p for s, p, hit in zip(sizes, chances, chosen, strict=True) if hit)
    ours = sum(s for s, hit in zip(sizes, chosen, strict=True) if hit)
    story = sum(s * p for s, p in zip(sizes, chances, strict=True))
    return 2 * right / (ours + story) if ours + story else 0.0

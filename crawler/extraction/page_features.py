"""What the block model sees of a line beside the whole page: repeats, titles, place, position."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from crawler.extraction.candidates import Line
from crawler.extraction.lines import PageLines

PAGE = (
    "repeats", "title", "near_title", "named", "aside", "section", "described", "has_body",
    "in_body", "out_of_body", "out_of_whole_body", "place_share", "place_taken", "own_taken",
    "own_share", "before", "after", "from_first", "from_last", "around", "size",
)  # fmt: skip
_LONG = 80


@dataclass(frozen=True, slots=True)
class Context:
    """What the page says beside its lines; ``body`` and ``descriptions`` squeezed."""

    page: PageLines
    body: str
    descriptions: tuple[str, ...]


def page_rows(lines: list[Line], context: Context) -> list[list[float]]:
    """What needs the whole page: repetition, headline, articleBody, place and position."""
    total = sum(len(line.text) for line in lines if line.taken) or 1
    wide, own = _shares(lines, 4, total), _shares(lines, 1, total)
    taken = [line.taken for line in lines]
    long = [i for i, line in enumerate(lines) if line.taken and len(line.text) > _LONG] or [0]
    has_body = bool(context.body)
    inside = [has_body and line.key[:60] in context.body for line in lines]
    covered = sum(len(x.key) for x, hit in zip(lines, inside, strict=True) if x.taken and hit)
    whole = has_body and covered > 0.9 * len(context.body)
    named = _Named.of(context)
    seen: Counter[str] = Counter()
    rows: list[list[float]] = []
    for i, line in enumerate(lines):
        outside = has_body and not inside[i]
        around = taken[max(0, i - 4) : i] + taken[i + 1 : i + 5]
        rows.append([
            min(3, seen[line.key]), *named.said(line), has_body, inside[i], outside,
            outside and whole, *wide[i], *reversed(own[i]), i < long[0], i > long[-1],
            max(-10, min(10, i - long[0])) / 10, max(-10, min(10, i - long[-1])) / 10,
            sum(around) / max(1, len(around)), min(1.0, total / 3000),
        ])  # fmt: skip
        seen[line.key] += 1
    return rows


@dataclass(frozen=True, slots=True)
class _Named:
    """What the page names elsewhere, with those texts apart that are long enough to tell a line."""

    context: Context
    titles: list[str]
    all_titles: str
    names: list[str]
    descriptions: str

    @classmethod
    def of(cls, context: Context) -> _Named:
        titles, names = context.page.titles, context.page.names
        return cls(
            context,
            [title for title in titles if len(title) > 15],
            "\n".join(titles),
            [name for name in names if len(name) > 5],
            "\n".join(context.descriptions),
        )

    def said(self, line: Line) -> tuple[bool, ...]:
        """Whether a line is, or is like, what the page names."""
        key, page = line.key, self.context.page
        near = any(title in key for title in self.titles) or (
            len(key) > 12 and key in self.all_titles
        )
        named = key in page.names or (
            len(line.text) < 120 and any(name in key for name in self.names)
        )
        described = len(key) > 20 and (
            key in self.descriptions or any(text[:60] in key for text in self.context.descriptions)
        )
        return key in page.titles, near, named, key in page.asides, key in page.sections, described


def _shares(lines: list[Line], depth: int, total: int) -> list[tuple[float, float]]:
    """Of each line's place: its share of the engine's text, and how much of it the engine took."""
    taken: Counter[tuple[str, ...]] = Counter()
    held: Counter[tuple[str, ...]] = Counter()
    places = [line.block.place[:depth] if line.block else () for line in lines]
    for place, line in zip(places, lines, strict=True):
        held[place] += len(line.text)
        taken[place] += len(line.text) * line.taken
    return [(taken[place] / total, taken[place] / max(1, held[place])) for place in places]

"""What the block model sees of a line: numbers that mean the same in every language.

Form, markup, links, place, what the engine, the line rules, the articleBody and the headline say,
and the same of its neighbours. ``NAMES`` gives the order; the model names what it uses.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from crawler.extraction.candidates import Line
from crawler.extraction.lines import PageLines

_TAGS = ("p", "li", "blockquote", "div", "h2")
# Roles that authors of templates write into class names, whatever the language of the page.
_ROLES = {
    "body": r"content|body|text|article|paragraph|story|entry|post",
    "related": r"relat|teaser|promo|more|recommend|read|link|card|trend|popular",
    "caption": r"caption|credit|image|photo|figure|gallery|media|video|picture",
    "author": r"author|bio|byline|writer|profile",
    "letter": r"newsletter|subscri|sign-?up|paywall|premium|register|login",
    "share": r"share|social|follow|tool|button|icon|btn|comment|discuss",
    "advert": r"(?:^|[_-])(?:ads?|adv|advert\w*|sponsor\w*|affiliate|shop\w*|deal)(?:[_-]|$)",
    "tag": r"tag|topic|keyword|categor|label|breadcrumb",
    "box": r"box|fact|info|aside|side|widget|module|embed|component|callout|accordion",
    "lead": r"summary|lead|intro|standfirst|dek|sub-?(?:title|head)|excerpt|abstract|kicker",
    "quote": r"quote|pull|cite",
    "meta": r"meta|date|time|publish|update|source|copyright|footer|note|disclaimer|correction",
}
_ROLE = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ROLES.items()}
_FORM = (
    "taken", "kept", "dropped", "unmapped", "heading", *(f"tag:{tag}" for tag in _TAGS),
    "length", "stop", "colon", "question", "bullet", "upper", "digits", "address", "opens_quote",
    "row", "linked", "all_link", "strong", "slanted",
)  # fmt: skip
_PAGE = (
    "repeats", "title", "near_title", "named", "aside", "section", "described", "has_body",
    "in_body", "out_of_body", "out_of_whole_body", "place_share", "place_taken", "own_taken",
    "own_share", "before", "after", "from_first", "from_last", "around", "size",
)  # fmt: skip
_OF_NEIGHBOUR = ("taken", "heading", "length", "all_link", "tag:li", "stop")
_NEIGHBOURS = (-2, -1, 1, 2)
NAMES = (
    *_FORM, *_PAGE, *(f"role:{name}" for name in _ROLES), *(f"own_role:{name}" for name in _ROLES),
    *(f"{name}@{n}" for n in _NEIGHBOURS for name in (*_OF_NEIGHBOUR, "same_place")),
)  # fmt: skip
_LONG = 80
_AT = {name: _FORM.index(name) for name in _OF_NEIGHBOUR}


@dataclass(frozen=True, slots=True)
class Context:
    """What the page says beside its lines; ``body`` and ``descriptions`` squeezed."""

    page: PageLines
    body: str
    descriptions: tuple[str, ...]


def describe(lines: list[Line], context: Context) -> list[list[float]]:
    """One row of numbers a line, in the order of ``NAMES``."""
    form = [_form(line, context.page) for line in lines]
    page = _page_rows(lines, context)
    return [
        form[i] + page[i] + _roles(line) + _neighbours(lines, form, i)
        for i, line in enumerate(lines)
    ]


def _form(line: Line, page: PageLines) -> list[float]:
    text, block, size = line.text, line.block, len(line.text)
    tag = block.tag if block else ""
    end = text.rstrip()[-1:]
    linked = min(1.0, block.linked / size) if block else 0.0
    row = [
        line.taken, line.kept, line.taken and not line.kept, block is None,
        len(tag) == 2 and tag[0] == "h", *(tag == name for name in _TAGS),
        math.log1p(size) / 7, end in ".!?。！？।؟\"”»」’", end in ":：", end in "?？؟",
        text.startswith("- "), text.isupper(), sum(map(str.isdigit, text)) / size,
        "http" in text or "www." in text or "@" in text, text[0] in "\"“„«»”‘「'",
        text[0] == "|", linked, linked > 0.9 or line.key in page.links,
        bool(block and block.strong > 0.8 * size), bool(block and block.slanted > 0.8 * size),
    ]  # fmt: skip
    return [float(value) for value in row]


def _roles(line: Line) -> list[float]:
    if line.block is None:
        return [0.0] * (2 * len(_ROLE))
    own, *above = line.block.place
    if not above:
        return [*_flags(_roles_of(own)), *_flags(_roles_of(own))]
    # No role matches across a space, which also keeps its ^ and $ to the ends of the whole place.
    mask = _roles_of(f"{own} ") | _roles_of(f" {above[-1]}")
    for name in above[:-1]:
        mask |= _roles_of(f" {name} ")
    return [*_flags(mask), *_flags(_roles_of(own))]


@lru_cache(maxsize=20_000)
def _roles_of(name: str) -> int:
    # Names repeat within a page and within a site.
    return sum(1 << bit for bit, role in enumerate(_ROLE.values()) if role.search(name))


@lru_cache(maxsize=4096)
def _flags(mask: int) -> tuple[float, ...]:
    return tuple(float(mask >> bit & 1) for bit in range(len(_ROLE)))


def _neighbours(lines: list[Line], form: list[list[float]], index: int) -> list[float]:
    row: list[float] = []
    here = lines[index].block
    for step in _NEIGHBOURS:
        other = index + step
        if not 0 <= other < len(lines):
            row += [-1.0] * (len(_OF_NEIGHBOUR) + 1)
            continue
        row += [form[other][at] for at in _AT.values()]
        there = lines[other].block
        row.append(float(bool(here and there and here.place[1:] == there.place[1:])))
    return row


def _page_rows(lines: list[Line], context: Context) -> list[list[float]]:
    """What needs the whole page: repetition, headline, articleBody, place and position."""
    total = sum(len(line.text) for line in lines if line.taken) or 1
    shares = [_shares(lines, depth, total) for depth in (4, 1)]
    long = [i for i, line in enumerate(lines) if line.taken and len(line.text) > _LONG] or [0]
    covered = sum(len(x.key) for x in lines if x.taken and x.key[:60] in context.body)
    whole = bool(context.body) and covered > 0.9 * len(context.body)
    seen: Counter[str] = Counter()
    rows = []
    for i, line in enumerate(lines):
        inside = bool(context.body) and line.key[:60] in context.body
        outside = bool(context.body) and not inside
        around = [x.taken for x in (*lines[max(0, i - 4) : i], *lines[i + 1 : i + 5])]
        row = [
            min(3, seen[line.key]), *_said(line, context), bool(context.body), inside, outside,
            outside and whole, *shares[0][i], *shares[1][i], i < long[0], i > long[-1],
            max(-10, min(10, i - long[0])) / 10, max(-10, min(10, i - long[-1])) / 10,
            sum(around) / max(1, len(around)), min(1.0, total / 3000),
        ]  # fmt: skip
        seen[line.key] += 1
        rows.append([float(value) for value in row])
    return rows


def _said(line: Line, context: Context) -> tuple[bool, ...]:
    """Whether the line is, or is like, what the page names elsewhere."""
    key, page = line.key, context.page
    near = any(len(title) > 15 and title in key for title in page.titles) or (
        len(key) > 12 and any(key in title for title in page.titles)
    )
    named = key in page.names or (
        len(line.text) < 120 and any(len(name) > 5 and name in key for name in page.names)
    )
    described = len(key) > 20 and any(
        key in text or text[:60] in key for text in context.descriptions
    )
    return (key in page.titles, near, named, key in page.asides, key in page.sections, described)


def _shares(lines: list[Line], depth: int, total: int) -> list[tuple[float, float]]:
    """Of each line's place: its share of the engine's text, and how much of it the engine took."""
    taken: Counter[tuple[str, ...]] = Counter()
    held: Counter[tuple[str, ...]] = Counter()
    places = [line.block.place[:depth] if line.block else () for line in lines]
    for place, line in zip(places, lines, strict=True):
        held[place] += len(line.text)
        taken[place] += len(line.text) * line.taken
    found = [(taken[place] / total, taken[place] / max(1, held[place])) for place in places]
    return found if depth > 1 else [(whole, share) for share, whole in found]

"""What the block model sees of a line: numbers that mean the same in every language.

Form, markup, links, place, what the engine, the line rules, the articleBody and the headline say,
and the same of its neighbours. ``NAMES`` gives the order; the model names what it uses.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from operator import itemgetter

from crawler.extraction.candidates import Line
from crawler.extraction.lines import PageLines
from crawler.extraction.page_features import PAGE, Context, page_rows

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
_ROLE = {name: re.compile(pattern) for name, pattern in _ROLES.items()}
_FORM = (
    "taken", "kept", "dropped", "unmapped", "heading", *(f"tag:{tag}" for tag in _TAGS),
    "length", "stop", "colon", "question", "bullet", "upper", "digits", "address", "opens_quote",
    "row", "linked", "all_link", "strong", "slanted",
)  # fmt: skip
_OF_NEIGHBOUR = ("taken", "heading", "length", "all_link", "tag:li", "stop")
_NEIGHBOURS = (-2, -1, 1, 2)
NAMES = (
    *_FORM, *PAGE, *(f"role:{name}" for name in _ROLES), *(f"own_role:{name}" for name in _ROLES),
    *(f"{name}@{n}" for n in _NEIGHBOURS for name in (*_OF_NEIGHBOUR, "same_place")),
)  # fmt: skip
_of_neighbour = itemgetter(*map(_FORM.index, _OF_NEIGHBOUR))
_NO_NEIGHBOUR = [-1.0] * (len(_OF_NEIGHBOUR) + 1)
_TAG_FLAGS = {tag: tuple(tag == name for name in _TAGS) for tag in _TAGS}
_NO_TAG = (False,) * len(_TAGS)
_ASCII = bytes(range(128))


def describe(lines: list[Line], context: Context) -> list[list[float]]:
    """One row of numbers a line, in the order of ``NAMES``; yes and no are 1 and 0."""
    form = [_form(line, context.page) for line in lines]
    page = page_rows(lines, context)
    rows = zip(form, page, _role_rows(lines), _neighbours(lines, form), strict=True)
    return [[*own, *paged, *roles, *beside] for own, paged, roles, beside in rows]


def _form(line: Line, page: PageLines) -> list[float]:
    text, block, size = line.text, line.block, len(line.text)
    tag = block.tag if block else ""
    end = text.rstrip()[-1:]
    linked = min(1.0, block.linked / size) if block else 0.0
    return [
        line.taken, line.kept, line.taken and not line.kept, block is None,
        len(tag) == 2 and tag[0] == "h", *_TAG_FLAGS.get(tag, _NO_TAG),
        math.log1p(size) / 7, end in ".!?。！？।؟\"”»」’", end in ":：", end in "?？؟",
        text.startswith("- "), text.isupper(), _digits(text) / size,
        "http" in text or "www." in text or "@" in text, text[0] in "\"“„«»”‘「'",
        text[0] == "|", linked, linked > 0.9 or line.key in page.links,
        bool(block and block.strong > 0.8 * size), bool(block and block.slanted > 0.8 * size),
    ]  # fmt: skip


def _digits(text: str) -> int:
    """Digits of any script; as bytes, a fifth of the time of asking each character."""
    data = text.encode("utf-8", "surrogatepass")
    count = len(data) - len(data.translate(None, b"0123456789"))
    if len(data) == len(text):
        return count
    others = data.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return count + sum(map(str.isdigit, others))


def _role_rows(lines: list[Line]) -> list[tuple[float, ...]]:
    """The roles of each line's place, then those of its own element; most stand in one place."""
    known: dict[tuple[str, ...], tuple[float, ...]] = {(): (0.0,) * (2 * len(_ROLE))}
    places = [line.block.place if line.block else () for line in lines]
    for place in places:
        if place not in known:
            known[place] = _roles(*place)
    return [known[place] for place in places]


def _roles(own: str, *above: str) -> tuple[float, ...]:
    if not above:
        return _flags(_roles_of(own)) * 2
    # No role matches across a space, which also keeps its ^ and $ to the ends of the whole place.
    mask = _roles_of(f"{own} ") | _roles_of(f" {above[-1]}")
    for name in above[:-1]:
        mask |= _roles_of(f" {name} ")
    return _flags(mask) + _flags(_roles_of(own))


@lru_cache(maxsize=20_000)
def _roles_of(name: str) -> int:
    # Names repeat within a page and within a site. In lower case, because a pattern that ignores
    # the case cannot skip to where it may begin, and takes three times as long.
    lower = name.lower()
    return sum(1 << bit for bit, role in enumerate(_ROLE.values()) if role.search(lower))


@lru_cache(maxsize=4096)
def _flags(mask: int) -> tuple[float, ...]:
    return tuple(float(mask >> bit & 1) for bit in range(len(_ROLE)))


def _neighbours(lines: list[Line], form: list[list[float]]) -> list[list[float]]:
    """Of the lines around each: some of their form, and whether they stand in the same place."""
    told = [_of_neighbour(row) for row in form]
    around = [line.block.place[1:] if line.block else None for line in lines]
    rows = []
    for here, place in enumerate(around):
        row: list[float] = []
        for step in _NEIGHBOURS:
            other = here + step
            if 0 <= other < len(lines):
                row += told[other]
                row.append(place is not None and place == around[other])
            else:
                row += _NO_NEIGHBOUR
        rows.append(row)
    return rows

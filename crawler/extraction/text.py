"""The story's lines: the engine's, completed and checked against the page itself.

1. Parts of the page that are never story (figures' captions, prompts, boxes) are cut by markup.
2. trafilatura, fast. Where it gives little against the paragraphs of the page: those that stand
   together and hold most text, or its full cascade.
3. Paragraphs it left out that stand in the same markup as those it took are put back in order:
   systems that split a story over several containers lose all but the first of them otherwise.
4. The JSON-LD articleBody stands in where the engine covers little of it, and says where the story
   starts and ends where it is plainly the whole story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from crawler.extraction.blocks import Block, find_blocks, keys_of, part_words, squeeze
from crawler.extraction.engine import run_engine
from crawler.extraction.facts import Facts
from crawler.extraction.joiners import with_joiners
from crawler.extraction.junk import remove_junk
from crawler.extraction.page_state import state_lines
from crawler.extraction.paragraphs import make_paragraphs
from crawler.extraction.structured import article_body

_PARAGRAPH = frozenset(("p", "h2", "h3", "h4", "li", "blockquote"))
_MIN_PARAGRAPH = 60
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»“)\]]*$")
_POINT = re.compile(r"\w{1,2}[.)]\s|[-*•–—]\s")
_SEVERAL, _PARTS = 400, 3  # a line of so many characters that holds so many paragraphs
_OPENING = 20  # letters by which a paragraph is known
_FEW = 250  # characters below which a second opinion is asked
_MENU, _MENU_LINE = 40, 60  # so many lines, none longer than so many characters
_LITTLE = 200  # characters below which a page shows no story
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Found:
    """The lines before the line rules, the page's blocks, and the page's own copy of the story.

    ``replaced``: the engine failed, and the lines are that copy.
    """

    lines: list[str]
    blocks: list[Block]
    body: list[str]
    replaced: bool


def find_lines(facts: Facts) -> Found:
    """The lines of the story before the line rules; cuts the tree."""
    body = article_body(facts)
    lighten(facts)
    blocks = find_blocks(facts.tree)
    paragraphs = [block for block in blocks if block.tag in _PARAGRAPH]
    lines = run_engine(facts.tree, facts.page.url)
    if _is_weak(lines, paragraphs):
        lines = _stronger(lines, paragraphs, facts)
    lines = _mended(_parted(lines, paragraphs), paragraphs)
    lines = with_joiners(_completed(lines, paragraphs), blocks)
    if not body and _size(lines) < _LITTLE:
        body = state_lines(facts.scripts)
    if body:
        lines = _against_body(lines, body)
    return Found(lines, blocks, body, replaced=bool(body) and lines is body)


def lighten(facts: Facts) -> None:
    """Cut and mend the tree for the engine."""
    remove_junk(facts)
    make_paragraphs(facts.tree)
    part_words(facts.tree)
    # The reading stands in brackets behind its word; the engine would make three lines of them.
    etree.strip_tags(facts.tree, "ruby", "rb", "rt", "rp")


def _stronger(lines: list[str], paragraphs: list[Block], facts: Facts) -> list[str]:
    """The page's heaviest paragraphs, or the engine's full cascade, where either gives more."""
    own = _heaviest(paragraphs)
    if own and (_is_table(lines) or _run_together(own, lines)):
        return own
    cascade = run_engine(facts.tree, facts.page.url, fast=False)
    if _is_menu(lines):
        return next((other for other in (cascade, own) if not _is_few(other)), lines)
    if _size(own) > 2 * _size(lines) and 2 * _size(cascade) < 3 * _size(own):
        return own
    return lines if _run_together(lines, cascade) else max(lines, cascade, key=_size)


def _run_together(lines: list[str], block: list[str]) -> bool:
    """Whether ``block`` is these lines in one: the engine's last resort on short pages."""
    whole = squeeze("".join(block))
    return len(block) < len(lines) and all(squeeze(line) in whole for line in lines)


def _size(lines: list[str]) -> int:
    return sum(map(_weight, lines))


def _weight(text: str) -> int:
    """Length in characters of an alphabetic script: kana and Han say about three times as much."""
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))


def _is_weak(lines: list[str], paragraphs: list[Block]) -> bool:
    got = _size(lines)
    long = (_weight(p.text) for p in paragraphs if p.tag == "p")
    page = sum(weight for weight in long if weight >= _MIN_PARAGRAPH)
    if _is_few(lines) or len(lines) == 1 or got * 4 < page:
        return True
    return _is_table(lines) or _is_menu(lines)


def _is_few(lines: list[str]) -> bool:
    return _size(lines) < _FEW


def _is_menu(lines: list[str]) -> bool:
    """Whether there are many lines and no paragraph among them."""
    return len(lines) >= _MENU and max(map(len, lines)) < _MENU_LINE


def _is_table(lines: list[str]) -> bool:
    """Whether most of the text came as table rows: an old page that is laid out by tables."""
    rows = sum(len(line) for line in lines if line.startswith("|"))
    return rows * 2 > sum(map(len, lines))


def _heaviest(paragraphs: list[Block]) -> list[str]:
    """The paragraphs of the place that holds most text."""
    weight: Counter[tuple[str, ...]] = Counter()
    for p in paragraphs:
        if p.tag == "p" and _weight(p.text) >= _MIN_PARAGRAPH:
            weight[p.place[1:4]] += _weight(p.text)
    if not weight:
        return []
    home = weight.most_common(1)[0][0]
    return [p.text for p in paragraphs if p.place[1:4] == home]


def _parted(lines: list[str], paragraphs: list[Block]) -> list[str]:
    """In their paragraphs the lines that hold several: a story that is laid out as a list item."""
    long = {squeeze(line): line for line in lines if len(line) >= _SEVERAL}
    for p in paragraphs if long else ():
        long.pop(p.key, None)  # a paragraph, even where each sentence of it stands here once more
    parts = {line: _parts_of(key, paragraphs) for key, line in list(long.items())[:_PARTS]}
    return [part for line in lines for part in parts.get(line) or [line]]


def _parts_of(key: str, paragraphs: list[Block]) -> list[str]:
    """The paragraphs that make up most of a line; none where they do not."""
    inside = [p for p in paragraphs if p.tag == "p" and len(p.key) > 8 and p.key in key]
    is_whole = len(inside) < _PARTS or 4 * sum(map(_letters, inside)) < 3 * len(key)
    return [] if is_whole else [p.text for p in inside]


def _letters(block: Block) -> int:
    return len(block.key)


def _mended(lines: list[str], paragraphs: list[Block]) -> list[str]:
    """Lines in one again that the engine broke where the source code of their paragraph breaks."""
    broken = {n for n, line in enumerate(lines) if n and line[0].islower()}
    if not broken:
        return lines
    openings = {p.key[:_OPENING]: p.key for p in paragraphs if p.tag == "p"}
    keys = [squeeze(line) for line in lines]
    mended: list[str] = []
    start = 0
    while start < len(lines):
        whole = openings.get("".join(keys[start : start + 4])[:_OPENING], "")
        end, size = start + 1, len(keys[start])
        fits = whole.startswith(keys[start])
        while fits and end < len(lines) and whole.startswith(keys[end], size):
            size += len(keys[end])
            end += 1
        # Lines that an author breaks, of verse or an address, begin with capitals.
        small = len(broken & set(range(start + 1, end)))
        is_source = fits and size == len(whole) and 3 * small >= end - start - 1
        mended += _joined(lines[start:end]) if is_source else lines[start:end]
        start = end
    return mended


def _joined(lines: list[str]) -> list[str]:
    """Each line put to the one before it, where that does not end a sentence."""
    joined: list[list[str]] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if not joined or _SENTENCE_END.search(before) or _POINT.match(line):
            joined.append([line])
        else:
            joined[-1].append(line)
    return [" ".join(parts) for parts in joined]


def _completed(lines: list[str], paragraphs: list[Block]) -> list[str]:
    """Put back paragraphs that stand in the same markup as most of the engine's lines."""
    at = {key: i for i, key in enumerate(keys_of(lines, paragraphs))}
    joined = "".join(at)
    weight: Counter[tuple[str, ...]] = Counter()
    for p in paragraphs:
        if p.tag == "p" and p.key in at:
            weight[p.place[1:4]] += len(p.text)
    total = sum(map(len, lines))
    homes = {place for place, size in weight.items() if size * 4 > total}
    missing = [
        p
        for p in paragraphs
        if p.place[1:4] in homes and p.key not in at and (len(p.key) < 20 or p.key not in joined)
    ]
    if sum(len(p.text) for p in missing if p.tag == "p" and len(p.text) >= _MIN_PARAGRAPH) < 200:
        return lines
    return _interleaved(lines, paragraphs, at, {id(p) for p in missing})


def _interleaved(
    lines: list[str], paragraphs: Iterable[Block], at: dict[str, int], missing: set[int]
) -> list[str]:
    after: dict[int, list[str]] = {}
    last = -1
    for p in paragraphs:
        if p.key in at:
            last = max(last, at[p.key])
        elif id(p) in missing:
            after.setdefault(last, []).append(p.text)
    merged = list(after.get(-1, []))
    for i, line in enumerate(lines):
        merged.append(line)
        merged += after.get(i, [])
    return merged


def _against_body(lines: list[str], body: list[str]) -> list[str]:
    """Use articleBody as a second opinion: in place of a failed engine, or to find both ends."""
    whole = squeeze("".join(body))
    ours = squeeze("".join(lines))
    inside = [squeeze(line)[:60] in whole for line in lines]
    size = sum(len(squeeze(line)) for line, hit in zip(lines, inside, strict=True) if hit)
    if size * 10 < len(whole) * 6 and share_in(body, ours) < 0.5:
        return body
    if size * 10 >= len(whole) * 9 and any(inside):
        last = len(inside) - 1 - inside[::-1].index(True)
        first = inside.index(True)
        if any(len(line) > 120 for line in lines[:first]):
            first = 0
        # Some sites put a teaser there: it shows no end.
        if _size(lines[first : last + 1]) * 2 > _size(lines):
            return lines[first : last + 1]
    return lines


def share_in(body: list[str], ours: str) -> float:
    """Share of the articleBody, in pieces of 40 characters, that the engine's text holds."""
    whole = squeeze("".join(body))
    pieces = [whole[i : i + 40] for i in range(0, len(whole) - 40, 40)]
    return sum(piece in ours for piece in pieces) / len(pieces) if pieces else 1.0

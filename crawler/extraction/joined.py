"""The pages of one story as one: their texts joined, without what each of them repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler.extraction.blocks import squeeze
from crawler.extraction.following import StoryPage, goes_on_at
from crawler.extraction.quality import count_words
from crawler.extraction.record import Extraction
from crawler.extraction.words import pattern

# "1 2 3 Next" without the word: numbers of pages, and what parts them.
_NUMBERS = re.compile(r"^(?:[\W_]*\b\d{1,2}\b)+[\W_]*$")
_LONGEST_PAGER = 60
_LEAST = 12  # letters of a line that is no repetition by chance
_HEAD = 8  # lines among which headline and standfirst stand again


def join(pages: Sequence[StoryPage]) -> Extraction:
    """A story of one or more pages: what its first page says, with the text of all.

    Where it goes on at a page that is not among them, it is ``truncated``, ``next_page`` has the
    address, and ``error`` says so.
    """
    first = pages[0].extraction
    extractions = [page.extraction for page in pages]
    text = join_texts([e.text or "" for e in extractions], (first.headline, first.description))
    following = goes_on_at(pages)
    joined = replace(
        first,
        text=text or None,
        word_count=count_words(text) if text else None,
        quality=min((e.quality for e in extractions if e.quality is not None), default=None),
        agency=next((e.agency for e in extractions if e.agency), None),
        live_updates=tuple(update for e in extractions for update in e.live_updates),
        next_page=following,
    )
    if following is None or first.access != "full":
        return joined
    return replace(joined, access="truncated", error=f"not read: the next page, {following}")


def join_texts(texts: Sequence[str], titles: Iterable[str | None] = ()) -> str:
    """The texts of a story's pages as one, paragraphs parted by an empty line.

    One text stays as it is; what is left out of several, ``parts_of`` says.
    """
    if len(texts) == 1:
        return texts[0]
    return "\n\n".join(line for part in parts_of(texts, titles) for line in part)


def parts_of(texts: Sequence[str], titles: Iterable[str | None] = ()) -> list[list[str]]:
    """The paragraphs that each of several pages gives to the text of their story.

    Left out are pager lines, ``titles`` (headline, standfirst) where a later page opens with them,
    a closing box from all pages but the last, and what was there before. A paragraph that the page
    break cuts stays in two.
    """
    told = {squeeze(title) for title in titles if title}
    pages = [_without_pager(text.split("\n\n")) for text in texts]
    pages[1:] = [_without_titles(lines, told) for lines in pages[1:]]
    for at in range(len(pages) - 1):
        pages[at] = pages[at][: len(pages[at]) - _common_end(pages[at], pages[at + 1])]
    seen: set[str] = set()
    parts = []
    for lines in pages:
        parts.append([line for line in lines if not _is_again(line, seen)])
        seen |= {squeeze(line) for line in lines}
    return parts


def _without_pager(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip() and not _is_pager(line)]


def _is_pager(line: str) -> bool:
    if len(line) > _LONGEST_PAGER:
        return False
    return bool(_NUMBERS.match(line) or pattern("lines", "pager", r"^\W*(?:{})\W*$").match(line))


def _without_titles(lines: list[str], told: set[str]) -> list[str]:
    return [line for at, line in enumerate(lines) if at >= _HEAD or squeeze(line) not in told]


def _common_end(lines: list[str], following: list[str]) -> int:
    """The number of lines with which two pages end alike; a page that is all of that is none."""
    pairs = zip(reversed(lines), reversed(following), strict=False)
    unlike = (at for at, (one, other) in enumerate(pairs) if squeeze(one) != squeeze(other))
    return next(unlike, 0)


def _is_again(line: str, seen: set[str]) -> bool:
    key = squeeze(line)
    return len(key) > _LEAST and key in seen

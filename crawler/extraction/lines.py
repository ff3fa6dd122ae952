"""What is a line of the story and what is the page's: rules on single lines, in one pass.

At the start: the headline again, the kicker before it, byline, date, reading time, breadcrumb.
Anywhere: lines that are one link, prompts ("read more", newsletter, share), separators, a line
that was there before. At the end: credits of the reporters, agency and source lines, tag lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.agency import canonical_agency
from crawler.extraction.blocks import squeeze, squeeze_all
from crawler.extraction.facts import Facts
from crawler.extraction.markup import text_of
from crawler.extraction.moments import read_moment
from crawler.extraction.naming import Naming
from crawler.extraction.words import pattern

_ADDRESS = ("http://", "https://", "www.")
_BULLET = re.compile(r"^[-*•·▪■►▶>»›–—]\s+")
_STANDFIRST = Naming(
    re.compile(
        r"(?:^|[\s_-])(?:standfirst|dek|sub-?(?:head(?:line)?|line|title)|strapline|kicker|overline|topline)(?:$|[\s_-])",
        re.IGNORECASE,
    ),
    stems="standfirst|dek|sub-?(?:head|line|title)|strapline|kicker|overline|topline",
)
_STANDFIRST_TAGS = frozenset(("p", "h2", "h3", "div", "span"))
# What stands behind a link to another story: [VIDEO], (INSIGHT)|.
_LABEL = re.compile(r"\s*[\[(][A-Z ]{2,20}[\])]\W*$")
# Lines that were dropped, and why.
Trace = list[tuple[str, str]]
_HEAD = 8  # lines among which headline, byline and date of a page stand
_TAIL = 6
_PARAGRAPH = 300  # characters that hardly a standfirst has
_LEAD_WORDS = 5
_DATE_LINE = 45  # characters
_MENU_LINE = 120  # characters that no line of a menu has
_CAPTION = re.compile(
    r"[—–|(-]\s*(?:fotos?|photos?|bild(?:er)?|images?|pictures?|crédito|credits?)\s*[:：]\s*[^.:]{2,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageLines:
    """What the page says that its story does not: compared by ``squeeze``."""

    titles: frozenset[str]
    links: frozenset[str]
    names: frozenset[str]
    asides: frozenset[str]
    sections: frozenset[str]


def link_texts(links: Iterable[HtmlElement]) -> frozenset[str]:
    """The texts of links that lead to another page; not addresses, which are quoted as sources."""
    # A site names many of its links twice.
    texts = {text_of(link) for link in links if _leads_on(link.get("href"))}
    keys = squeeze_all([text for text in texts if not text.startswith(_ADDRESS)])
    return frozenset(key for key in keys if len(key) > 2)


def _leads_on(href: str | None) -> bool:
    return (href or "#")[0] != "#"


def standfirsts(facts: Facts) -> frozenset[str]:
    """Texts of elements that are named as a subtitle, or stand in one header with the headline."""
    found = facts.named_like(_STANDFIRST, _STANDFIRST_TAGS)[:20]
    found += _in_header(facts.tree)[:20]
    return frozenset(k for e in found if len(k := squeeze(text_of(e))) > 3)


def _in_header(tree: HtmlElement) -> list[HtmlElement]:
    """The subtitles in each header that holds the headline and hardly any text beside it."""
    found: dict[HtmlElement, None] = {}
    for header in tree.iter("header", "hgroup"):
        if next(header.iter("h1"), None) is not None and len(list(header.iter("p"))) < 5:
            found |= dict.fromkeys(header.iter("h2", "h3"))
    return list(found)


def keep_story(lines: list[str], page: PageLines, trace: Trace | None = None) -> list[str]:
    """The lines that are story, in order; ``trace`` takes those that are not, with the reason."""
    dropped = [] if trace is None else trace
    whole = lines
    lines = _from_headline(lines, page)
    dropped += [(line, "headline, or before it") for line in whole[: len(whole) - len(lines)]]
    kept: list[str] = []
    seen: set[str] = set()
    started = False
    for index, line in enumerate(lines):
        key = squeeze(line)
        if not key or (key in seen and len(key) > 12 and line[0] != "|"):
            dropped.append((line, "repeated"))
        elif _is_prompt(line, key, page):
            dropped.append((line, "link, prompt or separator"))
        elif not started and index < _HEAD and _is_opening(line, key, page):
            dropped.append((line, "byline, date, kicker or standfirst"))
        elif key in page.titles and index < _HEAD:
            dropped.append((line, "headline again"))
        else:
            started = started or len(line) > 60
            seen.add(key)
            kept.append(line)
    story = _without_tail(kept, page)
    dropped += [(line, "credits at the end") for line in kept[len(story) :]]
    return story


def _from_headline(lines: list[str], page: PageLines) -> list[str]:
    """Start behind the headline where it stands among the first lines, or behind a menu."""
    for index in range(min(_HEAD, len(lines)) - 1, -1, -1):
        # Nothing behind it: what stands before the headline is all that there is.
        if index + 1 < len(lines) and _is_title(lines[index], page) and _is_head(lines[:index]):
            return lines[index + 1 :]
    menu = next((n for n, line in enumerate(lines) if len(line) > _MENU_LINE), len(lines))
    for index in range(menu - 1, _HEAD - 1, -1):
        if _is_title(lines[index], page):
            return lines[index + 1 :]
    return lines


def _is_title(line: str, page: PageLines) -> bool:
    key = squeeze(line)
    return len(key) > 8 and key in page.titles


def _is_head(lines: list[str]) -> bool:
    """Whether no line is a paragraph: what stands above a headline is short, or a standfirst."""
    return sum(map(len, lines)) < 600 and not any(len(line) > _PARAGRAPH for line in lines)


def _is_opening(line: str, key: str, page: PageLines) -> bool:
    """Whether a line before the first paragraph is a byline, a date, a kicker or a title again."""
    if key in page.asides or key in page.sections or key in page.names:
        return True
    if any(
        title and len(title) > 15 and title in key and len(key) < len(title) + 60
        for title in page.titles
        if line[-1] not in ".!?" or key.startswith(title)
    ):
        return True
    if any(len(key) > 12 and key in title for title in page.titles):
        return True
    if len(line) > 100:
        return False
    if pattern("lines", "opening", r"^\W*(?:{})").search(line):
        return True
    if any(name in key and len(key) < len(name) + 45 for name in page.names if len(name) > 5):
        return True
    return len(line) < 70 and read_moment(line) is not None and line.rstrip()[-1:] not in ".!?"


def _is_prompt(line: str, key: str, page: PageLines) -> bool:
    if key in page.links or _without_label(line, key) in page.links:
        return True
    bare = _BULLET.sub("", line)
    if len(line) < 400 and pattern("lines", "prompt", r"^\W*(?:{})").search(bare):
        return True
    if len(line) < 200 and _CAPTION.search(line):
        return True
    if len(line) < 120 and pattern("kinds", "paywall", r"^\W*(?:{})").search(bare):
        return True
    lead = pattern("lines", "lead_to_link", r"^\W*(?:{})\W*").match(bare)
    if not lead:
        return False
    return squeeze(bare[lead.end() :]) in page.links or len(bare) - lead.end() < 3


def _without_label(line: str, key: str) -> str:
    label = _LABEL.search(line) if "]" in line or ")" in line else None
    return key if label is None else squeeze(line[: label.start()])


def _without_tail(lines: list[str], page: PageLines) -> list[str]:
    end = len(lines)
    while end > 1 and len(lines) - end < _TAIL and _is_tail(lines[end - 1], page):
        end -= 1
    # The lead to links that were dropped.
    if end == len(lines) > 1 and lines[-1][-1] in ":：" and len(lines[-1].split()) <= _LEAD_WORDS:
        end -= 1
    return lines[:end]


def _is_tail(line: str, page: PageLines) -> bool:
    if len(line) < 300 and pattern("lines", "tail", r"^\W*(?:{})").search(line):
        return True
    if squeeze(line) in page.sections | page.names or canonical_agency(line):
        return True
    # A date; behind a dash it says who was quoted, and when.
    is_short = len(line) < _DATE_LINE and line[-1] not in ".!?" and line[0] not in "-–—"
    return is_short and read_moment(line) is not None


def keys(texts: Iterable[str | None]) -> frozenset[str]:
    """The squeezed forms of texts, empty ones left out."""
    return frozenset(k for t in texts if t and (k := squeeze(t)))

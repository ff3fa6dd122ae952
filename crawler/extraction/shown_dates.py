"""Dates in elements that are made for them: ``time``, and those named after a date.

A page has many: its own, those of other stories, tickers, events, today's. Those around the
headline are asked first, the others only where the story's head has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from lxml.html import HtmlElement

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.index import is_inside
from crawler.extraction.markup import spaced_text, text_of
from crawler.extraction.moments import read_moment
from crawler.extraction.naming import Naming
from crawler.extraction.nearby import head_of_story
from crawler.extraction.words import pattern

_DATED = frozenset(
    [
        "span",
        "div",
        "p",
        "li",
        "abbr",
        "small",
        "em",
        "h4",
        "h5",
        "h6",
        "dd",
        "td",
        "a",
        "b",
        "i",
        "sub",
        "font",
    ]
)
_DATE_CLASS = Naming(
    re.compile(
        r"(?:^|[\s_-])(?:pub(?:lish(?:ed)?)?[_-]?(?:date|time|on)?|(?:post|entry|article|story|news|"
        r"display|creat\w*)?[_-]?(?:date|datetime|dateline|timestamp|pubdate|time|posted|fecha|datum|"
        r"data|tarih))(?:$|[\s_-])|[a-z]Date(?:$|\s)|[Pp]ub[Dd]ate|[Tt]ime[Ss]tamp|byline",
    ),
    stems="pub|dat|time|posted|fecha|tarih|byline",
)
_OTHERS = "comment|related|teaser|gallery|event|ticker|weather|calendar"
_UPDATE_CLASS = re.compile(rf"updat|modif|lastmod|{_OTHERS}", re.IGNORECASE)
# Where the element that shows a date has it once more, for programs.
_MACHINE_READABLE = (
    "datetime",
    "content",
    "title",
    "data-datetime",
    "data-date",
    "data-date-time",
    "data-timestamp",
)
_LIST = 3  # dates of one name away from the headline: those of other stories
_PROSE = 90  # a longer text that holds a date is a sentence, not a date line
_ANOTHER_DAY = timedelta(days=1)


def time_elements(facts: Facts, near: bool) -> Iterator[Candidate]:
    """``time`` elements: those that say they are the publication, then the first of the page.

    ``near``: those around the headline, or the others.
    """
    plain: list[Candidate] = []
    times = [t for t in facts.tree.iter("time") if not is_inside(t, "aside", "footer", "nav")]
    for element in _told_apart(facts, times, near)[:12]:
        value = _stated_time(facts, element)
        parent = element.getparent()
        label = " ".join((element.get("class") or "", element.get("itemprop") or ""))
        around = text_of(parent)[:60] if parent is not None else ""
        if _UPDATE_CLASS.search(label) or pattern("dates", "updated", r"\b(?:{})").search(around):
            continue
        candidate = Candidate(value, "time-element")
        if element.get("pubdate") is not None or re.search("publi|entry-date", label):
            yield candidate
        else:
            plain.append(candidate)
    yield from plain[:2]


def _stated_time(facts: Facts, element: HtmlElement) -> str:
    """The time for programs, or what readers see where that is another day."""
    value, text = " ".join((element.get("datetime") or "").split()), text_of(element)
    if not value or not re.search(r"(?:19|20)\d\d", text):
        return value or text
    stated, shown = (read_moment(v, month_first(facts)) for v in (value, text))
    is_other = stated and shown and abs(stated.day - shown.day) > _ANOTHER_DAY
    return text if is_other else value


def _told_apart(facts: Facts, elements: list[HtmlElement], near: bool) -> list[HtmlElement]:
    """Those around the headline, the ones behind it first, or the others, as they come.

    All are near where the page has no headline.
    """
    if not elements:
        return []
    head = head_of_story(facts)
    if near and head:
        return sorted((e for e in elements if e in head), key=head.__getitem__)
    return [e for e in elements if e not in head and near is not bool(head)]


def visible_dates(facts: Facts, near: bool) -> Iterator[Candidate]:
    """Short texts in elements that are named after a date, in document order.

    ``near``: those around the headline, or the others.
    """
    found = 0
    named = _told_apart(facts, facts.named_like(_DATE_CLASS, _DATED), near)
    names = Counter(element.get("class") for element in named)
    for element in named:
        if not near and names[element.get("class")] >= _LIST:
            continue
        if _UPDATE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        text = spaced_text(element)
        for name in _MACHINE_READABLE:
            if re.search(r"\d{4}", element.get(name) or ""):
                yield Candidate(element.get(name, ""), "visible")
        if 6 <= len(text) <= _PROSE and re.search(r"\d", text):
            yield Candidate(text, "visible")
            found += 1
            if found >= 5:
                return


def month_first(facts: Facts) -> bool:
    """Whether 3/4/2020 is in March: American pages, and English ones that do not say otherwise."""
    language = (facts.markup.language or facts.markup.first("og:locale") or "").replace("_", "-")
    region = language.lower().partition("-")[2]
    suffix = facts.page.url.split("/")[2].rpartition(".")[2] if "//" in facts.page.url else ""
    if region in ("gb", "au", "in", "ie", "nz", "za", "uk") or suffix in ("uk", "au", "in", "ie"):
        return False
    return language.lower().startswith("en") or not language

"""When the story was published and last changed: from what the page says, never from a guess.

Rule for ``published``: candidates in the order of ``_published`` below, each read by
``read_moment``, dropped where it lies after the capture. The best candidate is the first one; a
later one replaces it only to add what it lacks (the time on the same day) or to correct its zone
(the same wall clock under an explicit offset, where the first calls a local time UTC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.labels import beside_label
from crawler.extraction.markup import query, spaced_text, text_of
from crawler.extraction.moments import Moment, read_moment
from crawler.extraction.nearby import under_heading
from crawler.extraction.words import pattern

PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.issued", "dcterms.date",
    "dc.date", "citation_publication_date", "citation_date", "bt:pubdate", "rnews:datepublished",
    "datepublished", "publishdate", "publish_date", "publish-date", "pubdate", "article.published",
    "published_time", "publication_date", "published-date", "article_date_original", "ptime",
    "originalpublicationdate", "article:post_date", "vr:published_time", "datecreated", "date",
    "ob_date", "displaydate", "timestamp", "pdate", "cre_date", "date-creation-yyyymmdd",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:updated_time", "article:modified", "og:article:modified_time",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "datemodified",
    "modified_time", "revision_date", "utime",
)  # fmt: skip
_TIME = query("//time[not(ancestor::aside or ancestor::footer or ancestor::nav)]")
_DATED = frozenset(
    ["span", "div", "p", "li", "abbr", "small", "em", "h4", "h5", "h6", "dd", "td", "a", "b"]
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pub(?:lish(?:ed)?)?[_-]?(?:date|time|on)?|(?:post|entry|article|story|news|"
    r"display|creat\w*)?[_-]?(?:date|datetime|dateline|timestamp|pubdate|time|posted|fecha|datum|"
    r"data|tarih))(?:$|[\s_-])|[a-z]Date(?:$|\s)|[Pp]ub[Dd]ate|[Tt]ime[Ss]tamp|byline",
)
_UPDATE_CLASS = re.compile(r"updat|modif|lastmod|comment|related|teaser", re.IGNORECASE)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_SLASHED = re.compile(r"/((?:19|20)\d\d)[/_-](1[0-2]|0?[1-9])[/_-]([12]\d|3[01]|0?[1-9])(?!\d)")
_EARLIEST = date(1990, 1, 1)
_TOLERANCE = timedelta(days=1)
_PROSE = 90  # a longer text that holds a date is a sentence, not a date line


@dataclass(frozen=True, slots=True)
class Dates:
    """The date fields of an extraction."""

    published: str | None = None
    published_at: str | None = None
    published_date: str | None = None
    published_raw: str | None = None
    published_from: str | None = None
    modified_at: str | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A candidate that could be read."""

    moment: Moment
    candidate: Candidate


def find_dates(facts: Facts) -> Dates:
    """The publication and the last change, as far as the page tells them."""
    dated = list(_readable(facts, _published(facts)))
    best = _best(dated)
    if best is None or best.moment.instant is None:
        best = _best(dated + list(_readable(facts, _printed(facts))))
    changes = _readable(facts, _modified(facts))
    modified = next((_instant(d.moment) for d in changes if d.moment.instant), None)
    return _stated(best, modified)


def stated_dates(facts: Facts, candidates: list[Candidate]) -> Dates:
    """The publication as these candidates alone give it."""
    return _stated(_best(list(_readable(facts, iter(candidates)))), None)


def _stated(best: Dated | None, modified: str | None) -> Dates:
    if best is None:
        return Dates(modified_at=modified)
    return Dates(
        published=as_stated(best.moment),
        published_at=_instant(best.moment),
        published_date=best.moment.day.isoformat(),
        published_raw=best.candidate.value,
        published_from=best.candidate.origin,
        modified_at=modified,
    )


def date_readings(facts: Facts) -> Iterator[tuple[Candidate, str | None]]:
    """Every place that could give the publication, in order, and what is read there.

    None where the text is no date, or one after the capture or before the web.
    """
    for candidate in (*_published(facts), *_printed(facts)):
        readable = next(iter(_readable(facts, iter([candidate]))), None)
        yield candidate, as_stated(readable.moment) if readable else None


def change_readings(facts: Facts) -> Iterator[tuple[Candidate, str | None]]:
    """The same for the last change, as instants."""
    for candidate in _modified(facts):
        readable = next(iter(_readable(facts, iter([candidate]))), None)
        yield candidate, _instant(readable.moment) if readable else None


def as_stated(moment: Moment) -> str:
    """ISO 8601 as far as the page goes: day, its wall clock, its offset; never more."""
    if moment.clock is None or _is_bare_day(moment):
        return moment.day.isoformat()
    local = datetime.combine(moment.day, moment.clock.replace(microsecond=0))
    if moment.offset is None:
        return local.isoformat()
    return local.replace(tzinfo=timezone(moment.offset)).isoformat()


def _instant(moment: Moment) -> str | None:
    if moment.instant is None or _is_bare_day(moment):
        return None
    return moment.instant.replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_bare_day(moment: Moment) -> bool:
    """00:00:00 UTC, which is how systems serialise a day that has no time."""
    return moment.clock == time(0) and moment.offset == timedelta(0)


def _published(facts: Facts) -> Iterator[Candidate]:
    yield from facts.linked("datePublished")
    yield from facts.named("article:published_time")
    yield from facts.items("datepublished")
    yield from facts.named(*PUBLISHED_META[1:])
    yield from _time_elements(facts)
    yield from facts.linked("dateCreated")
    for node in facts.data.others:
        for key in ("datePublished", "uploadDate"):
            if isinstance(node.get(key), str):
                yield Candidate(node[key], f"json-ld:{key}")
    if facts.page.hints.published:
        yield Candidate(facts.page.hints.published, "hint")


def _printed(facts: Facts) -> Iterator[Candidate]:
    """What stands on the page for readers, and the URL: looked at only where more is wanted."""
    if labelled := beside_label(facts, "dates"):
        yield Candidate(labelled, "label")
    yield from _visible(facts)
    updated = pattern("dates", "updated", r"^\W*(?:{})")
    for text in under_heading(facts):
        if re.search(r"\d", text) and not updated.search(text):
            yield Candidate(text, "under-headline")
    url = facts.page.url
    if match := _URL_SLASHED.search(url) or _URL_DATE.search(url.split("?")[0]):
        yield Candidate("-".join(match.groups()), "url")


def _modified(facts: Facts) -> Iterator[Candidate]:
    yield from facts.linked("dateModified")
    yield from facts.named(*MODIFIED_META)
    yield from facts.items("datemodified")
    if facts.page.hints.modified:
        yield Candidate(facts.page.hints.modified, "hint")


def _time_elements(facts: Facts) -> Iterator[Candidate]:
    """``time`` elements: those that say they are the publication, then the first of the page."""
    plain: list[Candidate] = []
    for element in _TIME(facts.tree)[:12]:
        value = " ".join((element.get("datetime") or "").split()) or text_of(element)
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


def _visible(facts: Facts) -> Iterator[Candidate]:
    """Short texts in elements that are named after a date, in document order."""
    found = 0
    for element in facts.named_like(_DATE_CLASS, _DATED):
        if _UPDATE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        text = spaced_text(element)
        if 6 <= len(text) <= _PROSE and re.search(r"\d", text):
            yield Candidate(text, "visible")
            found += 1
            if found >= 5:
                return


def _readable(facts: Facts, candidates: Iterator[Candidate]) -> Iterator[Dated]:
    month_first = _month_first(facts)
    latest = facts.page.captured_at + _TOLERANCE
    for candidate in candidates:
        moment = read_moment(candidate.value, month_first)
        if moment and moment.day >= _EARLIEST and _not_after(moment, latest):
            yield Dated(moment, candidate)


def _not_after(moment: Moment, latest: datetime) -> bool:
    instant = moment.instant or datetime.combine(moment.day, time(0), UTC)
    return instant <= latest


def _month_first(facts: Facts) -> bool:
    """Whether 3/4/2020 is in March: American pages, and English ones that do not say otherwise."""
    language = (facts.markup.language or facts.markup.first("og:locale") or "").replace("_", "-")
    region = language.lower().partition("-")[2]
    suffix = facts.page.url.split("/")[2].rpartition(".")[2] if "//" in facts.page.url else ""
    if region in ("gb", "au", "in", "ie", "nz", "za", "uk") or suffix in ("uk", "au", "in", "ie"):
        return False
    return language.lower().startswith("en") or not language


def _best(dated: list[Dated]) -> Dated | None:
    """Choose by the rule in the head of this file."""
    if not dated:
        return None
    best = dated[0]
    if best.moment.instant is None or _is_bare_day(best.moment):
        same = (d for d in dated if _adds_time(best.moment, d.moment))
        best = next(same, best)
    if best.moment.offset == timedelta(0):
        best = next((d for d in dated if _corrects(best.moment, d.moment)), best)
    return best


def _adds_time(poor: Moment, rich: Moment) -> bool:
    if rich.instant is None or _is_bare_day(rich):
        return False
    if poor.clock not in (None, time(0)) and rich.clock is not None:
        return rich.day == poor.day and _minute(rich.clock) == _minute(poor.clock)
    return rich.day == poor.day


def _corrects(first: Moment, other: Moment) -> bool:
    """The same wall clock, once called UTC and once with the offset that it really has."""
    return (
        bool(other.offset)
        and first.day == other.day
        and first.clock is not None
        and other.clock is not None
        and _minute(first.clock) == _minute(other.clock)
    )


def _minute(clock: time) -> tuple[int, int]:
    return clock.hour, clock.minute

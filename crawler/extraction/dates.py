"""When the story was published and last changed: from what the page says, never from a guess.

Rule for ``published``: candidates in the order of ``_published`` below, each read by
``read_moment``, dropped where it lies after the capture; ``settle`` makes one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import islice

from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.jsonld import Node
from crawler.extraction.labels import after_label, beside_label
from crawler.extraction.moments import Moment, read_moment
from crawler.extraction.nearby import under_heading
from crawler.extraction.settle import Dated, best_of, with_zone
from crawler.extraction.shown_dates import month_first, time_elements, visible_dates
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
# The same in other spellings, by their letters alone: article:published:time, date_publication.
_PUBLISHED_LIKE = re.compile(
    r"(?:og|article|news|story|post|page|content|dc|dcterms|cxenseparse|sailthru|parsely|rnews)*"
    r"(?:(?:date(?:time)?)?(?:first|original(?:ly)?|initial)?"
    r"(?:publish(?:ed|ing)?|publication|pub|creat(?:ed?|ion)|issued?|posted|release[d]?)"
    r"(?:date|time|timestamp|at|on|utc|iso)*)"
)
_MODIFIED_LIKE = re.compile(
    r"(?:og|article|news|story|post|page|content|dc|dcterms|rnews)*(?:date(?:time)?)?(?:last)?"
    r"(?:modif(?:ied|ication|y)|updated?|revis(?:ed|ion)|changed?)(?:date|time|timestamp|at|on)*"
)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_SLASHED = re.compile(r"/((?:19|20)\d\d)[/_-](1[0-2]|0?[1-9])[/_-]([12]\d|3[01]|0?[1-9])(?!\d)")
_EARLIEST = date(1990, 1, 1)
_TOLERANCE = timedelta(days=1)
_CLOCKS_DIFFER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Dates:
    """The date fields of an extraction."""

    published: str | None = None
    published_at: str | None = None
    published_date: str | None = None
    published_raw: str | None = None
    published_from: str | None = None
    modified_at: str | None = None


def find_dates(facts: Facts) -> Dates:
    """The publication and the last change, as far as the page tells them."""
    readings = _readable(facts, _published(facts))
    dated = list(islice(readings, 1))
    best = best_of(dated)
    if best is None or not best.moment.is_settled:
        dated += readings
        best = best_of(dated)
    if best is None or best.moment.instant is None:
        dated += _readable(facts, _printed(facts))
        best = best_of(dated)
    if best is not None and best.moment.instant is None:
        best = with_zone(best, dated, list(_readable(facts, _modified(facts))))
    changes = (_instant(d.moment) for d in _readable(facts, _modified(facts)))
    return _stated(best, next(filter(None, changes), None))


def stated_dates(facts: Facts, candidates: list[Candidate]) -> Dates:
    """The publication as these candidates alone give it."""
    return _stated(best_of(list(_readable(facts, iter(candidates)))), None)


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
    if moment.clock is None or moment.is_bare_day:
        return moment.day.isoformat()
    local = datetime.combine(moment.day, moment.clock.replace(microsecond=0))
    if moment.offset is None:
        return local.isoformat()
    return local.replace(tzinfo=timezone(moment.offset)).isoformat()


def _instant(moment: Moment) -> str | None:
    if moment.instant is None or moment.is_bare_day:
        return None
    return moment.instant.replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def _published(facts: Facts) -> Iterator[Candidate]:
    yield from facts.linked("datePublished")
    yield from facts.named("article:published_time")
    yield from facts.items("datepublished")
    yield from facts.named(*PUBLISHED_META[1:])
    yield from facts.named(*_alike(facts, "published"))
    yield from _nodes(facts.data.pages, "datePublished")
    yield from time_elements(facts, near=True)
    yield from facts.linked("dateCreated")
    yield from _nodes(facts.data.others, "datePublished", "uploadDate")
    yield from facts.items("issued", "datecreated", "created")
    if facts.page.hints.published:
        yield Candidate(facts.page.hints.published, "hint")


def _alike(facts: Facts, event: str) -> list[str]:
    """The meta names of the page that mean the event and are in no list."""
    return [name for name in facts.markup.meta if _event_of(name) == event]


@lru_cache(maxsize=10_000)
def _event_of(name: str) -> str | None:
    """What a meta name that is in no list dates: ``published``, ``modified``; None: neither."""
    if name in PUBLISHED_META or name in MODIFIED_META:
        return None
    letters = re.sub(r"[^a-z]", "", name)
    if _PUBLISHED_LIKE.fullmatch(letters):
        return "published"
    return "modified" if _MODIFIED_LIKE.fullmatch(letters) else None


def _nodes(nodes: tuple[Node, ...], *keys: str) -> Iterator[Candidate]:
    for node in nodes:
        for key in keys:
            if isinstance(node.get(key), str):
                yield Candidate(node[key], f"json-ld:{key}")


def _printed(facts: Facts) -> Iterator[Candidate]:
    """What stands on the page for readers, and the URL: looked at only where more is wanted."""
    for labelled in (beside_label(facts, "dates"), after_label(facts, "dates")):
        if labelled:
            yield Candidate(labelled, "label")
    updated = pattern("dates", "updated", r"^\W*(?:{})")
    first = pattern("dates", "published", r"\b(?:{})\s*:?\s")
    for text in under_heading(facts):
        if updated.search(text):
            # "Updated 6 March, first published 5 March".
            said = first.search(text)
            text = text[said.end() :] if said else ""
        if re.search(r"\d", text):
            yield Candidate(text, "under-headline")
    yield from visible_dates(facts, near=True)
    # Tickers, events, other stories, today's date: believed where the story's head has none.
    yield from time_elements(facts, near=False)
    yield from visible_dates(facts, near=False)
    url = facts.page.url
    if match := _URL_SLASHED.search(url) or _URL_DATE.search(url.split("?")[0]):
        yield Candidate("-".join(match.groups()), "url")


def _modified(facts: Facts) -> Iterator[Candidate]:
    yield from facts.linked("dateModified")
    yield from facts.named(*MODIFIED_META, *_alike(facts, "modified"))
    yield from facts.items("datemodified")
    yield from _nodes(facts.data.pages, "dateModified")
    if facts.page.hints.modified:
        yield Candidate(facts.page.hints.modified, "hint")


def _readable(facts: Facts, candidates: Iterator[Candidate]) -> Iterator[Dated]:
    american = month_first(facts)
    for candidate in candidates:
        read = read_moment(candidate.value, american)
        if read and (moment := possible(read, facts.page.captured_at)):
            yield Dated(moment, candidate)


def possible(moment: Moment, captured_at: datetime) -> Moment | None:
    """What can be true of a date that was read at this instant; None where nothing can.

    A time of today that is still to come was written in another zone than it says: many call
    their local time UTC. Its wall clock stands, its zone does not.
    """
    instant = moment.instant or datetime.combine(moment.day, time(0), UTC)
    if moment.day < _EARLIEST or instant > captured_at + _TOLERANCE:
        return None
    early = moment.instant and not moment.is_bare_day and instant > captured_at + _CLOCKS_DIFFER
    return moment.without_zone() if early else moment

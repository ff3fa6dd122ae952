"""Why each field has its value: every candidate, where it came from, the choice, the rule.

Made only where it is asked for (the setting EVIDENCE, and ``scrapy explain``): it reads the sources
of every field to their end, where the extraction itself stops at the first that will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crawler.extraction.agency import Wire
from crawler.extraction.authors import author_sources, site_keys, visible_bylines
from crawler.extraction.canonical import canonical_readings, site_candidates
from crawler.extraction.categories import category_sources, kept_sections, unique_names
from crawler.extraction.dates import change_readings, date_readings
from crawler.extraction.declared import ORIGIN
from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.headline import headline_candidates, key_of
from crawler.extraction.images import image_candidates
from crawler.extraction.language import declared_languages
from crawler.extraction.lines import Trace
from crawler.extraction.names import Writer, named_writers
from crawler.extraction.record import Extraction
from crawler.extraction.tags import clean_tags, tag_sources

# One line a field; docs/extraction-metadata.md has the reasons.
RULES = {
    "headline": "the h1 that a title bears out, JSON-LD, og:title, twitter:title, microdata, title;"
    " one that ends in an ellipsis gives way to its complete form",
    "authors": "the first source with a person; metas, rel=author links and a byline that name more"
    " complete it; organisations only where no source names a person",
    "published": "the first source that can be read; others only add its time or its zone; nothing"
    " after the capture",
    "modified": "the first source with time and zone",
    "categories": "breadcrumb, article section, category links, each name once",
    "tags": "the first source with keywords; tag links where it only repeats the categories",
    "canonical_url": "rel=canonical, og:url, where it is this site and no home page; else the"
    " address that answered",
    "site_name": "og:site_name, JSON-LD publisher, application-name",
    "description": "og:description, description, twitter:description",
    "image_url": "og:image, twitter:image, JSON-LD, where it is no logo",
    "language": "detected in the text; the page's own word where the text is short or unclear",
}
_FINAL = "final-url"  # what stands in where the page says nothing; it contradicts nobody
_MAX = 40  # candidates of a field
_LENGTH = 300  # characters of a candidate

Reading = tuple[Candidate, Any]  # what was read from a candidate: a text, a list, or None
Entry = dict[str, Any]


def gather(facts: Facts, chosen: Extraction) -> dict[str, Entry]:
    """For each field: chosen, from, rule, conflict, candidates (value, from, read)."""
    bylines = visible_bylines(facts)
    keys = site_keys(facts, chosen.site_name)
    heads = ((c, c.value) for c in headline_candidates(facts, chosen.site_name))
    authors = (
        (Candidate("; ".join(w.name for w in source), origin), _names(named_writers(source, keys)))
        for origin, source in author_sources(facts, bylines)
        if source
    )
    sections = (
        (Candidate("; ".join(s), origin), kept_sections(s, facts, chosen.headline))
        for origin, s in category_sources(facts)
        if s
    )
    tags = (
        (Candidate("; ".join(s), origin), list(clean_tags(s, chosen.site_name)))
        for origin, s in tag_sources(facts)
        if s
    )
    summaries = facts.named("og:description", "description", "twitter:description")
    return {
        "headline": entry("headline", chosen.headline, heads),
        "authors": entry("authors", list(chosen.authors), authors),
        "published": entry("published", chosen.published, date_readings(facts))
        | {"from": chosen.published_from},
        "modified": entry("modified", chosen.modified_at, change_readings(facts)),
        "categories": entry("categories", list(chosen.categories), sections),
        "tags": entry("tags", list(chosen.tags), tags),
        "canonical_url": entry("canonical_url", chosen.canonical_url, canonical_readings(facts)),
        "site_name": entry("site_name", chosen.site_name, _plain(site_candidates(facts))),
        "description": entry("description", chosen.description, _plain(summaries)),
        "image_url": entry("image_url", chosen.image_url, _plain(image_candidates(facts))),
    }


def entry(field: str, chosen: Any, readings: Iterable[Reading]) -> Entry:
    """The evidence of one field; ``from`` is the first source that reads as the choice."""
    seen = [pair for pair, _ in zip(readings, range(_MAX), strict=False)]
    origin = next((c.origin for c, read in seen if read and _same(field, read, chosen)), None)
    return {
        "chosen": chosen,
        "from": origin,
        "rule": RULES[field],
        "conflict": _is_disputed(field, chosen, seen),
        "candidates": [
            {"value": c.value[:_LENGTH], "from": c.origin, "read": read} for c, read in seen
        ],
    }


def gather_text(
    facts: Facts, chosen: Extraction, wire: Wire, dropped: Trace, sign: str | None
) -> dict[str, Entry]:
    """The same for what the text decides: agency, language, kind, and the lines left out.

    ``sign`` is what on the page tells its kind or access.
    """
    declared = [(Candidate(v, "page"), v) for v in declared_languages(facts)]
    language = entry("language", chosen.language, declared)
    if chosen.language_confidence is not None:
        language |= {"from": "detected", "confidence": chosen.language_confidence}
    agency = {
        "chosen": chosen.agency,
        "from": wire.rule if chosen.agency else None,
        "span": wire.span if chosen.agency else None,
        "dateline": chosen.dateline,
    }
    return {
        "language": language,
        "agency": agency,
        "kind": {
            "chosen": chosen.kind,
            "access": chosen.access,
            "reason": chosen.error,
            "sign": sign,
        },
        "text": {"dropped": [{"line": line[:_LENGTH], "why": why} for line, why in dropped]},
    }


def mark_declared(evidence: dict[str, Entry], own: Iterable[str]) -> None:
    """Say of the fields that the source's selectors gave where they came from."""
    for field in own:
        evidence.setdefault(field, {})["from"] = ORIGIN


def _plain(candidates: Iterable[Candidate]) -> Iterator[Reading]:
    return ((c, c.value) for c in candidates)


def _names(writers: Iterable[Writer]) -> list[str]:
    return [writer.name for writer in writers]


def _same(field: str, read: Any, chosen: Any) -> bool:
    if field == "categories":
        return set(unique_names(read)) <= set(chosen) and bool(read)
    if isinstance(read, list):
        return [key_of(r) for r in read] == [key_of(c) for c in chosen]
    return bool(read == chosen)


def _is_disputed(field: str, chosen: Any, seen: list[Reading]) -> bool:
    """Whether a source says something else, not only less or the same in other words."""
    if not chosen or field not in _CONTRADICTS:
        return False
    others = (read for c, read in seen if read and c.origin != _FINAL)
    return any(_CONTRADICTS[field](chosen, read) for read in others)


def _other_headline(chosen: str, read: str) -> bool:
    ours, theirs = set(key_of(chosen).split()), set(key_of(read).split())
    return len(ours & theirs) * 2 < min(len(ours), len(theirs))


def _other_day(chosen: str, read: str) -> bool:
    return chosen[:10] != read[:10]


def _other_people(chosen: list[str], read: list[str]) -> bool:
    return not {key_of(name) for name in chosen} & {key_of(name) for name in read}


def _other_address(chosen: str, read: str) -> bool:
    return chosen != read


# Any: a text or a list of names, by the field.
_CONTRADICTS: dict[str, Callable[[Any, Any], bool]] = {
    "headline": _other_headline,
    "published": _other_day,
    "authors": _other_people,
    "canonical_url": _other_address,
}

"""The fields of an extraction for which the source declares selectors of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.extraction.dates import Dates, stated_dates
from crawler.extraction.facts import Candidate, Facts
from crawler.extraction.names import Writer, named_writers
from crawler.extraction.record import Extraction

ORIGIN = "override"


def with_declared(facts: Facts, extraction: Extraction, own: dict[str, list[str]]) -> Extraction:
    """``extraction`` with what the source's selectors gave (texts by field) in place of the rules.

    A date that cannot be read leaves the rules' own; ``text`` is not handled here.
    """
    changed: dict[str, Any] = {  # Any: each field has its own type
        field: own[field][0] for field in ("headline", "description") if field in own
    }
    changed |= {field: tuple(own[field]) for field in ("categories", "tags") if field in own}
    if "authors" in own:
        writers = named_writers([Writer(text) for text in own["authors"]], frozenset())
        names = tuple(w.name for w in writers if not w.organisation)
        changed["authors"] = names or tuple(w.name for w in writers)
        changed["byline"] = " ".join(own["authors"])
    changed |= _dates(facts, own)
    return replace(extraction, **changed)


def _dates(facts: Facts, own: dict[str, list[str]]) -> dict[str, str | None]:
    changed: dict[str, str | None] = {}
    published = stated_dates(facts, _candidates(own, "published"))
    if published.published:
        changed = {
            name: getattr(published, name)
            for name in Dates.__dataclass_fields__
            if name != "modified_at"
        }
    modified = stated_dates(facts, _candidates(own, "modified"))
    if modified.published_at:
        changed["modified_at"] = modified.published_at
    return changed


def _candidates(own: dict[str, list[str]], field: str) -> list[Candidate]:
    return [Candidate(text, ORIGIN) for text in own.get(field, ())]

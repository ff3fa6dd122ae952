"""What there is to say of one page, apart from how it is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.extraction import extract
from crawler.extraction.decode import decode, parse
from crawler.extraction.joined import parts_of
from crawler.extraction.markup import text_of
from crawler.extraction.record import Extraction, Page

_PARAGRAPH = ("p", "blockquote", "h2", "h3", "figcaption")
_LONG = 40  # characters; shorter ones that no rule saw are menus and labels
_LEFT_MAX = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One candidate of a field: as it stands on the page, where, and how it reads."""

    value: str
    origin: str
    reading: str
    is_choice: bool


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field: the choice, where it came from, the rule, and all that was there to choose."""

    name: str
    choice: str
    origin: str
    rule: str
    is_disputed: bool
    candidates: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One page: its fields, its story, what was dropped with the reason, what was never taken."""

    page: Page
    extraction: Extraction
    source: str
    fields: tuple[FieldReport, ...]
    kept: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def explain(page: Page) -> Explanation:
    """Extract a page and lay out the evidence."""
    extraction = extract(replace(page, evidence=True))
    evidence = extraction.evidence or {}
    kept = tuple((extraction.text or "").split("\n\n")) if extraction.text else ()
    traced = evidence.get("text", {}).get("dropped", [])
    dropped = tuple((entry["line"], entry["why"]) for entry in traced)
    source = _source(page)
    known = {_key(line) for line in (*kept, *(line for line, _ in dropped))}
    return Explanation(
        page=page,
        extraction=extraction,
        source=source,
        fields=tuple(_report(name, entry) for name, entry in evidence.items() if name != "text"),
        kept=kept,
        dropped=dropped,
        left=tuple(_left(page, "".join(known))),
    )


def explain_story(pages: Sequence[Page]) -> list[Explanation]:
    """Each page of one story; what the others make needless of its text is dropped for that."""
    found = [explain(page) for page in pages]
    if len(found) == 1:
        return found
    first = found[0].extraction
    texts = [one.extraction.text or "" for one in found]
    parts = parts_of(texts, (first.headline, first.description))
    return [_as_part(one, part) for one, part in zip(found, parts, strict=True)]


def _as_part(found: Explanation, part: Sequence[str]) -> Explanation:
    left = Counter(found.kept) - Counter(part)
    dropped = [(line, "a pager, or on another page too") for line in left.elements()]
    return replace(found, kept=tuple(part), dropped=(*found.dropped, *dropped))


def _report(name: str, entry: dict[str, Any]) -> FieldReport:
    origin = str(entry.get("from") or "")
    choice = entry.get("chosen")
    given = entry.get("candidates", ())
    # The first that reads as something at the place of the choice.
    chosen = next((n for n, c in enumerate(given) if c["from"] == origin and c["read"]), None)
    seen = [
        Seen(str(c["value"]), str(c["from"]), shown(c["read"]), number == chosen)
        for number, c in enumerate(given)
    ]
    about = ("span", "access", "reason", "dateline")
    extra = [f"{key}: {shown(entry[key])}" for key in about if entry.get(key)]
    rule = "; ".join(part for part in (str(entry.get("rule", "")), *extra) if part)
    return FieldReport(name, shown(choice), origin, rule, bool(entry.get("conflict")), tuple(seen))


def shown(value: Any) -> str:
    """A value of any field as one text; empty for none."""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _source(page: Page) -> str:
    try:
        return decode(page.body, page.content_type)[0]
    except (ValueError, LookupError):
        return ""


def _left(page: Page, known: str) -> Iterator[str]:
    """Paragraphs of the page that are neither in the story nor dropped by a rule on lines."""
    try:
        document = parse(*decode(page.body, page.content_type))
    except (ValueError, LookupError):
        return
    seen: set[str] = set()
    for element in document.tree.iter(*_PARAGRAPH) if document else ():
        text = text_of(element)
        key = _key(text)
        if len(text) >= _LONG and key not in known and key not in seen:
            seen.add(key)
            yield text
            if len(seen) >= _LEFT_MAX:
                return


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())

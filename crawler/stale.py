"""Whether the selectors that a source declares still find what they were written for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from archive.collection import Collection
from archive.errors import ArchiveError
from crawler.archived import NotArchived, newest_lines, page_of_line
from crawler.extraction.decode import decode, parse
from crawler.extraction.overrides import unmatched
from crawler.extraction.record import Page
from crawler.overrides import Overrides

PAGES = 20  # newest pages of a source that are looked at


@dataclass(frozen=True, slots=True)
class Finding:
    """How many of ``pages`` a selector finds something on."""

    field: str
    selector: str
    matched: int
    pages: int


def try_selectors(overrides: Overrides, pages: Iterable[Page]) -> list[Finding]:
    """Each selector with the number of pages that it matches; pages without a tree are left out."""
    missed: Counter[tuple[str, str]] = Counter()
    total = 0
    for page in pages:
        document = parse(*decode(page.body, page.content_type))
        if document is not None:
            total += 1
            missed.update(unmatched(overrides, document.tree))
    return [
        Finding(field, selector, total - missed[field, selector], total)
        for field, selector in overrides.selectors()
    ]


def archived_pages(collection: Collection, source_id: str, max_bytes: int) -> list[Page]:
    """The newest archived pages of a source, at most PAGES; records that fail are passed over."""
    newest = newest_lines(collection.layout.articles)
    lines = (line for line in newest if line.get("source_id") == source_id)
    pages = []
    for line in islice(lines, PAGES):
        try:
            pages.append(page_of_line(collection, line, max_bytes))
        except (NotArchived, ArchiveError, OSError):
            continue
    return pages

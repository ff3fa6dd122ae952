"""What changed from one version of a story to the next: two pages in, a change or nothing out.

Both pages are read by the program of today and without the hints of any listing, so that neither a
new release of the extraction nor a feed makes a change that the outlet did not make.

Rule for a new version: the headline, the text, the byline or the date of publication differ. White
space, the form of quotation marks and dashes, menus, teasers and whatever else is not story make
none, and neither does a date of modification that moves alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.errors import DecodeError
from crawler.change import Change, ChangedField
from crawler.extraction import Extraction, Page, StoryPage, extract, join
from crawler.extraction.decode import decode, parse
from crawler.extraction.markup import spaced_text
from crawler.extraction.query import query
from crawler.extraction.words import pattern
from crawler.hints import NO_HINTS
from crawler.items import Access
from crawler.paragraphs import TextDiff, compare_texts
from crawler.sketch import common_share, runs_of
from crawler.wire_page import TooLargeError, WirePage, decode_body

HIDDEN: frozenset[Access] = frozenset(
    {"paywall", "consent_wall", "challenge", "javascript_shell", "soft_404"}
)
"""What a page may show instead of a story that is still there, or of one that is gone."""

# Elements that hold one line; what is a link is about another story.
_LINES = query(
    "//*[self::p or self::div or self::li or self::aside or self::section or self::em or self::i]"
    "[not(p or div or ul or section)][not(ancestor::a or ancestor::nav or ancestor::footer)]"
)
_MAX_NOTE = 500
# Of the shorter of two texts, what is in the longer if both are versions of one story.
_ONE = 0.3
_FORMS = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—―\u00a0", '\'\'\'\'""""""------ ')


@dataclass(frozen=True, slots=True)
class Reading:
    """A version of a story: the extraction of its pages, the correction notes there, and the number
    of pages."""

    extraction: Extraction
    notes: tuple[str, ...]
    pages: int = 1


def compare_pages(
    before: Sequence[Page], after: Sequence[Page], listed_modified: str | None
) -> Change | None:
    """The change from one capture of a story to a later one; None where the story is the same.

    Each is its page, or its pages in order.

    ``listed_modified``: UTC ISO instant of the last change as the later line has it, from the page
    or its listing.
    """
    return describe_change(read(*before), read(*after), before[0].captured_at, listed_modified)


def are_one_story(before: Page, after: Page) -> bool:
    """Whether two pages, of which one says that it is the other, show one story.

    By their texts; the shorter may be a teaser of the longer. Two reports on one company's
    figures, the most alike of the development set, share a fifth.
    """
    one, other = read(before).extraction, read(after).extraction
    if one.text and other.text and runs_of(one.text) and runs_of(other.text):
        return common_share(one.text, other.text) >= _ONE
    return plain(one.headline or "") == plain(other.headline or "")


def shows_the_same(before: Page, after: WirePage) -> bool:
    """Whether a page, as it came over the wire, shows what it showed before.

    One that cannot be decoded does not.
    """
    try:
        body = decode_body(after.page.body, after.codings, after.max_bytes)
    except (DecodeError, TooLargeError):
        return False
    return compare_pages([before], [replace(after.page, body=body)], None) is None


def read(*pages: Page) -> Reading:
    """What a page, or the pages of one story, say by themselves."""
    bare = [replace(page, hints=NO_HINTS) for page in pages]
    story = [StoryPage(page.url, page.url, extract(page)) for page in bare]
    extraction = story[0].extraction if len(story) == 1 else join(story)
    notes = tuple(note for page in bare for note in correction_notes(page))
    return Reading(extraction, notes, len(pages))


def describe_change(
    before: Reading, after: Reading, captured_before: datetime, listed_modified: str | None
) -> Change | None:
    """The same, of two pages that were read."""
    old, new = before.extraction, after.extraction
    text = compare_texts(old.text or "", new.text or "", plain)
    fields = _changed_fields(old, new, text)
    if not fields:
        return None
    note = _new_note(before.notes, after.notes)
    # Pages that were not read before are nothing that the outlet changed.
    is_longer = old.next_page is not None and after.pages > before.pages
    edited = bool({"headline", "text"} & set(fields)) and not is_longer
    owned_up = (
        note is not None
        or _moved_on(old.modified_at, new.modified_at)
        or (listed_modified or "") > captured_before.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    return Change(
        fields=(*fields, *(("correction",) if note else ())),
        headline_was=old.headline if "headline" in fields else None,
        byline_was=_byline(old) if "byline" in fields else None,
        published_was=_published(old) if "published" in fields else None,
        paragraphs=text.changes,
        share=text.share,
        silent_edit=edited and not owned_up,
        correction=note,
    )


def correction_notes(page: Page) -> tuple[str, ...]:
    """The lines of a page that begin as a correction or a note of an update does."""
    text, encoding = decode(page.body, page.content_type)
    document = parse(text, encoding)
    if document is None:
        return ()
    begins = pattern("biography", "correction", r"^\W*(?:{})")
    lines = (spaced_text(element) for element in _LINES(document.tree))
    return tuple(dict.fromkeys(line[:_MAX_NOTE] for line in lines if begins.search(line)))


def plain(text: str) -> str:
    """A paragraph, a headline or a name in the one form in which two of them are compared."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_FORMS)).split())


def _changed_fields(old: Extraction, new: Extraction, text: TextDiff) -> tuple[ChangedField, ...]:
    """A field that only one of the pages has says nothing, but for the text."""
    pairs: tuple[tuple[ChangedField, str | None, str | None], ...] = (
        ("headline", old.headline, new.headline),
        ("byline", _byline(old), _byline(new)),
        ("published", _published(old), _published(new)),
    )
    changed: list[ChangedField] = [
        name for name, was, now in pairs if was and now and plain(was) != plain(now)
    ]
    if text.changes:
        changed.insert(1 if "headline" in changed else 0, "text")
    return tuple(changed)


def _byline(extraction: Extraction) -> str | None:
    return ", ".join(extraction.authors) or extraction.byline


def _published(extraction: Extraction) -> str | None:
    return extraction.published_at or extraction.published_date


def _moved_on(was: str | None, now: str | None) -> bool:
    return now is not None and now > (was or "")


def _new_note(before: tuple[str, ...], after: tuple[str, ...]) -> str | None:
    known = {plain(note) for note in before}
    return next((note for note in after if plain(note) not in known), None)

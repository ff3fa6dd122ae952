"""What a line says of the version before it: a part of the line format, as ``crawler.items`` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

ChangedField = Literal["headline", "text", "byline", "published", "correction"]
Gone = Literal["http_404", "http_410", "redirect_home", "redirect_section", "soft_404"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphChange:
    """One paragraph that is not as it was."""

    at: Annotated[
        int,
        Meta(
            description="Index of the paragraph, from 0: in this version's text, or in that of the "
            "version before for one that was removed."
        ),
    ]
    was: Annotated[
        str | None, Meta(description="The paragraph before; null for one that was added.")
    ] = None
    now: Annotated[
        str | None, Meta(description="The paragraph now; null for one that was removed.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a version changes in the one before, by the extraction of both pages with one program.

    Lists are never null. ``share`` and ``silent_edit`` are null where the earlier page is not at
    hand any more, or where there was no text to compare.
    """

    fields: Annotated[
        tuple[ChangedField, ...],
        Meta(
            description="What differs: headline, text, byline, published (the date of publication) "
            "or correction (a correction note that was not there before)."
        ),
    ] = ()
    headline_was: Annotated[
        str | None, Meta(description="The headline before, where it changed.")
    ] = None
    byline_was: Annotated[
        str | None, Meta(description="The byline or authors before, where they changed.")
    ] = None
    published_was: Annotated[
        str | None, Meta(description="The date of publication before, where it changed.")
    ] = None
    paragraphs: Annotated[
        tuple[ParagraphChange, ...],
        Meta(description="The paragraphs that were added, removed or altered, in their order."),
    ] = ()
    share: Annotated[
        float | None,
        Meta(
            description="Share of the words of both texts, from 0 to 1, that are not in the other; "
            "in scripts without spaces, of the characters."
        ),
    ] = None
    silent_edit: Annotated[
        bool | None,
        Meta(
            description="Whether the headline or text changed while neither a date of modification "
            "nor a correction note owns up to it."
        ),
    ] = None
    correction: Annotated[
        str | None, Meta(description="The new correction note, as printed, at most 500 characters.")
    ] = None
    gone: Annotated[
        Gone | None, Meta(description="Of a tombstone: how the page showed that it is gone.")
    ] = None
    returned: Annotated[
        bool, Meta(description="Whether the version before is a tombstone: the story is back.")
    ] = False

"""A story of the sample newspaper, and how it stands in each edition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

EDITIONS = (1, 2, 3)

_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class Edit:
    """What one edition does to a story; ``modified`` is None where the outlet does not own up."""

    edition: int
    modified: datetime | None
    headline: str | None
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """How a story is not there from one edition to another: a status (404, 410, 503), a redirect to
    the home page or to its section, or a page that says so with status 200 (soft).
    """

    first: int
    how: str
    last: int = 10_000


@dataclass(frozen=True, slots=True)
class Story:
    """One story as its outlet publishes it: a field is set only if the page shows it somewhere.

    ``text`` is the source text: paragraphs parted by an empty line, ``[words](link)``,
    ``*emphasis*`` and a leading ``> `` for a quotation. ``day`` is the bare day of a page without
    a time of day. ``credit`` is the line that names the agency, as printed.
    ``since``: its first edition.
    """

    slug: str
    number: int
    headline: str
    text: str
    listed: tuple[str, ...]
    description: str | None = None
    published: datetime | None = None
    day: date | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    agency: str | None = None
    credit: str | None = None
    caption: str | None = None
    photographer: str | None = None
    encoding: str = "utf-8"
    walled: bool = False
    short_link: bool = False
    whole_in_feed: bool = False
    edits: tuple[Edit, ...] = ()
    gone_in: tuple[int, ...] = ()
    absent: tuple[Absence, ...] = ()
    since: int = 1

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs in source form, white space collapsed."""
        return tuple(" ".join(p.split()) for p in self.text.strip().split("\n\n"))

    @property
    def plain_text(self) -> str:
        """What a reader reads: the paragraphs without markup, parted by an empty line."""
        return "\n\n".join(plain(paragraph) for paragraph in self.paragraphs)

    @property
    def published_date(self) -> date | None:
        """The calendar day of publication in the outlet's own zone."""
        return self.published.date() if self.published else self.day

    @property
    def touched(self) -> datetime | None:
        """The last instant that the outlet admits to: modified, else published."""
        instant = self.modified or self.published
        if instant is None and self.day is not None:
            return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        return instant

    def at(self, edition: int) -> Story:
        """The story as it stands in ``edition``."""
        story = self
        for edit in self.edits:
            if edit.edition <= edition:
                story = _edited(story, edit)
        return story

    def is_gone(self, edition: int) -> bool:
        return self.absence(edition) is not None

    def absence(self, edition: int) -> str | None:
        """How the story is not there in an edition; None where it is."""
        if edition in self.gone_in:
            return "410"
        spans = (span for span in self.absent if span.first <= edition <= span.last)
        return next((span.how for span in spans), None)


def plain(paragraph: str) -> str:
    """A paragraph of source text without its markup."""
    return _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", paragraph.removeprefix("> ")))


def _edited(story: Story, edit: Edit) -> Story:
    text = story.text
    for old, new in edit.changes:
        if text.count(old) != 1:
            raise ValueError(f"{story.slug}: the edit looks for {old!r}, which must be there once")
        text = text.replace(old, new)
    return replace(
        story,
        text=text,
        headline=edit.headline or story.headline,
        modified=edit.modified or story.modified,
    )


# The values of a TOML table have no narrower type before they are looked at.
def read_story(table: Mapping[str, Any]) -> Story:
    """A story from its TOML table; an unknown key is a TypeError."""
    values = dict(table)
    edits = tuple(_read_edit(edit) for edit in values.pop("edit", ()))
    absent = tuple(Absence(**span) for span in values.pop("absent", ()))
    for key, value in values.items():
        if isinstance(value, list):
            values[key] = tuple(value)
    return Story(**values, edits=edits, absent=absent)


def _read_edit(table: Mapping[str, Any]) -> Edit:
    return Edit(
        edition=table["edition"],
        modified=table.get("modified"),
        headline=table.get("headline"),
        changes=tuple((old, new) for old, new in table.get("changes", ())),
    )

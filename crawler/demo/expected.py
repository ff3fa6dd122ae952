"""What a crawl of the sample newspaper has to find, as the server knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.demo.outlets import Outlet
from crawler.demo.stories import Story
from crawler.items import Access


@dataclass(frozen=True, slots=True)
class Expected:
    """The fields of one story; names and meanings are those of ``crawler.items.Article``.

    ``url`` is the story's one address, to compare with ``canonical_url``: ``final_url`` may carry
    the tracking of the feed that led there. ``text`` is the story that the page serves and nothing
    else of it; a dateline belongs to it. White space is one plain space, also in Japanese.
    ``image_url`` is the picture that the metadata names; without metadata there is none.
    Instants are ``YYYY-MM-DDTHH:MM:SSZ``, days ``YYYY-MM-DD`` in the outlet's own zone.
    """

    url: str
    source_id: str
    headline: str
    text: str
    authors: tuple[str, ...]
    published_at: str | None
    published_date: str | None
    modified_at: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    agency: str | None
    image_url: str | None
    language: str
    access: Access


def expect(
    outlets: tuple[Outlet, ...], bases: Mapping[str, str], edition: int
) -> tuple[Expected, ...]:
    """All stories that ``edition`` serves; ``bases`` maps an outlet's id to ``http://host:port``."""
    return tuple(
        _expect(outlet, bases[outlet.id], story.at(edition))
        for outlet in outlets
        for story in outlet.stories
        if not story.is_gone(edition)
    )


def _expect(outlet: Outlet, base: str, story: Story) -> Expected:
    day = story.published_date
    return Expected(
        url=base + outlet.story_path(story),
        source_id=outlet.id,
        headline=" ".join(story.headline.split()),
        text=story.plain_text,
        authors=story.authors,
        published_at=_instant(story.published),
        published_date=day.isoformat() if day else None,
        modified_at=_instant(outlet.modified(story)),
        categories=story.categories,
        tags=story.tags,
        agency=story.agency,
        image_url=base + outlet.image_path(story)
        if outlet.image_in_head and story.caption
        else None,
        language=outlet.language,
        access="paywall" if story.walled else "full",
    )


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None

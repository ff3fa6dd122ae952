"""The pages of one story, and where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.record import Extraction
from crawler.urls import canonicalize

# A listing or a video has pages that are no story; of one that is hidden, the others are too.
_OF_ONE_TEXT = frozenset({"article", "opinion", "liveblog", "press_release", "gallery"})


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One page of a story: the URL that was asked for, the one that answered, and what it says."""

    asked: str
    url: str
    extraction: Extraction


def may_go_on(first: Extraction) -> bool:
    """Whether a page begins a story that has more pages."""
    return (
        first.next_page is not None
        and first.text is not None
        and first.access == "full"
        and first.kind in _OF_ONE_TEXT
    )


def goes_on_at(pages: Sequence[StoryPage]) -> str | None:
    """The address of the page behind the last one; None where the story ends.

    It ends, too, where it leads back to a page that was read, or shows one of their texts again.
    """
    *before, last = pages
    following = last.extraction.next_page
    if following is None or last.extraction.text in {page.extraction.text for page in before}:
        return None
    seen = {canonicalize(url) for page in pages for url in (page.asked, page.url)}
    return None if canonicalize(following) in seen else following

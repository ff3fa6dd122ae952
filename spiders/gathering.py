"""The pages of stories as a replay comes by them: other captures stand between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.layout import run_of
from crawler.articles import Capture, further_page
from crawler.extraction import StoryPage
from crawler.extraction.following import goes_on_at
from crawler.urls import canonicalize

# Stories that wait for a page which never comes, as it could not be fetched: so many are kept.
_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Gathered:
    """A story as far as it was read: the capture of its first page, and its pages.

    ``is_ended``: what answered for the next page was none.
    """

    capture: Capture
    pages: tuple[StoryPage, ...]
    is_ended: bool = False

    @property
    def urls(self) -> set[str]:
        """The canonical forms of the addresses that its first page goes by."""
        first = self.pages[0]
        return {*map(canonicalize, (first.asked, first.url)), first.extraction.canonical_url}


@dataclass(slots=True)
class Gathering:
    """Stories that go on, of at most ``most`` pages, until they are whole."""

    most: int
    _waiting: dict[str, Gathered] = field(default_factory=dict)

    def begin(self, story: Gathered) -> list[Gathered]:
        """Wait for the rest of a story; gives the oldest, as it is, where too many wait."""
        if story.capture.pointer is None:
            return [story]
        self._waiting[story.capture.pointer.record_id] = story
        if len(self._waiting) <= _WAITING:
            return []
        return [self._waiting.pop(next(iter(self._waiting)))]

    def go_on(self, first: str, page: StoryPage | None, capture: Capture) -> list[Gathered]:
        """Add a further page, or None for what is no page, to the story whose first page has the
        record id ``first``; gives the story if that was its last."""
        known = self._waiting.get(first)
        if known is None or goes_on_at(known.pages) is None:
            return []
        if page is None:  # it may be asked for again in the same run, or be a redirect to the page
            self._waiting[first] = replace(known, is_ended=True)
            return []
        further = (*known.capture.pages, further_page(capture))
        story = Gathered(replace(known.capture, pages=further), (*known.pages, page))
        if len(story.pages) < self.most and goes_on_at(story.pages):
            self._waiting[first] = story
            return []
        del self._waiting[first]
        return [story]

    def overtaken(self, urls: Iterable[str], later: Capture, *, is_visit: bool) -> list[Gathered]:
        """The stories, as they are, that a later run captured under one of these URLs again.

        A run that found them delivered visits them. One that did not fetches them as new: the run
        before had ended between two of their pages and made no line, and so they are dropped,
        unless the site itself had no more of them.
        """
        now = {canonicalize(url) for url in urls}
        keys = [
            key
            for key, story in self._waiting.items()
            if story.urls & now and _run_of(story.capture) != _run_of(later)
        ]
        stories = [self._waiting.pop(key) for key in keys]
        return [story for story in stories if is_visit or story.is_ended]

    def rest(self) -> list[Gathered]:
        """The stories, as they are, that were still waited for at the end."""
        rest = list(self._waiting.values())
        self._waiting.clear()
        return rest


def _run_of(capture: Capture) -> str | None:
    """The run that made a capture; in files of other names, the file."""
    file = capture.pointer.file if capture.pointer else None
    return file and (run_of(file) or file)

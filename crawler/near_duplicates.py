"""Whether an article nearly repeats another: wire copies, and one story under two addresses.

On the writer thread: decisions over the state. What is remembered of an article is the sketch of
its text, for two weeks, and only where it repeats nothing: of a wire story that a hundred papers
carry there is one sketch, every copy is measured against it, and ``near_dup_of`` never leads to an
article that has one itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.instants import iso, parse
from crawler.items import Article
from crawler.sketch import Sketch, is_alike, likeness, sketch_of
from crawler.state import Sketched, StateStore

# Copies of a wire story come within hours, some within days. What is older is forgotten, so that
# the sketches take no more room than two weeks of stories do.
WINDOW = timedelta(days=14)
_NO_STORY = frozenset({"listing", "other", "tombstone"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """``original``: id of the article that is nearly repeated, or None. ``sketch`` is what is to
    be remembered once the line is written; empty where nothing is."""

    original: str | None = None
    sketch: Sketch = b""


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """The sketches in ``state``."""

    state: StateStore

    def look(self, article: Article, sketch: Sketch | None = None) -> Likeness:
        """What an article repeats. ``sketch``: that of its text, where it was made already."""
        if article.kind in _NO_STORY or not article.text:
            return Likeness()
        sketch = sketch_of(article.text) if sketch is None else sketch
        alike = [one for one in self._near(article, sketch) if is_alike(one.sketch, sketch)]
        others = [one for one in alike if one.story != article.url_hash]
        if others:
            # The one that it is most like; among equals, the one that was there first.
            return Likeness(max(others, key=lambda one: likeness(one.sketch, sketch)).article)
        # A later version of a story that is remembered adds nothing to it.
        return Likeness(sketch=b"" if alike else sketch)

    def remember(self, article: Article, found: Likeness) -> None:
        """Remember a delivered article, if there is anything to remember of it."""
        if found.sketch:
            one = Sketched(article.id, article.url_hash, article.captured_at, found.sketch)
            self.state.keep_sketch(one, before=_shifted(article.captured_at, -WINDOW))

    def recover(self, article: Article) -> None:
        """Remember the article of a line that was written before."""
        if article.near_dup_of is None:
            found = self.look(article)
            self.remember(article, found)

    def _near(self, article: Article, sketch: Sketch) -> list[Sketched]:
        found = self.state.sketches(sketch)
        if not found:
            return []
        at = article.captured_at
        first, last = _shifted(at, -WINDOW), _shifted(at, WINDOW)
        return [one for one in found if first <= one.captured_at <= last]


def _shifted(instant: str, by: timedelta) -> str:
    at = parse(instant)
    assert at is not None, "the instant of a capture"
    return iso(at + by)

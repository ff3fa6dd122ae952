"""What an article is among those delivered. On the writer thread: decisions over the state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from crawler.chain import (
    Kept,
    content_digest,
    known_urls,
    story_after,
    story_missed,
    story_unchanged,
    story_visited,
)
from crawler.change import Gone
from crawler.instants import iso, now
from crawler.items import Article
from crawler.near_duplicates import WINDOW, NearDuplicates
from crawler.revisit_plan import RevisitPlan
from crawler.state import StateStore, Story
from crawler.urls import canonicalize, url_hash


@dataclass(frozen=True, slots=True)
class Claim:
    """``dropped`` says why an article makes no line, or is None. ``previous``: how its story stood
    before; the line then says what changed since, or, with ``gone``, is its tombstone.
    ``is_renamed``: the page names another canonical URL, so that it may be another story.
    """

    dropped: str | None = None
    previous: Story | None = None
    gone: Gone | None = None
    is_renamed: bool = False


@dataclass(slots=True)
class Claims:
    """Claims of one run. Of one story only one article at a time is between claim and delivery.

    ``began``: when the run did, UTC ISO. ``kept`` by article id, until the article is settled.
    """

    state: StateStore
    plan: RevisitPlan
    began: str = ""
    kept: dict[str, Kept] = field(default_factory=dict)
    near: NearDuplicates = field(init=False)

    def __post_init__(self) -> None:
        self.near = NearDuplicates(self.state)

    def claim(self, article: Article) -> Claim:
        """New, to be compared with the version before, or dropped and settled."""
        if (gone := _gone(article)) and (claim := self._claim_gone(article, gone)):
            return claim
        known = self.state.story_at(article.url_hash)
        asked = self.state.story_at(url_hash(canonicalize(article.url)))
        if known is None and asked is not None and not asked.gone:
            return Claim(previous=asked, is_renamed=True)
        if asked is not None and known is not None and asked.key != known.key:
            # It now leads to another story, which is known.
            self.state.confirm(story_visited(asked, article.captured_at, self.plan), ())
        if known is None:
            return Claim()
        if known.gone:
            return Claim(previous=known) if article.text else self._hidden(article, known)
        if known.id == article.id or known.content in (None, content_digest(article)):
            return Claim(self.settle(article, known))
        if known.whole and (article.text is None or article.access != "full"):
            return self._hidden(article, known)
        return Claim(previous=known)

    def settle(self, article: Article, known: Story) -> str:
        """Record that a capture changed nothing; gives the word that it is counted under."""
        urls = known_urls(article)
        is_old = known.captured_at < self.began and all(map(self.state.knows, urls))
        kept = self.kept.pop(article.id, None)
        self.state.confirm(story_unchanged(article, known, self.plan, kept), urls)
        return "unchanged" if is_old else "duplicate"

    def confirm(self, article: Article) -> None:
        """Record a line that was written."""
        known = self.state.story(article.url_hash)
        kept = self.kept.pop(article.id, None)
        self.state.confirm(story_after(article, known, self.plan, kept), known_urls(article))

    def visited(self, story: Story, at: str) -> None:
        """Record a visit that showed no change, without an article: 304."""
        if found := self.state.story(story.key):
            self.state.confirm(story_visited(found, at, self.plan), ())

    def missed(self, story: Story, at: str) -> None:
        """Record a visit in vain."""
        if found := self.state.story(story.key):
            self.state.confirm(story_missed(found, at, self.plan), ())

    def _hidden(self, article: Article, known: Story) -> Claim:
        """A wall, a challenge, a failed extraction: that says nothing about the story."""
        self.state.confirm(story_visited(known, article.captured_at, self.plan), ())
        return Claim("hidden")

    def _claim_gone(self, article: Article, gone: Gone) -> Claim | None:
        """A tombstone where a story was; None for a page to be kept that never showed a story."""
        known = self.state.story_at(url_hash(canonicalize(article.url)))
        if known is None:
            return Claim(gone) if article.kind == "tombstone" else None
        if canonicalize(article.url) not in (canonicalize(known.url), known.canonical_url):
            # One of several links to a story that may well be there.
            return Claim(gone)
        if known.gone:
            self.state.confirm(story_visited(known, article.captured_at, self.plan), ())
            return Claim("still_gone")
        return Claim(previous=known, gone=gone)


def _gone(article: Article) -> Gone | None:
    """What an article says of the absence of its story."""
    if article.kind == "tombstone":
        return article.change.gone if article.change else None
    return "soft_404" if article.access == "soft_404" else None


def replay_lines(state: StateStore, lines: Iterable[bytes], plan: RevisitPlan) -> int:
    """Confirm in ``state`` the articles of JSONL lines that a dead run left; gives their count."""
    claims = Claims(state, plan)
    count = 0
    for line in lines:
        confirm_delivered(claims, msgspec.json.decode(line, type=Article))
        count += 1
    return count


def confirm_delivered(claims: Claims, article: Article) -> None:
    """Confirm the delivered article of a line; the newest version of a story stays."""
    known = claims.state.story(article.url_hash)
    if known is None or known.version < article.version:
        claims.confirm(article)
        if article.captured_at >= iso(now() - WINDOW):
            claims.near.recover(article)

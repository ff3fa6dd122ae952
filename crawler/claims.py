"""What an article is among those delivered. On the writer thread: decisions over the state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

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
    ``is_named``: it says that it is ``previous``, whose address is another: templates say so of
    every page of a site, and the texts decide.
    """

    dropped: str | None = None
    previous: Story | None = None
    gone: Gone | None = None
    is_renamed: bool = False
    is_named: bool = False


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

    def claim(self, article: Article, *, is_believed: bool = False) -> Claim:
        """New, to be compared with the version before, or dropped and settled.

        ``is_believed``: the story that it says it is was looked at, and that is true.
        """
        if (gone := _gone(article)) and (claim := self._claim_gone(article, gone)):
            return claim
        urls = (article.url, article.final_url)
        keys = (article.url_hash, *map(url_hash, map(canonicalize, urls)))
        # As a rule all three are the same.
        at = {key: self.state.story_at(key) for key in set(keys)}
        known, asked, here = (at[key] for key in keys)
        if known is None:
            was = asked or here
            is_renamed = was is not None and not was.gone
            return Claim(previous=was, is_renamed=True) if is_renamed else Claim()
        if here is not None and here.key != known.key and _is_at(here, article.final_url):
            # Where it always was, whatever address its page names.
            article.canonical_url, article.url_hash = here.canonical_url, here.key
            return self._claim_again(article, here)
        if asked is not None and asked.key != known.key:
            # It now leads to another story, which is known.
            self.state.confirm(story_visited(asked, article.captured_at, self.plan), ())
        is_sure = is_believed or known.content == content_digest(article) or article.text is None
        if not (is_sure or any(_is_at(known, url) for url in urls)):
            return Claim(previous=known, is_named=True)
        return self._claim_again(article, known)

    def _claim_again(self, article: Article, known: Story) -> Claim:
        """Of a story that is known: to be compared with it, or dropped and settled."""
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
        if known is not None and takes_over(article, known):
            self._give_own_address(known)
            known = None
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

    def _give_own_address(self, story: Story) -> None:
        """Of a story that went by the address of another, which has come now."""
        own = canonicalize(story.url)
        self.state.confirm(replace(story, key=url_hash(own), canonical_url=own), ())

    def _hidden(self, article: Article, known: Story) -> Claim:
        """A wall, a challenge, a failed extraction: that says nothing about the story."""
        self.state.confirm(story_visited(known, article.captured_at, self.plan), ())
        return Claim("hidden")

    def _claim_gone(self, article: Article, gone: Gone) -> Claim | None:
        """A tombstone where a story was; None for a page to be kept that never showed a story.

        A page that reads like an error keeps its line: should it be a story after all, that line
        is where it can be seen.
        """
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


def _is_at(story: Story, url: str) -> bool:
    """Whether a story was captured under this address before."""
    return canonicalize(story.url) == canonicalize(url)


def takes_over(article: Article, known: Story) -> bool:
    """Whether the first line of a story is that of the page whose address ``known`` goes by: the
    page of ``known`` had named it as its own before it was seen itself."""
    return (
        article.version == 1
        and article.id != known.id
        and canonicalize(article.final_url) == article.canonical_url
        and not _is_at(known, article.canonical_url)
    )


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
    if known is None or known.version < article.version or takes_over(article, known):
        claims.confirm(article)
        if article.captured_at >= iso(now() - WINDOW):
            claims.near.recover(article)

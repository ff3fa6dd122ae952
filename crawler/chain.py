"""From a delivered line to what is remembered of its story. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from archive.exchange import WarcPointer
from crawler.items import Article
from crawler.revisit_plan import RevisitPlan
from crawler.sketch import Sketch
from crawler.state import Story
from crawler.urls import canonicalize, url_hash

# What is no story has no biography.
_NOT_VISITED = frozenset({"listing", "other"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What came with a capture and stands in no line: the validators of its answer, and the sketch
    of its text, None where none was made."""

    etag: str | None = None
    last_modified: str | None = None
    sketch: Sketch | None = None


NOTHING_KEPT = Kept()


def story_after(
    article: Article, known: Story | None, plan: RevisitPlan, kept: Kept | None = None
) -> Story:
    """How a story stands after a line. ``known``: how it stood before."""
    is_tombstone = article.kind == "tombstone"
    if is_tombstone and known is not None:
        return _gone(article, known, plan)
    kept = kept or Kept()
    first = known.first_captured_at if known else article.captured_at
    is_story = article.kind not in _NOT_VISITED
    by_hint = article.published_from == "hint"
    story = Story(
        key=article.url_hash,
        id=article.id,
        version=article.version,
        captured_at=article.captured_at,
        first_captured_at=first,
        # Where a tombstone ended may be the home page.
        url=article.url if is_tombstone else article.final_url,
        canonical_url=article.canonical_url,
        source_id=article.source_id or (known.source_id if known else None),
        discovered_from=known.discovered_from if known else article.discovered_from,
        discovered_at=known.discovered_at if known else article.discovered_at,
        published_hint=article.published_raw if by_hint else None,
        content=content_digest(article),
        whole=is_whole(article),
        gone=article.change.gone if article.change else None,
        pointer=None if is_tombstone else pointer_of(article),
        pages=pages_of(article),
        etag=kept.etag,
        last_modified=kept.last_modified,
    )
    return story_visited(story, article.captured_at, plan) if is_story else story


def story_unchanged(article: Article, known: Story, plan: RevisitPlan, kept: Kept | None) -> Story:
    """How a story stands after a capture that made no line."""
    kept = kept or Kept()
    seen = replace(
        known,
        content=content_digest(article),
        etag=kept.etag,
        last_modified=kept.last_modified,
        # A story of an earlier state gets its page from the first capture that repeats it.
        pointer=known.pointer or pointer_of(article),
        pages=known.pages if known.pointer else pages_of(article),
        url=known.url or article.final_url,
        canonical_url=known.canonical_url or article.canonical_url,
        whole=known.whole or is_whole(article),
    )
    return story_visited(seen, article.captured_at, plan)


def story_visited(story: Story, at: str, plan: RevisitPlan) -> Story:
    """After a visit that showed no change."""
    due = plan.next_due(story.source_id, story.first_captured_at, at)
    if due is None:  # nobody will ask with them any more
        return replace(story, due=None, attempts=0, etag=None, last_modified=None)
    return replace(story, due=due, attempts=0)


def story_missed(story: Story, at: str, plan: RevisitPlan) -> Story:
    """After a visit in vain: tried again later, and given up for the next of the plan at last."""
    attempts = story.attempts + 1
    retry = plan.retry(at, attempts)
    return replace(story, due=retry, attempts=attempts) if retry else story_visited(story, at, plan)


def _gone(article: Article, known: Story, plan: RevisitPlan) -> Story:
    """The last text stays known, to compare with if the story comes back; validators do not."""
    assert article.change is not None, "a tombstone says how the story is gone"
    gone = replace(
        known,
        id=article.id,
        version=article.version,
        captured_at=article.captured_at,
        gone=article.change.gone,
        etag=None,
        last_modified=None,
    )
    return story_visited(gone, article.captured_at, plan)


def known_urls(article: Article) -> set[str]:
    """The url_hash of every URL under which an article was reached."""
    if article.kind == "tombstone":  # final_url may be the home page
        return {url_hash(canonicalize(article.url))}
    urls = (article.url, article.final_url)
    return {article.url_hash, *(url_hash(canonicalize(url)) for url in urls)}


def content_digest(article: Article) -> str:
    """Hex digest of all that a change can touch: equal means that nothing changed."""
    published = article.published_at or article.published_date
    names = ", ".join(article.authors) or article.byline
    parts = (article.headline, article.text, names, published)
    joined = "\x00".join(part or "" for part in parts)
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()


def is_whole(article: Article) -> bool:
    """Whether a line has all of the story's text."""
    return article.text is not None and article.access == "full"


def pointer_of(article: Article) -> WarcPointer | None:
    """Where the page of a line is archived."""
    if article.warc_file is None or article.warc_offset is None:
        return None
    length, record_id = article.warc_length or 0, article.warc_record_id or ""
    return WarcPointer(article.warc_file, article.warc_offset, length, record_id)


def pages_of(article: Article) -> tuple[WarcPointer, ...]:
    """Where the further pages of a line are archived."""
    return tuple(
        WarcPointer(page.warc_file, page.warc_offset, 0, page.warc_record_id or "")
        for page in article.pages
        if page.warc_file is not None and page.warc_offset is not None
    )

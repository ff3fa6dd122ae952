"""What is remembered from run to run: the values, and the protocol of a store of them.

A URL counts as known only once its line is durable: rows are written in one transaction that the
owner commits after it has synced the files the rows speak of. One thread owns a store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from archive.exchange import WarcPointer
from archive.originals import Holding, Original
from crawler.change import Gone
from crawler.hints import Hints, ListingKind
from crawler.instants import iso, parse
from crawler.polling import NO_HISTORY, History
from crawler.sketch import Sketch
from crawler.urls import canonicalize, url_hash


@dataclass(frozen=True, slots=True)
class Validators:
    """What a listing answered last: enough for a conditional request, and to see through a
    validator that lies.

    ``body_sha256`` is hex over the decoded body. ``since`` is the instant before which its entries
    were passed over, None where all were taken: a run that reaches further back must read it again.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Tracked:
    """A listing that was polled: its rate, and how it fared. Instants are UTC ISO 8601.

    ``parent`` is the index that names it, None for one that a source declares; ``lastmod`` is what
    the index said of it when it was last read. ``full_at`` is when its body was last asked for
    without conditions; ``reason`` is why it failed, None after an answer.
    """

    url: str
    source_id: str
    kind: ListingKind
    history: History = NO_HISTORY
    parent: str | None = None
    depth: int = 0
    lastmod: str | None = None
    tried_at: str | None = None
    ok_at: str | None = None
    full_at: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WalkStep:
    """A listing that a backfill has to walk through. ``job`` names the backfill; ``depth`` counts
    the indexes above a sitemap, or the pages before a section page."""

    job: str
    source_id: str
    kind: ListingKind
    url: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class WalkProgress:
    """How many listings a backfill has walked through, and how many it knows of and has not."""

    walked: int
    left: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A story that a listing showed and that is not delivered yet: a row of the frontier.

    ``discovered_at`` is UTC ISO 8601; ``modified`` is when the listing says that the story last
    changed, in the same form, so that two of them compare as strings. ``attempts`` counts runs
    that tried in vain.
    """

    url: str
    source_id: str
    listing: str
    discovered_at: str
    hints: Hints
    modified: str | None = None
    rank: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as its newest line left it. ``key`` is the url_hash of its canonical URL.

    ``id``, ``version``, ``captured_at``: of that line; ``gone``: it is a tombstone, and why.
    ``content`` (hex) stands for all of the last version that a change could touch, ``pointer`` is
    where that version's page is archived, ``pages`` where its further pages are; None where they
    are not known. ``whole``: it has all of the story's text. ``url`` is what is asked for again, on
    ``due`` (UTC ISO in whole seconds, None: never), with ``etag`` and ``last_modified``;
    ``attempts`` counts the visits in vain since one that was not. ``published_hint``: the listing's
    raw date where the page itself has none.
    """

    key: str
    id: str
    version: int
    captured_at: str
    first_captured_at: str
    url: str
    canonical_url: str
    source_id: str | None = None
    discovered_from: str | None = None
    discovered_at: str | None = None
    published_hint: str | None = None
    content: str | None = None
    whole: bool = False
    gone: Gone | None = None
    pointer: WarcPointer | None = None
    pages: tuple[WarcPointer, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    due: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the discovery ledger: ``listing`` showed a URL at ``rank`` (0 is the top).

    ``first_seen``, ``published``: UTC ISO; the latter, and ``headline``, as the listing has them.
    """

    listing: str
    first_seen: str
    rank: int
    headline: str | None
    published: str | None


def shown_by(lead: Lead) -> Shown:
    """The line of the discovery ledger for a listed story."""
    published = parse(lead.hints.published)
    return Shown(
        listing=lead.listing,
        first_seen=lead.discovered_at,
        rank=lead.rank,
        headline=lead.hints.headline,
        published=iso(published) if published else None,
    )


@dataclass(frozen=True, slots=True)
class Sketched:
    """The sketch of the text of an ``article`` (its id), captured at an instant (UTC ISO).

    ``story`` is the url_hash under which it counts.
    """

    article: str
    story: str
    captured_at: str
    sketch: Sketch


class StateStore(Protocol):
    """What the archive session needs of a memory. Not thread-safe: one thread owns it."""

    def validators(self, listing: str) -> Validators:
        """What ``listing`` answered last; empty validators for one never polled."""

    def set_validators(self, listing: str, validators: Validators, polled_at: str) -> None:
        """Remember the answer of a poll."""

    def tracked(self, source_ids: Iterable[str]) -> Iterator[Tracked]:
        """Every listing of these sources that was polled, in the order of their URLs."""

    def track(self, listing: Tracked) -> None:
        """Remember how a poll went and when the next one is due."""

    def keep_children(self, parent: str, urls: Iterable[str]) -> None:
        """Forget the listings that an index named once and names no more."""

    def walk_left(self, job: str, source_ids: Iterable[str]) -> Iterator[WalkStep]:
        """What a backfill of these sources has still to walk through."""

    def walk_add(self, step: WalkStep) -> bool:
        """Add a listing to a backfill; False where it has been there before."""

    def walk_done(self, step: WalkStep) -> None:
        """A listing was walked through, or is given up."""

    def walk_failed(self, step: WalkStep) -> int:
        """Count one more failure of a listing; gives the new count."""

    def walk_progress(self, job: str, source_ids: Iterable[str]) -> WalkProgress:
        """How far a backfill of these sources is."""

    def discover(self, url_hash: str, lead: Lead) -> bool:
        """Put a listed story on the frontier: one that is unknown, or listed as changed since.

        False where it is known and unchanged, or on the frontier already.
        """

    def knows(self, url_hash: str) -> bool:
        """Whether a URL led to a delivered story."""

    def leads(self, source_id: str, after: Lead | None, most: int) -> list[Lead]:
        """A page of the frontier of a source, oldest first: at most so many, those behind
        ``after``, or the first of all."""

    def failed(self, url_hash: str) -> int:
        """Count one more run that tried a lead in vain; gives the new count."""

    def dismiss(self, url_hash: str, reason: str, captured_at: str | None = None) -> None:
        """Take a URL off the frontier for good, without a story.

        ``captured_at``: it was captured all the same, so that no earlier change is news.
        """

    def story(self, key: str) -> Story | None:
        """A story by its key."""

    def story_at(self, url_hash: str) -> Story | None:
        """The story that a URL led to."""

    def confirm(self, story: Story, url_hashes: Iterable[str]) -> None:
        """Record how a story stands and every URL under which it is now known."""

    def urls_of(self, key: str) -> list[str]:
        """The url_hash of every URL under which a story is known. Reads all that are known."""

    def due(self, source_id: str, at: str, limit: int) -> list[Story]:
        """The stories of a source whose visit is due at an instant, those longest due first."""

    def show(self, url_hash: str, shown: Shown) -> None:
        """Note in the ledger that a listing shows a URL; only the first time counts."""

    def shown(self, url_hash: str) -> list[Shown]:
        """The listings that showed a URL, the first one first."""

    def sketches(self, sketch: Sketch) -> list[Sketched]:
        """Remembered texts that may be like one, those first that were first remembered."""

    def keep_sketch(self, one: Sketched, before: str) -> None:
        """Remember a text, and forget texts that were captured ``before`` an instant (UTC ISO)."""

    def run_began(self, run_id: str, spider: str, started_at: str) -> None:
        """Note a run."""

    def run_ended(self, run_id: str, ended_at: str, exit_code: int) -> None:
        """Note how it ended."""

    def unended_runs(self) -> list[str]:
        """The runs that have not said how they ended, and were not put right yet."""

    def end_runs(self) -> None:
        """All that they left is put right."""

    def original_with(self, payload: str) -> Original | None:
        """The archived record that has this payload."""

    def original_of(self, target_uri: str) -> Original | None:
        """The archived record that has the payload that was last validated for this URI."""

    def hold(self, holding: Holding) -> None:
        """Remember what the newest capture of a URI holds."""

    def commit(self) -> None:
        """Make everything since the last commit durable. Raises OSError."""

    def close(self) -> None:
        """Commit and release the store."""


def note_listed(state: StateStore, lead: Lead) -> bool:
    """A listing shows a story: a line of the ledger, and the frontier if it is to be fetched, which
    is what this gives, as ``discover`` does."""
    key = url_hash(canonicalize(lead.url))
    state.show(key, shown_by(lead))
    return state.discover(key, lead)

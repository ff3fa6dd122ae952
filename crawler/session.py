"""The archive session: sole owner of all files of a run, on one writer thread.

Everything that is written goes through ``_do`` and so through one thread in total order; no lock is
needed. The order of durability is WARC record, JSONL line, state: each commit of the state follows
an fsync of the files that it speaks of, so that after a crash the state never knows more than they
hold. What the files hold and the state does not is put right when the next session opens.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ParamSpec, TypeVar

from archive.exchange import Exchange, WarcPointer, Written
from archive.jsonl import JsonlWriter
from archive.warc_writer import WarcWriter
from crawler.chain import Kept, known_urls
from crawler.claims import Claim, Claims
from crawler.deliveries import Delivered, Deliveries
from crawler.extraction.record import Page
from crawler.instants import parse_spans
from crawler.items import Article
from crawler.readback import PageReader
from crawler.revisit_plan import RevisitPlan
from crawler.state import Lead, StateStore, Story, Validators, note_listed
from crawler.turns import Turns
from crawler.urls import canonicalize, url_hash
from crawler.writer_thread import WriterThread

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(slots=True)
class ArchiveSession:
    """One run's writers and memory. A writer that is None is off: nothing of its kind is kept.

    ``on_storage_error`` is told, on the event loop, of every job that the disk refused.
    ``on_closed`` is called on the writer thread once all files have their final names.
    """

    run_id: str
    state: StateStore
    warc: WarcWriter | None = None
    jsonl: JsonlWriter | None = None
    sync_interval: float = 1.0
    reader: PageReader | None = None
    claims: Claims = field(init=False)
    deliveries: Deliveries = field(init=False)
    on_storage_error: Callable[[OSError], None] = lambda _error: None
    on_closed: Callable[[], None] = lambda: None
    _thread: WriterThread = field(default_factory=WriterThread)
    _turns: Turns = field(default_factory=Turns)
    _synced_at: float = 0.0
    _dirty: bool = False
    _is_unsynced: bool = False
    _change: int = 0
    _durable: int = 0

    def __post_init__(self) -> None:
        self.claims = Claims(self.state, RevisitPlan())
        self.deliveries = Deliveries(self.claims, self.jsonl)

    async def archive(self, exchange: Exchange) -> Written | None:
        """Append the records of an exchange; they are in the file when this returns.

        None where the WARC is off or no answer came. Raises OSError (disk full) with the file
        rolled back to its last whole capture.
        """
        if self.warc is None:
            exchange.response.close()
            return None
        return await self._do(self._append, self.warc, exchange)

    async def validators(self, listing: str) -> Validators:
        """What a listing answered last."""
        return await self._do(self.state.validators, listing)

    async def remember(self, job: Callable[[StateStore], _T]) -> _T:
        """Run ``job`` on the state, where everything is written: whole within one commit."""
        return await self._do(job, self.state)

    async def leads(self, source_id: str, after: Lead | None, most: int) -> list[Lead]:
        """A page of the stories of a source that were listed and are not delivered."""
        return await self._do(self.state.leads, source_id, after, most)

    async def polled(
        self, listing: str, validators: Validators, polled_at: str, leads: Iterable[Lead]
    ) -> list[Lead]:
        """Record a poll and what it showed, durably; gives the leads that are to be fetched."""
        shown = tuple(leads)
        fresh, change = await self._do(self._record_poll, listing, validators, polled_at, shown)
        if fresh:
            # What was discovered is durable before it is fetched: the feed may move on.
            await self._do(self._sync_past, change)
        return fresh

    async def failed(self, url: str) -> int:
        """Count one more run in which a lead could not be fetched; gives how many there were."""
        return await self._do(self.state.failed, url_hash(canonicalize(url)))

    async def dismiss(
        self, urls: Iterable[str], reason: str, captured_at: str | None = None
    ) -> None:
        """Forget about these URLs: they are no story, or gone, or ``captured_at`` and not read."""
        hashes = {url_hash(canonicalize(url)) for url in urls}
        await self._do(self._dismiss, hashes, reason, captured_at)

    def keep(self, article_id: str, kept: Kept) -> None:
        """Remember what came with an article that is about to be claimed."""
        self.claims.kept[article_id] = kept

    async def claim(self, article: Article) -> Claim:
        """Decide what an article is: new, to be compared, or dropped.

        Waits until no other article of the story is between its claim and ``deliver`` or
        ``release``, one of which has to follow.
        """
        if claim := self.deliveries.claimed(article):
            return claim
        await self._turns.take(article.id, known_urls(article))
        return await self._do(self.claims.claim, article)

    async def claim_believed(self, article: Article) -> Claim:
        """The same again, of an article in its turn that is the story that it says it is."""
        return await self._do(self.claims.claim, article, is_believed=True)

    async def settle(self, article: Article, known: Story) -> str:
        """Record that a claimed article changes nothing; gives the word for why it is dropped."""
        return await self._do(self.claims.settle, article, known)

    async def release(self, article: Article) -> None:
        """Give back the claim of an article that is not delivered."""
        self.claims.kept.pop(article.id, None)
        self.deliveries.forget(article)
        self._turns.give(article.id)

    async def deliver(self, article: Article, longest: int) -> Delivered:
        """Append the line, of ``longest`` bytes at most, and confirm the claim; gives the article
        as it is written. Raises OSError with the file rolled back."""
        delivered = self.deliveries.delivered(article)
        if delivered is None:
            delivered = await self._do(self._write, self.deliveries.deliver, article, longest)
        self.deliveries.forget(article)
        self._turns.give(article.id)
        return delivered

    def take_now(self, article: Article) -> bool:
        """Whether no article of the story is before this one; it then has its turn."""
        return self._turns.take_now(article.id, known_urls(article))

    async def deliver_new(self, articles: Sequence[Article], longest: int) -> None:
        """Claim articles that have their turn and deliver the new ones, in one job: ``claim`` and
        ``deliver`` then give what came of it. Raises OSError."""
        try:
            await self._do(self._write, self.deliveries.deliver_new, articles, longest)
        finally:
            for article in articles:
                if self.deliveries.claimed(article) is None:
                    self._turns.give(article.id)

    async def pages(self, *pointers: WarcPointer) -> list[Page | None]:
        """Archived pages; None for one that is not at hand any more."""
        return await self._do(self._pages, pointers)

    async def story_at(self, url: str) -> Story | None:
        """The story that a URL led to."""
        return await self._do(self.state.story_at, url_hash(canonicalize(url)))

    def plan_visits(self, by_source: Mapping[str, tuple[str, ...] | None]) -> None:
        """Take over the ages at which sources that set their own want their stories visited."""
        given = {name: ages for name, ages in by_source.items() if ages is not None}
        own = {name: parse_spans(" ".join(ages)) for name, ages in given.items()}
        self.claims.plan = replace(self.claims.plan, by_source=own)

    async def due(self, source_id: str, at: str, limit: int) -> list[Story]:
        """The stories of a source that are due for a visit."""
        return await self._do(self.state.due, source_id, at, limit)

    def is_full_visit(self, story: Story, at: str, longest: timedelta) -> bool:
        """Whether a visit at ``at`` asks for the whole story: see RevisitPlan.is_full."""
        return self.claims.plan.is_full(story, at, longest)

    async def visited(self, story: Story, at: str) -> None:
        """Record a visit that was answered with 304."""
        await self._do(self.claims.visited, story, at)

    async def missed(self, story: Story, at: str) -> None:
        """Record a visit that gave no answer to go by."""
        await self._do(self.claims.missed, story, at)

    async def run_began(self, spider: str, started_at: str) -> None:
        """Note in the state, durably, that this run is at work: one that has no word of the newest
        run is known by that to be older than its archive."""
        self.claims.began = started_at
        await self._do(self.state.run_began, self.run_id, spider, started_at)
        await self.sync()

    async def sync(self) -> None:
        """Make everything so far durable, and only then commit the state."""
        await self._do(self._sync)

    async def close(self, ended_at: str, exit_code: int) -> None:
        """Close the files, give them their names, and note how the run ended. Raises OSError."""
        await self._thread.run_last(self._close, ended_at, exit_code)

    def close_at_once(self, ended_at: str) -> None:
        """As ``close``, after an event loop that was stopped. Raises OSError."""
        # To the state a run that did not end: a listing may be archived and not read.
        self._thread.run_last_at_once(self._close, ended_at, None)

    async def _do(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        def run() -> _T:
            result = job(*args, **kwargs)
            if time.monotonic() - self._synced_at >= self.sync_interval:
                self._sync()
            return result

        try:
            return await self._thread.run(run)
        except OSError as error:
            self.on_storage_error(error)
            raise

    # --- on the writer thread -----------------------------------------------------------------

    def _append(self, warc: WarcWriter, exchange: Exchange) -> Written | None:
        self._dirty = True
        try:
            written = warc.append(exchange)
        finally:
            exchange.response.close()
        if written and written.holding:
            self.state.hold(written.holding)
        return written

    def _record_poll(
        self, listing: str, validators: Validators, polled_at: str, leads: tuple[Lead, ...]
    ) -> tuple[list[Lead], int]:
        fresh = [lead for lead in leads if note_listed(self.state, lead)]
        self.state.set_validators(listing, validators, polled_at)
        self._change += 1
        return fresh, self._change

    def _dismiss(self, url_hashes: set[str], reason: str, captured_at: str | None) -> None:
        for key in url_hashes:
            self.state.dismiss(key, reason, captured_at)

    def _pages(self, pointers: tuple[WarcPointer, ...]) -> list[Page | None]:
        if self.reader is None:
            return [None for _ in pointers]
        return [self.reader.page(pointer, self.state.original_with) for pointer in pointers]

    def _write(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        self._dirty = True
        return job(*args, **kwargs)

    def _sync_past(self, change: int) -> None:
        """Those who wait for the disk at the same time share one fsync, as databases do."""
        if self._durable < change:
            self._sync()

    def _sync(self) -> None:
        self._refuse_unsynced()
        if self._dirty:
            try:
                if self.warc is not None:
                    self.warc.sync()
                if self.jsonl is not None:
                    self.jsonl.sync()
            except OSError:
                self._is_unsynced = True
                raise
        self.state.commit()
        self._durable = self._change
        self._dirty = False
        self._synced_at = time.monotonic()

    def _refuse_unsynced(self) -> None:
        # Linux forgets a failed write-back once it was told: the next fsync may well succeed, and
        # the state would then speak of lines that are not on the disk. Recovery reads what is.
        if self._is_unsynced:
            raise OSError(errno.EIO, "an fsync failed; the next run recovers what is on the disk")

    def _close(self, ended_at: str, exit_code: int | None) -> None:
        self._refuse_unsynced()
        if self.warc is not None:
            self.warc.close()
        if self.jsonl is not None:
            self.jsonl.close()
        if exit_code is not None:
            self.state.run_ended(self.run_id, ended_at, exit_code)
        self.state.close()
        self.on_closed()

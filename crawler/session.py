"""The archive session: sole owner of all files of a run, on one writer thread.

Everything that is written goes through ``_do`` and so through one thread in total order; no lock is
needed. The order of durability is WARC record, JSONL line, state: each commit of the state follows
an fsync of the files that it speaks of, so that after a crash the state never knows more than they
hold. What the files hold and the state does not is put right when the next session opens.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

import msgspec

from archive.exchange import Exchange, Written
from archive.jsonl import JsonlWriter
from archive.warc_writer import WarcWriter
from crawler.items import Article
from crawler.state import Lead, StateStore, Story, Validators
from crawler.urls import canonicalize, url_hash

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article is among those delivered: ``dropped`` says why it makes no line, or is None.

    ``version`` counts from 1; ``previous_id`` is the id of the version before.
    """

    dropped: str | None
    version: int = 1
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Pending:
    """A claimed version whose line is not written yet, and every URL that led to it so far."""

    story: Story
    urls: set[str]


@dataclass(slots=True)
class ArchiveSession:
    """One run's writers and memory. A writer that is None is off: nothing of its kind is kept.

    ``on_storage_error`` is told, on the event loop, of every job that the disk refused.
    """

    run_id: str
    state: StateStore
    warc: WarcWriter | None = None
    jsonl: JsonlWriter | None = None
    sync_interval: float = 1.0
    on_storage_error: Callable[[OSError], None] = lambda _error: None
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="archive")
    )
    _claimed: dict[str, _Pending] = field(default_factory=dict)
    _synced_at: float = 0.0
    _began: str = ""
    _dirty: bool = False
    _is_unsynced: bool = False

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

    async def leads(self, source_ids: Iterable[str]) -> list[Lead]:
        """The stories of these sources that earlier runs saw listed and did not deliver."""
        return await self._do(lambda: list(self.state.leads(source_ids)))

    async def polled(
        self, listing: str, validators: Validators, polled_at: str, leads: Iterable[Lead]
    ) -> list[Lead]:
        """Record a poll and what it showed, durably; gives the leads that are to be fetched."""
        return await self._do(self._record_poll, listing, validators, polled_at, tuple(leads))

    async def failed(self, url: str) -> int:
        """Count one more run in which a lead could not be fetched; gives how many there were."""
        return await self._do(self.state.failed, url_hash(canonicalize(url)))

    async def dismiss(self, urls: Iterable[str], reason: str) -> None:
        """Forget about these URLs: they are no story, or gone."""
        hashes = {url_hash(canonicalize(url)) for url in urls}
        await self._do(self._dismiss, hashes, reason)

    async def claim(self, article: Article) -> Claim:
        """Decide what an article is: new, a new version, unchanged or a duplicate."""
        return await self._do(self._claim, article)

    async def release(self, article: Article) -> None:
        """Give back the claim of an article that will not be delivered after all."""
        await self._do(self._claimed.pop, article.url_hash, None)

    async def deliver(self, article: Article, line: bytes) -> None:
        """Append the line and confirm the claim. Raises OSError with the file rolled back."""
        await self._do(self._deliver, article, line)

    async def run_began(self, spider: str, started_at: str) -> None:
        """Note in the state, durably, that this run is at work: one that has no word of the newest
        run is known by that to be older than its archive."""
        self._began = started_at
        await self._do(self.state.run_began, self.run_id, spider, started_at)
        await self.sync()

    async def sync(self) -> None:
        """Make everything so far durable, and only then commit the state."""
        await self._do(self._sync)

    async def close(self, ended_at: str, exit_code: int) -> None:
        """Close the files, give them their names, and note how the run ended. Raises OSError."""
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._close, ended_at, exit_code)
        except sqlite3.DatabaseError as error:
            raise OSError(errno.EIO, f"the state: {error}") from error
        finally:
            self._thread.shutdown(wait=True)

    def close_at_once(self, ended_at: str, exit_code: int) -> None:
        """As ``close``, after an event loop that was stopped. Raises OSError."""
        try:
            self._thread.submit(self._close, ended_at, exit_code).result()
        except sqlite3.DatabaseError as error:
            raise OSError(errno.EIO, f"the state: {error}") from error
        finally:
            self._thread.shutdown(wait=True)

    async def _do(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        def run() -> _T:
            try:
                result = job(*args, **kwargs)
                if time.monotonic() - self._synced_at >= self.sync_interval:
                    self._sync()
            except sqlite3.DatabaseError as error:
                # SQLite says "disk full", "I/O error" and "malformed" in exceptions of its own.
                raise OSError(errno.EIO, f"the state: {error}") from error
            return result

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, run)
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
    ) -> list[Lead]:
        fresh = [
            lead for lead in leads if self.state.discover(url_hash(canonicalize(lead.url)), lead)
        ]
        self.state.set_validators(listing, validators, polled_at)
        # What was discovered is durable before it is fetched: the feed may move on.
        self._sync()
        return fresh

    def _dismiss(self, url_hashes: set[str], reason: str) -> None:
        for key in url_hashes:
            self.state.dismiss(key, reason)

    def _claim(self, article: Article) -> Claim:
        pending = self._claimed.get(article.url_hash)
        known = pending.story if pending else self.state.story(article.url_hash)
        urls = known_urls(article)
        if known and (known.id == article.id or known.text_sha256 == article.text_sha256):
            if pending:
                # Its line is not written yet, so these URLs become known together with it.
                pending.urls.update(urls)
                return Claim("duplicate")
            is_old = known.captured_at < self._began and all(map(self.state.knows, urls))
            dropped = "unchanged" if is_old else "duplicate"
            self.state.confirm(known, urls)
            return Claim(dropped)
        version = known.version + 1 if known else 1
        self._claimed[article.url_hash] = _Pending(_story(article, version), urls)
        return Claim(None, version, known.id if known else None)

    def _deliver(self, article: Article, line: bytes) -> None:
        self._dirty = True
        if self.jsonl is not None:
            self.jsonl.append(article.captured_at[:10], line)
        pending = self._claimed.pop(article.url_hash, None)
        urls = pending.urls if pending else known_urls(article)
        self.state.confirm(_story(article, article.version), urls)

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
        self._dirty = False
        self._synced_at = time.monotonic()

    def _refuse_unsynced(self) -> None:
        # Linux forgets a failed write-back once it was told: the next fsync may well succeed, and
        # the state would then speak of lines that are not on the disk. Recovery reads what is.
        if self._is_unsynced:
            raise OSError(errno.EIO, "an fsync failed; the next run recovers what is on the disk")

    def _close(self, ended_at: str, exit_code: int) -> None:
        self._refuse_unsynced()
        if self.warc is not None:
            self.warc.close()
        if self.jsonl is not None:
            self.jsonl.close()
        self.state.run_ended(self.run_id, ended_at, exit_code)
        self.state.close()


def known_urls(article: Article) -> set[str]:
    """The url_hash of every URL under which an article was reached."""
    return {url_hash(canonicalize(url)) for url in (article.url, article.final_url)}


def replay_lines(state: StateStore, lines: Iterable[bytes]) -> int:
    """Confirm in ``state`` the articles of JSONL lines that a dead run left; gives their count."""
    count = 0
    for line in lines:
        confirm_article(state, msgspec.json.decode(line, type=Article))
        count += 1
    return count


def confirm_article(state: StateStore, article: Article) -> None:
    """Confirm the delivered article of a line; the newest version of a story stays."""
    known = state.story(article.url_hash)
    if known is None or known.version < article.version:
        state.confirm(_story(article, article.version), known_urls(article))


def _story(article: Article, version: int) -> Story:
    return Story(
        key=article.url_hash,
        id=article.id,
        version=version,
        text_sha256=article.text_sha256,
        captured_at=article.captured_at,
    )

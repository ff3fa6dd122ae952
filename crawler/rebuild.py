"""Makes the state again from what it was made of: the lines and the records of the archive.

The lines say which stories were delivered. The records say which payloads the archive has, which
pages are gone, and what the listings of late have shown: stories that no line tells of go back on
the frontier, also if their feed has moved on.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from archive.errors import ArchiveError
from archive.holdings import holding_of
from archive.jsonl import iter_lines
from archive.layout import OutputLayout
from archive.warc_reader import HttpResponse, WarcRecord, http_response, iter_records
from crawler.claims import Claims, confirm_delivered
from crawler.hints import Listed
from crawler.instants import iso, parse
from crawler.items import Article
from crawler.page_or_not import why_no_page
from crawler.revisit_plan import RevisitPlan
from crawler.state import Lead, StateStore
from crawler.urls import canonicalize, url_hash

logger = logging.getLogger(__name__)

ListingReader = Callable[[str, bytes, str, str | None, str], tuple[Listed, ...]]
"""From (role, decoded body, URL, Content-Type, window) of an archived listing to its entries; what
cannot be read gives none. ``window`` is the name of the stretch of time that its run asked for."""

_LISTINGS = frozenset({"feed", "news_sitemap", "section"})
_GONE = frozenset({404, 410, 451})
_MAX_BODY = 50 * 1024 * 1024
_START = 512
# Facts precede the answer that they belong to; of answers that never come, so many are kept.
_FACTS_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How much of each the archive gave. ``damaged``: lines and records passed over."""

    articles: int
    payloads: int
    leads: int
    damaged: int

    def __str__(self) -> str:
        """One line for the log."""
        return (
            f"{self.articles} delivered articles, {self.payloads} payloads and {self.leads} stories"
            f" listed but not delivered; {self.damaged} damaged places passed over"
        )


@dataclass(slots=True)
class Rebuild:
    """Puts into ``state`` what the archive in ``layout`` tells; what it knows already stays.

    ``read``: see ListingReader. ``listed_since``: listings captured before are not read again.
    ``plan``: when its stories are visited again. The caller commits.
    """

    layout: OutputLayout
    state: StateStore
    read: ListingReader
    listed_since: datetime
    plan: RevisitPlan = field(default_factory=RevisitPlan)
    _count: Counter[str] = field(default_factory=Counter)
    _facts: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def run(self) -> Rebuilt:
        """Read everything once, streamed. Raises OSError."""
        for path in sorted(self.layout.articles.glob("date=*/*.jsonl.gz")):
            self._confirm(path)
        for path in sorted(self.layout.warc.glob("*.warc.gz")):
            self._facts.clear()
            for record in iter_records(path, self._damaged):
                self._take(record)
        return self._rebuilt()

    def catch_up(self, names: Sequence[str]) -> Rebuilt:
        """Only what the listings in these WARC files show. Raises OSError.

        A run that is killed has often archived a listing and not read it yet, and when the next
        one asks, the feed may have moved on.
        """
        for name in names:
            self._facts.clear()
            for record in iter_records(self.layout.warc / name, self._damaged):
                if record.type == "metadata":
                    self._note_facts(record)
                elif (facts := self._facts_of(record)).get("role") in _LISTINGS:
                    self._follow_whole(record, facts)
        return self._rebuilt()

    def _rebuilt(self) -> Rebuilt:
        count = self._count
        return Rebuilt(count["articles"], count["payloads"], count["leads"], count["damaged"])

    def _confirm(self, path: Path) -> None:
        for line in iter_lines(path, self._damaged):
            try:
                article = msgspec.convert(line, type=Article)
            except msgspec.ValidationError as error:
                self._damaged(f"{path}: a line that is no article: {error}")
                continue
            confirm_delivered(Claims(self.state, self.plan), article)
            self._count["articles"] += 1

    def _damaged(self, what: object) -> None:
        logger.warning("Passed over %s", what)
        self._count["damaged"] += 1

    def _take(self, record: WarcRecord) -> None:
        if record.type == "metadata":
            self._note_facts(record)
        elif record.type in ("response", "revisit"):
            if holding := holding_of(record, self.state):
                self.state.hold(holding)
                self._count["payloads"] += 1
            self._follow_whole(record, self._facts_of(record))

    def _note_facts(self, record: WarcRecord) -> None:
        about = record.headers.get("WARC-Concurrent-To").strip("<>")
        self._facts[about] = record.fields()
        if len(self._facts) > _FACTS_WAITING:
            del self._facts[next(iter(self._facts))]

    def _facts_of(self, record: WarcRecord) -> Mapping[str, str]:
        return self._facts.pop(record.pointer.record_id, {})

    def _follow_whole(self, record: WarcRecord, facts: Mapping[str, str]) -> None:
        try:
            self._follow(record, facts)
        except ArchiveError as error:
            self._damaged(error)

    def _follow(self, record: WarcRecord, facts: Mapping[str, str]) -> None:
        """What an answer meant for the frontier, by the role of its request."""
        role = facts.get("role")
        captured_at = parse(record.date)
        is_listing = role in _LISTINGS and captured_at and captured_at >= self.listed_since
        is_read = record.type == "response" and (is_listing or role == "story")
        if not (is_read or "unread" in facts):
            return
        response = http_response(record, _MAX_BODY if is_listing else _START)
        if response is None:
            return
        if "unread" in facts:
            self._dismiss_archived(record, response, facts)
            return
        if is_listing and response.status == 200 and not response.truncated:
            self._discover(record, response, facts)
        elif role == "story" and response.status in _GONE:
            self._dismiss(record, facts, f"http_{response.status}")

    def _dismiss_archived(
        self, record: WarcRecord, response: HttpResponse, facts: Mapping[str, str]
    ) -> None:
        """A page that was only kept is not asked for again, as little as one that has a line."""
        content_type = _content_type(response)
        # A revisit has no body of its own; its page is the one that was kept before.
        start = response.body if record.type == "response" else b"<html>"
        reason = why_no_page(response.status, content_type, start)
        if reason is None or response.status in _GONE:
            self._dismiss(record, facts, reason or "archived", None if reason else record.date)

    def _dismiss(
        self, record: WarcRecord, facts: Mapping[str, str], reason: str, at: str | None = None
    ) -> None:
        key = url_hash(canonicalize(facts.get("requested", record.target_uri)))
        if not self.state.knows(key):
            self.state.dismiss(key, reason, at)

    def _discover(
        self, record: WarcRecord, response: HttpResponse, facts: Mapping[str, str]
    ) -> None:
        content_type = _content_type(response)
        known = self.state.validators(record.target_uri).body_sha256
        if known == hashlib.sha256(response.body).hexdigest():
            return  # Read, and what it showed is in the state, in the same commit.
        about = (facts["role"], response.body, record.target_uri, content_type)
        entries = self.read(*about, facts.get("window", ""))
        for entry in entries:
            lead = _lead(entry, record, facts.get("source", ""))
            if self.state.discover(url_hash(canonicalize(entry.url)), lead):
                self._count["leads"] += 1


def _content_type(response: HttpResponse) -> str | None:
    fields = response.headers
    return next((value for name, value in fields if name.lower() == "content-type"), None)


def _lead(entry: Listed, record: WarcRecord, source_id: str) -> Lead:
    modified = parse(entry.hints.modified) or parse(entry.hints.published)
    return Lead(
        url=entry.url,
        source_id=source_id,
        listing=record.target_uri,
        discovered_at=record.date,
        hints=entry.hints,
        modified=iso(modified) if modified else None,
        rank=entry.rank,
    )

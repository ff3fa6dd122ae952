"""What the schedule learns of a listing's answer, or of its failure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.freshness import fresh_for
from crawler.host_holdback import HOST_SILENT, retry_after
from crawler.instants import now
from crawler.outcome import failure_reason, header
from crawler.polling import Answer, Wishes
from crawler.state import Tracked
from spiders.polls import Poll


@dataclass(frozen=True, slots=True)
class Fared:
    """How a poll went. ``reason`` says why it failed; ``is_whole``: its body was sent."""

    answer: Answer
    reason: str | None = None
    is_whole: bool = False


def answered(response: Response, *, is_new: bool, wishes: Wishes | None = None) -> Fared:
    """A listing that answered; ``is_new``: it showed something that was not known."""
    fields = ("Cache-Control", "Age", "Expires", "Date")
    fresh = fresh_for(*(header(response, name) for name in fields))
    answer = Answer("changed" if is_new else "unchanged", fresh_for=fresh, wishes=wishes)
    return Fared(answer, is_whole=response.status != 304)


def failed(failure: Failure) -> Fared:
    """A listing that did not answer, or with an error."""
    reason = failure_reason(failure)
    if reason in {
        "retry_after",
        HOST_SILENT,
    }:  # the host was asked to be left alone before this one's turn
        return Fared(Answer("postponed"), reason)
    wait = 0.0
    if isinstance(failure.value, HttpError):
        raw = failure.value.response.headers.get(b"Retry-After")
        wait = (retry_after(raw, now()) if raw else None) or 0.0
    return Fared(Answer("gone" if reason == "http_410" else "failed", retry_after=wait), reason)


def tracked_after(known: Tracked | None, poll: Poll, fared: Fared, at: str) -> Tracked:
    """The memory of a listing after a poll at the instant ``at``; its history is the caller's."""
    had = known or Tracked(poll.url, poll.source_id, poll.kind)
    return replace(
        had,
        parent=poll.parent,
        depth=poll.depth,
        lastmod=poll.lastmod,
        tried_at=at,
        ok_at=at if fared.reason is None else had.ok_at,
        full_at=at if fared.is_whole else had.full_at,
        reason=fared.reason,
    )

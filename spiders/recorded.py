"""Pages out of WARC files, ours or anybody's: records in, pages with their captures out."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from w3lib.html import get_meta_refresh

from archive.errors import ArchiveError
from archive.warc_files import WarcFile
from archive.warc_reader import HttpResponse, WarcRecord, http_response
from crawler.articles import Capture
from crawler.extraction.record import Page
from crawler.instants import now, parse
from crawler.spider import STORY, lead_of, why_no_page

logger = logging.getLogger(__name__)

_REFRESH_WITHIN = 4096  # bytes of a page in which Scrapy looks for a meta refresh
# Facts precede the response that they belong to; of records that never come, so many are kept.
_FACTS_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_bytes`` of a decoded body; a meta refresh within ``refresh_seconds`` is a redirect."""

    max_bytes: int
    refresh_seconds: float


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A page as it was captured. ``is_story``: the crawl that wrote it followed a listing to it."""

    page: Page
    capture: Capture
    is_story: bool


def recorded_pages(
    file: WarcFile, limits: Limits, count: Callable[[str], None]
) -> Iterator[RecordedPage]:
    """The pages of a WARC, streamed; ``count`` is told what another record is instead.

    A torn or damaged file is read as far as it is whole, and counts as failed. Raises OSError.
    """
    read = 0
    damage = 0

    def on_damage(error: ArchiveError) -> None:
        logger.warning("%s", error)
        nonlocal damage
        damage += 1
        count("failed/warc_damaged")

    facts_of: OrderedDict[str, Mapping[str, str]] = OrderedDict()
    for record in file.records(on_damage):
        read += 1
        if record.type == "metadata":
            _remember(facts_of, record)
        elif record.type == "response":
            response = http_response(record, limits.max_bytes)
            facts = facts_of.pop(record.pointer.record_id, None)
            if response is None:
                count("dropped/not_http")
            elif reason := _refusal(record, response, facts, limits):
                count(f"dropped/{reason}")
            else:
                yield _recorded(record, response, facts)
    if not read and not damage:
        logger.warning("%s: no WARC record is in it", file)
        count("failed/warc_empty")


def _remember(facts_of: OrderedDict[str, Mapping[str, str]], record: WarcRecord) -> None:
    """Keep fetch facts until the response comes that they are concurrent to."""
    about = record.headers.get("WARC-Concurrent-To", "").strip("<>")
    facts = record.fields()
    # Others' metadata, and ours of a request that no spider of ours made, say nothing of a story.
    if about and "role" in facts:
        facts_of[about] = facts
        while len(facts_of) > _FACTS_WAITING:
            facts_of.popitem(last=False)


def _refusal(
    record: WarcRecord,
    response: HttpResponse,
    facts: Mapping[str, str] | None,
    limits: Limits,
) -> str | None:
    """Why a response is no page, by the rules of a crawl."""
    if reason := why_no_page(response.status, _header(response, "content-type"), response.body):
        return reason
    if facts is not None and facts.get("role") != STORY:
        return "listing"
    if response.undecoded:
        return "bad_encoding"
    # Of others' archives a page that is not whole is better than none; our crawl made no line.
    if response.truncated and facts is not None and facts.get("delivered") != "incomplete":
        return "cut_short"
    head = response.body[:_REFRESH_WITHIN].decode("latin-1")
    delay, target = get_meta_refresh(head, record.target_uri, ignore_tags=("noscript",))
    return (
        "meta_refresh" if target and delay is not None and delay < limits.refresh_seconds else None
    )


def _recorded(
    record: WarcRecord, response: HttpResponse, facts: Mapping[str, str] | None
) -> RecordedPage:
    lead = lead_of(facts or {}, record.target_uri)
    captured_at = parse(record.date)
    page = Page(
        url=record.target_uri,
        body=response.body,
        captured_at=captured_at or now(),
        content_type=_header(response, "content-type"),
        last_modified=_header(response, "last-modified"),
        hints=lead.hints,
    )
    capture = Capture(
        url=lead.url,
        final_url=record.target_uri,
        captured_at=record.date,
        http_status=response.status,
        payload_digest=record.headers.get("WARC-Payload-Digest") or None,
        pointer=record.pointer,
        tls_verified={"true": True, "false": False}.get((facts or {}).get("tls-verified", "")),
        source_id=lead.source_id or None,
        discovered_from=lead.listing or None,
        discovered_at=lead.discovered_at or None,
    )
    return RecordedPage(page, capture, is_story=facts is not None)


def _header(response: HttpResponse, name: str) -> str | None:
    values = [value for key, value in response.headers if key.lower() == name]
    return values[-1] if values else None

"""Pages out of WARC files, ours or anybody's: records in, pages with their captures out."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from archive.errors import ArchiveError, DecodeError
from archive.originals import Holding, Original, payload_key
from archive.warc_files import WarcFile
from archive.warc_reader import HttpResponse, WarcRecord, http_response
from crawler.articles import Capture
from crawler.change import Gone
from crawler.extraction.record import Page
from crawler.gone import gone_by_status
from crawler.page_or_not import is_refreshed, why_no_page
from crawler.readback import PageReader, header, page_of
from crawler.reservations import said_beside
from crawler.spider import FURTHER_PAGE, STORY, lead_of
from crawler.tdmrep import said_in_facts
from crawler.wire_page import decode_start

logger = logging.getLogger(__name__)

_REFRESH_WITHIN = 4096  # bytes of a page in which Scrapy looks for a meta refresh
# Facts precede the response that they belong to; of records that never come, so many are kept.
_FACTS_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_bytes`` of a decoded body; a meta refresh within ``refresh_seconds`` is a redirect."""

    max_bytes: int
    refresh_seconds: float


class Memory(Protocol):
    """Where payloads are that were read so far: a revisit has the body of an earlier record."""

    def hold(self, holding: Holding) -> None:
        """Remember where a payload is."""

    def original_with(self, payload: str) -> Original | None:
        """Where a payload is."""


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A page as it was captured. ``is_story``: the crawl that wrote it took it for a story;
    ``is_visit``: for one that was delivered. ``is_refused``: it is no page, and stands where a
    further page of a story was looked for.

    ``gone``: the answer is no page, and says that the story is gone. ``codings``: what the body of
    the page is still coded in. ``page_of``: it is a further page of the story whose first page has
    this record id.
    """

    page: Page
    capture: Capture
    is_story: bool
    is_visit: bool = False
    is_refused: bool = False
    gone: Gone | None = None
    codings: tuple[str, ...] = ()
    page_of: str | None = None

    @property
    def has_page(self) -> bool:
        """Whether there is something to read."""
        return self.gone is None and not self.is_refused


@dataclass(frozen=True, slots=True)
class Recording:
    """How WARC files are read; ``count`` is told what a record that is no page is instead.

    ``agent`` is the robot's name, for header fields that speak to it alone.
    """

    limits: Limits
    reader: PageReader
    memory: Memory
    count: Callable[[str], None]
    agent: str = "broadsheet"

    def pages(self, file: WarcFile) -> Iterator[RecordedPage]:
        """The pages of a WARC, streamed.

        A torn or damaged file is read as far as it is whole, and counts as failed. Raises OSError.
        """
        read = 0
        damage = 0

        def on_damage(error: ArchiveError) -> None:
            logger.warning("%s", error)
            nonlocal damage
            damage += 1
            self.count("failed/warc_damaged")

        facts_of: OrderedDict[str, Mapping[str, str]] = OrderedDict()
        for record in file.records(on_damage):
            read += 1
            if record.type == "metadata":
                _remember(facts_of, record)
            elif record.type in ("response", "revisit"):
                facts = facts_of.pop(record.pointer.record_id, None)
                if page := self._page(record, facts):
                    yield page
        if not read and not damage:
            logger.warning("%s: no WARC record is in it", file)
            self.count("failed/warc_empty")

    def _page(self, record: WarcRecord, facts: Mapping[str, str] | None) -> RecordedPage | None:
        """What a response or revisit shows; None, and counted, where that is no page."""
        # Decoded as it was by the crawl, in a worker; of others' archives, as well as can be.
        response, reason = self._response(record, is_left_coded=_is_read(facts))
        if response is None:
            self.count(f"dropped/{reason}")
            return None
        if _is_story(facts):
            gone = gone_by_status(response.status)
            if gone is not None:
                return replace(_recorded(record, response, facts, self.agent), gone=gone)
        if refusal := _refusal(record, response, facts, self.limits):
            self.count(f"dropped/{refusal}")
            recorded = _recorded(record, response, facts, self.agent)
            return replace(recorded, is_refused=True) if recorded.page_of is not None else None
        return _recorded(record, response, facts, self.agent)

    def _response(
        self, record: WarcRecord, *, is_left_coded: bool
    ) -> tuple[HttpResponse | None, str]:
        """The HTTP response, with the body of its original if it is a revisit; or why not."""
        if record.type == "revisit" and not record.headers.get("WARC-Payload-Digest"):
            return None, "not_modified"
        try:
            referred = self.reader.referred(record, self.memory.original_with)
            response = http_response(
                record, self.limits.max_bytes, referred, is_left_coded=is_left_coded
            )
            if referred is not None:
                referred.block.close()
        except (ArchiveError, OSError) as error:
            logger.warning("%s: %s", record.target_uri, error)
            return None, "no_original"
        if record.type == "response" and response is not None:
            self._remember_payload(record, response)
        return response, "not_http"

    def _remember_payload(self, record: WarcRecord, response: HttpResponse) -> None:
        """Of every response: an excuse or a section page may be what a revisit refers to."""
        digest = record.headers.get("WARC-Payload-Digest")
        if not digest:
            return
        where = record.pointer
        original = Original(
            where.record_id, record.target_uri, record.date, where.file, where.offset
        )
        payload = payload_key(digest, list(response.transfer_codings))
        self.memory.hold(Holding(record.target_uri, payload, original, validated=False))


def _remember(facts_of: OrderedDict[str, Mapping[str, str]], record: WarcRecord) -> None:
    """Keep fetch facts until the response comes that they are concurrent to."""
    about = record.headers.get("WARC-Concurrent-To", "").strip("<>")
    facts = record.fields()
    # Others' metadata, and ours of a request that no spider of ours made, say nothing of a story.
    if about and "role" in facts:
        facts_of[about] = facts
        while len(facts_of) > _FACTS_WAITING:
            facts_of.popitem(last=False)


def _is_story(facts: Mapping[str, str] | None) -> bool:
    return facts is not None and facts.get("role") == STORY


def _is_read(facts: Mapping[str, str] | None) -> bool:
    """Whether a crawl read the page as a story, or as a page of one."""
    return facts is not None and facts.get("role") in {STORY, FURTHER_PAGE}


def _refusal(
    record: WarcRecord,
    response: HttpResponse,
    facts: Mapping[str, str] | None,
    limits: Limits,
) -> str | None:
    """Why a response is no page, by the rules of a crawl."""
    try:
        start = decode_start(response.body, response.codings, _REFRESH_WITHIN)
    except DecodeError:
        return "bad_encoding"
    if reason := why_no_page(response.status, header(response, "content-type"), start):
        return reason
    if facts is not None and not _is_read(facts):
        return "listing"
    if response.undecoded:
        return "bad_encoding"
    # Of others' archives a page that is not whole is better than none; our crawl made no line.
    if response.truncated and facts is not None and facts.get("delivered") != "incomplete":
        return "cut_short"
    longest = limits.refresh_seconds
    is_left = is_refreshed(start, record.target_uri, ignored=("noscript",), longest=longest)
    return "meta_refresh" if is_left else None


def _recorded(
    record: WarcRecord, response: HttpResponse, facts: Mapping[str, str] | None, agent: str
) -> RecordedPage:
    lead = lead_of(facts or {}, record.target_uri)
    page = page_of(record, response)
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
        reservations=said_beside(response.headers, said_in_facts(facts or {}), agent),
    )
    page = replace(page, hints=lead.hints)
    page_of_story = None
    if facts is not None and facts.get("role") == FURTHER_PAGE:
        page_of_story = facts.get("page-of", "")
    return RecordedPage(
        page,
        capture,
        is_story=facts is not None,
        is_visit=facts is not None and "visit" in facts,
        codings=response.codings,
        page_of=page_of_story,
    )

"""From a page's extraction and its capture to the item: one pure function."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import msgspec

from archive.exchange import WarcPointer
from crawler.change import Change, Gone
from crawler.extraction.record import Extraction
from crawler.further import FurtherPage
from crawler.instants import parse
from crawler.items import SCHEMA_VERSION, Article
from crawler.reservations import Reservation
from crawler.state import Story
from crawler.urls import canonicalize, registered_domain, url_hash

_SHARED = tuple(
    field.name
    for field in fields(Extraction)
    if field.name not in {"canonical_url", "error", "reservations"}
)
_OF_CAPTURE = (
    *("schema_version", "id", "url", "final_url", "source_id", "captured_at", "http_status"),
    *("tls_verified", "extractor", "run_id", "warc_file", "warc_offset", "warc_length"),
    *("warc_record_id", "payload_digest"),
)

# Those of them that are tuples, and lists in an article.
_LISTS = tuple(
    field.name for field in fields(Extraction) if field.name in _SHARED and field.default == ()
)
_values_of = attrgetter(*_SHARED)

_UNENCODABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Capture:
    """How a page came to us: all of an article that is not on the page itself.

    ``captured_at`` is the WARC-Date; ``pointer`` is None where nothing was archived;
    ``reservations`` are those of the answer's header and of its host; ``pages`` are the further
    pages of the story.
    """

    url: str
    final_url: str
    captured_at: str
    http_status: int
    payload_digest: str | None = None
    pointer: WarcPointer | None = None
    tls_verified: bool | None = None
    source_id: str | None = None
    discovered_from: str | None = None
    discovered_at: str | None = None
    reservations: tuple[Reservation, ...] = ()
    pages: tuple[FurtherPage, ...] = ()


def build_article(
    extraction: Extraction, capture: Capture, *, extractor: str, run_id: str
) -> Article:
    """The item of one capture, as version 1; the claim puts the true version in."""
    shared = _shared(extraction)
    for name in ("published_at", "modified_at"):
        if shared[name] is not None and _is_after(shared[name], capture.captured_at):
            shared[name] = None  # what the page states stays in ``published``
    pointer = capture.pointer
    return Article(
        **shared,
        schema_version=SCHEMA_VERSION,
        id=capture_id(capture),
        url=capture.url,
        final_url=capture.final_url,
        canonical_url=extraction.canonical_url,
        url_hash=url_hash(extraction.canonical_url),
        domain=registered_domain(capture.final_url),
        source_id=capture.source_id,
        discovered_from=capture.discovered_from,
        discovered_at=capture.discovered_at,
        captured_at=capture.captured_at,
        http_status=capture.http_status,
        tls_verified=capture.tls_verified,
        reservations=[*extraction.reservations, *capture.reservations],
        pages=list(capture.pages),
        text_sha256=_text_digest(shared["text"]),
        extraction_error=_encodable(extraction.error),
        extractor=extractor,
        run_id=run_id,
        warc_file=pointer.file if pointer else None,
        warc_offset=pointer.offset if pointer else None,
        warc_length=pointer.length if pointer else None,
        warc_record_id=pointer.record_id if pointer else None,
        payload_digest=capture.payload_digest,
    )


def further_page(capture: Capture) -> FurtherPage:
    """A capture as that of a further page of a story."""
    pointer = capture.pointer
    return FurtherPage(
        url=capture.final_url,
        warc_file=pointer.file if pointer else None,
        warc_offset=pointer.offset if pointer else None,
        warc_record_id=pointer.record_id if pointer else None,
    )


def build_absence(capture: Capture, gone: Gone, *, extractor: str, run_id: str) -> Article:
    """The item of an answer that says that a story is gone.

    It becomes a line where there was such a story: ``tombstone_of``. ``capture.url`` is the URL of
    the story, whatever ``final_url`` answered instead.
    """
    page = Extraction(canonical_url=canonicalize(capture.url), kind="tombstone", access="full")
    article = build_article(page, capture, extractor=extractor, run_id=run_id)
    article.change = Change(gone=gone)
    return article


def tombstone_of(article: Article, gone: Gone, story: Story) -> Article:
    """The tombstone of a story: of the article only what tells of the capture, never its page."""
    capture = {name: getattr(article, name) for name in _OF_CAPTURE}
    return Article(
        **capture,
        canonical_url=story.canonical_url,
        url_hash=story.key,
        domain=registered_domain(story.url),
        discovered_from=story.discovered_from,
        discovered_at=story.discovered_at,
        kind="tombstone",
        version=story.version + 1,
        previous_id=story.id,
        change=Change(gone=gone),
        extraction_error=f"gone: {gone}",
    )


def capture_id(capture: Capture) -> str:
    """The id of the article: the same for a capture and for every replay of its record."""
    facts = (capture.final_url, capture.captured_at, capture.payload_digest or "")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _shared(extraction: Extraction) -> dict[str, Any]:  # each of its field's type
    shared = dict(zip(_SHARED, _values_of(extraction), strict=True))
    if not _is_clean(extraction):
        return {name: _encodable(value) for name, value in shared.items()}
    for name in _LISTS:
        shared[name] = list(shared[name])
    return shared


def _is_clean(extraction: Extraction) -> bool:
    """Whether there is nothing in it that ``_encodable`` takes out: asked once, in C, as the answer
    is nearly always yes."""
    try:
        return b"\\u0000" not in msgspec.json.encode(extraction)
    except UnicodeEncodeError:
        return False


def _encodable(value: Any) -> Any:  # a field of any type
    """The value without what UTF-8 and its readers refuse; a tuple becomes the list of the item.

    JSON-LD can hold lone surrogates as escapes, and one of them would cost the line.
    """
    if isinstance(value, str):
        return value if _is_encodable(value) else _UNENCODABLE.sub("", value)
    if isinstance(value, dict):
        return {key: _encodable(part) for key, part in value.items()}
    return [_encodable(part) for part in value] if isinstance(value, (tuple, list)) else value


def _is_encodable(text: str) -> bool:
    try:
        text.encode()  # in a third of the time that the expression takes
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _is_after(stated: str, captured_at: str) -> bool:
    """Nothing can have been published after it was fetched: a wrong zone, or a wrong clock."""
    instant, captured = parse(stated), parse(captured_at)
    return instant is not None and captured is not None and instant > captured


def _text_digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()

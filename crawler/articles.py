"""From a page's extraction and its capture to the item: one pure function."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from typing import Any

from archive.exchange import WarcPointer
from crawler.extraction.record import Extraction
from crawler.items import SCHEMA_VERSION, Article
from crawler.urls import registered_domain, url_hash

_SHARED = tuple(
    field.name for field in fields(Extraction) if field.name not in {"canonical_url", "error"}
)

_UNENCODABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Capture:
    """How a page came to us: all of an article that is not on the page itself.

    ``captured_at`` is the WARC-Date; ``pointer`` is None where nothing was archived.
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


def build_article(
    extraction: Extraction, capture: Capture, *, extractor: str, run_id: str
) -> Article:
    """The item of one capture, as version 1; the claim puts the true version in."""
    shared: dict[str, Any] = {  # one value for each shared field, of that field's type
        name: _encodable(getattr(extraction, name)) for name in _SHARED
    }
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


def capture_id(capture: Capture) -> str:
    """The id of the article: the same for a capture and for every replay of its record."""
    facts = (capture.final_url, capture.captured_at, capture.payload_digest or "")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _encodable(value: Any) -> Any:  # a field of any type
    """The value without what UTF-8 and its readers refuse; a tuple becomes the list of the item.

    JSON-LD can hold lone surrogates as escapes, and one of them would cost the line.
    """
    if isinstance(value, str):
        return _UNENCODABLE.sub("", value)
    if isinstance(value, dict):
        return {key: _encodable(part) for key, part in value.items()}
    return [_encodable(part) for part in value] if isinstance(value, tuple) else value


def _text_digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()

"""Which records an exchange makes and what stands in them: decided here, written elsewhere.

The record that the others of a capture are concurrent to comes last: the response, or the request
where there is no HTTP response. So a capture is whole as soon as no WARC-Concurrent-To is open, and
what a torn tail has left of one can be told by reading forward.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from archive.codings import is_content_coding, pieces
from archive.exchange import Exchange
from archive.http_message import Answer, ResponseHead, Span, sha1, split_answer
from archive.originals import Originals
from archive.secrets import without_secrets
from archive.warc_frame import Draft
from archive.warc_response import FinalAnswer, describe_answer
from archive.warc_values import (
    canonical_address,
    new_record_id,
    target_uri,
    warc_date,
    warc_fields,
)

FACTS, INTERIM, REMAINDER = "fetch-facts", "interim-response", "answer-bytes"
SURPLUS = "surplus-bytes"
"""Kinds of metadata records; the target URI is ``urn:<kind>:<uuid of the record that it is
concurrent to>``: facts about the fetch, a 1xx message, bytes that are no whole HTTP response, bytes
that follow a whole one."""

REDACTED = "WARC-Redacted"
"""Extension field of a request record: the request fields whose values were not archived."""

_WARC_FIELDS = "application/warc-fields"
_REQUEST_VERSION = re.compile(rb"[^\n]*HTTP/(\d\.\d)\r?\n")


@dataclass(frozen=True, slots=True)
class Capture:
    """The records of one exchange in the order in which they are written.

    ``head`` and ``answer`` are None where there is no HTTP response; else the last draft is its.
    """

    drafts: tuple[Draft, ...]
    captured_at: str
    head: ResponseHead | None = None
    answer: FinalAnswer | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """What all records of one capture have in common."""

    exchange: Exchange
    answer: Answer
    warcinfo_id: str
    captured_at: str
    anchor: str


def describe(exchange: Exchange, warcinfo_id: str, originals: Originals) -> Capture:
    """The records of an exchange. Reads its response twice, in pieces, for the digests."""
    answer = split_answer(exchange.response)
    captured_at = warc_date(exchange.started_at)
    context = _Context(exchange, answer, warcinfo_id, captured_at, new_record_id())
    extra = [*_facts(context), *_interim(context), *_surplus(context)]
    if answer.head is None:
        drafts = [*extra, *_remainder(context), _request(context)]
        return Capture(tuple(drafts), captured_at)
    final = describe_answer(exchange, answer.head, answer.rest, originals)
    drafts = [_request(context), *extra, _final(context, answer.head, final)]
    return Capture(tuple(drafts), captured_at, answer.head, final)


def warcinfo(name: str, record_id: str, opened_at: datetime, info: Mapping[str, str]) -> Draft:
    """The record that a file begins with (6.2); ``info`` goes over the fields given here."""
    fields = {
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/"
        "warc-format/warc-1.1/",
        **info,
    }
    block = warc_fields(fields)
    header = (
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", warc_date(opened_at)),
        ("WARC-Filename", name),
        ("WARC-Block-Digest", sha1([block])),
    )
    return Draft(record_id, header, _WARC_FIELDS, io.BytesIO(block), Span(0, len(block)))


def _facts(context: _Context) -> list[Draft]:
    block = warc_fields(context.exchange.facts)
    whole = Span(0, len(block))
    return [_metadata(context, FACTS, _WARC_FIELDS, io.BytesIO(block), whole)] if block else []


def _interim(context: _Context) -> list[Draft]:
    # RFC 9110 15.2: not the response, and players would take it for one.
    content_type = "application/http; msgtype=response"
    stream = context.exchange.response
    return [
        _metadata(context, INTERIM, content_type, stream, span) for span in context.answer.interim
    ]


def _surplus(context: _Context) -> list[Draft]:
    # Beyond the framing of the message (RFC 9112 6.3): no part of the response, nor of any other.
    surplus = context.exchange.surplus
    whole = Span(0, len(surplus))
    media_type = "application/octet-stream"
    return [_metadata(context, SURPLUS, media_type, io.BytesIO(surplus), whole)] if surplus else []


def _remainder(context: _Context) -> list[Draft]:
    """What came and is no whole response; or that nothing came, where the reason is known."""
    span, truncated = context.answer.rest, context.exchange.truncated
    if span.start == span.end and truncated is None:
        return []
    content_type = "application/octet-stream" if span.end > span.start else ""
    draft = _metadata(context, REMAINDER, content_type, context.exchange.response, span)
    if truncated:
        draft = replace(draft, fields=(*draft.fields, ("WARC-Truncated", truncated)))
    return [draft]


def _metadata(
    context: _Context, kind: str, content_type: str, stream: IO[bytes], span: Span
) -> Draft:
    record_id = new_record_id()
    target = f"urn:{kind}:{context.anchor.rpartition(':')[2]}"
    stream.seek(span.start)
    header = (
        *_identity(context, "metadata", record_id, target),
        ("WARC-Block-Digest", sha1(pieces(stream, span.end - span.start))),
    )
    return Draft(record_id, header, content_type, stream, span)


def _request(context: _Context) -> Draft:
    exchange = context.exchange
    own_id = context.anchor if context.answer.head is None else new_record_id()
    match = _REQUEST_VERSION.match(exchange.request)
    version = match[1].decode() if match else "1.1"
    request, redacted = without_secrets(exchange.request, exchange.secret_fields)
    header = (
        *_identity(context, "request", own_id, target_uri(exchange.url)),
        *_connection(exchange, version),
        *(((REDACTED, ", ".join(redacted)),) if redacted else ()),
        ("WARC-Block-Digest", sha1([request])),
    )
    span = Span(0, len(request))
    return Draft(own_id, header, "application/http; msgtype=request", io.BytesIO(request), span)


def _final(context: _Context, head: ResponseHead, final: FinalAnswer) -> Draft:
    header = (
        *_identity(context, final.record_type, context.anchor, target_uri(context.exchange.url)),
        *_connection(context.exchange, head.version),
        *final.fields,
    )
    content_type = "application/http; msgtype=response"
    # Not where a server names something else, such as a charset.
    is_coded = any(map(is_content_coding, head.tokens("content-encoding")))
    stream = context.exchange.response
    dense_from = head.size if is_coded else None
    return Draft(context.anchor, header, content_type, stream, final.span, dense_from)


def _identity(
    context: _Context, record_type: str, record_id: str, target: str
) -> tuple[tuple[str, str], ...]:
    is_anchor = record_id == context.anchor
    return (
        ("WARC-Type", record_type),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Warcinfo-ID", f"<{context.warcinfo_id}>"),
        ("WARC-Date", context.captured_at),
        ("WARC-Target-URI", target),
        *(() if is_anchor else (("WARC-Concurrent-To", f"<{context.anchor}>"),)),
    )


def _connection(exchange: Exchange, version: str) -> tuple[tuple[str, str], ...]:
    """Address and protocols (5.10; iipc #42, #86)."""
    fields = [("WARC-IP-Address", address)] if (address := canonical_address(exchange.ip)) else []
    fields.append(("WARC-Protocol", f"http/{version}"))
    if exchange.tls_version:
        fields.append(("WARC-Protocol", exchange.tls_version))
    if exchange.tls_cipher:
        fields.append(("WARC-Cipher-Suite", exchange.tls_cipher))
    return tuple(fields)

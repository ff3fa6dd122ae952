"""Which records an exchange makes and what stands in them: decided here, written elsewhere.

The record that the others of a capture are concurrent to comes last: the response, or the request
where there is no HTTP response. So a capture is whole as soon as no WARC-Concurrent-To is open, and
what a torn tail has left of one can be told by reading forward.
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO
from urllib.parse import quote
from uuid import uuid4

from archive.codings import pieces
from archive.exchange import Exchange
from archive.http_message import Answer, ResponseHead, Span, entity_digest, sha1, split_answer
from archive.warc_frame import Draft

FACTS, INTERIM, REMAINDER = "fetch-facts", "interim-response", "answer-bytes"
"""Kinds of metadata records; the target URI is ``urn:<kind>:<uuid of the record that it is
concurrent to>``: facts about the fetch, a 1xx message, bytes that are no whole HTTP response."""

_WARC_FIELDS = "application/warc-fields"
# RFC 9110 5.6.2.
_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_REQUEST_VERSION = re.compile(rb"[^\n]*HTTP/(\d\.\d)\r?\n")
# RFC 3986 2.2 and 2.3, and the percent sign of what is encoded already.
_URI_CHARS = ":/?#[]@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Capture:
    """The records of one exchange in the order in which they are written.

    ``payload_digest`` is None where there is no HTTP response; else the last draft is it.
    """

    drafts: tuple[Draft, ...]
    payload_digest: str | None
    captured_at: str


@dataclass(frozen=True, slots=True)
class _Context:
    """What all records of one capture have in common."""

    exchange: Exchange
    answer: Answer
    warcinfo_id: str
    captured_at: str
    anchor: str


def new_record_id() -> str:
    """``urn:uuid:…`` (5.2)."""
    return uuid4().urn


def warc_date(instant: datetime) -> str:
    """An aware instant in UTC, always with six digits of fraction (5.4 allows one to nine).

    warcio, and with it pywb and cdxj-indexer, reads up to six.
    """
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def target_uri(url: str) -> str:
    """``url`` with whatever RFC 3986 does not allow percent-encoded (5.14)."""
    return quote(url.partition("#")[0], safe=_URI_CHARS)


def describe(exchange: Exchange, warcinfo_id: str) -> Capture:
    """The records of an exchange. Reads its response twice, in pieces, for the digests."""
    answer = split_answer(exchange.response)
    captured_at = warc_date(exchange.started_at)
    context = _Context(exchange, answer, warcinfo_id, captured_at, new_record_id())
    extra = [*_facts(context), *_interim(context)]
    if answer.head is None:
        drafts = [*extra, *_remainder(context), _request(context)]
        return Capture(tuple(drafts), None, captured_at)
    response, payload_digest = _response(context, answer.head)
    return Capture((_request(context), *extra, response), payload_digest, captured_at)


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


def warc_fields(fields: Mapping[str, str]) -> bytes:
    """A block of application/warc-fields; line ends in a value become spaces, so none is forged."""
    lines = (
        f"{_NO_TOKEN.sub('-', name)}: {' '.join(value.split())}\r\n"
        for name, value in fields.items()
    )
    return "".join(lines).encode("utf-8", "replace")


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
    header = (
        *_identity(context, "request", own_id, target_uri(exchange.url)),
        *_connection(exchange, version),
        ("WARC-Block-Digest", sha1([exchange.request])),
    )
    block = io.BytesIO(exchange.request)
    span = Span(0, len(exchange.request))
    return Draft(own_id, header, "application/http; msgtype=request", block, span)


def _response(context: _Context, head: ResponseHead) -> tuple[Draft, str]:
    """The response as it came, and the digest of its entity body (5.9, iipc #22)."""
    exchange, span = context.exchange, context.answer.rest
    exchange.response.seek(span.start)
    block_digest = sha1(pieces(exchange.response))
    exchange.response.seek(span.start + head.size)
    payload_digest, is_whole = entity_digest(exchange.response, head, exchange.method)
    truncated = exchange.truncated or (None if is_whole else "unspecified")
    header = (
        *_identity(context, "response", context.anchor, target_uri(exchange.url)),
        *_connection(exchange, head.version),
        ("WARC-Block-Digest", block_digest),
        ("WARC-Payload-Digest", payload_digest),
        *((("WARC-Truncated", truncated),) if truncated else ()),
    )
    content_type = "application/http; msgtype=response"
    return Draft(context.anchor, header, content_type, exchange.response, span), payload_digest


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
    fields = [("WARC-IP-Address", address)] if (address := _canonical(exchange.ip)) else []
    fields.append(("WARC-Protocol", f"http/{version}"))
    if exchange.tls_version:
        fields.append(("WARC-Protocol", exchange.tls_version))
    if exchange.tls_cipher:
        fields.append(("WARC-Cipher-Suite", exchange.tls_cipher))
    return tuple(fields)


def _canonical(ip: str | None) -> str | None:
    """An address in canonical form (RFC 5952; iipc #100), without a zone; None for none."""
    try:
        return str(ipaddress.ip_address((ip or "").partition("%")[0]))
    except ValueError:
        return None

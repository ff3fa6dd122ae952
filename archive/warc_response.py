"""The record of an answer: a response as it came, or a revisit that refers to an earlier one."""

from __future__ import annotations

import io
from dataclasses import dataclass

from xtractmime import extract_mime

from archive.codings import pieces
from archive.exchange import Exchange
from archive.http_message import ResponseHead, Span, entity_digest, read_body, sha1
from archive.originals import Original, Originals, payload_key
from archive.warc_values import target_uri

_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
_EMPTY = sha1([])
# As much as the MIME Sniffing standard reads, and stored bytes that are enough to decode to it: as
# a rule, and where the coding begins with a long name or comment.
_SNIFFED = 1445
_SNIFFED_STORED = (1024, 8 * 1024)


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """What becomes of an answer with a whole head, beyond what its capture's records share.

    ``record_type``: response or revisit. ``span``: its block within the exchange's response.
    ``payload``: the key of what a later capture may refer to, None for what is cut short or empty.
    ``original``: the earlier record that a revisit refers to, if it is known.
    """

    record_type: str
    fields: tuple[tuple[str, str], ...]
    span: Span
    payload_digest: str
    payload: str | None
    original: Original | None = None


def describe_answer(
    exchange: Exchange, head: ResponseHead, rest: Span, originals: Originals
) -> FinalAnswer:
    """Decide what an answer becomes. Reads it twice, in pieces, for the digests.

    ``rest``: where the answer is in ``exchange.response``. A payload that an earlier record has
    becomes an identical-payload-digest revisit (6.7.2), any 304 a server-not-modified revisit
    (6.7.3), and everything else a response.
    """
    exchange.response.seek(rest.start + head.size)
    # Of the entity body: transfer-coding off, content-coding on (5.9, iipc #22).
    digest, is_whole = entity_digest(exchange.response, head, exchange.method)
    truncated = exchange.truncated or (None if is_whole else "unspecified")
    only_head = Span(rest.start, rest.start + head.size)
    cut = (("WARC-Truncated", truncated),) if truncated else ()
    if head.status == 304:
        original = originals.original_of(target_uri(exchange.url))
        # Without a payload digest: that of no body would keep players from the original's.
        fields = (*_revisit("server-not-modified", original), *_block(exchange, only_head), *cut)
        return FinalAnswer("revisit", fields, only_head, digest, None, original)
    payload = None if truncated else repeatable(head, digest)
    original = originals.original_with(payload) if payload else None
    payload_field = ("WARC-Payload-Digest", digest)
    if original:
        fields = (
            *_revisit("identical-payload-digest", original),
            *_block(exchange, only_head),
            payload_field,
            ("WARC-Truncated", "length"),
        )
        return FinalAnswer("revisit", fields, only_head, digest, payload, original)
    fields = (*_block(exchange, rest), payload_field, *_identified(exchange, head, rest), *cut)
    return FinalAnswer("response", fields, rest, digest, payload)


def repeatable(head: ResponseHead, digest: str) -> str | None:
    """The key under which a later capture may refer to a payload; None where none should."""
    # Players take the body of a redirect from the revisit itself, and its text says nothing.
    if digest == _EMPTY or 300 <= head.status < 400:
        return None
    return payload_key(digest, head.tokens("transfer-encoding"))


def _revisit(profile: str, original: Original | None) -> tuple[tuple[str, str], ...]:
    if original is None:
        return (("WARC-Profile", _PROFILES + profile),)
    return (
        ("WARC-Profile", _PROFILES + profile),
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.target_uri),
        ("WARC-Refers-To-Date", original.date),
    )


def _block(exchange: Exchange, span: Span) -> tuple[tuple[str, str], ...]:
    exchange.response.seek(span.start)
    digest = sha1(pieces(exchange.response, span.end - span.start))
    return (("WARC-Block-Digest", digest),)


def _identified(exchange: Exchange, head: ResponseHead, rest: Span) -> tuple[tuple[str, str], ...]:
    """What the payload is by its first bytes, whatever its Content-Type says (5.18)."""
    for stored in _SNIFFED_STORED:
        exchange.response.seek(rest.start + head.size)
        begin = io.BytesIO(exchange.response.read(stored))
        body = read_body(begin, head, _SNIFFED, exchange.method)
        if len(body.data) == _SNIFFED or body.undecoded:
            break
    if not body.data or body.undecoded:
        return ()
    try:
        found = extract_mime(body.data).decode("ascii")
    except IndexError:
        # xtractmime 0.2.1 looks past the end of a body that is space but for a few bytes.
        return ()
    return () if found == "application/octet-stream" else (("WARC-Identified-Payload-Type", found),)

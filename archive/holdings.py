"""What an archived record says of its payload: the reverse of what the writer remembers of it."""

from __future__ import annotations

from archive.http_message import split_answer
from archive.originals import Holding, Original, Originals
from archive.warc_reader import WarcRecord
from archive.warc_response import repeatable

_IDENTICAL = "/identical-payload-digest"


def holding_of(record: WarcRecord, originals: Originals) -> Holding | None:
    """The holding that writing this response or revisit gave; None where it gave none.

    ``originals`` knows the records before this one: a revisit holds what its original has.
    """
    is_revisit = record.type == "revisit"
    digest = record.headers.get("WARC-Payload-Digest")
    if not digest or (is_revisit and not record.headers.get("WARC-Profile").endswith(_IDENTICAL)):
        return None
    # A revisit is cut at its head by its nature (6.7.2); a cut response stands for nothing.
    if record.headers.get("WARC-Truncated") and not is_revisit:
        return None
    record.block.seek(0)
    head = split_answer(record.block).head
    payload = repeatable(head, digest) if head else None
    if head is None or payload is None:
        return None
    where = record.pointer
    here = Original(where.record_id, record.target_uri, record.date, where.file, where.offset)
    original = originals.original_with(payload) if is_revisit else here
    if original is None:
        return None
    validated = bool(head.values("etag") or head.values("last-modified"))
    return Holding(record.target_uri, payload, original, validated)

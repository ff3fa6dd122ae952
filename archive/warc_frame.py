"""A WARC record before it has a place in a file, and its framing: one gzip member (Annex D.2)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import IO, Protocol

from isal import isal_zlib
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.http_message import Span

WARC_VERSION = "WARC/1.1"

# Level 9 costs half as much CPU again and saves 0.6 % on news pages.
_LEVEL = 6
# Of a block that a content coding has made dense zlib saves another 0.17 % and isal 0.03 %, in a
# tenth of the time: 0.09 ms a news page.
_DENSE_LEVEL = 2
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Sink(Protocol):
    """What a record is written to."""

    def write(self, data: bytes, /) -> int:
        """Take all of ``data``."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be written: header fields in order, without Content-Type and Content-Length.

    The block is the ``span`` of ``stream``; ``content_type`` is empty for an empty block.
    ``is_dense``: little is to be saved by compressing the block once more.
    """

    record_id: str
    fields: tuple[tuple[str, str], ...]
    content_type: str
    stream: IO[bytes]
    span: Span
    is_dense: bool = False


def write_record(sink: Sink, draft: Draft) -> None:
    """Write a record as one gzip member. Raises OSError from ``sink``."""
    member = _GzipMember(sink, is_dense=draft.is_dense)
    length = draft.span.end - draft.span.start
    draft.stream.seek(draft.span.start)
    record = ArcWarcRecord(
        "warc",
        # Its type stands among the fields. Of what it is told to be a revisit, warcio writes no
        # block unless it may serialise the HTTP headers anew.
        "",
        StatusAndHeaders("", [_clean(*field) for field in draft.fields], protocol=WARC_VERSION),
        LimitReader(draft.stream, length),
        None,
        draft.content_type or None,
        length,
    )
    _Framing(member, gzip=False).write_record(record)
    member.finish()


def _clean(name: str, value: str) -> tuple[str, str]:
    """A value without controls: they would break the header (clause 4), or lie in it."""
    return name, _CONTROL.sub(" ", value)


class _Framing(WARCWriter):  # type: ignore[misc] # warcio has no types
    """warcio's framing without its digests: it would take the whole block for the payload."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:
        """The fields hold the digests that are due."""


class _GzipMember:
    """A gzip member in the making, without a time or a name, so that it is deterministic."""

    def __init__(self, sink: Sink, *, is_dense: bool) -> None:
        self._sink = sink
        self._engine = (
            isal_zlib.compressobj(_DENSE_LEVEL, isal_zlib.DEFLATED, 31)
            if is_dense
            else zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
        )

    def write(self, data: bytes) -> int:
        self._sink.write(self._engine.compress(data))
        return len(data)

    def flush(self) -> None:
        """For warcio, which flushes after each record."""

    def finish(self) -> None:
        """Write the end of the member."""
        self._sink.write(self._engine.flush())

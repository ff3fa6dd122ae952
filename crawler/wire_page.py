"""Pages as they came over the wire: a worker takes the content codings of their bodies off.

The rules are those of Scrapy's own middleware: a body that is longer than it may be is given up as
soon as that is known, one that is not coded as its header says is an error, and of one that ends
early what came is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.codings import undo
from archive.errors import DecodeError, UnfinishedCoding
from archive.fast_gunzip import gunzip_start, gunzip_whole
from crawler.extraction import Extraction, Page, StoryPage, extract, join
from crawler.sketch import Sketch, sketch_of

# Bytes of a coded body that are decoded at a time for the start of what it holds.
_STEP = 2048
_GZIP = ("gzip",)


class TooLargeError(Exception):
    """A body that unfolds to more than it may."""


@dataclass(frozen=True, slots=True)
class WirePage:
    """A page with the content codings of its body on, in the order in which they were put on.

    ``max_bytes`` of the body without them, 0 for any number.
    """

    page: Page
    codings: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A page that cannot be read: ``reason`` is the word that it is counted under."""

    reason: str
    detail: str


class UnreadablePageError(Exception):
    """Unreadable, for whoever asked for the page."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(why.detail)
        self.reason = why.reason


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read. ``sketch`` is empty where there is no text, or too little to recognise
    it by."""

    extraction: Extraction
    sketch: Sketch = b""


def read_wire(wire: WirePage) -> ReadPage | Unreadable:
    """What a page says, or why its body cannot be decoded.

    The sketch is made here because it costs as much as a parse of the line.
    """
    try:
        body = decode_body(wire.page.body, wire.codings, wire.max_bytes)
    except DecodeError as error:
        return Unreadable("bad_encoding", str(error))
    except TooLargeError as error:
        return Unreadable("too_large", str(error))
    extraction = extract(replace(wire.page, body=body))
    return ReadPage(extraction, sketch_of(extraction.text or ""))


def read_wires(wires: Sequence[WirePage]) -> list[ReadPage | Unreadable]:
    """Several pages in one call, which costs their reader less than a call each."""
    return [read_wire(wire) for wire in wires]


def join_read(pages: Sequence[StoryPage]) -> ReadPage:
    """The pages of one story, all of them read, as one page."""
    extraction = join(pages)
    return ReadPage(extraction, sketch_of(extraction.text or ""))


def decode_body(body: bytes, codings: Sequence[str], max_bytes: int) -> bytes:
    """A body without its codings, all of them known. Raises DecodeError and TooLargeError."""
    if not (body and codings):
        return body
    if (*codings,) == _GZIP and max_bytes:
        whole = gunzip_whole(body, max_bytes)
        if whole is not None:
            return whole
    decoded = bytearray()
    try:
        for piece in undo(iter([body]), codings, is_strict=True)[0]:
            decoded += piece
            if max_bytes and len(decoded) > max_bytes:
                raise TooLargeError(f"unfolds from {len(body)} to more than {max_bytes} bytes")
    except UnfinishedCoding:
        if not decoded:
            raise
    return bytes(decoded)


def decode_start(body: bytes, codings: Sequence[str], size: int) -> bytes:
    """The first ``size`` bytes of a body without its codings, or all there are; takes bounded time.

    Raises DecodeError where not one byte can be decoded.
    """
    if not (body and codings):
        return body[:size]
    if (*codings,) == _GZIP and (start := gunzip_start(body, size)) is not None:
        return start
    # In steps: a whole body would be inflated to four times as much as is wanted of it.
    steps = (body[at : at + _STEP] for at in range(0, len(body), _STEP))
    decoded = bytearray()
    try:
        for piece in undo(steps, codings, is_strict=True)[0]:
            decoded += piece
            if len(decoded) >= size:
                break
    except DecodeError:
        if not decoded:
            raise
    return bytes(decoded[:size])

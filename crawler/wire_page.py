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
from crawler.extraction import Extraction, Page, StoryPage, extract, join
from crawler.sketch import Sketch, sketch_of

# Bytes of a coded body that are tried first for the start of what it holds.
_TRIED = 2048


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
    tried = _TRIED
    while True:
        decoded, error = _until_error(body[:tried], codings, size)
        is_all = tried >= len(body)
        if len(decoded) >= size or is_all:
            break
        tried *= 4
    if error and not decoded:
        raise error
    return decoded


def _until_error(
    body: bytes, codings: Sequence[str], size: int
) -> tuple[bytes, DecodeError | None]:
    decoded = bytearray()
    try:
        for piece in undo(iter([body]), codings, is_strict=True)[0]:
            decoded += piece
            if len(decoded) >= size:
                break
    except DecodeError as error:
        return bytes(decoded[:size]), error
    return bytes(decoded[:size]), None

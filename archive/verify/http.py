"""What the block of a record holds where it is an HTTP/1 message; read here anew, strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from archive.verify.fields import Found
from archive.verify.framing import RawRecord, engines_for, matches

_PIECE = 64 * 1024
_MAX_HEAD = 1024 * 1024
_STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t][^\n]*)?\r?\n")
_REQUEST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ \r\n]+ HTTP/\d\.\d\r\n")
_HOST = re.compile(rb"\nhost[ \t]*:", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
# Begin of what a coding gives: gzip, zstd; deflate has none that is sure.
_BEGINS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


@dataclass(frozen=True, slots=True)
class Message:
    """The head of a response. ``size``: in bytes; 0 and status 0: there is none."""

    status: int
    fields: tuple[tuple[str, str], ...]
    size: int

    def get(self, name: str) -> str:
        """All values of a field, joined by commas."""
        return ", ".join(value for field, value in self.fields if field.lower() == name)

    def first(self, name: str) -> str | None:
        """The first value of a field."""
        return next((value for field, value in self.fields if field.lower() == name), None)


NONE = Message(0, (), 0)


def read_message(block: IO[bytes]) -> Message:
    """The response head at the begin of a block."""
    block.seek(0)
    data = block.read(_PIECE)
    while not (end := _END.search(data)) and len(data) < _MAX_HEAD and (more := block.read(_PIECE)):
        data += more
    status = _STATUS.match(data)
    if not end or not status:
        return NONE
    lines = data[status.end() : end.end()].decode("latin-1").split("\n")
    fields = tuple(
        (name.strip(), value.strip())
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    )
    return Message(int(status[2]), fields, end.end())


def check_request(record: RawRecord) -> Found:
    """6.5.2."""
    record.block.seek(0)
    data = record.block.read(_MAX_HEAD)
    line = _REQUEST.match(data)
    if not line or not _END.search(data):
        yield "R21", f"not an HTTP request: {data[:60]!r}"
    elif b"HTTP/2" in line[0]:
        yield "R31", "a request of HTTP/2"
    elif not re.search(
        rb"(?mi)^host[ \t]*:", data[: data.index(b"\n\r\n") if b"\n\r\n" in data else None]
    ):
        yield "R21", "an HTTP request without Host"


def check_response(record: RawRecord, message: Message, method: str) -> Found:
    """6.3.2 of a response. ``method``: of its request, or empty where that is not known."""
    record.block.seek(0)
    begin = record.block.read(16)
    if begin.startswith((b"HTTP/2", b"HTTP/3")) or message.get(":status"):
        yield "R31", f"not a message of HTTP/1: {begin!r}"
        return
    if message is NONE:
        yield "R19", f"no HTTP status line and whole header: {begin!r}"
        return
    if 100 <= message.status < 200:
        yield "R20", f"status {message.status}"
        return
    if message.status == 304:
        yield "R29", "a 304 that is a response"
    yield from _body(record, message, method.upper())


def check_revisit(record: RawRecord, message: Message) -> Found:
    """6.7.2 and 6.7.3: the head alone."""
    if record.block_length == 0:
        return
    if message is NONE:
        yield "R19", "no HTTP status line and whole header"
    elif record.block_length > message.size:
        identical = record.get("WARC-Profile").endswith("/identical-payload-digest")
        yield "R27" if identical else "R29", "a body behind the head"


def _body(record: RawRecord, message: Message, method: str) -> Found:
    codings = [c.strip().lower() for c in message.get("transfer-encoding").split(",") if c.strip()]
    is_chunked = bool(codings) and codings[-1] == "chunked"
    is_cut = bool(record.get("WARC-Truncated"))
    size = record.block_length - message.size
    # Of an answer whose request was not seen, and that has no body: it may be one to HEAD.
    bodiless = method == "HEAD" or message.status in (204, 304) or not (method or size)
    reader = _Chunks(record.block, message.size)
    label = record.get("WARC-Payload-Digest")
    engines = engines_for([label] if label else [])
    begin = b""
    for piece in reader.entity() if is_chunked and not bodiless else reader.plain():
        begin = begin or piece[:4]
        for engine in engines.values():
            engine.update(piece)
    if label and matches(label, {name: e.digest() for name, e in engines.items()}) is False:
        yield "R13", _payload_fault(record, message, label)
    if is_chunked and not bodiless:
        if reader.fault and not is_cut:
            yield ("R24" if reader.is_short else "R23"), reader.fault
    elif not codings and not bodiless:
        yield from _length(message, size, is_cut=is_cut)
    coding = message.get("content-encoding").strip().lower()
    if begin and coding in _BEGINS and not begin.startswith(_BEGINS[coding][: len(begin)]):
        yield "R25", f"Content-Encoding is {coding}, and the body does not begin as such"


def _length(message: Message, size: int, *, is_cut: bool) -> Found:
    lengths = {part.strip() for part in message.get("content-length").split(",") if part.strip()}
    if len(lengths) != 1 or not (only := lengths.pop()).isdecimal() or is_cut:
        return
    if size < int(only):
        yield "R24", f"{int(only) - size} bytes short of its Content-Length"
    elif size > int(only):
        yield "R22", f"{size - int(only)} bytes more than its Content-Length"


def _payload_fault(record: RawRecord, message: Message, label: str) -> str:
    """Say so where it is the digest of the chunked bytes, as warcio and others make it."""
    engines = engines_for([label])
    for piece in _Chunks(record.block, message.size).plain():
        for engine in engines.values():
            engine.update(piece)
    if matches(label, {name: engine.digest() for name, engine in engines.items()}):
        return RAW_DIGEST
    return f"the payload is not what WARC-Payload-Digest says: {label[:80]}"


RAW_DIGEST = "WARC-Payload-Digest is that of the chunked bytes, not of the entity body"
"""What a known habit of many writers is called."""


class _Chunks:
    """The body of a block. After ``entity``: what was wrong with its chunks, if anything."""

    def __init__(self, block: IO[bytes], start: int) -> None:
        self._block = block
        self._block.seek(start)
        self.fault = ""
        self.is_short = False

    def plain(self) -> Iterator[bytes]:
        """All of it as it is."""
        while piece := self._block.read(_PIECE):
            yield piece

    def entity(self) -> Iterator[bytes]:
        """The chunks' data (RFC 9112 7.1)."""
        while True:
            line = self._block.readline(_PIECE)
            match = _SIZE.fullmatch(line)
            if not match:
                self._fail("no chunk size", is_short=not line.endswith(b"\n"))
                return
            if not (missing := int(match[1], 16)):
                self._trailer()
                return
            while missing and (piece := self._block.read(min(missing, _PIECE))):
                missing -= len(piece)
                yield piece
            end = b"" if missing else self._block.readline(3)
            if end not in (b"\r\n", b"\n"):
                self._fail("a chunk without its end", is_short=len(end) < 2)
                return

    def _trailer(self) -> None:
        while (line := self._block.readline(_PIECE)) not in (b"\r\n", b"\n"):
            if not line:
                self._fail("no line that ends the chunks", is_short=True)
                return
        if surplus := self._block.read(1):
            self._fail(f"bytes behind the last chunk: {surplus!r}...", is_short=False)

    def _fail(self, what: str, *, is_short: bool) -> None:
        self.fault = f"chunked body: {what}"
        self.is_short = is_short

"""HTTP/1 messages as raw bytes: head and body, entity body, digests.

Nothing here changes a byte or needs a well-formed message: what a browser would let pass is let
pass. A message lies in a seekable stream and is read in pieces, so that its size costs no memory.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from archive.codings import pieces, undo
from archive.errors import DecodeError

MAX_HEAD = 1 << 20
"""Bytes of a head, at most; what is longer is no head."""

MAX_INTERIM = 100
"""Interim messages before a response, at most; a server that sends more sends no response."""

# 2 of RFC 9112; HTTP/2 and 3 have no status line, so one that claims to be theirs is none.
_STATUS_LINE = re.compile(rb"HTTP/([01]\.\d)[ \t]+(\d{3})(?:[ \t]+([^\n]*?))?[ \t]*\r?\n")
_EMPTY_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A parsed status line and header section.

    ``version`` is ``1.1`` or the like; ``fields`` are names and values in their order on the wire,
    repeats included, folded lines joined by a space, decoded as ISO 8859-1 (RFC 9110 5.5);
    ``size`` is the length in bytes, the empty line included.
    """

    version: str
    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    size: int
    _by_name: dict[str, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Some five fields of each are asked for."""
        by_name: dict[str, list[str]] = {}
        for name, value in self.fields:
            by_name.setdefault(name.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    def values(self, name: str) -> list[str]:
        """All values of a field, without regard to case."""
        return list(self._by_name.get(name.lower(), ()))

    def tokens(self, name: str) -> list[str]:
        """The members of a list field in lower case, without parameters (RFC 9110 5.6.1)."""
        values = self._by_name.get(name.lower())
        if values is None:
            return []
        members = ",".join(values).split(",")
        return [member.partition(";")[0].strip().lower() for member in members if member.strip()]

    @property
    def content_length(self) -> int | None:
        """Content-Length, or None: absent, no number, or several that differ (RFC 9112 6.3)."""
        lengths = set(self.tokens("content-length"))
        only = lengths.pop() if len(lengths) == 1 else ""
        return int(only) if only.isascii() and only.isdigit() else None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a stream, in bytes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of all that a server sent for one request.

    ``interim``: each 1xx message. ``rest``: everything after them. ``head``: the head that
    ``rest`` begins with, or None where it is no HTTP response, or its head is not whole.
    """

    interim: tuple[Span, ...]
    rest: Span
    head: ResponseHead | None


@dataclass(frozen=True, slots=True)
class Body:
    """A body with its codings off. ``truncated``: cut at the limit, short of its framing or broken.

    ``undecoded`` names a coding that is still on, because it is not known here.
    """

    data: bytes
    truncated: bool
    undecoded: str | None


def split_answer(stream: IO[bytes]) -> Answer:
    """Part the interim messages (RFC 9110 15.2) from what follows; reads no body."""
    end = stream.seek(0, 2)
    start = stream.seek(0)
    interim: list[Span] = []
    while (head := read_head(stream)) and 100 <= head.status < 200:
        if len(interim) == MAX_INTERIM:
            return Answer(tuple(interim), Span(start, end), None)
        interim.append(Span(start, start + head.size))
        start = stream.seek(start + head.size)
    return Answer(tuple(interim), Span(start, end), head)


def read_head(stream: IO[bytes]) -> ResponseHead | None:
    """The response head at the stream's position, which is then behind it.

    None, and the stream wherever it is, where there is no status line or no end of the head.
    """
    start = stream.tell()
    data = b""
    match = None
    while match is None and len(data) < MAX_HEAD:
        piece = stream.read(16 * 1024)
        searched = max(0, len(data) - 2)
        data += piece
        if not piece or not data.startswith(b"HTTP/"[: len(data)]):
            return None
        match = _EMPTY_LINE.search(data, searched)
    if match is None:
        return None
    stream.seek(start + match.end())
    return parse_head(data[: match.end()])


def parse_head(data: bytes) -> ResponseHead | None:
    """Parse a whole response head; None where it does not begin with a status line."""
    line = data[: data.find(b"\n") + 1]
    parsed = parse_status_line(line)
    if parsed is None:
        return None
    version, status, reason = parsed
    fields = tuple(parse_fields(data[len(line) :].decode("latin-1")))
    return ResponseHead(version, status, reason, fields, len(data))


def parse_status_line(line: bytes) -> tuple[str, int, str] | None:
    """Version (``1.1``), status and reason of a whole line; None where it is no status line."""
    match = _STATUS_LINE.fullmatch(line)
    return match and (match[1].decode(), int(match[2]), (match[3] or b"").decode("latin-1"))


def parse_fields(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of header lines; a line without a colon is passed over."""
    if "\n " in text or "\n\t" in text:
        return _folded_fields(text)
    parted = [line.partition(":") for line in text.split("\n")]
    return iter(
        [(name, right.strip()) for left, colon, right in parted if colon and (name := left.strip())]
    )


def _folded_fields(text: str) -> Iterator[tuple[str, str]]:
    name, value = "", ""
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        if line[:1] in (" ", "\t") and name:
            # RFC 9112 5.2: a fold counts as spaces.
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
        left, colon, right = line.partition(":")
        name, value = (left.strip(), right.strip()) if colon else ("", "")
    if name:
        yield name, value


def entity(stream: IO[bytes], head: ResponseHead, method: str = "GET") -> Iterator[bytes]:
    """The entity body, in pieces: transfer-coding off, content-coding on.

    The stream stands behind the head. Raises DecodeError, after the last piece, where the message
    is short of its framing (RFC 9112 6.3). This is the payload of WARC/1.1 6.3.2.
    """
    rest = pieces(stream)
    if method.upper() == "HEAD" or head.status in (204, 304):
        return rest
    codings = head.tokens("transfer-encoding")
    if codings:
        return undo(rest, codings)[0]
    return rest if head.content_length is None else _at_least(rest, head.content_length)


def _at_least(source: Iterator[bytes], length: int) -> Iterator[bytes]:
    # More than it is let pass: archives exist that hold the decoded body under the old length.
    missing = length
    for piece in source:
        missing -= len(piece)
        yield piece
    if missing > 0:
        raise DecodeError(f"body: {missing} bytes short of its Content-Length")


def read_body(stream: IO[bytes], head: ResponseHead, max_bytes: int, method: str = "GET") -> Body:
    """The body with transfer- and content-coding off, at most ``max_bytes`` of it.

    The stream stands behind the head. Does not raise on a broken body.
    """
    return _gather(*undo(entity(stream, head, method), head.tokens("content-encoding")), max_bytes)


def read_coded(stream: IO[bytes], head: ResponseHead, max_bytes: int) -> Body:
    """As ``read_body``, with the content codings on."""
    return _gather(entity(stream, head), None, max_bytes)


def _gather(source: Iterator[bytes], undecoded: str | None, max_bytes: int) -> Body:
    body = bytearray()
    truncated = False
    try:
        for piece in source:
            body += piece
            if len(body) > max_bytes:
                truncated = True
                break
    except DecodeError:
        truncated = True
    if truncated:
        del body[max_bytes:]
    return Body(bytes(body), truncated, undecoded)


def entity_digest(stream: IO[bytes], head: ResponseHead, method: str = "GET") -> tuple[str, bool]:
    """The digest of the entity body, as ``sha1`` gives it, and whether the message is whole.

    The stream stands behind the head. Of a message that is short, what came is digested.
    """
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        for piece in entity(stream, head, method):
            digest.update(piece)
    except DecodeError:
        return _label(digest.digest()), False
    return _label(digest.digest()), True


def sha1(source: Iterable[bytes]) -> str:
    """``sha1:`` and 32 characters of base32: the form that all tools know (WARC/1.1 5.8)."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in source:
        digest.update(piece)
    return _label(digest.digest())


def _label(digest: bytes) -> str:
    return f"sha1:{base64.b32encode(digest).decode()}"

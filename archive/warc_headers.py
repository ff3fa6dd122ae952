"""The head of a WARC record: its named fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import CorruptRecord
from archive.members import Members

_parser = StatusAndHeadersParser(["WARC/"])


@dataclass(frozen=True, slots=True)
class WarcHeaders:
    """The named fields of a record in their order; names are looked up without regard to case."""

    fields: tuple[tuple[str, str], ...]
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A reader asks for some ten fields of each record."""
        first = {name.lower(): value for name, value in reversed(self.fields)}
        object.__setattr__(self, "_first", first)

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return self._first.get(name.lower(), default)

    def values(self, name: str) -> list[str]:
        """All values of a field; Concurrent-To and Protocol may repeat (5.1, iipc #42)."""
        wanted = name.lower()
        return [value for name, value in self.fields if name.lower() == wanted]

    def items(self) -> Iterator[tuple[str, str]]:
        """All names and values."""
        return iter(self.fields)


def read_headers(members: Members, first_line: bytes) -> WarcHeaders:
    """The named fields of a record whose first line was read. Raises CorruptRecord."""
    if first_line.startswith(b"WARC/") and (head := members.plain_head()) is not None:
        return WarcHeaders(tuple(_fields(head)))
    try:
        parsed = _parser.parse(members, first_line)
    except StatusAndHeadersParserException as error:
        raise CorruptRecord(
            f"{members.where}: no WARC record; the record before it may have a wrong length"
        ) from error
    return WarcHeaders(tuple((name, value.strip()) for name, value in parsed.headers))


def _fields(head: bytes) -> list[tuple[str, str]]:
    """As warcio's parser reads them, which reads a line at a time and so takes three times as
    long; it is left what is folded or does not end in CR LF."""
    try:
        lines = head.decode().split("\r\n")
    except UnicodeDecodeError:
        lines = list(map(_decoded, head.split(b"\r\n")))
    parted = [line.partition(":") for line in lines]
    return [(name.rstrip(" \t"), value.strip()) for name, colon, value in parted if colon]


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")

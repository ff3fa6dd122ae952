"""The head of a WARC record: its named fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import CorruptRecord
from archive.members import Members

_parser = StatusAndHeadersParser(["WARC/"])


@dataclass(frozen=True, slots=True)
class WarcHeaders:
    """The named fields of a record in their order; names are looked up without regard to case."""

    fields: tuple[tuple[str, str], ...]
    _by_name: dict[str, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A reader asks for some ten fields of each record."""
        by_name: dict[str, list[str]] = {}
        for name, value in self.fields:
            by_name.setdefault(name.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        found = self._by_name.get(name.lower())
        return found[0] if found else default

    def values(self, name: str) -> list[str]:
        """All values of a field; Concurrent-To and Protocol may repeat (5.1, iipc #42)."""
        return list(self._by_name.get(name.lower(), ()))

    def items(self) -> Iterator[tuple[str, str]]:
        """All names and values."""
        return iter(self.fields)


def read_headers(members: Members, first_line: bytes) -> WarcHeaders:
    """The named fields of a record whose first line was read. Raises CorruptRecord."""
    if first_line.startswith(b"WARC/") and (lines := members.plain_head()) is not None:
        return WarcHeaders(tuple(_fields(lines)))
    try:
        parsed = _parser.parse(members, first_line)
    except StatusAndHeadersParserException as error:
        raise CorruptRecord(
            f"{members.where}: no WARC record; the record before it may have a wrong length"
        ) from error
    return WarcHeaders(tuple((name, value.strip()) for name, value in parsed.headers))


def _fields(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """As warcio's parser reads them, which reads a line at a time and so takes three times as
    long; it is left what is folded or does not end in CR LF."""
    for line in lines:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        name, colon, value = text.partition(":")
        if colon:
            yield name.rstrip(" \t"), value.strip()

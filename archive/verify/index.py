"""Checks CDXJ files against the records that they are about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import surt

from archive.verify.ledger import Ledger, Row

_NO_DIGIT = re.compile(r"[^0-9]")

Fault = tuple[str, int | None, str]
"""Point, offset in the index, what."""


def check_index(path: Path, place: str, ledger: Ledger) -> Iterator[Fault]:
    """The lines of one file; ``place`` is the name under which they go into the ledger.

    Raises OSError.
    """
    last = b""
    offset = 0
    with path.open("rb") as file:
        for line in file:
            if line < last:
                yield "X01", offset, "not sorted bytewise"
            elif line == last:
                yield "X01", offset, "the same line twice"
            last = line
            for what in _check_line(line, place, ledger):
                yield "X02", offset, what
            offset += len(line)
    if last and not last.endswith(b"\n"):
        yield "X01", offset, "the last line has no end"


def _check_line(line: bytes, place: str, ledger: Ledger) -> Iterator[str]:
    try:
        key, timestamp, rest = line.decode("utf-8").split(" ", 2)
        values = json.loads(rest)
        name, at, length = values["filename"], int(values["offset"]), int(values["length"])
    except (ValueError, KeyError, TypeError):
        yield f"not a line of a CDXJ: {line[:80]!r}"
        return
    row = ledger.record_at(name, at)
    if row is None:
        yield f"no record begins at offset {at} of {name}"
        return
    ledger.add_line(place, name, at)
    expected = _expected(row)
    found = {**values, "key": key, "timestamp": timestamp, "length": length}
    for field, value in expected.items():
        if (found.get(field) or "") != value:
            yield f"{field} is {found.get(field)!r}, and of the record at {name}:{at} {value!r}"


def _expected(row: Row) -> dict[str, object]:
    url = row.uri.replace(" ", "%20")
    expected: dict[str, object] = {
        "key": _key(url),
        "timestamp": _NO_DIGIT.sub("", row.date)[:14],
        "url": url,
        "length": row.length,
        "status": row.status,
        "mime": row.mime,
    }
    if row.digest:
        expected["digest"] = row.digest
    return expected


def _key(url: str) -> str:
    try:
        return str(surt.surt(url))
    except (ValueError, LookupError, AttributeError, TypeError):
        return url


def missing_lines(place: str, files: list[str], ledger: Ledger) -> Iterator[tuple[str, int]]:
    """File and offset of each answer in ``files`` that ``place`` has no line for.

    Answers to HEAD and records of others than http are not due.
    """
    query = (
        "SELECT at FROM records r WHERE r.file = ? AND r.type IN ('response', 'revisit')"
        " AND r.uri LIKE 'http%' AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.place = ?"
        " AND l.file = r.file AND l.at = r.at) AND NOT EXISTS (SELECT 1 FROM records q"
        " JOIN concurrent c ON c.file = q.file AND c.at = q.at WHERE q.method = 'HEAD'"
        " AND c.id = r.id AND q.file = r.file) AND NOT EXISTS (SELECT 1 FROM concurrent c"
        " JOIN records q ON q.id = c.id WHERE c.file = r.file AND c.at = r.at"
        " AND q.method = 'HEAD')"
    )
    for file in files:
        for (at,) in ledger.ask(query, file, place):
            yield file, at

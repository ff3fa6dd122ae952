"""The captures of a story that made no line: visits that found it as it was, out of the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.cdxj import CdxjEntry
from archive.collection import Collection
from archive.lookup import captures_of
from archive.merged_index import searched
from crawler.items import Article

_REVISIT = "warc/revisit"


@dataclass(frozen=True, slots=True)
class Visit:
    """One capture: ``at`` in UTC ISO, to the second as the index has it.

    ``found``: ``not modified``, ``the same bytes``, ``no new version``, or the answer in its stead;
    before the first line: ``no line was made``, as its run had died.
    """

    at: str
    url: str
    status: int | None
    found: str
    warc_file: str
    warc_offset: int


def visits_of(collection: Collection, urls: Iterable[str], lines: Iterable[Article]) -> list[Visit]:
    """Every capture of these URLs to which none of the lines points, the oldest first.

    Those of a run that is at work are in the index once it has ended. Raises OSError.
    """
    known = list(lines)
    told = {(line.warc_file, line.warc_offset) for line in known}
    first = min((line.captured_at[:19] for line in known), default="")
    indexes = [path for path in searched(collection) if path.exists()]
    entries = {
        (entry.filename, entry.offset): entry for url in urls for entry in captures_of(url, indexes)
    }
    visits = (_visit(entry, first) for place, entry in entries.items() if place not in told)
    return sorted(visits, key=lambda visit: (visit.at, visit.warc_file, visit.warc_offset))


def _visit(entry: CdxjEntry, first: str) -> Visit:
    at = entry.timestamp
    day, time = (at[:4], at[4:6], at[6:8]), (at[8:10], at[10:12], at[12:14])
    status = int(entry.status) if entry.status and entry.status.isdecimal() else None
    instant = f"{'-'.join(day)}T{':'.join(time)}"
    return Visit(
        at=f"{instant}Z",
        url=entry.url,
        status=status,
        found="no line was made" if instant < first else _found(entry.mime, status),
        warc_file=entry.filename,
        warc_offset=entry.offset,
    )


def _found(mime: str | None, status: int | None) -> str:
    if status == 304:
        return "not modified"
    if mime == _REVISIT:
        return "the same bytes"
    return "no new version" if status == 200 else f"answer {status or '?'}"

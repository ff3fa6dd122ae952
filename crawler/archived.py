"""Pages out of the archive, for commands that look at them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.jsonl import iter_lines
from archive.warc_reader import WarcRecord, http_response, read_record
from crawler.extraction.record import Page
from crawler.instants import now, parse


class NotArchived(Exception):
    """The archive has no such page; the message says what was looked for."""


def newest_lines(articles: Path) -> Iterator[Mapping[str, object]]:
    """The lines of the JSONL, newest day and file first, within a file as they stand.

    A line that cannot be read is passed over.
    """
    files = [
        path
        for path in articles.glob("date=*/*")
        if path.name.endswith((".jsonl.gz", ".jsonl", ".jsonl.open"))
    ]
    for path in sorted(files, key=lambda p: (p.parent.name, p.name), reverse=True):
        yield from iter_lines(path, lambda _: None)


def page_of_url(articles: Path, warc: Path, url: str, max_bytes: int) -> Page:
    """The newest capture of a URL: as requested, as answered or as canonical.

    Raises NotArchived, ArchiveError and OSError.
    """
    newest: Mapping[str, object] | None = None
    for line in newest_lines(articles):
        if url not in (line.get("url"), line.get("final_url"), line.get("canonical_url")):
            continue
        if newest is None or str(line.get("captured_at")) > str(newest.get("captured_at")):
            newest = line
    if newest is None:
        raise NotArchived(f"{url} is not in {articles}")
    return page_of_line(warc, newest, max_bytes)


def page_of_line(warc: Path, line: Mapping[str, object], max_bytes: int) -> Page:
    """The page that a line was made from. Raises NotArchived, ArchiveError and OSError."""
    file, offset = line.get("warc_file"), line.get("warc_offset")
    if not isinstance(file, str) or not isinstance(offset, int):
        raise NotArchived(f"{line.get('url')} has no WARC record")
    record = read_record(warc / file, offset)
    try:
        return page_of_record(record, max_bytes)
    finally:
        record.block.close()


def page_of_record(record: WarcRecord, max_bytes: int) -> Page:
    """The page in a response record. Raises NotArchived where it holds none."""
    response = http_response(record, max_bytes)
    if response is None or not response.body:
        raise NotArchived(f"{record.target_uri}: the {record.type} record holds no page")
    headers = {name.lower(): value for name, value in response.headers}
    return Page(
        url=record.target_uri,
        body=response.body,
        captured_at=parse(record.date) or now(),
        content_type=headers.get("content-type"),
    )

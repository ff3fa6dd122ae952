"""Pages out of the archive, for commands that look at them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.collection import Collection
from archive.find import original_of
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


def pages_of_url(collection: Collection, url: str, max_bytes: int) -> list[Page]:
    """The newest story of a URL, as requested, as answered or as canonical: its page, or its pages.

    Raises NotArchived, ArchiveError and OSError.
    """
    newest: Mapping[str, object] | None = None
    articles = collection.layout.articles
    for line in newest_lines(articles):
        if url not in (line.get("url"), line.get("final_url"), line.get("canonical_url")):
            continue
        if newest is None or str(line.get("captured_at")) > str(newest.get("captured_at")):
            newest = line
    if newest is None:
        raise NotArchived(f"{url} is not in {articles}")
    further = newest.get("pages")
    lines = [newest, *(further if isinstance(further, list) else ())]
    return [page_of_line(collection, line, max_bytes) for line in lines]


def page_of_line(collection: Collection, line: Mapping[str, object], max_bytes: int) -> Page:
    """The page that a line, or a further page in one, was made from.

    Raises NotArchived, ArchiveError and OSError.
    """
    file, offset = line.get("warc_file"), line.get("warc_offset")
    if not isinstance(file, str) or not isinstance(offset, int):
        raise NotArchived(f"{line.get('url')} has no WARC record")
    record = read_record(collection.warc_root / file, offset)
    with record.block:
        return page_of_record(collection, record, max_bytes)


def page_of_record(collection: Collection, record: WarcRecord, max_bytes: int) -> Page:
    """The page in a response record, or in the one that a revisit refers to.

    Raises NotArchived where it holds none, ArchiveError and OSError.
    """
    original = original_of(collection, record) if record.type == "revisit" else None
    response = http_response(record, max_bytes, original)
    if original is not None:
        original.block.close()
    if response is None or not response.body:
        raise NotArchived(f"{record.target_uri}: the {record.type} record holds no page")
    headers = {name.lower(): value for name, value in response.headers}
    return Page(
        url=record.target_uri,
        body=response.body,
        captured_at=parse(record.date) or now(),
        content_type=headers.get("content-type"),
    )

"""Checks the pointers of JSONL lines against the records that they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from archive.jsonl_file import BadLine, iter_lines
from archive.verify.ledger import Ledger, Row


def check_lines(path: Path, ledger: Ledger) -> Iterator[str]:
    """What is wrong with the lines of a file. A line without a pointer points nowhere wrong.

    Raises OSError.
    """
    bad: list[BadLine] = []
    for number, line in enumerate(iter_lines(path, bad.append), 1):
        for what in (*_check_pointer(line, ledger), *_check_pages(line, ledger)):
            yield f"line {number}: {what}"
        while bad:
            yield str(bad.pop(0)).removeprefix(f"{path}, ")
    for left in bad:
        yield str(left).removeprefix(f"{path}, ")


def _check_pointer(line: dict[str, object], ledger: Ledger) -> Iterator[str]:
    row = _record_of(line, ledger)
    if not isinstance(row, Row):
        yield from filter(None, [row])
        return
    file, offset = row.file, row.at
    if row.type not in ("response", "revisit"):
        yield f"{file}:{offset} is a {row.type} record"
    expected = {
        "warc_length": row.length,
        "warc_record_id": row.id,
        "captured_at": row.date,
    }
    if row.digest:
        expected["payload_digest"] = row.digest
    for name, value in expected.items():
        if line.get(name) != value:
            yield f"{name} is {line.get(name)!r}, and of the record at {file}:{offset} {value!r}"
    if not _same_url(line.get("final_url"), row.uri):
        yield f"final_url is {line.get('final_url')!r}, and of the record {row.uri!r}"


def _check_pages(line: dict[str, object], ledger: Ledger) -> Iterator[str]:
    """What is wrong with the pointers to the further pages of a story."""
    pages = line.get("pages") or []
    if not isinstance(pages, list):
        yield f"pages is no list: {pages!r}"
        return
    for page in pages:
        if not isinstance(page, dict):
            yield f"not a page: {page!r}"
            continue
        row = _record_of(page, ledger)
        if not isinstance(row, Row):
            yield from filter(None, [row])
        elif row.id != page.get("warc_record_id") or not _same_url(page.get("url"), row.uri):
            yield f"{row.file}:{row.at} is another record than that of the page {page.get('url')!r}"


def _record_of(pointer: dict[str, object], ledger: Ledger) -> Row | str | None:
    """The record at a pointer, or what is wrong with it; None where there is no pointer."""
    file, offset = pointer.get("warc_file"), pointer.get("warc_offset")
    if file is None and offset is None:
        return None
    if not isinstance(file, str) or not isinstance(offset, int):
        return f"not a pointer: {file!r}, {offset!r}"
    return ledger.record_at(file, offset) or f"no record begins at offset {offset} of {file}"


def _same_url(url: object, target: str) -> bool:
    """The target is the URL in the letters of RFC 3986, without its fragment."""
    return isinstance(url, str) and _plain(url.partition("#")[0]) == _plain(target)


def _plain(url: str) -> bytes:
    return unquote_to_bytes(url)

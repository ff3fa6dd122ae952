"""Checks the pointers of JSONL lines against the records that they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from archive.jsonl_file import BadLine, iter_lines
from archive.verify.ledger import Ledger


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
    file, offset = line.get("warc_file"), line.get("warc_offset")
    if file is None and offset is None:
        return
    if not isinstance(file, str) or not isinstance(offset, int):
        yield f"not a pointer: {file!r}, {offset!r}"
        return
    row = ledger.record_at(file, offset)
    if row is None:
        yield f"no record begins at offset {offset} of {file}"
        return
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
        file, offset = page.get("warc_file"), page.get("warc_offset")
        if file is None and offset is None:
            continue
        if not isinstance(file, str) or not isinstance(offset, int):
            yield f"not a pointer: {file!r}, {offset!r}"
        elif (row := ledger.record_at(file, offset)) is None:
            yield f"no record begins at offset {offset} of {file}"
        elif row.id != page.get("warc_record_id") or not _same_url(page.get("url"), row.uri):
            yield f"{file}:{offset} is another record than that of the page {page.get('url')!r}"


def _same_url(url: object, target: str) -> bool:
    """The target is the URL in the letters of RFC 3986, without its fragment."""
    return isinstance(url, str) and _plain(url.partition("#")[0]) == _plain(target)


def _plain(url: str) -> bytes:
    return unquote_to_bytes(url)

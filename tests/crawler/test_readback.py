"""Pages read back out of the archive."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from archive.exchange import WarcPointer
from archive.warc_reader import read_record
from archive.warc_writer import WarcOptions, WarcWriter
from crawler.readback import PageReader
from crawler.sqlite import SQLiteState
from tests.archive.samples import exchange

PAGE = b"<html><body><p>The quay is open.</p></body></html>"
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    b"Last-Modified: Sun, 01 Mar 2026 05:30:00 GMT\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
)


def archived(directory: Path, state: SQLiteState) -> list[WarcPointer]:
    """Two captures of one payload: a response, and the revisit that refers to it."""
    writer = WarcWriter(directory, "run", WarcOptions(), state)
    pointers = []
    for url in ("http://news.example/a", "http://news.example/b"):
        written = writer.append(exchange(ANSWER, url=url))
        assert written is not None
        assert written.holding is not None
        state.hold(written.holding)
        pointers.append(written.pointer)
    writer.close()
    return pointers


def test_a_revisit_is_read_back_with_the_body_of_its_original(tmp_path: Path) -> None:
    state = SQLiteState(None)
    first, second = archived(tmp_path, state)
    reader = PageReader(partial(read_record, tmp_path), 1_000_000)
    pages = [reader.page(pointer, state.original_with) for pointer in (first, second)]
    assert [(page.url, page.body) for page in pages if page] == [
        ("http://news.example/a", PAGE),
        ("http://news.example/b", PAGE),
    ]


def test_a_page_of_a_file_that_was_taken_away_is_not_at_hand(tmp_path: Path) -> None:
    state = SQLiteState(None)
    first, _ = archived(tmp_path, state)
    (tmp_path / first.file).unlink()
    reader = PageReader(partial(read_record, tmp_path), 1_000_000)
    assert reader.page(first, state.original_with) is None


def test_a_pointer_to_another_record_gives_no_page(tmp_path: Path) -> None:
    state = SQLiteState(None)
    first, _ = archived(tmp_path, state)
    wrong = replace(first, record_id="urn:uuid:00000000-0000-4000-8000-000000000000")
    reader = PageReader(partial(read_record, tmp_path), 1_000_000)
    assert reader.page(wrong, state.original_with) is None

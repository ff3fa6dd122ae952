"""Which recorded answers are pages, by what the fetch facts beside them say."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from archive.warc_files import WarcFile
from crawler.readback import PageReader
from crawler.sqlite import SQLiteState
from spiders.recorded import Limits, RecordedPage, Recording
from tests.archive.samples import exchange, written_file

PAGE = b"<html><p>The bridge is open again.</p></html>"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE)
STORY = {"role": "story", "requested": "http://news.example/story?id=1"}


def coded(body: bytes) -> bytes:
    """An answer that says that its body is gzip."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def recorded(
    directory: Path,
    facts: dict[str, str],
    truncated: str | None = None,
    answer: bytes = ANSWER + PAGE,
) -> tuple[list[RecordedPage], Counter[str]]:
    directory.mkdir(exist_ok=True)
    path = written_file(directory, exchange(answer, facts=facts, truncated=truncated))
    counts: Counter[str] = Counter()
    file = WarcFile(path, path.name)
    recording = Recording(
        Limits(1_000_000, 5),
        PageReader(file.record, 1_000_000),
        SQLiteState(None),
        lambda what: counts.update([what]),
    )
    return list(recording.pages(file)), counts


def test_timings_alone_make_no_story_and_no_listing(tmp_path: Path) -> None:
    [page], counts = recorded(tmp_path, {"fetchTimeMs": "12"})
    assert not page.is_story
    assert not counts


def test_the_role_tells_a_story_from_a_listing(tmp_path: Path) -> None:
    [page], _ = recorded(tmp_path / "a", {**STORY, "fetchTimeMs": "12"})
    assert page.is_story
    pages, counts = recorded(tmp_path / "b", {"role": "feed"})
    assert (pages, counts) == ([], Counter({"dropped/listing": 1}))


@pytest.mark.parametrize(
    ("delivered", "pages"),
    [({}, 0), ({"delivered": "incomplete"}, 1)],
    ids=["refused-by-the-crawl", "delivered-by-the-crawl"],
)
def test_an_incomplete_answer_is_a_page_where_the_crawl_took_it_for_one(
    tmp_path: Path, delivered: dict[str, str], pages: int
) -> None:
    found, counts = recorded(tmp_path, {**STORY, **delivered}, "disconnect")
    assert len(found) == pages
    assert counts["dropped/cut_short"] == 1 - pages


def test_a_story_is_left_as_it_came_for_a_worker_to_decode(tmp_path: Path) -> None:
    body = gzip.compress(PAGE)
    [page], _ = recorded(tmp_path, STORY, answer=coded(body))
    assert (page.page.body, page.codings) == (body, ("gzip",))


def test_a_coding_that_was_never_put_on_is_an_error_as_in_the_crawl(tmp_path: Path) -> None:
    pages, counts = recorded(tmp_path, STORY, answer=coded(PAGE))
    assert (pages, counts) == ([], Counter({"dropped/bad_encoding": 1}))


def test_a_decoded_body_under_the_old_header_is_a_page_of_others_archives(tmp_path: Path) -> None:
    [page], _ = recorded(tmp_path, {}, answer=coded(PAGE))
    assert (page.page.body, page.codings) == (PAGE, ())

"""The capture against the origin server's own log of raw bytes."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from crawler import capture
from tests.running import FAST, answers_of, lines_of, manifest_of, records_of, scrapy
from tests.wire import Answer, WireServer, plain

STORY = (
    b"<html><head><title>Harbour wall</title></head><body><article><h1>Harbour wall</h1>"
    + b"".join(
        b"<p>The harbour wall at Port %d was raised by another metre before the storm.</p>" % n
        for n in range(6)
    )
    + b"</article></body></html>"
)
CHUNKED = (
    b"HTTP/1.1 200 Fine by me\r\nX-ODD-case: 1\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n"
    b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"%x;ext=1\r\n" % len(STORY) + STORY + b"\r\n",
    b"0\r\nX-Trailer: end\r\n\r\n",
)
ROUTES = {
    "/plain?b=2&a=1": plain(STORY),
    "/chunked": Answer(CHUNKED),
    "/close": Answer((b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", STORY), close=True),
    "/bare-lf": Answer((b"HTTP/1.1 200 OK\nContent-Length: 5\nX:  y \n\n", b"short")),
    "/moved": plain(b"", b"Location: /plain?b=2&a=1", status=b"301 Moved"),
    "/gone": plain(b"gone", status=b"410 Gone"),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[WireServer, Path]:
    output = tmp_path_factory.mktemp("capture")
    with WireServer(ROUTES) as server:
        pages = output / "pages.txt"
        pages.write_text("\n".join(server.base + path for path in ROUTES))
        done = scrapy("crawl", "urls", "-a", f"file={pages}", "-s", f"OUTPUT_DIR={output}", *FAST)
        assert done.returncode in (0, 3), done.stderr
    return server, output


def test_every_exchange_is_archived_to_the_byte(crawled: tuple[WireServer, Path]) -> None:
    server, output = crawled
    records = records_of(output)
    requests = [block for kind, _, block in records if kind == "request"]
    responses = [answer for _, answer in answers_of(output)]
    assert len(server.log) == len(ROUTES) + 2  # robots.txt, and what the redirect leads to
    assert sorted(requests) == sorted(entry.request for entry in server.log)
    assert sorted(responses) == sorted(entry.response for entry in server.log)


def test_connections_are_kept_alive_without_mixing_exchanges(
    crawled: tuple[WireServer, Path],
) -> None:
    server, _ = crawled
    assert server.connections < len(server.log)


def test_a_redirected_story_points_to_the_page_it_was_made_from(
    crawled: tuple[WireServer, Path],
) -> None:
    _, output = crawled
    by_id = {headers["WARC-Record-ID"]: headers for _, headers, _ in records_of(output)}
    lines = lines_of(output)
    assert lines
    for line in lines:
        record = by_id[f"<{line['warc_record_id']}>"]
        assert record["WARC-Target-URI"] == line["final_url"]
        assert record["WARC-Date"] == line["captured_at"]
        assert record["WARC-Payload-Digest"] == line["payload_digest"]


def test_one_story_under_two_urls_is_one_line(crawled: tuple[WireServer, Path]) -> None:
    server, output = crawled
    finals = [line["final_url"] for line in lines_of(output)]
    assert finals.count(f"{server.base}/plain?b=2&a=1") == 1
    # Which of the two comes first out of the workers is left open.
    dropped = manifest_of(output)["dropped"]
    assert dropped.get("duplicate", 0) + dropped.get("unchanged", 0) == 1


@pytest.mark.parametrize("module_name", capture.PRIVATE_NAMES)
def test_private_names_are_where_the_capture_expects_them(module_name: str) -> None:
    module = importlib.import_module(module_name)
    source = Path(str(module.__file__)).read_text("utf-8")
    for class_name, names in capture.PRIVATE_NAMES[module_name].items():
        found = getattr(module, class_name)
        missing = [n for n in names if not hasattr(found, n) and f"self.{n}" not in source]
        assert not missing, f"{module_name}.{class_name} has lost {missing}"


CUT = {
    "/cut": Answer(
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n", b"half"),
        close=True,
    ),
    "/stall": Answer(
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n", b"slow"),
        hang=True,
    ),
    "/huge": Answer(
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n",)
        + (b"x" * 45_000,) * 2
    ),
}


def test_answers_cut_short_are_kept_and_marked(tmp_path: Path) -> None:
    limits = ("-s", "DOWNLOAD_TIMEOUT=2", "-s", "DOWNLOAD_MAXSIZE=50000", "-s", "RETRY_TIMES=0")
    with WireServer(CUT) as server:
        pages = tmp_path / "pages.txt"
        pages.write_text("\n".join(server.base + path for path in CUT))
        options = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", "-s", "ROBOTSTXT_OBEY=0")
        done = scrapy("crawl", "urls", "-a", f"file={pages}", *options, *limits, *FAST)
    assert done.returncode == 4, done.stderr
    marked = {
        headers["WARC-Target-URI"].removeprefix(server.base): headers.get("WARC-Truncated")
        for kind, headers, _ in records_of(tmp_path / "out")
        if kind == "response"
    }
    assert marked == {"/cut": "disconnect", "/stall": "time", "/huge": "length"}
    assert manifest_of(tmp_path / "out")["failed"] == {"cut_short": 1, "timeout": 1, "too_large": 1}


def test_a_stale_connection_that_twisted_retries_makes_two_captures(tmp_path: Path) -> None:
    def stale(count: int) -> Answer:
        return Answer((), close=True) if count == 0 else plain(STORY)

    with WireServer({"/first": plain(STORY), "/stale": stale}) as server:
        pages = tmp_path / "pages.txt"
        pages.write_text(f"{server.base}/first\n{server.base}/stale\n")
        options = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", "-s", "RETRY_TIMES=0")
        done = scrapy("crawl", "urls", "-a", f"file={pages}", *options, *FAST)
    assert done.returncode == 0, done.stderr
    requests = [block for kind, _, block in records_of(tmp_path / "out") if kind == "request"]
    assert sum(b"GET /stale" in block for block in requests) == 2

"""Replay: the same lines from the archive alone."""

from __future__ import annotations

import gzip
import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.running import FAST, lines_of, manifest_of, scrapy
from tests.spiders.test_news import feed, page, xml
from tests.wire import WireServer, plain

ROUTES = {
    "/": plain(b"<html><body>" + b"<a href='/x'>A link to some story here</a>" * 40),
    "/a": plain(page("The bridge is open again", "bridge")),
    "/b": plain(page("A quiet week in the valley", "valley")),
    "/moved": plain(b"", b"Location: /b", status=b"302 Found"),
    # None of these makes a line, neither in the crawl nor in the replay.
    "/refresh": plain(
        b'<html><head><meta http-equiv="refresh" content="0; url=/b"></head>'
        b"<body>This page has moved.</body></html>"
    ),
    "/empty": plain(b"", status=b"204 No Content"),
    "/binary": plain(b"\x00\x01<\x02", b"Content-Type: application/octet-stream"),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("replay")
    routes = dict(ROUTES)
    with WireServer(routes) as server:
        entries = [(path, "2026-01-01T00:00:00Z") for path in ROUTES if path not in {"/", "/b"}]
        routes["/feed"] = xml(feed(server.base, *entries))
        sources = root / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n'
            f'feeds = ["{server.base}/feed"]\nsections = ["{server.base}/"]\n'
        )
        run = ("-a", f"sources={sources}", "-s", f"OUTPUT_DIR={root / 'out'}", *FAST)
        assert scrapy("crawl", "news", *run, "-s", "RETRY_TIMES=0").returncode in (0, 3)
    return root / "out"


def comparable(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines without what names the run that wrote them, in one order.

    Of two texts that are alike the one that is written first is the original, in any run.
    """
    own = {"run_id", "near_dup_of"}
    return sorted(
        ({k: v for k, v in line.items() if k not in own} for line in lines),
        key=lambda line: str(line["id"]),
    )


@pytest.mark.parametrize("form", ["directory", "glob", "file", "plain", "wacz"])
def test_a_replay_makes_the_same_lines_again(crawled: Path, tmp_path: Path, form: str) -> None:
    [warc] = (crawled / "warc").glob("*.warc.gz")
    given = {"directory": warc.parent, "glob": warc.parent / "*.gz", "file": warc}.get(form)
    if form == "wacz":
        given = tmp_path / "packed.wacz"
        assert scrapy("wacz", str(crawled), "-o", str(given)).returncode == 0
    elif given is None:
        given = tmp_path / warc.stem
        with gzip.open(warc) as packed, given.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
    done = scrapy("crawl", "replay", "-a", f"warc={given}", "-s", f"OUTPUT_DIR={tmp_path / 'r'}")
    assert done.returncode == 0, done.stderr
    replayed, lines = comparable(lines_of(tmp_path / "r")), comparable(lines_of(crawled))
    if form == "plain":  # other offsets in another file
        for line in (*replayed, *lines):
            for key in ("warc_file", "warc_offset", "warc_length"):
                line.pop(key)
    assert len(lines) == 2
    assert replayed == lines
    assert not list((tmp_path / "r").glob("warc/*"))


def test_a_warc_of_anybodys_gives_its_articles(tmp_path: Path) -> None:
    pages = {
        "https://a.example/2026/01/02/the-bridge-is-open": page("The bridge is open again"),
        "https://a.example/": ROUTES["/"].pieces[0].partition(b"\r\n\r\n")[2],
    }
    with (tmp_path / "theirs.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages.items():
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.0")
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head
            )
            writer.write_record(record)
    where = ("-a", f"warc={tmp_path}", "-s", f"OUTPUT_DIR={tmp_path / 'r'}")
    assert scrapy("crawl", "replay", *where).returncode == 0
    [line] = lines_of(tmp_path / "r")
    assert line["headline"] == "The bridge is open again"
    assert line["warc_file"] == "theirs.warc.gz"
    assert manifest_of(tmp_path / "r")["dropped"] == {"listing": 1}


def test_what_is_no_warc_fails_and_costs_no_other_file(crawled: Path, tmp_path: Path) -> None:
    files = tmp_path / "warcs"
    files.mkdir()
    [warc] = (crawled / "warc").glob("*.warc.gz")
    where = ("-s", f"OUTPUT_DIR={tmp_path / 'r'}", "-L", "ERROR")
    (files / "a-junk.warc").write_text("this is no WARC")
    (files / "b-empty.warc.gz").write_bytes(b"")
    (files / "c-directory.warc").mkdir()
    assert scrapy("crawl", "replay", "-a", f"warc={files}/*.warc*", *where).returncode == 4
    shutil.copy(warc, files / "d-good.warc.gz")
    assert scrapy("crawl", "replay", "-a", f"warc={files}", *where).returncode == 3
    failed = manifest_of(tmp_path / "r")["failed"]
    assert (failed["warc_empty"], failed["warc_damaged"]) == (1, 1)
    assert len(lines_of(tmp_path / "r")) == len(lines_of(crawled))


def test_no_warc_there_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    where = ("-a", f"warc={tmp_path}/none-*.gz", "-s", f"OUTPUT_DIR={tmp_path / 'r'}")
    done = scrapy("crawl", "replay", *where, "-L", "ERROR")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1

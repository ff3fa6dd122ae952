"""Scrapy's own commands and options, as its documentation says, in this project."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.running import (
    FAST,
    LOOPBACK,
    ROOT,
    SCRAPY,
    lines_of,
    manifest_of,
    records_of,
    scrapy,
    scrapy_bytes,
)
from tests.wire import WireServer, plain

PAGE = (
    b"<html><head><title>The ferry is late</title></head><body><h1>The ferry is late</h1>"
    + b"<p>The ferry from the island came an hour late on Monday.</p>" * 1
    + b"".join(b"<p>Passenger %d waited on the pier and read the paper.</p>" % n for n in range(6))
)


@pytest.mark.parametrize("where", [".", "archive", "tests/crawler"])
def test_list_names_the_spiders_from_any_subdirectory(where: str) -> None:
    assert scrapy("list", cwd=ROOT / where).stdout.split() == ["news", "replay", "urls"]


def test_o_gives_the_same_items_as_our_own_lines(tmp_path: Path) -> None:
    with WireServer({"/a": plain(PAGE)}) as server:
        out = tmp_path / "items.jsonl"
        options = ("-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={tmp_path / 'out'}")
        done = scrapy("crawl", "urls", *options, "-o", str(out), *FAST)
    assert done.returncode == 0, done.stderr
    exported = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert exported == lines_of(tmp_path / "out")
    assert list(exported[0]) == list(lines_of(tmp_path / "out")[0])


def test_a_relative_output_directory_counts_from_where_the_user_is(tmp_path: Path) -> None:
    inside = ROOT / "tests"
    with WireServer({"/a": plain(PAGE)}) as server:
        given = os.path.relpath(tmp_path / "out", inside)
        options = ("-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={given}")
        assert scrapy("crawl", "urls", *options, *FAST, cwd=inside).returncode == 0
    assert len(lines_of(tmp_path / "out")) == 1


def test_parse_prints_the_article_and_archives_nothing(tmp_path: Path) -> None:
    with WireServer({"/a": plain(PAGE)}) as server:
        done = scrapy(
            *("parse", f"{server.base}/a", "--spider=urls", "--nocolour"),
            *("-s", f"OUTPUT_DIR={tmp_path / 'out'}", *LOOPBACK),
        )
    assert "'headline': 'The ferry is late'" in done.stdout, done.stderr
    assert not (tmp_path / "out").exists()


def test_shell_and_fetch_and_check_work_without_an_archive(tmp_path: Path) -> None:
    where = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", *LOOPBACK)
    with WireServer({"/a": plain(PAGE)}) as server:
        url = f"{server.base}/a"
        shell = scrapy("shell", url, "-c", "response.css('h1::text').get()", *where)
        fetched = scrapy("fetch", "--nolog", url, *where)
        checked = scrapy("check", *where)
    assert shell.stdout.strip().endswith("The ferry is late"), shell.stderr
    assert fetched.stdout.encode().strip() == PAGE
    assert checked.returncode == 0, checked.stderr
    assert not (tmp_path / "out").exists()


def test_jobdir_resumes_without_fetching_twice(tmp_path: Path) -> None:
    routes = {f"/{n}": plain(PAGE + b"<p>%d</p>" % n) for n in range(4)}
    with WireServer(routes) as server:
        pages = tmp_path / "pages.txt"
        pages.write_text("\n".join(server.base + path for path in routes))
        options = ("-a", f"file={pages}", "-s", f"OUTPUT_DIR={tmp_path / 'out'}")
        job = ("-s", f"JOBDIR={tmp_path / 'job'}")
        scrapy("crawl", "urls", *options, *job, "-s", "CLOSESPIDER_ITEMCOUNT=1", *FAST)
        scrapy("crawl", "urls", *options, *job, *FAST)
        asked = [path for path in server.paths() if path != "/robots.txt"]
    assert sorted(asked) == sorted(routes)
    assert len(lines_of(tmp_path / "out")) == 4


def test_no_port_is_opened_and_the_user_agent_has_the_contact(tmp_path: Path) -> None:
    with WireServer({"/a": plain(PAGE)}) as server:
        where = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}", "-s", "CONTACT=https://me.example/bot")
        done = scrapy("crawl", "urls", "-a", f"url={server.base}/a", *where, *FAST)
    assert "scrapy.extensions.telnet" not in done.stderr
    assert "scrapy.extensions.remote_control" not in done.stderr
    assert all(b"(+https://me.example/bot)" in entry.request for entry in server.log)
    assert all(b"zstd" not in entry.request for entry in server.log)


def test_cat_prints_the_very_bytes_that_the_server_sent(tmp_path: Path) -> None:
    where = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}")
    with WireServer({"/a": plain(PAGE)}) as server:
        scrapy("crawl", "urls", "-a", f"url={server.base}/a", *where, *FAST)
    [line] = lines_of(tmp_path / "out")
    pointer = (line["warc_file"], str(line["warc_offset"]))
    raw = scrapy_bytes("cat", *pointer, *where)
    assert raw == next(e.response for e in server.log if b"GET /a" in e.request)
    assert scrapy_bytes("cat", "--payload", *pointer, *where) == PAGE
    for offset in ("7", "9" * 30):
        wrong = scrapy("cat", pointer[0], offset, *where)
        assert wrong.returncode == 2
        assert len(wrong.stderr.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{SCRAPY} sources list | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("spider", "said"),
    [
        pytest.param("urls", "needs -a url=", id="argument-missing"),
        pytest.param("nwes", "no spider 'nwes'", id="no-such-spider"),
    ],
)
def test_wrong_usage_is_exit_code_2(spider: str, said: str, tmp_path: Path) -> None:
    done = scrapy("crawl", spider, "-s", f"OUTPUT_DIR={tmp_path / 'out'}")
    assert done.returncode == 2
    assert said in done.stderr


def test_an_output_directory_that_is_a_file_fails_before_any_request(tmp_path: Path) -> None:
    taken = tmp_path / "out"
    taken.write_text("")
    with WireServer({"/a": plain(PAGE)}) as server:
        done = scrapy(
            "crawl", "urls", "-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={taken}", *FAST
        )
        assert server.log == []
    assert done.returncode == 6
    assert "OUTPUT_DIR" in done.stderr.strip().splitlines()[-1]


def test_the_manifest_counts_what_the_archive_holds(tmp_path: Path) -> None:
    with WireServer({"/a": plain(PAGE)}) as server:
        where = ("-s", f"OUTPUT_DIR={tmp_path / 'out'}")
        scrapy("crawl", "urls", "-a", f"url={server.base}/a", *where, *FAST)
    report = manifest_of(tmp_path / "out")
    responses = [1 for kind, _, _ in records_of(tmp_path / "out") if kind == "response"]
    assert report["answers"] == len(responses) == 2
    assert report["written"] == 1
    assert not list((tmp_path / "out").rglob("*.open"))
    assert not list((tmp_path / "out").rglob("*.tmp"))

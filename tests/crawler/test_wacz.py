"""`scrapy wacz` and WACZ_ON_CLOSE, as a user runs them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.demo_runs import Runs
from tests.running import FAST, ROOT, SCRAPY, manifest_of, scrapy
from tests.spiders.test_news import page
from tests.wire import WireServer, plain


def pages_of(package: Path) -> list[dict[str, Any]]:
    """The list of pages, without its header."""
    with zipfile.ZipFile(package) as opened:
        return [json.loads(li) for li in opened.read("pages/pages.jsonl").splitlines()][1:]


def names_in(package: Path) -> set[str]:
    with zipfile.ZipFile(package) as opened:
        return {name for name in opened.namelist() if name.startswith("archive/")}


@pytest.fixture(scope="module")
def packed(demo_runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wacz") / "demo.wacz"
    done = scrapy("wacz", str(demo_runs.output), "-o", str(path), "--title", "The sample")
    assert (done.returncode, done.stderr) == (0, "")
    return path


def test_a_package_lists_every_line_as_a_page(demo_runs: Runs, packed: Path) -> None:
    pages = {page["id"]: page for page in pages_of(packed)}
    assert set(pages) == {line["id"] for line in demo_runs.lines}
    for line in demo_runs.lines:
        shown = pages[line["id"]]
        assert (shown["url"], shown["ts"]) == (line["final_url"], line["captured_at"])
        assert (shown["title"], shown.get("text")) == (line["headline"], line["text"])


def test_a_package_holds_every_warc_file(demo_runs: Runs, packed: Path) -> None:
    warcs = sorted((demo_runs.output / "warc").glob("*.warc.gz"))
    assert names_in(packed) == {f"archive/{path.name}" for path in warcs}
    with zipfile.ZipFile(packed) as opened:
        for path in warcs:
            assert opened.read(f"archive/{path.name}") == path.read_bytes()


def test_one_run_is_packed_alone_with_a_warning_of_what_it_refers_to(
    demo_runs: Runs, tmp_path: Path
) -> None:
    run_id = demo_runs.new_lines[1][0]["run_id"]
    done = scrapy("wacz", str(demo_runs.output), "--run", run_id, "-o", str(tmp_path / "a.wacz"))
    assert done.returncode == 0
    assert all(run_id in name for name in names_in(tmp_path / "a.wacz"))
    assert {page["id"] for page in pages_of(tmp_path / "a.wacz")} == {
        line["id"] for line in demo_runs.new_lines[1]
    }
    assert "first archived in files that are not packed" in done.stderr


def test_the_same_archive_packs_to_the_same_bytes(demo_runs: Runs, tmp_path: Path) -> None:
    warc = min((demo_runs.output / "warc").glob("*.warc.gz"))
    for name in ("a.wacz", "b.wacz"):
        subprocess.run(
            [str(SCRAPY), "wacz", str(warc), "-o", str(tmp_path / name), "--title", "T"],
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1795500000"},
            capture_output=True,
            check=True,
        )
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()
    assert len(pages_of(tmp_path / "a.wacz")) == len(demo_runs.new_lines[0])


def test_pages_of_anybodys_archive_are_its_html_with_their_titles(tmp_path: Path) -> None:
    html = b"<html><head><title>Caf\xe9 &amp; more\n</title></head><body>x</body></html>"
    answers = [
        ("https://a.example/", "200 OK", "text/html; charset=latin-1", html),
        ("https://a.example/untitled", "200 OK", "text/html", b"<html><body>y</body></html>"),
        ("https://a.example/gone", "404 Not Found", "text/html", html),
        ("https://a.example/picture", "200 OK", "image/png", b"\x89PNG"),
    ]
    for directory in ("one", "two"):
        (tmp_path / "theirs" / directory).mkdir(parents=True)
        with (tmp_path / "theirs" / directory / "DATA.warc.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for url, status, content_type, body in answers:
                head = StatusAndHeaders(status, [("Content-Type", content_type)], "HTTP/1.1")
                record = writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head
                )
                writer.write_record(record)
    package = tmp_path / "theirs.wacz"
    done = scrapy("wacz", str(tmp_path / "theirs"), "-o", str(package))
    assert (done.returncode, done.stderr) == (0, "")
    assert names_in(package) == {"archive/DATA.warc.gz", "archive/two-DATA.warc.gz"}
    titles = [(page["url"], page["title"]) for page in pages_of(package)]
    assert titles == 2 * [
        ("https://a.example/", "Café & more"),
        ("https://a.example/untitled", "https://a.example/untitled"),
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], "there is no such file or directory"),
        (["."], "no finished WARC file is there"),
        (["warc", "--run", "20000101t000000-000000"], "no finished WARC file of run 2000"),
        (["warc", "-o", "a.zip"], "ends in .wacz"),
        (["warc", "-o", "none/a.wacz"], "there is no directory"),
    ],
    ids=["no such path", "no WARC", "no such run", "wrong name", "no directory"],
)
def test_what_cannot_be_packed_is_one_line_and_exit_code_2(
    demo_runs: Runs, tmp_path: Path, args: list[str], said: str
) -> None:
    place = str(demo_runs.output) if args[0] == "warc" else str(tmp_path / args[0])
    rest = [str(tmp_path / arg) if arg.endswith((".wacz", ".zip")) else arg for arg in args[1:]]
    output = [] if "-o" in args else ["-o", str(tmp_path / "a.wacz")]
    done = scrapy("wacz", place, *rest, *output)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_packed_told_of_and_exit_code_3(demo_runs: Runs, tmp_path: Path) -> None:
    warc = min((demo_runs.output / "warc").glob("*.warc.gz"))
    torn = tmp_path / warc.name
    torn.write_bytes(warc.read_bytes()[:-100])
    done = scrapy("wacz", str(torn), "-o", str(tmp_path / "a.wacz"))
    assert done.returncode == 3
    assert "ends within the gzip member" in done.stderr
    with zipfile.ZipFile(tmp_path / "a.wacz") as opened:
        assert opened.read(f"archive/{warc.name}") == torn.read_bytes()


def crawl(output: Path, *args: str) -> subprocess.CompletedProcess[str]:
    with WireServer({"/a": plain(page("The bridge is open again", "bridge"))}) as server:
        where = ("-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={output}", *FAST)
        return scrapy("crawl", "urls", *where, "-s", "WACZ_ON_CLOSE=1", *args)


def test_a_run_is_packed_on_close_where_the_setting_asks_for_it(tmp_path: Path) -> None:
    done = crawl(tmp_path / "out")
    assert done.returncode == 0, done.stderr
    run_id = manifest_of(tmp_path / "out")["run_id"]
    package = tmp_path / "out" / "wacz" / f"{run_id}.wacz"
    assert [page["title"] for page in pages_of(package)] == ["The bridge is open again"]
    assert all(run_id in name for name in names_in(package))


def test_a_package_that_cannot_be_written_is_exit_code_6_of_a_whole_archive(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "wacz").write_text("in the way")
    done = crawl(tmp_path / "out")
    assert done.returncode == 6
    assert "the archive is whole" in done.stderr
    assert manifest_of(tmp_path / "out")["written"] == 1
    assert len(list((tmp_path / "out" / "warc").glob("*.warc.gz"))) == 1

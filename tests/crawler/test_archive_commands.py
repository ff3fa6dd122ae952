"""index, cat and verify as a user runs them, over archives made without a crawl."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.cmdline import ScrapyArgumentParser
from scrapy.utils.project import get_project_settings

from tests.archive.editing import NAME, Edited
from tests.archive.samples import OK, exchange, written_file
from tests.running import SCRAPY

STORY = "http://news.example/story?id=1"


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    made = Edited(tmp_path / "out")
    made.write()
    return made


@dataclass(frozen=True)
class Done:
    returncode: int
    output: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.output.decode()


Run = Callable[..., Done]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """``scrapy ARGS`` in this process: starting one for each of these tests takes too long."""

    def run(name: str, *args: str) -> Done:
        command = import_module(f"crawler.commands.{name}").Command()
        command.settings = get_project_settings()
        parser = ScrapyArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        opts, rest = parser.parse_known_args(args)
        command.run(rest, opts)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Done(command.exitcode, out, err.decode())

    return run


@pytest.fixture
def cat(edited: Edited, run: Run) -> Callable[..., bytes]:
    def cat(*args: str) -> bytes:
        done = run("cat", "--dir", str(edited.root), *args)
        assert (done.returncode, done.stderr) == (0, "")
        return done.output

    return cat


Cat = Callable[..., bytes]


def test_cat_prints_a_capture_by_url_id_pointer_and_line(
    edited: Edited, cat: Cat, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited.write_line("response story")
    path = next(edited.root.glob("articles/*/*.gz"))
    line = subprocess.run(["zcat", path], capture_output=True, check=True).stdout
    pointer = json.loads(line)
    monkeypatch.setattr("sys.stdin", io.StringIO(line.decode()))

    assert cat(STORY) == OK
    assert cat(pointer["warc_record_id"]) == OK
    assert cat(NAME, str(pointer["warc_offset"])) == OK
    assert cat("--raw", f"{edited.path}:{pointer['warc_offset']}") == OK
    assert cat("-") == OK


def test_cat_gives_the_payload_of_what_a_revisit_refers_to(cat: Cat) -> None:
    assert cat("--payload", "http://news.example/same") == b"hello"
    assert b"hello" not in cat("http://news.example/same")
    assert b"WARC-Refers-To: <urn:uuid:" in cat("--headers", "http://news.example/same")


def test_cat_chooses_by_time_and_lists(edited: Edited, cat: Cat) -> None:
    edited["revisit tagged"].set("WARC-Date", "2026-12-01T00:00:00Z")
    edited.write()
    url = "https://news.example/tagged"

    assert b" 304 " in cat(url)
    assert b" 200 " in cat("--at", "2026-11-24", url)
    assert cat("--payload", url) == b"tagged"
    first, second = cat("--list", url).decode().splitlines()
    assert first.startswith("20261124101500 200 -")
    assert second.startswith("20261201000000 304 warc/revisit")


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["http://elsewhere.example/"], id="url"),
        pytest.param(["urn:uuid:00000000-0000-4000-8000-000000000000"], id="record-id"),
        pytest.param(["gone.warc.gz", "0"], id="file"),
        pytest.param([NAME, "7"], id="offset"),
        pytest.param([f"{NAME}:{'9' * 30}"], id="huge-offset"),
        pytest.param(["../../secret:0"], id="out-of-the-archive"),
        pytest.param(["--at", "yesterday", STORY], id="time"),
        pytest.param([], id="nothing"),
    ],
)
def test_cat_of_what_is_not_there_is_one_line_and_code_2(
    edited: Edited, args: list[str], run: Run
) -> None:
    done = run("cat", "--dir", str(edited.root), *args)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_terminal_gets_no_control_characters(tmp_path: Path, run: Run) -> None:
    evil = b"HTTP/1.1 200 OK\r\n\r\n\x1b]0;owned\x07\xffcaf\xc3\xa9"
    warc = written_file(tmp_path, exchange(evil))
    control, terminal = pty.openpty()
    where = json.loads(run("index", str(warc)).stdout.split(" ", 2)[2])["offset"]
    command = [str(SCRAPY), "cat", str(warc), where]
    subprocess.run(command, stdout=terminal, check=True, timeout=60)
    os.close(terminal)

    shown = os.read(control, 4096)
    os.close(control)
    assert b"\x1b" not in shown
    assert b"\\x1b]0;owned\\x07\\xffcaf\xc3\xa9" in shown


def test_index_makes_a_foreign_directory_readable(tmp_path: Path, run: Run) -> None:
    written_file(tmp_path, exchange()).rename(tmp_path / "a.warc.gz")
    (tmp_path / "deep").mkdir()
    written_file(tmp_path / "deep", exchange(url="http://b.example/"))

    done = run("index", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of 2 WARC files indexed, 2 captures" in done.stdout
    assert run("cat", "--dir", str(tmp_path), "http://b.example/").stdout.endswith("hello")
    assert "0 of 2" in run("index", str(tmp_path)).stdout


def test_index_of_a_damaged_file_is_what_is_whole_and_code_3(edited: Edited, run: Run) -> None:
    data = edited.path.read_bytes()
    edited.path.write_bytes(data[:-9])

    done = run("index", "--all", str(edited.root))
    assert done.returncode == 3
    damage, why = done.stderr.splitlines()
    assert "gzip member" in damage
    assert why == "broadsheet: damaged places: 1, named above; the rest is indexed"
    assert "7 captures" in done.stdout


def test_index_of_files_goes_to_stdout_and_leaves_nothing(edited: Edited, run: Run) -> None:
    before = sorted(edited.root.rglob("*"))
    merged = (edited.root / "index.cdxj").read_text()

    assert run("index", str(edited.path)).stdout == merged
    assert run("index", str(edited.root), "-o", "-").stdout == merged
    assert sorted(edited.root.rglob("*")) == before


@pytest.mark.parametrize("command", ["index", "verify"])
def test_directory_without_a_warc_is_one_line_and_code_2(
    tmp_path: Path, command: str, run: Run
) -> None:
    for place in (tmp_path, tmp_path / "gone"):
        done = run(command, str(place))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_verify_of_a_good_archive_is_one_line_and_code_0(edited: Edited, run: Run) -> None:
    done = run("verify", str(edited.root))

    assert (done.returncode, done.stderr) == (0, "")
    assert "0 against a MUST, 0 against a SHOULD" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_verify_says_level_point_place_and_remedy_and_is_code_3(edited: Edited, run: Run) -> None:
    edited["response story"].digest = "sha1:" + "A" * 32
    edited["response early"].drop("WARC-IP-Address")
    edited.write()

    done = run("verify", str(edited.root))
    assert done.returncode == 3
    assert f"MUST   R12 {NAME}:" in done.stdout
    assert "fetch the file again from a copy" in done.stdout
    assert "1 against a MUST, 1 against a SHOULD" in done.stdout


def test_verify_takes_a_should_for_a_failure_only_when_told_to(edited: Edited, run: Run) -> None:
    edited["response early"].drop("WARC-IP-Address")
    edited.write()

    assert run("verify", str(edited.root)).returncode == 0
    assert run("verify", "--strict", str(edited.root)).returncode == 3


def test_verify_of_several_files_finds_the_same_in_processes(edited: Edited, run: Run) -> None:
    edited["response story"].digest = "sha1:" + "A" * 32
    edited.write()
    copy = edited.path.with_name(NAME.replace("-00000-", "-00001-"))
    copy.write_bytes(edited.path.read_bytes())

    done = run("verify", str(edited.root))
    assert done.returncode == 3
    assert f"R12 {NAME}:" in done.stdout
    assert f"R12 {copy.name}:" in done.stdout
    assert "another record has this id" in done.stdout

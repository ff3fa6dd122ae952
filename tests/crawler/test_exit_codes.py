"""Each exit code that a command can end with, and its last line on stderr, that says why."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from archive.layout import OutputLayout
from tests.archive.editing import Edited
from tests.forked import ForkedScrapy

URL = "https://paper.example/nowhere"
STORY = "http://news.example/story?id=1"


@dataclass(frozen=True)
class World:
    """What the commands are tried on: archives that are whole, torn, empty and held by a run."""

    scrapy: ForkedScrapy
    names: dict[str, str]

    def last_line(self) -> str:
        return self.scrapy.log().splitlines()[-1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("world")
    places = {name: Edited(root / name) for name in ("whole", "torn", "cut", "held")}
    for archive in places.values():
        archive.write()
    for name in ("torn", "cut"):
        path = places[name].path
        path.write_bytes(path.read_bytes()[:-9])
        path.touch()
    (root / "empty").mkdir()
    (root / "held" / "articles").mkdir(exist_ok=True)
    (root / "page.html").write_text("<p>A story.</p>", "utf-8")
    (root / "bad.toml").write_text("[[source]]\nid = 'a'\n", "utf-8")
    names = {name: str(root / name) for name in (*places, "empty")}
    names |= {"page": str(root / "page.html"), "bad": str(root / "bad.toml")}
    names["warc"] = str(places["whole"].path)
    with (
        ForkedScrapy(root) as forked,
        OutputLayout(root / "held").lock.open("w") as held,
        socket.create_server(("", 0)) as busy,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)
        names["port"] = str(busy.getsockname()[1])
        yield World(forked, names)


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        pytest.param(f"cat --dir {{whole}} {URL}", 2, "no capture of it", id="cat-nothing"),
        pytest.param("cat --dir {whole} --list word", 2, "give one URL", id="cat-no-url"),
        pytest.param(f"cat --dir {{whole}} --at noon {STORY}", 2, "noon", id="cat-no-time"),
        pytest.param("cat {warc} 17", 2, "offset 17", id="cat-no-record"),
        pytest.param("cat /proc/self/mem 0", 6, "Input/output error", id="cat-unreadable"),
        pytest.param("index {empty}", 2, "no WARC file", id="index-nothing"),
        pytest.param("index {whole}/no", 2, "no such file", id="index-no-place"),
        pytest.param("index --all {torn}", 3, "damaged places: 1", id="index-damaged"),
        pytest.param("index {whole} -o /proc/x", 6, "/proc/x", id="index-unwritable"),
        pytest.param("index {held}", 75, "another run is at work", id="index-held"),
        pytest.param("verify {empty}", 2, "no WARC file", id="verify-nothing"),
        pytest.param("verify {whole} {torn}", 2, "give one directory", id="verify-two"),
        pytest.param("verify {torn}", 3, "not as WARC/1.1 has them", id="verify-damaged"),
        pytest.param("wacz {empty}", 2, "no finished WARC", id="wacz-nothing"),
        pytest.param("wacz {whole} -o a.zip", 2, "ends in .wacz", id="wacz-name"),
        pytest.param("wacz {cut} -o {empty}/a.wacz", 3, "damaged places: 1", id="wacz-damaged"),
        pytest.param("wacz {whole} -o /proc/a.wacz", 6, "/proc", id="wacz-unwritable"),
        pytest.param(f"history {URL} -s OUTPUT_DIR={{empty}}", 2, "no state", id="history-nothing"),
        pytest.param("history", 2, "give one URL", id="history-of-what"),
        pytest.param(f"explain {URL} -s OUTPUT_DIR={{empty}}", 2, "not in", id="explain-nothing"),
        pytest.param("explain {empty}/page.html", 2, "No such file", id="explain-no-file"),
        pytest.param("explain {page} --html /proc/x", 6, "--html", id="explain-unwritable"),
        pytest.param("explain --source no {page}", 2, "no", id="explain-no-source"),
        pytest.param("sources check -a {bad}", 2, "problems in the sources: 3", id="sources"),
        pytest.param("sources check -a {empty}/x.toml", 2, "named above", id="sources-nowhere"),
        pytest.param("sources list pots", 2, "named above", id="sources-unknown"),
        pytest.param("sources add word", 2, "word", id="sources-add"),
        pytest.param(
            "rebuild-state -s OUTPUT_DIR={empty}", 6, "no archive here", id="rebuild-nothing"
        ),
        pytest.param("rebuild-state -s OUTPUT_DIR={held}", 75, "at work", id="rebuild-held"),
        pytest.param("rebuild-state here", 2, "no arguments", id="rebuild-argument"),
        pytest.param("demo --port {port}", 1, "port", id="demo-port-taken"),
        pytest.param("demo --port 99999", 2, "--port 99999", id="demo-no-port"),
        pytest.param("crawl news -a sources={bad}", 2, "bad.toml", id="crawl-bad-sources"),
        pytest.param("crawl nobody", 2, "no spider", id="crawl-no-spider"),
        pytest.param(
            f"crawl urls -a url={URL} -s OUTPUT_DIR={{page}}", 6, "OUTPUT_DIR", id="crawl-file"
        ),
        pytest.param(
            f"crawl urls -a url={URL} -s OUTPUT_DIR={{empty}} -s OUTPUT_CREATE=0",
            *(6, "no archive is here"),
            id="crawl-no-archive",
        ),
        pytest.param(
            f"crawl urls -a url={URL} -s OUTPUT_DIR={{empty}}/no/out",
            *(6, "no is not there"),
            id="crawl-nothing-above",
        ),
        pytest.param(
            f"crawl urls -a url={URL} -s OUTPUT_CREATE=2", 2, "OUTPUT_CREATE", id="crawl-create"
        ),
        pytest.param(
            f"crawl urls -a url={URL} -s OUTPUT_DIR={{held}}", 75, "at work", id="crawl-held"
        ),
        pytest.param("schema --duckdb --markdown", 2, "not allowed with", id="schema-both"),
    ],
)
def test_a_command_that_fails_has_its_code_and_says_why(
    world: World, command: str, code: int, why: str
) -> None:
    arguments = [part.format_map(world.names) for part in command.split(" ")]

    assert world.scrapy.run(*arguments) == code, world.scrapy.log()

    assert why in world.last_line()
    assert "Traceback" not in world.scrapy.log()


@pytest.mark.parametrize(
    "command",
    ["cat --dir {whole} --list " + STORY, "index {whole}", "verify {whole}", "schema"],
)
def test_a_command_that_does_its_work_ends_with_0(world: World, command: str) -> None:
    assert world.scrapy.run(*command.format_map(world.names).split(" ")) == 0

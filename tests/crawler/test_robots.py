"""robots.txt by RFC 9309, against real answers."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.test import get_crawler

from crawler.robots import RobotsTxt, _Rules
from tests.running import FAST, manifest_of, scrapy
from tests.wire import Answer, WireServer, plain

PAGE = b"<html><body><article><h1>Quay</h1>" + b"<p>The quay reopened on time.</p>" * 9
ROBOTS = b"User-agent: broadsheet\nCrawl-delay: 0.7\nDisallow: /private/\n"


def crawl(server: WireServer, output: Path, *paths: str) -> int:
    pages = output.with_suffix(".txt")
    pages.write_text("\n".join(server.base + path for path in paths))
    options = ("-s", f"OUTPUT_DIR={output}", *FAST, "-s", "RETRY_TIMES=0")
    return scrapy("crawl", "urls", "-a", f"file={pages}", *options).returncode


def test_robots_txt_is_obeyed_with_its_delay(tmp_path: Path) -> None:
    pages = {f"/{n}": plain(PAGE + b"%d" % n) for n in range(4)}
    with WireServer({"/robots.txt": plain(ROBOTS), **pages}) as server:
        crawl(server, tmp_path / "out", *pages, "/private/diary")
    assert "/private/diary" not in server.paths()
    report = manifest_of(tmp_path / "out")
    assert report["stats"]["robotstxt/forbidden"] == 1
    # Four pages at 0.7 s with half as much jitter: three gaps of at least 0.35 s.
    assert report["seconds"] >= 3 * 0.35


@pytest.mark.parametrize(
    "answer",
    [
        plain(b"", status=b"503 Service Unavailable"),
        plain(b"", status=b"429 Too Many Requests"),
        Answer((b"",), close=True),
        Answer((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nUser",), close=True),
    ],
    ids=["503", "429", "closed", "cut-short"],
)
def test_nothing_is_asked_of_a_host_whose_rules_cannot_be_read(
    tmp_path: Path, answer: Answer
) -> None:
    with WireServer({"/robots.txt": answer, "/a": plain(PAGE), "/b": plain(PAGE)}) as server:
        assert crawl(server, tmp_path / "out", "/a", "/b") == 4

    assert set(server.paths()) == {"/robots.txt"}
    assert manifest_of(tmp_path / "out")["failed"] == {"robots_unreachable": 2}


@pytest.mark.parametrize(
    "answer",
    [
        plain(b"", status=b"404 Not Found"),
        plain(b"", status=b"403 Forbidden"),
        plain(b"", b"Location: /robots.txt", status=b"302 Found"),
        plain(b"\xff\xfe\x00 no rules \x80"),
    ],
    ids=["404", "403", "redirects-without-end", "binary"],
)
def test_a_host_without_rules_allows_everything(tmp_path: Path, answer: Answer) -> None:
    with WireServer({"/robots.txt": answer, "/a": plain(PAGE)}) as server:
        assert crawl(server, tmp_path / "out", "/a") == 0

    assert server.paths()[-1] == "/a"


def test_five_redirects_to_the_rules_are_followed(tmp_path: Path) -> None:
    hops = ["/robots.txt", *(f"/moved-{n}" for n in range(1, 5)), "/rules"]
    moved = {
        hop: plain(b"", b"Location: " + after.encode(), status=b"301 Moved Permanently")
        for hop, after in itertools.pairwise(hops)
    }
    rules = plain(b"User-agent: *\nDisallow: /a\n")
    with WireServer({**moved, "/rules": rules, "/a": plain(PAGE), "/b": plain(PAGE)}) as server:
        crawl(server, tmp_path / "out", "/a", "/b")

    assert server.paths() == [*hops, "/b"]


def test_rules_beyond_500_kib_are_not_read(tmp_path: Path) -> None:
    long = b"User-agent: *\nDisallow: /b\n" + b"#" * 500 * 1024 + b"\nDisallow: /a\n"
    with WireServer({"/robots.txt": plain(long), "/a": plain(PAGE), "/b": plain(PAGE)}) as server:
        crawl(server, tmp_path / "out", "/a", "/b")

    assert "/a" in server.paths()
    assert "/b" not in server.paths()


class Asking(RobotsTxt):
    """Counts what would be asked; a host has no rules, or it is down."""

    asked = 0
    is_down = False

    async def _ask(self, host: str, request: Request) -> _Rules:
        self.asked += 1
        return self._unreachable(host, "down") if self.is_down else self._lasting(None)


@pytest.mark.parametrize(
    ("is_down", "hours", "asked"),
    [(False, 23.9, 1), (False, 24.1, 2), (True, 0.1, 1), (True, 0.2, 2)],
    ids=["kept-a-day", "asked-after-a-day", "down-kept", "down-asked-after-ten-minutes"],
)
def test_rules_are_kept_a_day_at_most(
    monkeypatch: pytest.MonkeyPatch, is_down: bool, hours: float, asked: int
) -> None:
    clock = iter([0.0, hours * 3600, hours * 3600])
    robots = Asking(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))
    robots.is_down = is_down
    monkeypatch.setattr("crawler.robots.monotonic", lambda: next(clock))

    async def twice() -> None:
        for _ in range(2):
            with suppress(IgnoreRequest):
                await robots.robot_parser(Request("https://paper.example/a"))

    asyncio.run(twice())
    assert robots.asked == asked

"""The news spider against a real server: what a second run asks for and writes."""

from __future__ import annotations

import fcntl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import FAST, ROOT, SCRAPY, lines_of, manifest_of, scrapy
from tests.wire import Answer, WireServer, plain


def page(title: str, word: str = "harbour") -> bytes:
    body = "".join(
        f"<p>Paragraph {n} tells of the {word} and the long winter.</p>" for n in range(8)
    )
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}".encode()


def feed(base: str, *entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<entry><title>Listed as {path}</title><id>{path}</id><updated>{updated}</updated>"
        f'<link href="{base}{path}"/></entry>'
        for path, updated in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{items}</feed>'.encode()


def xml(body: bytes, *head: bytes) -> Answer:
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: application/atom+xml", *head]
    return Answer((b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body,))


class Paper:
    """A newspaper with one feed, and the crawls of it."""

    def __init__(self, server: WireServer, root: Path) -> None:
        self.server = server
        self.output = root / "out"
        self.sources = root / "sources.toml"
        self.sources.write_text(
            '[[source]]\nid = "paper"\nname = "Paper"\nlanguage = "en"\ncountry = "GB"\n'
            f'home = "{server.base}/"\nfeeds = ["{server.base}/feed"]\n'
        )

    def crawl(self, *options: str) -> int:
        self.server.log.clear()
        common = ("-a", f"sources={self.sources}", "-s", f"OUTPUT_DIR={self.output}", *FAST)
        done = scrapy("crawl", "news", *common, *options)
        self.said = done.stderr
        return done.returncode

    def crawl_killed(self, paths: set[str], *options: str) -> None:
        """Begin to crawl and ``kill -9`` the run once it has asked for all of these."""
        command = [str(SCRAPY), "crawl", "news", "-a", f"sources={self.sources}", *FAST, *options]
        command += ["-s", f"OUTPUT_DIR={self.output}", "-s", "SYNC_INTERVAL=0"]
        said = self.sources.with_name("killed.log")
        with said.open("wb") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as run:
            deadline = time.monotonic() + 60
            while not paths <= set(self.server.paths()):
                assert time.monotonic() < deadline, said.read_text()
                time.sleep(0.1)
            run.kill()


@pytest.fixture
def paper(tmp_path: Path) -> Callable[[dict[str, object]], Paper]:
    servers: list[WireServer] = []

    def open_paper(routes: dict[str, object]) -> Paper:
        server = WireServer(routes).__enter__()  # type: ignore[arg-type]
        servers.append(server)
        return Paper(server, tmp_path)

    yield open_paper  # type: ignore[misc]
    for server in servers:
        server.__exit__()


Open = Callable[[dict[str, object]], Paper]


def test_a_second_run_over_an_unchanged_feed_only_polls(paper: Open) -> None:
    routes: dict[str, object] = {
        "/a": plain(page("Wall rebuilt at last")),
        "/b": plain(page("Quay closed for winter", "quay")),
    }
    ours = paper(routes)
    listed = feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z"), ("/b", "2026-01-01T00:00:00Z"))
    routes["/feed"] = xml(listed, b'ETag: "1"')
    assert ours.crawl() == 0
    first = lines_of(ours.output)
    assert {line["headline"] for line in first} == {
        "Wall rebuilt at last",
        "Quay closed for winter",
    }
    assert {line["discovered_from"] for line in first} == {f"{ours.server.base}/feed"}
    assert ours.crawl() == 0
    assert ours.server.paths() == ["/robots.txt", "/feed"]
    assert b'If-None-Match: "1"' in ours.server.log[1].request
    assert lines_of(ours.output) == first


def test_a_short_headline_of_the_page_wins_over_that_of_the_feed(paper: Open) -> None:
    routes: dict[str, object] = {"/a": plain(page("Flood"))}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z")))
    assert ours.crawl() == 0
    assert [line["headline"] for line in lines_of(ours.output)] == ["Flood"]


def test_a_story_listed_as_changed_becomes_a_second_version(paper: Open) -> None:
    routes: dict[str, object] = {"/a": plain(page("Wall rebuilt at last"))}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z")))
    assert ours.crawl() == 0
    routes["/a"] = plain(page("Wall rebuilt at last", "mended wall"))
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-02T00:00:00Z")))
    assert ours.crawl() == 0
    one, two = sorted(lines_of(ours.output), key=lambda line: line["version"])
    assert (one["version"], two["version"]) == (1, 2)
    assert two["previous_id"] == one["id"]
    assert "mended wall" in two["text"]


def test_a_story_that_failed_is_tried_again_though_the_feed_is_unchanged(paper: Open) -> None:
    routes: dict[str, object] = {"/a": plain(b"", status=b"500 Oops")}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z")), b'ETag: "1"')
    ours.crawl("-s", "RETRY_TIMES=0")
    assert lines_of(ours.output) == []
    routes["/a"] = plain(page("Wall rebuilt at last"))
    assert ours.crawl() == 0
    assert [line["headline"] for line in lines_of(ours.output)] == ["Wall rebuilt at last"]


def test_limit_leaves_the_rest_for_the_next_run(paper: Open) -> None:
    routes: dict[str, object] = {f"/{n}": plain(page(f"N{n}", f"word{n}")) for n in range(5)}
    ours = paper(routes)
    entries = [(f"/{n}", "2026-01-01T00:00:00Z") for n in range(5)]
    routes["/feed"] = xml(feed(ours.server.base, *entries))
    assert ours.crawl("-a", "limit=2") == 0
    assert len(lines_of(ours.output)) == 2
    assert manifest_of(ours.output)["stats"]["news/left_for_next_run"] == 3
    assert ours.crawl() == 0
    assert len(lines_of(ours.output)) == 5


def test_since_passes_older_entries_over_until_a_run_reaches_further_back(paper: Open) -> None:
    routes: dict[str, object] = {
        "/old": plain(page("An old story indeed", "w1")),
        "/new": plain(page("A new story at last", "w2")),
    }
    ours = paper(routes)
    listed = feed(
        ours.server.base, ("/old", "2025-01-01T00:00:00Z"), ("/new", "2026-11-01T00:00:00Z")
    )
    routes["/feed"] = xml(listed, b'ETag: "1"')
    assert ours.crawl("-a", "since=2026-06-01") == 0
    assert [line["headline"] for line in lines_of(ours.output)] == ["A new story at last"]
    assert ours.crawl() == 0
    assert len(lines_of(ours.output)) == 2


def test_a_sitemap_whose_index_stays_the_same_is_still_polled(paper: Open) -> None:
    routes: dict[str, object] = {
        "/one": plain(page("The first of two", "w1")),
        "/two": plain(page("The second of two", "w2")),
    }
    ours = paper(routes)
    base = ours.server.base

    def sitemap(*paths: str) -> Answer:
        urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return xml(f'<urlset xmlns="{space}">{urls}</urlset>'.encode())

    index = f"<sitemapindex><sitemap><loc>{base}/child.xml</loc></sitemap></sitemapindex>"
    routes["/feed"] = xml(index.encode(), b'ETag: "1"')
    ours.sources.write_text(ours.sources.read_text().replace("feeds", "news_sitemaps"))
    routes["/child.xml"] = sitemap("/one")
    assert ours.crawl() == 0
    routes["/child.xml"] = sitemap("/one", "/two")
    assert ours.crawl() == 0
    headlines = [line["headline"] for line in lines_of(ours.output)]
    assert sorted(headlines) == ["The first of two", "The second of two"]


def test_a_dead_feed_is_said_in_the_exit_code(paper: Open) -> None:
    ours = paper({"/feed": plain(b"<html><body>We moved</body></html>")})
    assert ours.crawl() != 0
    assert manifest_of(ours.output)["sources"]["paper"]["failed"] == 1


@pytest.mark.parametrize(
    "body",
    [b"<div id=app></div>", b"<title>Page not found</title><h1>Page not found</h1>"],
    ids=["scripts-only", "excuses"],
)
def test_a_run_whose_pages_have_no_text_any_more_ends_with_5(paper: Open, body: bytes) -> None:
    paths = [f"/2026/01/02/the-quay-of-the-town-reopens-{n}" for n in range(10)]
    routes: dict[str, object] = {path: plain(body + path.encode()) for path in paths}
    ours = paper(routes)
    listed = ((path, "2026-01-01T00:00:00Z") for path in paths)
    routes["/feed"] = xml(feed(ours.server.base, *listed))
    assert ours.crawl() == 5
    assert "10 of 10 pages gave no text" in ours.said.splitlines()[-1]


def test_a_gone_story_is_not_asked_for_again(paper: Open) -> None:
    routes: dict[str, object] = {}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z")))
    ours.crawl()
    ours.crawl()
    assert "/a" not in ours.server.paths()


def test_a_link_that_leads_to_the_home_page_makes_no_line_and_is_asked_for_once(
    paper: Open,
) -> None:
    path = "/2026/01/02/the-quay-of-the-town-reopens"
    home = plain(b"", b"Location: /", status=b"302 Found")
    routes: dict[str, object] = {path: home, "/": plain(page("The paper", "home"))}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, (path, "2026-01-01T00:00:00Z")))
    ours.crawl()
    assert path in ours.server.paths()
    assert manifest_of(ours.output)["dropped"] == {"redirect_home": 1}
    ours.crawl()
    assert path not in ours.server.paths()
    assert lines_of(ours.output) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("-a", "since=yesterday"), "no period such as 2d", id="since"),
        pytest.param(("-a", "limit=some"), "no whole number", id="limit"),
        pytest.param(("-a", "source=papper"), 'did you mean "paper"', id="source"),
        pytest.param(("-a", "source=,"), "no id given", id="source-empty"),
        pytest.param(("-a", "since=99999999999999d"), "before the year 1", id="since-too-far"),
        pytest.param(("-a", "colour=red"), "no such argument", id="argument"),
    ],
)
def test_a_wrong_argument_ends_in_one_line_before_any_request(
    paper: Open, options: tuple[str, ...], said: str
) -> None:
    ours = paper({})
    assert ours.crawl(*options) == 2
    assert said in ours.said.strip().splitlines()[-1]
    assert "Traceback" not in ours.said
    assert ours.server.log == []


def test_a_second_run_in_the_same_directory_leaves_with_75(paper: Open) -> None:
    ours = paper({})
    ours.output.mkdir()
    with (ours.output / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert ours.crawl() == 75
    assert "another run is at work" in ours.said


def test_the_report_sums_up_how_the_stories_of_a_source_were_found(paper: Open) -> None:
    head = b"<html><head><meta property='article:published_time' content='2026-01-01T06:00:00Z'>"
    routes: dict[str, object] = {
        "/a": plain(head + page("Listed as /a")),
        "/b": plain(head + page("Quay closed for winter", "quay")),
    }
    ours = paper(routes)
    entries = [(path, "2026-01-01T00:00:00Z") for path in ("/a", "/b")]
    routes["/feed"] = xml(feed(ours.server.base, *entries))
    assert ours.crawl() == 0
    ledger = manifest_of(ours.output)["ledger"]["paper"]
    assert ledger["median_delay_seconds"] > 0
    found = {"new_stories": 2, "other_headlines": 1, f"found_by/{ours.server.base}/feed": 2}
    assert ledger.items() >= found.items()

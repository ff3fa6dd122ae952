"""What an outlet reserves: read where it is said, recorded in the line, and obeyed where asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.reservations import is_reserved, said_in_header, said_in_page
from crawler.tdmrep import read_rules, rule_for
from tests.running import FAST, answers_of, lines_of, manifest_of, scrapy
from tests.wire import WireServer, plain

_RULES = (
    b'[{"location": "/filed/free*", "tdm-reservation": 0},'
    b' {"location": "/filed", "tdm-reservation": 1, "tdm-policy": "https://p.example/terms"}]'
)


def page(name: str, in_head: str = "") -> bytes:
    text = "".join(
        f"<p>In paragraph {n} of {name} the council told the press why the quay {n * 7} metres from"
        " the mill reopened later than it had been planned, and what that cost.</p>"
        for n in range(4)
    )
    head = f"<head><title>{name}</title>{in_head}</head>"
    return f"<html lang=en>{head}<body><article><h1>{name}</h1>{text}</article></body>".encode()


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


# Path: the page, and what must be recorded of it as (what, place, reserved).
STORIES = {
    "/quiet": (plain(page("quiet", meta("robots", "index, max-snippet:20"))), []),
    "/by-meta": (
        plain(page("by-meta", meta("ROBOTS", "NoArchive, noai"))),
        [("noarchive", "meta-robots", True), ("noai", "meta-robots", True)],
    ),
    "/to-us": (
        plain(page("to-us", meta("broadsheet", "noimageai") + meta("googlebot", "noai"))),
        [("noimageai", "meta-robots", True)],
    ),
    "/by-header": (
        plain(page("by-header"), b"X-Robots-Tag: nofollow", b"X-Robots-Tag: Broadsheet: noarchive"),
        [("noarchive", "x-robots-tag", True)],
    ),
    "/to-others": (plain(page("to-others"), b"X-Robots-Tag: otherbot: noarchive, noai"), []),
    "/tdm-meta": (
        plain(page("tdm-meta", meta("tdm-reservation", "1")), b"tdm-reservation: 0"),
        [("tdm", "meta-tdm", True), ("tdm", "tdm-header", False)],
    ),
    "/filed/story": (plain(page("filed")), [("tdm", "tdmrep.json", True)]),
    "/filed/free-story": (plain(page("free")), [("tdm", "tdmrep.json", False)]),
}


@pytest.mark.parametrize(
    ("value", "reserved"),
    [
        pytest.param("noarchive", {"noarchive"}, id="one"),
        pytest.param("  NOAI ,noImageAI", {"noai", "noimageai"}, id="case-and-space"),
        pytest.param("nocache", {"noarchive"}, id="bing"),
        pytest.param("none, nosnippet, all", set(), id="about-search-only"),
        pytest.param("Broadsheet: noai", {"noai"}, id="to-us"),
        pytest.param("*: noai", {"noai"}, id="to-all"),
        pytest.param("otherbot: noai, noarchive", set(), id="to-another"),
        pytest.param("otherbot: noai, broadsheet: noarchive", {"noarchive"}, id="to-both"),
        pytest.param("noai, otherbot: noarchive", {"noai"}, id="to-all-then-to-another"),
        pytest.param("max-snippet: 5, noai", {"noai"}, id="after-a-value"),
        pytest.param(
            "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive",
            {"noarchive"},
            id="after-a-date",
        ),
        pytest.param("", set(), id="empty"),
    ],
)
def test_a_robots_tag_is_read_for_whom_it_is(value: str, reserved: set[str]) -> None:
    said = said_in_header([("X-Robots-Tag", value)], "broadsheet")
    assert {reservation.what for reservation in said} == reserved


@pytest.mark.parametrize(
    ("in_page", "in_header", "reserved"),
    [
        ("1", "0", True),
        ("0", "1", False),
        (None, "1", True),
        ("yes", "1", True),
        (None, "2", False),
    ],
)
def test_what_a_page_says_of_mining_supersedes_its_header(
    in_page: str | None, in_header: str, reserved: bool
) -> None:
    metas = [("tdm-reservation", in_page)] if in_page is not None else []
    said = (*said_in_page(metas, "x"), *said_in_header([("TDM-Reservation", in_header)], "x"))
    assert is_reserved("tdm", said) is reserved


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [
        ("/", "/a", True),
        ("/a/", "/a", False),
        ("/A", "/a", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*.html", "/a/b.html?c", True),
        ("/*.html$", "/a/b.html?c", False),
        ("/a*b*c$", "/abbcc", True),
        ("/a*b*c$", "/acb", False),
        ("/a*a$", "/a", False),
        ("/a%24", "/a$b", True),
        ("/caf%C3%A9", "/caf\u00e9", True),
        ("*", "/any", True),
    ],
)
def test_a_rule_is_about_the_paths_that_it_matches(location: str, path: str, matches: bool) -> None:
    rules = read_rules(b'[{"location": "%s", "tdm-reservation": 1}]' % location.encode())
    assert bool(rule_for(rules, "https://paper.example" + path)) is matches


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b"[" * 100_000,
        b'[{"location": "/"}]',
        b'[{"location": 5, "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": "often"}]',
        b'"/"',
    ],
    ids=["empty", "html", "deep", "no-reservation", "no-path", "no-number", "no-rules"],
)
def test_a_file_that_is_none_reserves_nothing(body: bytes) -> None:
    assert read_rules(body) == ()


def test_of_a_hosts_rules_the_first_that_matches_counts() -> None:
    rules = read_rules(_RULES)
    free, filed = (rule_for(rules, f"https://p.example/filed{end}") for end in ("/free/1", "/1"))
    assert free is not None
    assert filed is not None
    assert not free.reserved
    assert (filed.reserved, filed.policy) == (True, "https://p.example/terms")


def crawl(server: WireServer, output: Path, *options: str) -> int:
    pages = output.with_suffix(".txt")
    pages.write_text("\n".join(server.base + path for path in STORIES))
    given = ("-a", f"file={pages}", "-s", f"OUTPUT_DIR={output}")
    return scrapy("crawl", "urls", *given, *FAST, *options).returncode


def recorded(output: Path, server: WireServer) -> dict[str, list[tuple[str, str, bool]]]:
    return {
        line["url"].removeprefix(server.base): [
            (said["what"], said["place"], said["reserved"]) for said in line["reservations"]
        ]
        for line in lines_of(output)
    }


def test_what_is_reserved_is_in_the_line_and_in_that_of_a_replay(tmp_path: Path) -> None:
    routes = {path: answer for path, (answer, _) in STORIES.items()}
    with WireServer({"/.well-known/tdmrep.json": plain(_RULES), **routes}) as server:
        assert crawl(server, tmp_path / "out", "-s", "TDMREP_ASKED=1") == 0
    expected = {path: said for path, (_, said) in STORIES.items()}
    assert recorded(tmp_path / "out", server) == expected
    assert server.paths().count("/.well-known/tdmrep.json") == 1

    again = ("-a", f"warc={tmp_path / 'out' / 'warc'}", "-s", f"OUTPUT_DIR={tmp_path / 'again'}")
    assert scrapy("crawl", "replay", *again).returncode == 0
    assert recorded(tmp_path / "again", server) == expected


def test_what_is_reserved_is_left_out_where_that_is_obeyed(tmp_path: Path) -> None:
    routes = {path: answer for path, (answer, _) in STORIES.items()}
    with WireServer({"/.well-known/tdmrep.json": plain(_RULES), **routes}) as server:
        assert crawl(server, tmp_path / "out", "-s", "RESERVATIONS_OBEYED=noarchive,noai,tdm") == 0

    assert set(recorded(tmp_path / "out", server)) == {
        *("/quiet", "/to-us", "/to-others", "/filed/free-story")
    }
    assert manifest_of(tmp_path / "out")["dropped"] == {"noarchive": 2, "tdm": 2}
    assert "/filed/story" not in server.paths()
    archived = {headers["WARC-Target-URI"] for headers, _ in answers_of(tmp_path / "out")}
    assert {server.base + "/by-meta", server.base + "/by-header"} & archived == set()
    assert server.base + "/tdm-meta" in archived


def test_a_reservation_that_cannot_be_obeyed_is_an_error_at_start(tmp_path: Path) -> None:
    done = scrapy("crawl", "urls", "-a", "url=https://p.example/", "-s", "RESERVATIONS_OBEYED=noia")
    assert done.returncode == 2
    assert "RESERVATIONS_OBEYED: 'noia' is none of noai, noarchive, tdm" in done.stderr

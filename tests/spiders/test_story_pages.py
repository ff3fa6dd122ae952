"""Stories that are spread over several pages: one line, from a crawl and from its replay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.crawler.test_near_duplicates import paragraphs
from tests.running import LOOPBACK, answers_of, lines_of, manifest_of, scrapy
from tests.spiders.test_news import Open, Paper, feed, paper, xml
from tests.wire import Answer, plain

__all__ = ["paper"]  # the fixture

WHOLE, CIRCLE, CUT = "/news/winter-of-the-harbour", "/news/round-the-island", "/news/old-mill-sold"
STORIES = (WHOLE, CIRCLE, CUT)
TEXTS = {path: [[f"{t}." for t in paragraphs(4)] for _ in range(3)] for path in STORIES}
BOX = "Ada Quill has written about the harbour and its people for the last eleven years."
# What differs from one run to the next.
OF_RUN = {"run_id", "near_dup_of"}  # of two alike texts the one written first is the original


def part(path: str, number: int, following: str | None) -> Answer:
    link = f'<link rel="next" href="{following}">' if following else ""
    body = "".join(f"<p>{text}</p>" for text in (*TEXTS[path][number - 1], BOX))
    return plain(
        f"<html><head><title>{path[6:]}</title>{link}<meta property='og:type' content='article'>"
        f"</head><body><article><h1>{path[6:]}</h1>{body}</article></body></html>".encode()
    )


def text_of(path: str, *numbers: int) -> str:
    return "\n\n".join([line for n in numbers for line in TEXTS[path][n - 1]] + [BOX])


@dataclass
class Site:
    """Three stories: one of three pages, one that leads back to its first, one whose last page is
    not there."""

    routes: dict[str, object] = field(default_factory=dict)

    def publish(self, ours: Paper, day: int) -> None:
        for path in STORIES:
            self.routes[path] = part(path, 1, f"{path}/2")
            self.routes[f"{path}/2"] = part(path, 2, f"{path}/3")
        self.routes[f"{WHOLE}/3"] = part(WHOLE, 3, None)
        self.routes[f"{CIRCLE}/2"] = part(CIRCLE, 2, CIRCLE)
        entries = ((path, f"2026-01-{day:02}T00:00:00Z") for path in STORIES)
        self.routes["/feed"] = xml(feed(ours.server.base, *entries))


def told(lines: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Lines by path and version, without what is of their run."""
    return {
        (urlsplit(line["url"]).path, line["version"]): {
            key: value for key, value in line.items() if key not in OF_RUN
        }
        for line in lines
    }


def replayed(ours: Paper, *options: str) -> dict[tuple[str, int], dict[str, Any]]:
    output = ours.output.with_name("again")
    where = ("-a", f"warc={ours.output / 'warc'}", "-s", f"OUTPUT_DIR={output}")
    done = scrapy("crawl", "replay", *where, *LOOPBACK, *options)
    assert done.returncode == 0, done.stderr
    return told(lines_of(output))


def test_story_of_several_pages_is_one_line_from_crawl_and_replay(paper: Open) -> None:
    site = Site()
    ours = paper(site.routes)
    site.publish(ours, 1)
    assert ours.crawl() == 0, ours.said
    lines = told(lines_of(ours.output))
    asked = ours.server.paths()

    whole = lines[WHOLE, 1]
    assert whole["text"] == text_of(WHOLE, 1, 2, 3)
    assert (whole["access"], whole["next_page"], whole["extraction_error"]) == ("full", None, None)
    bodies = {head["WARC-Record-ID"].strip("<>"): body for head, body in answers_of(ours.output)}
    for number, page in zip((2, 3), whole["pages"], strict=True):
        assert page["url"] == f"{ours.server.base}{WHOLE}/{number}"
        assert TEXTS[WHOLE][number - 1][0].encode() in bodies[page["warc_record_id"]]

    circle = lines[CIRCLE, 1]
    assert (circle["text"], circle["access"]) == (text_of(CIRCLE, 1, 2), "full")
    assert (asked.count(CIRCLE), asked.count(f"{CIRCLE}/2")) == (1, 1)

    cut, missing = lines[CUT, 1], f"{ours.server.base}{CUT}/3"
    assert (cut["text"], cut["access"]) == (text_of(CUT, 1, 2), "truncated")
    assert cut["next_page"] == missing
    assert missing in cut["extraction_error"]
    assert manifest_of(ours.output)["stats"]["news/pages_missing"] == 1

    assert replayed(ours) == lines


@dataclass
class Days:
    """Five runs over some days, in which the last page of a story is edited twice."""

    ours: Paper
    site: Site
    monkeypatch: pytest.MonkeyPatch

    def asked(self, at: str) -> list[str]:
        """The story pages that a run at that time asks for."""
        self.monkeypatch.setenv("BROADSHEET_NOW", f"2026-03-{at}:00:00Z")
        assert self.ours.crawl("-s", "REVISIT_AFTER=1h 1d 3d") == 0, self.ours.said
        return sorted(path for path in self.ours.server.paths() if path.startswith("/news/"))

    def edit(self, last: str) -> str:
        """Write the last paragraph anew, and return what it was."""
        *others, page = TEXTS[WHOLE]
        self.monkeypatch.setitem(TEXTS, WHOLE, [*others, [*page[:3], last]])
        return page[3]

    def pass_by(self) -> tuple[str, str]:
        """Let them pass, and return what the edits replaced."""
        self.site.publish(self.ours, 1)
        self.asked("01T11")
        # A visit: of what was whole and begins as before, the first page alone.
        self.site.routes[f"{CUT}/3"] = part(CUT, 3, None)
        assert self.asked("01T13") == sorted([WHOLE, CIRCLE, CUT, f"{CUT}/2", f"{CUT}/3"])
        # The visit after a day looks at all pages: a quiet edit of the last one is found.
        first = self.edit("The count of the boats was wrong at first.")
        self.site.routes[f"{WHOLE}/3"] = part(WHOLE, 3, None)
        assert len(self.asked("02T12")) == 8
        # Listed as changed: so is another.
        second = self.edit("The boats were counted for a third time.")
        self.site.publish(self.ours, 9)
        self.asked("02T15")
        (self.ours.output / "state.sqlite").unlink()
        self.site.publish(self.ours, 10)
        assert len(self.asked("02T16")) == 8
        return first, second


def test_versions_are_compared_with_all_their_pages(
    paper: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site()
    ours = paper(site.routes)
    first, second = Days(ours, site, monkeypatch).pass_by()

    lines = told(lines_of(ours.output))
    whole = {(WHOLE, 1), (WHOLE, 2), (WHOLE, 3)}
    assert set(lines) == {*whole, (CIRCLE, 1), (CUT, 1), (CUT, 2)}
    assert lines[CUT, 2]["text"] == text_of(CUT, 1, 2, 3)
    assert lines[CUT, 2]["change"]["silent_edit"] is False
    for version, was in ((2, first), (3, second)):
        change = lines[WHOLE, version]["change"]
        assert (change["fields"], change["silent_edit"]) == (["text"], True)
        assert [part["was"] for part in change["paragraphs"]][:1] == [was]
    assert replayed(ours) == lines
    # Two of its three pages are revisits of the same bytes.
    explained = scrapy("explain", lines[WHOLE, 3]["url"], "-s", f"OUTPUT_DIR={ours.output}")
    assert "The boats were counted for a third time." in explained.stdout


@pytest.mark.parametrize("number", [2, 3])
def test_a_run_that_dies_between_two_pages_makes_no_version(paper: Open, number: int) -> None:
    site = Site()
    ours = paper(site.routes)
    site.publish(ours, 1)
    lost = f"{WHOLE}/{number}"
    part, site.routes[lost] = site.routes[lost], Answer((b"HTTP/1.1 200 OK\r\n",), hang=True)
    ours.crawl_killed({lost})
    site.routes[lost] = part
    assert ours.crawl() == 0, ours.said
    lines = told(lines_of(ours.output))
    assert set(lines) == {(path, 1) for path in STORIES}
    assert lines[WHOLE, 1]["text"] == text_of(WHOLE, 1, 2, 3)
    url = lines[WHOLE, 1]["url"]
    history = scrapy("history", url, "-s", f"OUTPUT_DIR={ours.output}").stdout
    assert history.partition("# version 1")[0].count("  no line was made  ") == 1
    assert {line["text"] for line in replayed(ours).values()} == {
        line["text"] for line in lines.values()
    }


def test_one_page_as_the_bound_leaves_the_first_alone(paper: Open) -> None:
    site = Site()
    ours = paper(site.routes)
    site.publish(ours, 1)
    assert ours.crawl("-s", "STORY_PAGES=1") == 0, ours.said
    lines = told(lines_of(ours.output))
    line = lines[WHOLE, 1]
    assert (line["text"], line["access"], line["pages"]) == (text_of(WHOLE, 1), "full", [])
    assert line["next_page"] == f"{ours.server.base}{WHOLE}/2"
    assert f"{WHOLE}/2" not in ours.server.paths()
    assert replayed(ours, "-s", "STORY_PAGES=1") == lines

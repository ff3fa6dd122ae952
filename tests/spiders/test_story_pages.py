"""Stories that are spread over several pages: one line, from a crawl and from its replay."""

from __future__ import annotations

from typing import Any

import pytest

from tests.crawler.test_near_duplicates import paragraphs
from tests.running import LOOPBACK, answers_of, lines_of, manifest_of, scrapy
from tests.spiders.test_news import Open, Paper, feed, paper, xml
from tests.wire import Answer, plain

__all__ = ["paper"]  # the fixture

PATH = "/news/the-long-winter-of-the-harbour"
TITLE = "The long winter of the harbour"
TEXTS = [[f"{line}." for line in paragraphs(4)] for _ in range(4)]
BOX = "Ada Quill has written about the harbour and its people for the last eleven years."
# Of the replay, what is another run's.
OWN = {"run_id", "extractor"}


def part(number: int, following: str | None, *, texts: list[list[str]] = TEXTS) -> Answer:
    link = f'<link rel="next" href="{following}">' if following else ""
    body = "".join(f"<p>{text}</p>" for text in (*texts[number - 1], BOX))
    return plain(
        f"<html><head><title>{TITLE}</title>{link}<meta property='og:type' content='article'>"
        f"</head><body><article><h1>{TITLE}</h1>{body}</article></body></html>".encode()
    )


def address(number: int) -> str:
    return PATH if number == 1 else f"{PATH}/{number}"


def story(count: int, *, texts: list[list[str]] = TEXTS) -> dict[str, object]:
    """A story of so many pages, each of which names the next."""
    return {
        address(n): part(n, address(n + 1) if n < count else None, texts=texts)
        for n in range(1, count + 1)
    }


def text_of(*numbers: int, texts: list[list[str]] = TEXTS) -> str:
    return "\n\n".join([line for n in numbers for line in texts[n - 1]] + [BOX])


def publish(open_paper: Open, routes: dict[str, object]) -> Paper:
    ours = open_paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, (PATH, "2026-01-01T00:00:00Z")))
    return ours


def replayed(ours: Paper, *options: str) -> list[dict[str, Any]]:
    """The lines of a replay, without what is another run's."""
    output = ours.output.with_name("again")
    where = ("-a", f"warc={ours.output / 'warc'}", "-s", f"OUTPUT_DIR={output}")
    done = scrapy("crawl", "replay", *where, *LOOPBACK, *options)
    assert done.returncode == 0, done.stderr
    return [bare(line) for line in lines_of(output)]


def bare(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in OWN}


def test_story_of_three_pages_is_one_line_that_leads_to_all_of_them(paper: Open) -> None:
    ours = publish(paper, story(3))
    assert ours.crawl() == 0, ours.said
    (line,) = lines_of(ours.output)
    assert line["text"] == text_of(1, 2, 3)
    assert (line["access"], line["next_page"], line["extraction_error"]) == ("full", None, None)
    assert [page["url"] for page in line["pages"]] == [
        f"{ours.server.base}{address(n)}" for n in (2, 3)
    ]
    bodies = {head["WARC-Record-ID"].strip("<>"): body for head, body in answers_of(ours.output)}
    for page, number in zip(line["pages"], (2, 3), strict=True):
        assert TEXTS[number - 1][0].encode() in bodies[page["warc_record_id"]]
    assert replayed(ours) == [bare(line)]


def test_pages_that_lead_back_to_the_first_are_asked_for_once(paper: Open) -> None:
    routes = story(2)
    routes[address(2)] = part(2, f"{PATH}?page=1#top")
    routes[f"{PATH}?page=1"] = part(1, address(2))
    ours = publish(paper, routes)
    assert ours.crawl() == 0, ours.said
    (line,) = lines_of(ours.output)
    assert (line["text"], line["access"]) == (text_of(1, 2), "full")
    assert len([path for path in ours.server.paths() if path.startswith(PATH)]) == 3
    assert replayed(ours) == [bare(line)]


def test_story_whose_last_page_is_missing_says_so_and_is_whole_later(paper: Open) -> None:
    routes = story(3)
    last = routes.pop(address(3))
    ours = publish(paper, routes)
    assert ours.crawl() == 0, ours.said
    (line,) = lines_of(ours.output)
    missing = f"{ours.server.base}{address(3)}"
    assert (line["text"], line["access"]) == (text_of(1, 2), "truncated")
    assert line["next_page"] == missing
    assert missing in line["extraction_error"]
    assert manifest_of(ours.output)["stats"]["news/pages_missing"] == 1

    routes[address(3)] = last
    routes["/feed"] = xml(feed(ours.server.base, (PATH, "2026-01-09T00:00:00Z")))
    assert ours.crawl() == 0, ours.said
    lines = sorted(lines_of(ours.output), key=lambda line: line["version"])
    assert [(line["version"], line["access"]) for line in lines] == [(1, "truncated"), (2, "full")]
    assert lines[1]["text"] == text_of(1, 2, 3)
    assert lines[1]["change"]["silent_edit"] is False
    again = sorted(replayed(ours), key=lambda line: line["version"])
    assert again == [bare(line) for line in lines]


def test_edit_of_a_further_page_is_a_version_of_the_story(paper: Open) -> None:
    routes = story(2)
    ours = publish(paper, routes)
    assert ours.crawl() == 0, ours.said
    edited = [TEXTS[0], [*TEXTS[1][:-1], "The count of the boats was wrong at first."]]
    routes.update(story(2, texts=edited))
    routes["/feed"] = xml(feed(ours.server.base, (PATH, "2026-01-09T00:00:00Z")))
    assert ours.crawl() == 0, ours.said
    (ours.output / "state.sqlite").unlink()
    routes["/feed"] = xml(feed(ours.server.base, (PATH, "2026-01-19T00:00:00Z")))
    assert ours.crawl() == 0, ours.said
    lines = sorted(lines_of(ours.output), key=lambda line: line["version"])
    assert [line["version"] for line in lines] == [1, 2]
    assert lines[1]["change"]["fields"] == ["text"]
    assert [part["was"] for part in lines[1]["change"]["paragraphs"]] == [TEXTS[1][-1], None]


def test_visit_looks_at_the_first_page_only_unless_it_changed(
    paper: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visited(day: int) -> list[str]:
        monkeypatch.setenv("BROADSHEET_NOW", f"2026-03-0{day}T1{day}:00:00Z")
        assert ours.crawl("-s", "REVISIT_AFTER=1d 2d") == 0, ours.said
        return [path for path in ours.server.paths() if path.startswith(PATH)]

    routes = story(2)
    ours = publish(paper, routes)
    assert visited(1) == [PATH, address(2)]
    assert visited(2) == [PATH]
    changed = [[*TEXTS[0][:-1], "The ferry came back in the spring."], *TEXTS[1:]]
    routes.update(story(2, texts=changed))
    assert visited(3) == [PATH, address(2)]
    texts = {line["version"]: line["text"] for line in lines_of(ours.output)}
    assert texts == {1: text_of(1, 2), 2: text_of(1, 2, texts=changed)}


def test_setting_bounds_the_pages_and_one_leaves_the_first_alone(paper: Open) -> None:
    ours = publish(paper, story(3))
    assert ours.crawl("-s", "STORY_PAGES=1") == 0, ours.said
    (line,) = lines_of(ours.output)
    assert (line["text"], line["access"], line["pages"]) == (text_of(1), "full", [])
    assert line["next_page"] == f"{ours.server.base}{address(2)}"
    assert address(2) not in ours.server.paths()
    assert replayed(ours, "-s", "STORY_PAGES=1") == [bare(line)]

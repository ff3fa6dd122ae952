"""A site whose template names one story as the canonical address of every page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.crawler.test_near_duplicates import paragraphs
from tests.running import lines_of, manifest_of
from tests.spiders.test_news import Open, Paper, feed, paper, xml
from tests.wire import Answer, plain

__all__ = ["paper"]  # the fixture

PATHS = ("/news/flood-at-the-old-mill", "/news/ferry-is-late", "/news/mayor-resigns-today")
TEXTS = {path: paragraphs(5) for path in PATHS}
NAMED = PATHS[1]


def story(base: str, path: str, text: list[str]) -> Answer:
    body = "".join(f"<p>{part}.</p>" for part in text)
    return plain(
        f"<html><head><title>{path[6:]}</title><link rel='canonical' href='{base}{NAMED}'>"
        f"</head><body><article><h1>{path[6:]}</h1>{body}</article></body></html>".encode()
    )


def publish(ours: Paper, routes: dict[str, object], day: int, *paths: str) -> None:
    listed = feed(ours.server.base, *((path, f"2027-01-{day:02}T00:00:00Z") for path in paths))
    routes["/feed"] = xml(listed)


def told(ours: Paper) -> list[tuple[str, int, str]]:
    """Where each line was captured, its version, and the version before it."""
    lines = sorted(lines_of(ours.output), key=lambda line: (line["captured_at"], line["version"]))
    where: dict[Any, str] = {line["id"]: urlsplit(line["final_url"]).path for line in lines}
    return [
        (where[line["id"]], line["version"], where.get(line["previous_id"], "")) for line in lines
    ]


def test_every_story_is_one_and_its_edits_are_its_own(paper: Open) -> None:
    in_order = ("-s", "EXTRACTION_WORKERS=1")
    routes: dict[str, object] = {}
    ours = paper(routes)
    # The one that the template names comes second: the first goes by its address until then.
    for path in PATHS:
        routes[path] = story(ours.server.base, path, TEXTS[path])
    publish(ours, routes, 1, *PATHS)
    assert ours.crawl(*in_order) == 0, ours.said
    assert sorted(told(ours)) == sorted((path, 1, "") for path in PATHS)
    assert told(ours)[1][0] == NAMED

    for path in PATHS:
        routes[path] = story(ours.server.base, path, [*TEXTS[path], "The count was wrong at first"])
    publish(ours, routes, 9, *PATHS)
    assert ours.crawl(*in_order) == 0, ours.said
    assert sorted(told(ours)[3:]) == sorted((path, 2, path) for path in PATHS)

    (ours.output / "state.sqlite").unlink()
    publish(ours, routes, 20, *PATHS)
    assert ours.crawl(*in_order) == 0, ours.said
    assert manifest_of(ours.output)["dropped"] == {"unchanged": 3}

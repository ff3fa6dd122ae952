"""The life of an article, put together from the state and the lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from archive.collection import Collection
from archive.jsonl_file import iter_lines
from archive.layout import OPEN, OutputLayout
from crawler.errors import ConfigurationError
from crawler.instants import parse
from crawler.items import Article
from crawler.sqlite.reading import read_state
from crawler.state import Shown, Story
from crawler.urls import canonicalize, url_hash
from crawler.visits import Visit, visits_of


@dataclass(frozen=True, slots=True)
class Found:
    """A listing that showed the story. ``delay_seconds``: from published to first seen there."""

    listing: str
    first_seen: str
    rank: int
    headline: str | None
    published: str | None
    delay_seconds: float | None


@dataclass(frozen=True, slots=True)
class History:
    """``story`` is how it stands now; ``lines`` are its versions and tombstones in their order,
    ``visits`` the captures that made none."""

    url: str
    story: Story
    found: list[Found]
    lines: list[Article] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


def find_history(root: Path, url: str) -> History:
    """The history of the story that ``url`` led to, from the output directory ``root``.

    Reads while a run is at work, too: what that has committed. Raises ConfigurationError, in one
    line, where there is no state or no such story.
    """
    layout = OutputLayout(root)
    if not layout.state.is_file():
        raise ConfigurationError(
            f"{root}: no state is there; give the directory of a crawl with -s OUTPUT_DIR=..."
        )
    key = url_hash(canonicalize(url))
    try:
        with read_state(layout.state) as state:
            story = state.story_at(key)
            if story is None:
                raise ConfigurationError(f"{url}: no story is known under this URL in {root}")
            urls = {key, *state.urls_of(story.key)}
            shown = [line for known in urls for line in state.shown(known)]
    except sqlite3.Error as error:
        raise ConfigurationError(f"{layout.state}: cannot be read: {error}") from error
    found = sorted(map(_found, shown), key=lambda f: (f.first_seen, f.rank))
    lines = sorted(_lines(layout, story), key=lambda article: article.version)
    known = {url, story.url, story.canonical_url}
    known |= {part for line in lines for part in (line.url, _page_of(line))}
    try:
        visits = visits_of(Collection(layout), sorted(known), lines)
    except OSError as error:
        raise ConfigurationError(f"{layout.cdx}: cannot be read: {error}") from error
    return History(url, story, found, lines, visits)


def _page_of(line: Article) -> str:
    """Where a line was captured; a tombstone may have ended at the home page."""
    return line.url if line.kind == "tombstone" else line.final_url


def _found(shown: Shown) -> Found:
    seen, published = parse(shown.first_seen), parse(shown.published)
    delay = (seen - published).total_seconds() if seen and published else None
    return Found(
        shown.listing, shown.first_seen, shown.rank, shown.headline, shown.published, delay
    )


def _lines(layout: OutputLayout, story: Story) -> Iterator[Article]:
    """The story's lines: of the days from its first capture to its newest line."""
    for directory in sorted(layout.articles.glob("date=*")):
        day = directory.name.removeprefix("date=")
        if not story.first_captured_at[:10] <= day <= story.captured_at[:10]:
            continue
        for path in sorted([*directory.glob("*.jsonl.gz"), *directory.glob(f"*.jsonl{OPEN}")]):
            for line in iter_lines(path):
                if line.get("url_hash") == story.key:
                    yield msgspec.convert(line, Article)

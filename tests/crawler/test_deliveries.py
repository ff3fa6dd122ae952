"""Lines that are written ahead of the pipelines, and what the disk refuses of them."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import pytest

from archive.jsonl import JsonlWriter
from crawler.items import Article
from crawler.session import ArchiveSession
from crawler.sqlite import SQLiteState
from tests.crawler.test_claims import article

RUN, LONGEST = "20261124t101500-3f9a2c", 1 << 20


class FullOnce(JsonlWriter):
    """Refuses its second line, once."""

    refused = 0
    lines = 0

    def append(self, day: str, line: bytes) -> None:
        self.lines += 1
        if self.lines == 2:
            self.refused += 1
            raise OSError(errno.ENOSPC, "no space")
        super().append(day, line)


def three() -> list[Article]:
    return [article(day=n, url=f"https://a.example/news/bridge-number-{n}") for n in (1, 2, 3)]


async def _through(session: ArchiveSession, articles: list[Article]) -> list[bool]:
    """Which of the articles, all of them new, had their line ahead; ends with all delivered."""
    assert all(map(session.take_now, articles))
    await session.deliver_new(articles, LONGEST)
    ahead = [session.deliveries.delivered(one) is not None for one in articles]
    for one in articles:
        claim = await session.claim(one)
        assert (claim.dropped, claim.previous) == (None, None)
        assert (await session.deliver(one, LONGEST)).article is one
    assert all(map(session.take_now, articles)), "their turns were given back"
    await session.close("2026-03-03T00:00:00Z", 0)
    return ahead


def test_new_articles_have_their_line_before_they_are_asked_for(tmp_path: Path) -> None:
    session = ArchiveSession(RUN, SQLiteState(None), jsonl=JsonlWriter(tmp_path, RUN, 1 << 20))
    assert asyncio.run(_through(session, three())) == [True, True, True]
    assert len(list(tmp_path.rglob("*.jsonl.gz"))) == 3


def test_line_that_the_disk_refused_ahead_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    lines = FullOnce(tmp_path, RUN, 1 << 20)
    session = ArchiveSession(RUN, SQLiteState(None), jsonl=lines)
    assert asyncio.run(_through(session, three())) == [True, False, False]
    assert (lines.refused, len(list(tmp_path.rglob("*.jsonl.gz")))) == (1, 3)


async def _refused_whole(session: ArchiveSession, one: Article) -> bool:
    session.state.close()  # every job fails from now on
    assert session.take_now(one)
    with pytest.raises(OSError, match="state"):
        await session.deliver_new([one], LONGEST)
    return session.take_now(one)


def test_turn_of_an_article_that_could_not_be_claimed_is_given_back() -> None:
    session = ArchiveSession(RUN, SQLiteState(None))
    assert asyncio.run(_refused_whole(session, article()))

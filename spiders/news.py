"""The main spider: polls what the sources list, and fetches each story once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.errors import ConfigurationError
from crawler.instants import now
from crawler.overrides import Overrides
from crawler.sources import Source, load_sources, pick_sources, shipped_sources
from spiders.arguments import Mode, read_mode, read_window
from spiders.backfill import BackfillSpider
from spiders.polls import hosts_of
from spiders.window import Window


class NewsSpider(BackfillSpider):
    """``scrapy crawl news [-a sources=PATH] [-a source=ID,ID] [-a since=2d] [-a limit=N]
    [-a due=all] [-a mode=backfill -a since=2026-01-01 -a until=2026-02-01]``."""

    name = "news"
    arguments = ("sources", "source", "since", "limit", "due", "mode", "until")

    def __init__(
        self, chosen: Iterable[Source], window: Window, limit: int | None, mode: Mode
    ) -> None:
        super().__init__(chosen, window, ask_all=mode == "all")
        self.mode = mode
        self.limit = limit

    @classmethod
    def read_arguments(cls, crawler: Crawler, given: dict[str, str]) -> dict[str, Any]:
        """Loads the sources, so that what is wrong with them shows before any request."""
        path = given.get("sources") or crawler.settings["SOURCES"]
        sources = load_sources(Path(path).expanduser() if path else shipped_sources())
        ids = [name.strip() for name in given.get("source", "").split(",") if name.strip()]
        if "source" in given and not ids:
            raise ConfigurationError("-a source: no id given; write -a source=ID or leave it out")
        return {
            "chosen": pick_sources(sources, ids),
            "window": read_window(given, now()),
            "limit": _limit(given.get("limit")),
            "mode": read_mode(given),
        }

    def overrides_of(self, source_id: str) -> Overrides | None:
        """The selectors of a chosen source."""
        source = self.chosen.get(source_id)
        return source.overrides if source else None

    @property
    def paces(self) -> dict[str, dict[str, float]]:
        """Delay and concurrency by host, for the sources that set their own."""
        paces: dict[str, dict[str, float]] = {}
        for source in self.chosen.values():
            pace = {"delay": source.delay, "concurrency": source.concurrency}
            given = {key: value for key, value in pace.items() if value is not None}
            if given:
                paces.update(dict.fromkeys(hosts_of(source), given))
        return paces

    @cached_property
    def unverified_hosts(self) -> frozenset[str]:
        """The hosts of the sources that have opted out of certificate verification."""
        opted_out = (s for s in self.chosen.values() if not s.verify_tls)
        return frozenset(host for source in opted_out for host in hosts_of(source))

    async def start(self) -> AsyncIterator[Request]:
        """The listings that are due or to be walked, what earlier runs left, then what is to be
        visited again."""
        self.session.plan_visits({s.id: s.revisit for s in self.chosen.values()})
        listings = self.backfill_requests if self.mode == "backfill" else self.due_polls
        async for poll in listings():
            yield poll
        for source_id in self.chosen:
            for request in await self.backlog.begin(source_id):
                yield request
        async for request in self.visits():
            yield request


def _limit(raw: str | None) -> int | None:
    if raw is None:
        return None
    if not raw.isdecimal():
        raise ConfigurationError(f"-a limit: {raw!r} is no whole number, such as 100")
    return int(raw)

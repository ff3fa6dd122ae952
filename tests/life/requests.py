"""What the thirty runs of the month ask of the site: ``python -m tests.life.requests``.

Prints a line a run: the requests that the server answered, and the lines that came of it; beside
it, on the same editions of the same server, what two simpler crawlers ask.
Both fetch each listing in each run, without conditions; the one then fetches every story that is
listed, the other every story whose address it has not seen.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from crawler.demo.server import MONTH, DemoServer
from crawler.sources import load_sources
from spiders.discovery.read import Fetched, read_listing
from spiders.polls import polls_of
from tests.forked import ForkedScrapy
from tests.life.month import Month, day_of
from tests.running import lines_of


def main() -> int:
    """Live through the month three times and print the table; gives an exit code."""
    rows = list(zip(*_ours(), _simple(forgets=True), _simple(forgets=False), strict=True))
    print("| run | requests | lines | every story again | new addresses only |")
    print("|---|---:|---:|---:|---:|")
    for number, row in enumerate(rows, 1):
        print(f"| {number} | {' | '.join(map(str, row))} |")
    print(f"| all | {' | '.join(str(sum(column)) for column in zip(*rows, strict=True))} |")
    return 0


def _ours() -> tuple[list[int], list[int]]:
    """Requests and lines of each run."""
    with tempfile.TemporaryDirectory() as name, ForkedScrapy(Path(name)) as forked:
        with DemoServer(1, 0, MONTH) as server:
            month = Month(forked, server, Path(name))
            for edition in MONTH.editions:
                month.run(edition)
        days = [day_of(line) for line in lines_of(month.output)]
    return month.requests, [days.count(day) for day in MONTH.editions]


def _simple(*, forgets: bool) -> list[int]:
    """The requests of each run of a crawler that asks for what is listed, robots.txt first."""
    asked: list[int] = []
    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as name, DemoServer(1, 0, MONTH) as server:
        for edition in MONTH.editions:
            server.set_edition(edition)
            sources = Path(name) / "sources.toml"
            sources.write_text(server.sources_toml(), "utf-8")
            before = len(server.log)
            listed = set(_listed(sources))
            for url in listed if forgets else listed - seen:
                _fetch(url)
            seen |= listed
            asked.append(len(server.log) - before)
    return asked


def _listed(sources: Path) -> Iterator[str]:
    for source in load_sources(sources):
        _fetch(f"{source.home}robots.txt")
        for poll in polls_of(source):
            listing = read_listing(Fetched(poll.kind, _fetch(poll.url), poll.url))
            yield from (entry.url for entry in listing.entries)


def _fetch(url: str) -> bytes:
    with suppress(URLError), urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server's
        body: bytes = answer.read()
        return body
    return b""


if __name__ == "__main__":
    sys.exit(main())

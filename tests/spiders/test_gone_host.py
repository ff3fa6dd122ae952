"""A listed story whose host is not there any more."""

from __future__ import annotations

import socket

from tests.running import manifest_of
from tests.spiders.test_news import Open, feed, paper, xml

__all__ = ["paper"]  # the fixture


def test_it_is_given_up_in_the_end(paper: Open) -> None:
    failed = []
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        routes: dict[str, object] = {}
        ours = paper(routes)
        with ours.sources.open("a") as declaration:
            declaration.write('domains = ["127.0.0.1"]\n')
        story = (f":{nobody.getsockname()[1]}/news/a-story-of-old", "2026-01-01T00:00:00Z")
        routes["/feed"] = xml(feed("http://127.0.0.1", story))
        for patience in ("2592000", "0", "0"):
            ours.crawl("-s", "RETRY_TIMES=0", "-s", f"LEAD_UNREACHABLE={patience}")
            failed.append(manifest_of(ours.output)["failed"])

    assert failed == [{"robots_unreachable": 1}, {"robots_unreachable": 1}, {}]

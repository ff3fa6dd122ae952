"""Visits of delivered stories by a clock that the test sets: what they ask for and find."""

from __future__ import annotations

import pytest

from tests.running import lines_of, records_of
from tests.spiders.test_news import Open, feed, page, paper, xml
from tests.wire import Answer, plain

__all__ = ["paper"]  # the fixture

FRESH = b'ETag: "never-another"'
UNCHANGED = Answer((b"HTTP/1.1 304 Not Modified\r\n" + FRESH + b"\r\n\r\n",))


def test_a_validator_that_lies_hides_an_edit_for_a_day_at_most(
    paper: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    was, edited = (page("Quay closed", word) for word in ("harbour", "old harbour"))

    def answer(earlier: int) -> Answer:
        """Two visits are told that nothing has changed; who asks without conditions sees it."""
        return UNCHANGED if earlier in (1, 2) else plain(edited if earlier else was, FRESH)

    routes: dict[str, object] = {"/a": answer}
    ours = paper(routes)
    routes["/feed"] = xml(feed(ours.server.base, ("/a", "2026-01-01T00:00:00Z")))
    conditional = []
    for at in ("01T12", "01T13", "01T19", "02T13"):
        monkeypatch.setenv("BROADSHEET_NOW", f"2026-03-{at}:00:00Z")
        assert ours.crawl("-s", "REVISIT_AFTER=30m 6h 1d 7d") == 0, ours.said
        asked = [one.request for one in ours.server.log if one.request.startswith(b"GET /a ")]
        conditional += [b"If-None-Match" in request for request in asked]
    assert conditional == [False, True, True, False]
    lines = lines_of(ours.output)
    assert [line["version"] for line in lines] == [1, 2]
    assert lines[1]["change"]["silent_edit"] is True
    told = records_of(ours.output)
    kinds = [kind for kind, head, _ in told if head.get("WARC-Target-URI", "").endswith("/a")]
    assert (kinds.count("response"), kinds.count("revisit")) == (2, 2)

"""pywb replays every capture byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracles.captures import Archive
from tests.oracles.pywb import replayed, serving


@pytest.fixture(scope="module")
def pywb(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(archive.warcs, tmp_path_factory.mktemp("pywb")) as port:
        yield port


def test_pywb_replays_every_capture_byte_for_byte(pywb: int, archive: Archive) -> None:
    wrong = []
    for capture in archive.captures:
        status, body = replayed(pywb, capture.url, capture.timestamp)
        # A 304 replays as the 304 that it was: the status, and no body.
        if (status, body) not in {(c.status, c.entity) for c in archive.twins(capture)}:
            wrong.append((capture.url, capture.timestamp, status, len(body), len(capture.entity)))
    assert wrong == []

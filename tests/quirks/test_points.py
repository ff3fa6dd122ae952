"""The checklist of docs/archive.md on the files that a crawl of all quirks has left."""

from __future__ import annotations

import pytest

from tests.quirks import http_points
from tests.quirks.crawl import Crawl
from tests.quirks.points import POINTS, Files, files_below


@pytest.fixture(scope="module")
def files(crawl: Crawl) -> Files:
    return files_below(crawl.output / "warc")  # F03, F04, R01, R02, R03, R07, R12


def test_points_of_http_are_among_them() -> None:
    assert POINTS["R31"] is http_points.r31


@pytest.mark.parametrize("name", POINTS)
def test_the_point_holds_for_every_record(files: Files, name: str) -> None:
    assert sum(map(len, files.values())) > 500
    assert list(POINTS[name](files)) == []

"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from crawler.demo.server import start
from tests.demo_runs import Runs, make_runs
from tests.quirks.crawl import Crawl, crawl_quirks

# A test fails for what is wrong, never because the machine is busy.
settings.register_profile("no timings", deadline=None)
settings.load_profile("no timings")


@pytest.fixture(scope="session")
def demo_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Nobody writes below its output, nor leaves the server in another state."""
    with start(edition=1, port=0) as server:
        yield make_runs(server, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """One crawl of all quirks."""
    return crawl_quirks(tmp_path_factory.mktemp("quirks"))

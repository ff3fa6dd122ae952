"""One crawl of all quirks, shared by the tests of this directory."""

from __future__ import annotations

import pytest

from tests.quirks.crawl import Crawl, crawl_quirks


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl_quirks(tmp_path_factory.mktemp("quirks"))

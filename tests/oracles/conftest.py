"""The archives that the outside tools are asked about."""

from __future__ import annotations

import pytest

from tests.demo_runs import Runs
from tests.oracles.captures import Archive


@pytest.fixture(scope="session")
def archive(demo_runs: Runs) -> Archive:
    return Archive(tuple(sorted((demo_runs.output / "warc").glob("*.warc.gz"))))

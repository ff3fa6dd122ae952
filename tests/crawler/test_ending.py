"""The last line on stderr says why a command did not end with 0, whatever it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import scrapy


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        pytest.param(
            ("crawl", "news", "-s", "DOWNLOAD_DELAY=soon"),
            2,
            "broadsheet: DOWNLOAD_DELAY: 'soon' is no number",
            id="setting-that-is-no-number",
        ),
        pytest.param(
            ("crawl", "news", "-s", "WARC_PREFIX=Ä"),
            2,
            "broadsheet: WARC_PREFIX: WARC prefix 'Ä'",
            id="setting-that-makes-no-file-name",
        ),
        pytest.param(
            ("crawl", "news", "-s", "STATS_CLASS=nowhere.Stats"),
            1,
            "broadsheet: the run could not start: ModuleNotFoundError",
            id="component-that-is-not-there",
        ),
        pytest.param(
            ("crawl", "news", "-s", "SPIDER_LOADER_CLASS=nowhere.Loader"),
            1,
            "broadsheet: the run could not start: ModuleNotFoundError",
            id="before-there-is-a-process",
        ),
        pytest.param(("crawl", "news", "-L", "LOUD"), 2, "error: LOG_LEVEL 'LOUD'", id="level"),
        pytest.param(
            ("rebuild-state",), 6, "there is no archive here", id="rebuild-state-of-nothing"
        ),
    ],
)
def test_the_last_line_says_why(
    tmp_path: Path, command: tuple[str, ...], code: int, why: str
) -> None:
    done = scrapy(*command, "-s", f"OUTPUT_DIR={tmp_path / 'out'}")

    assert done.returncode == code, done.stderr
    assert why in done.stderr.splitlines()[-1]

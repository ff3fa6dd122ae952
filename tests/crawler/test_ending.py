"""The last line on stderr says why a command did not end with 0, whatever it was."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.running import ROOT, SCRAPY, heed_signals, scrapy


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped_says_by_what(tmp_path: Path, number: signal.Signals) -> None:
    pipe = tmp_path / "endless.toml"
    os.mkfifo(pipe)
    command = [str(SCRAPY), "sources", "check", "--sources", str(pipe)]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals
    ) as run:
        end = writing_end(pipe, run)
        try:
            # Until it is within its read: a signal just before that is handled when the read ends.
            time.sleep(0.5)
            run.send_signal(number)
            said = run.communicate(timeout=60)[1]
        finally:
            os.close(end)
    assert run.returncode == -number  # 128 + n to a shell
    assert said == f"broadsheet: stopped by {number.name}\n"


def writing_end(pipe: Path, reader: subprocess.Popen[str]) -> int:
    """Open a pipe as soon as somebody reads it."""
    while reader.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
    raise AssertionError(reader.communicate()[1])

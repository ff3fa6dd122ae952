"""ReplayWeb.page, in Chromium, shows what we packed: `make replayweb` installs what this needs."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests.demo_runs import Runs
from tests.oracles.captures import Archive, Capture
from tests.oracles.environment import ENVIRONMENTS
from tests.running import ROOT, scrapy

INSTALLED = ENVIRONMENTS / "replayweb"
SCRIPT = ROOT / "tests/oracles/replayweb/replay.mjs"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def story(demo_runs: Runs) -> dict[str, Any]:
    return demo_runs.new_lines[0][0]


@pytest.fixture(scope="module")
def answer(
    demo_runs: Runs,
    archive: Archive,
    story: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What the player gives for each capture, and the headings of the story that it shows."""
    if not (INSTALLED / ".installed").exists() or not Path(CHROMIUM).exists():
        pytest.skip("ReplayWeb.page or Chromium is not installed: make replayweb")
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node: make replayweb")
    package = tmp_path_factory.mktemp("replayweb") / "demo.wacz"
    packed = scrapy("wacz", str(demo_runs.output), "-o", str(package))
    assert packed.returncode == 0, packed.stderr
    asked = [{"url": c.url, "timestamp": c.timestamp} for c in archive.captures]
    at = "".join(c for c in story["captured_at"][:19] if c.isdigit())
    question = {"captures": asked, "story": {"url": story["final_url"], "timestamp": at}}
    done = subprocess.run(
        [node, str(SCRIPT), str(INSTALLED), str(package), str(INSTALLED / "story.png")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def expected_digest(capture: Capture, encoding: str | None) -> str:
    """The player takes the content coding off and leaves the header that names it."""
    decode = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding or "", bytes)
    return hashlib.sha256(decode(capture.entity)).hexdigest()


def test_the_story_shows_its_headline(answer: dict[str, Any], story: dict[str, Any]) -> None:
    assert story["headline"] in answer["headings"]


def test_every_capture_replays_byte_for_byte(answer: dict[str, Any], archive: Archive) -> None:
    wrong = []
    for capture, given in zip(archive.captures, answer["captures"], strict=True):
        twins = archive.twins(capture)
        if any(c.status == 301 for c in twins) and given["type"] == "opaqueredirect":
            # A page is shown neither the status nor the body of a redirect.
            continue
        wanted = {(c.status, expected_digest(c, given["encoding"])) for c in twins}
        if (given["status"], given["sha256"]) not in wanted:
            wrong.append((capture.url, capture.timestamp, given))
    assert wrong == []

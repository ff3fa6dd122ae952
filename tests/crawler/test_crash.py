"""kill -9 in the middle of a run, then the run again: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.verify.whole import verify
from tests.running import FAST, ROOT, SCRAPY, lines_of, records_of, scrapy
from tests.spiders.test_news import feed, page, xml
from tests.wire import WireServer, plain

STORIES = 30


def command(sources: Path, output: Path) -> tuple[str, ...]:
    return ("crawl", "news", "-a", f"sources={sources}", "-s", f"OUTPUT_DIR={output}", *FAST)


@pytest.mark.parametrize("seconds", [0.6, 1.2, 1.6, 2.0])
def test_every_story_comes_exactly_once_after_a_kill(tmp_path: Path, seconds: float) -> None:
    routes = {f"/{n}": plain(page(f"Story number {n} of all", f"w{n}")) for n in range(STORIES)}
    with WireServer(routes) as server:
        entries = [(path, "2026-01-01T00:00:00Z") for path in routes]
        routes["/feed"] = xml(feed(server.base, *entries), b'ETag: "1"')
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n'
            f'feeds = ["{server.base}/feed"]\n'
        )
        run = command(sources, tmp_path / "out")
        with subprocess.Popen([str(SCRAPY), *run], cwd=ROOT, stderr=subprocess.DEVNULL) as victim:
            time.sleep(seconds)
            victim.send_signal(signal.SIGKILL)
        # The feed has moved on: what it showed is on the frontier.
        if any(path == "/feed" for path in server.paths()):
            routes["/feed"] = xml(feed(server.base), b'ETag: "2"')
            expected = STORIES if len(server.log) > 3 else None
        else:
            expected = STORIES
        done = scrapy(*run)
    assert done.returncode in (0, 3), done.stderr
    lines = lines_of(tmp_path / "out")
    urls = Counter(line["url"] for line in lines)
    assert set(urls.values()) <= {1}
    if expected is not None:
        assert len(urls) == expected
    ids = {headers["WARC-Record-ID"] for _, headers, _ in records_of(tmp_path / "out")}
    assert {f"<{line['warc_record_id']}>" for line in lines} <= ids
    assert not list((tmp_path / "out").rglob("*.open"))
    assert verify(Collection.at(tmp_path / "out"), 10**9).findings.listed == []

"""A disk that takes no more: the run stops with its own code and the archive stays whole."""

from __future__ import annotations

import random
import resource
import subprocess
from pathlib import Path

from archive.warc_reader import iter_records
from tests.running import FAST, ROOT, SCRAPY, lines_of, scrapy
from tests.spiders.test_news import feed, page, xml
from tests.wire import WireServer, plain

STORIES = 40
LIMIT = 120 * 1024  # bytes in one file: the new state fits, all the records do not


def noise(seed: int) -> str:
    """4,000 characters that do not compress well, the same each time."""
    return random.Random(seed).randbytes(2000).hex()  # noqa: S311 - not for secrets


def limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def run_on_a_full_disk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRAPY), *arguments, *FAST],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
        timeout=120,
        check=False,
    )


def test_a_full_disk_ends_the_run_and_the_next_one_delivers_the_rest(tmp_path: Path) -> None:
    routes = {f"/{n}": plain(page(f"Story number {n} of all", noise(n))) for n in range(STORIES)}
    with WireServer(routes) as server:
        entries = [(path, "2026-01-01T00:00:00Z") for path in routes]
        routes["/feed"] = xml(feed(server.base, *entries))
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n'
            f'feeds = ["{server.base}/feed"]\n'
        )
        run = ("crawl", "news", "-a", f"sources={sources}", "-s", f"OUTPUT_DIR={tmp_path / 'out'}")
        full = run_on_a_full_disk(*run)
        assert full.returncode == 6, full.stderr
        assert "make room" in full.stderr.strip().splitlines()[-1]
        written = len(lines_of(tmp_path / "out"))
        assert scrapy(*run, *FAST).returncode == 0
    lines = lines_of(tmp_path / "out")
    assert written < STORIES
    assert len(lines) == len({line["url"] for line in lines}) == STORIES
    for path in (tmp_path / "out/warc").iterdir():
        assert list(iter_records(path))

"""Three crawls of the sample newspaper into one directory, made once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.demo.server import DemoServer
from tests.running import LOOPBACK, lines_of, manifest_of, scrapy


@dataclass(frozen=True)
class Runs:
    """The server, the output, and for each of three crawls: exit code, new lines, paths asked."""

    server: DemoServer
    output: Path
    exit_codes: list[int]
    new_lines: list[list[dict[str, Any]]]
    asked: list[list[str]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [line for lines in self.new_lines for line in lines]


def make_runs(server: DemoServer, root: Path) -> Runs:
    """Crawl the first edition, then twice the second."""
    (root / "sources.toml").write_text(server.sources_toml(), "utf-8")
    made = Runs(server, root / "out", [], [], [])
    for edition in (1, 2, 2):
        server.set_edition(edition)
        before = len(server.log)
        crawl = ("-a", f"sources={root / 'sources.toml'}", "-s", f"OUTPUT_DIR={made.output}")
        made.exit_codes.append(
            scrapy("crawl", "news", *crawl, *LOOPBACK, "-a", "due=all", "-L", "WARNING").returncode
        )
        run_id = manifest_of(made.output)["run_id"]
        made.new_lines.append([li for li in lines_of(made.output) if li["run_id"] == run_id])
        made.asked.append([entry.path for entry in server.log[before:]])
    return made

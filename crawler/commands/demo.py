"""``scrapy demo``: the sample newspaper, served, or crawled from end to end."""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.addon import output_dir
from crawler.demo.server import DEFAULT_PORT, DemoServer, PortInUseError, start

_OWN_SOURCE = (
    '[[source]]\\nid = \\"mine\\"\\nname = \\"My newspaper\\"\\n'
    'home = \\"https://example.org/\\"\\nfeeds = [\\"https://example.org/feed.xml\\"]\\n'
)


class Command(ScrapyCommand):
    """Serves the sample newspaper; with --run, crawls it and shows what came out."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Serve the sample newspaper, or crawl it with --run"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--run", action="store_true", help="crawl it into OUTPUT_DIR/demo and show the result"
        )
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (%(default)s)")
        parser.add_argument(
            "--edition",
            type=int,
            choices=(1, 2),
            help="1: the first day; 2: some stories have changed since."
            " With --run: 1 the first time, then 2",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exit 1 where the port is taken, else as the crawl does."""
        assert self.settings is not None
        if not 0 <= opts.port < 65536:
            raise UsageError(f"--port {opts.port}: give a port from 0 to 65535", print_help=False)
        root = output_dir(self.settings) / "demo"
        ran_before = any((root / "runs").glob("*.json"))
        edition = opts.edition or (2 if opts.run and ran_before else 1)
        try:
            server = start(edition, opts.port)
        except PortInUseError as error:
            print(f"scrapy demo: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        with server:
            if opts.run:
                self.exitcode = _crawl(server, root, edition)
            else:
                _serve(server, edition)


def _serve(server: DemoServer, edition: int) -> None:
    print(f"The sample newspaper, edition {edition}; Ctrl-C stops it. Its outlets:")
    for name, home in server.bases.items():
        print(f"  {home}/  {name}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()


def _crawl(server: DemoServer, root: Path, edition: int) -> int:
    root.mkdir(parents=True, exist_ok=True)
    sources = root / "sources.toml"
    sources.write_text(server.sources_toml(), "utf-8")
    print(f"Crawling the sample newspaper, edition {edition} ...", flush=True)
    crawl = subprocess.run(  # noqa: S603 - our own command
        [
            # -P: the current directory is no place to import from.
            *(sys.executable, "-P", "-m", "scrapy"),
            *("crawl", "news", "-a", f"sources={sources}"),
            *("-s", f"OUTPUT_DIR={root}", "-s", "LOG_LEVEL=WARNING"),
            *("-s", "CONTACT=https://example.org/about-our-crawler"),
            *("-s", "ADDRESSES_ALLOWED=127.0.0.0/8"),
        ],
        check=False,
    )
    manifests = sorted((root / "runs").glob("*.json"))
    if manifests:
        _show(json.loads(manifests[-1].read_bytes()), root)
    return crawl.returncode


def _show(report: dict[str, Any], root: Path) -> None:
    lines = _lines(root, report["run_id"])
    dropped = {reason: n for reason, n in report["dropped"].items() if reason != "unchanged"}
    print(
        f"\nFound    {report['listed']:4} entries in the listings of"
        f" {len(report['sources'])} outlets"
        f"\nNew      {report['discovered']:4} stories, or listed as changed"
        f"\nWritten  {report['written']:4} lines, {report['new_versions']} of them new versions of"
        " stories known before"
        f"\nDropped  {_counts(dropped)}"
        f"\nFailed   {_counts(report['failed'])}"
        f"\nTook     {report['seconds']:6.1f} s for {report['answers']} answers"
        f"\nWhere    {root}/articles, {root}/warc, {root}/runs"
    )
    if lines:
        for line in lines[:3]:
            print(f"         {line['source_id']}: {line['headline']}")
        print("         ...")
    everything = sorted(root.glob("articles/*/*.jsonl.gz"))
    example = lines[0] if lines else _first(everything)
    if example is not None:
        print(_next_steps(root, example))


def _counts(by_reason: dict[str, int]) -> str:
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(by_reason.items()))
    return f"{sum(by_reason.values()):4} {f'({reasons})' if reasons else ''}".rstrip()


def _next_steps(root: Path, example: dict[str, Any]) -> str:
    scrapy = _relative(Path(sys.argv[0]))
    where = _relative(root)
    if shutil.which("jq"):
        look = f"zcat {where}/articles/*/*.jsonl.gz | jq '{{headline, published_at, agency}}'"
    else:
        look = (
            f"zcat {where}/articles/*/*.jsonl.gz | {_relative(Path(sys.executable))} -c"
            ' \'import json, sys; [print(a["published_at"], a["agency"], a["headline"])'
            " for a in map(json.loads, sys.stdin)]'"
        )
    warc = f"{where}/warc/{example['warc_file']}"
    return (
        f"\nLook at the lines:\n  {look}"
        f"\nSee the bytes that one of them was made from:"
        f"\n  {scrapy} cat {warc} {example['warc_offset']}"
        f"\nCrawl a source of your own (put its feed in):"
        f'\n  printf "{_OWN_SOURCE}" > my.toml && {scrapy} crawl news -a sources=my.toml'
    )


def _lines(root: Path, run_id: str) -> list[dict[str, Any]]:
    lines = []
    for path in sorted(root.glob(f"articles/*/{run_id}-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines += [json.loads(line) for line in file]
    return lines


def _first(files: list[Path]) -> dict[str, Any] | None:
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                first: dict[str, Any] = json.loads(line)
                return first
    return None


def _relative(path: Path) -> Path:
    # Not resolved: .venv/bin/python is a link that must stay one.
    absolute = path if path.is_absolute() else Path.cwd() / path
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path

"""``scrapy schema``: the format of a JSONL line."""

from __future__ import annotations

import argparse
import json

from crawler import schema
from crawler.addon import output_dir
from crawler.ending import SaysWhy
from crawler.looking import printing


class Command(SaysWhy):
    """Prints the line format for people and for programs."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print the JSON Schema of a JSONL line, or a DuckDB view over the lines"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options, after Scrapy's."""
        super().add_options(parser)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--markdown", action="store_true", help="as the page docs/jsonl.md")
        form.add_argument(
            "--duckdb", action="store_true", help="as a DuckDB view of OUTPUT_DIR's articles"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write to stdout."""
        with printing():
            if opts.markdown:
                print(schema.markdown(), end="")
            elif opts.duckdb:
                assert self.settings is not None
                files = output_dir(self.settings) / "articles/*/*.jsonl.gz"
                print(schema.duckdb_view(str(files)), end="")
            else:
                print(json.dumps(schema.json_schema(), indent=2, ensure_ascii=False))

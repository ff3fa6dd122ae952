"""What a run left behind, counted by what can be read back: pages with a text, pages archived."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from archive.warc_files import find_warc_files


def with_text(folder: Path) -> set[str]:
    """The addresses of the pages whose line, in any JSONL below a folder, has a text."""
    rows = (json.loads(line) for path in folder.rglob("*.jsonl*") for line in _lines(path))
    return {row["url"] for row in rows if (row.get("text") or "").strip()}


def _lines(path: Path) -> list[bytes]:
    whole = path.read_bytes()
    return (gzip.decompress(whole) if path.suffix == ".gz" else whole).splitlines()


def archived(folder: Path) -> set[str]:
    """The addresses whose answer is in the WARC files and WACZ below a folder, read whole."""
    records = (record for file in find_warc_files(folder) for record in file.records())
    return {record.target_uri for record in records if record.type == "response"}

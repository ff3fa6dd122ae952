"""Running our own commands as a user does, and reading what they wrote with readers not ours."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

SCRAPY = Path(sys.executable).with_name("scrapy")
ROOT = Path(__file__).resolve().parent.parent
# Our servers are on loopback, where a crawl does not go unless it is told to.
LOOPBACK = ("-s", "ADDRESSES_ALLOWED=127.0.0.0/8")
# No politeness there: every run polls every listing.
FAST = (
    *LOOPBACK,
    *("-s", "DOWNLOAD_DELAY=0.01", "-s", "LOG_LEVEL=INFO", "-s", "EXTRACTION_WORKERS=2"),
    *("-s", "POLL_FLOOR=0", "-s", "RETRY_BACKOFF=0.1"),
)


def scrapy(*args: str, cwd: Path = ROOT, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """``scrapy ARGS`` in a process of its own."""
    return subprocess.run(
        [str(SCRAPY), *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def scrapy_bytes(*args: str) -> bytes:
    """What ``scrapy ARGS`` prints, with its line ends as they are."""
    command = [str(SCRAPY), *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=True).stdout


def heed_signals() -> None:
    """For a child that is to be stopped: what runs in the background of a shell, or under nohup,
    these tests perhaps, ignores signals, and hands that on."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def lines_of(output: Path) -> list[dict[str, Any]]:
    """Every JSONL line below an output directory."""
    lines = []
    for path in sorted(output.glob("articles/*/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines += [json.loads(line) for line in file]
    return lines


def records_of(output: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """(type, headers, block) of every record below an output directory, read by warcio."""
    records = []
    for path in sorted(output.glob("warc/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                headers = dict(record.rec_headers.headers)
                records.append((record.rec_type, headers, record.raw_stream.read()))
    return records


def answers_of(output: Path) -> list[tuple[dict[str, str], bytes]]:
    """(headers, whole answer) of every response and revisit; a revisit has its original's body."""
    records = records_of(output)
    blocks = {headers["WARC-Record-ID"]: block for _, headers, block in records}
    answers = []
    for kind, headers, block in records:
        if kind == "revisit":
            original = blocks[headers["WARC-Refers-To"]]
            answers.append((headers, block + original[original.index(b"\r\n\r\n") + 4 :]))
        elif kind == "response":
            answers.append((headers, block))
    return answers


def manifest_of(output: Path) -> dict[str, Any]:
    """The manifest of the newest run."""
    manifest: dict[str, Any] = json.loads(sorted(output.glob("runs/*.json"))[-1].read_bytes())
    return manifest

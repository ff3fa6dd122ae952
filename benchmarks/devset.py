"""The dev set of the extraction: where it is, its pages, its gold, its own scorer.

A folder with ``gold.jsonl`` per data set, ``pages.warc.gz`` and ``score.py``, outside of this
repository because its pages are their publishers' work.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from archive.warc_files import WarcFile
from crawler.extraction import Page
from crawler.readback import PageReader
from crawler.sqlite import SQLiteState
from spiders.recorded import Limits, Recording

Row = dict[str, Any]  # what score.py reads and gives: fields of several types


@dataclass(frozen=True, slots=True)
class Gold:
    """One page's known-good fields; ``publisher`` is the domain or family of papers."""

    id: str
    dataset: str
    url: str
    publisher: str
    fields: Row


def devset() -> Path:
    """$BROADSHEET_DEVSET, or ``shared/devset`` beside the repository; may not exist."""
    given = os.environ.get("BROADSHEET_DEVSET")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "devset"


def exists() -> bool:
    """Whether the dev set is there."""
    return (devset() / "pages.warc.gz").is_file()


@cache
def scorer() -> ModuleType:
    """The dev set's score.py as a module."""
    spec = importlib.util.spec_from_file_location("devset_score", devset() / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold() -> list[Gold]:
    """Every page's gold, data set by data set."""
    return [
        Gold(row["id"], name, row["url"], row.get("group") or row["url"], row["gold"])
        for name in scorer().L.datasets()
        for line in (devset() / name / "gold.jsonl").read_text(encoding="utf-8").splitlines()
        for row in [json.loads(line)]
    ]


def pages(part: int = 0, parts: int = 1) -> Iterator[Page]:
    """The pages as a replay hands them to the extraction; every ``parts``-th, from ``part``."""
    file = WarcFile(devset() / "pages.warc.gz", "pages.warc.gz")
    limits = Limits(max_bytes=50_000_000, refresh_seconds=0)
    reader = PageReader(file.record, limits.max_bytes)
    recording = Recording(limits, reader, SQLiteState(None), lambda what: None)
    for place, recorded in enumerate(recording.pages(file)):
        if place % parts == part:
            yield recorded.page

"""Names and paths of everything that a crawl writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

OPEN = ".open"
"""Suffix of a file that is being written, or was when its writer died."""

TEMPORARY = ".tmp"
"""Suffix of a file that can be made again from its ``.open`` and is worth nothing until renamed."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_RUN_OF_WARC = re.compile(r"-(\d{8}t\d{6}-[0-9a-f]{6})\.warc\.gz$", re.ASCII)
_RUN = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class OutputLayout:
    """The directory of one crawl and what lies where in it."""

    root: Path

    @property
    def articles(self) -> Path:
        """JSONL, one directory a day of capture."""
        return self.root / "articles"

    @property
    def warc(self) -> Path:
        """WARC files; a pointer's ``file`` is a name in here."""
        return self.root / "warc"

    @property
    def cdx(self) -> Path:
        """One CDXJ index a WARC file: ``<name of the WARC without .warc.gz>.cdxj``."""
        return self.root / "cdx"

    @property
    def index(self) -> Path:
        """The CDXJ index of all WARC files in one, but for those that came since it was merged."""
        return self.root / "index.cdxj"

    @property
    def index_sources(self) -> Path:
        """Which files of ``cdx`` the index was merged from."""
        return self.root / "index.sources.json"

    @property
    def wacz(self) -> Path:
        """Packages: ``<run>.wacz`` of a run that was packed on close."""
        return self.root / "wacz"

    @property
    def runs(self) -> Path:
        """One manifest a run."""
        return self.root / "runs"

    @property
    def state(self) -> Path:
        """What earlier runs have seen."""
        return self.root / "state.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the run that is at work."""
        return self.root / ".lock"


def new_run_id(now: datetime, randomness: bytes) -> str:
    """``20261124t101500-3f9a2c``: the second in UTC and up to 3 bytes of ``randomness`` in hex."""
    return f"{now.astimezone(UTC):%Y%m%dt%H%M%S}-{randomness[:3].hex()}"


def warc_name(prefix: str, opened_at: datetime, serial: int, run_id: str) -> str:
    """``<prefix>-<YYYYMMDDHHMMSS>-<NNNNN>-<run>.warc.gz``, of [a-z0-9._-] only (Annex C).

    Raises ValueError for a prefix or run id with any other character.
    """
    if not _NAME.fullmatch(prefix) or not _RUN.fullmatch(run_id):
        raise ValueError(
            f"WARC prefix {prefix!r} or run id {run_id!r}: use a-z, 0-9, '-', and '._' in a prefix"
        )
    return f"{prefix}-{opened_at.astimezone(UTC):%Y%m%d%H%M%S}-{serial:05d}-{run_id}.warc.gz"


def cdxj_path(cdx: Path, warc: str) -> Path:
    """``cdx/<name of the WARC without .warc.gz>.cdxj``."""
    return cdx / f"{warc.removesuffix('.warc.gz')}.cdxj"


def run_of(warc: str) -> str | None:
    """The run id in the name of a WARC file; None for a name of another form."""
    match = _RUN_OF_WARC.search(warc)
    return match[1] if match else None


def jsonl_path(articles: Path, day: str, run_id: str, serial: int) -> Path:
    """``articles/date=YYYY-MM-DD/<run_id>-NNNNN.jsonl.gz``.

    Raises ValueError for a day or run id of another form, so that neither can lead elsewhere.
    """
    if not _DAY.fullmatch(day) or not _RUN.fullmatch(run_id):
        raise ValueError(f"day {day!r} or run id {run_id!r}: use YYYY-MM-DD and a-z, 0-9, '-'")
    return articles / f"date={day}" / f"{run_id}-{serial:05d}.jsonl.gz"

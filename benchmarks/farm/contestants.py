"""Who is measured over the farm, and how each is called."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.environments import BUILD, ROOT, peers_python, python_of
from benchmarks.farm.delivered import archived, with_text
from benchmarks.farm.plan import FarmPlan

_HERE = Path(__file__).resolve().parent
Command = list[str | Path]


class MissingError(Exception):
    """A contestant that is not to be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run over a farm, in a folder of its own."""

    plan: FarmPlan
    folder: Path

    @property
    def urls(self) -> Path:
        """The file with the farm's pages, one URL a line."""
        return self.folder / "urls.txt"

    def prepare(self) -> None:
        """Write what the contestants read."""
        self.urls.write_text("\n".join(self.plan.urls()) + "\n", "ascii")
        (self.folder / "farm.toml").write_text(self.plan.sources(), "ascii")


@dataclass(frozen=True, slots=True)
class Contestant:
    """``does`` is for the table; ``delivered`` counts the farm's pages that it did its job on."""

    name: str
    does: str
    command: Callable[[Job], Command]
    environment: Mapping[str, str]
    delivered: Callable[[Job], int]


def _read(job: Job) -> int:
    return len(with_text(job.folder).intersection(job.plan.urls()))


def _fetched(job: Job) -> int:
    return len(archived(job.folder).intersection(job.plan.urls()))


def _read_and_archived(job: Job) -> int:
    both = with_text(job.folder) & archived(job.folder)
    return len(both.intersection(job.plan.urls()))


def _broadsheet(job: Job) -> Command:
    given = {"OUTPUT_DIR": job.folder / "output", "HEARTBEAT_FILE": job.folder / "heartbeat.json"}
    settings = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    scrapy = [sys.executable, "-m", "scrapy", "crawl", "news"]
    return [*scrapy, "-a", f"sources={job.folder / 'farm.toml'}", *settings]


def _archived(job: Job) -> int:
    return int(_report(job)["stats"]["news/archived"])


def _report(job: Job) -> Any:  # JSON
    (manifest,) = (job.folder / "output" / "runs").glob("*.json")
    return json.loads(manifest.read_bytes())


def _naive(python: str | Path, job: Job, *more: str, spider: str = "naive.py") -> Command:
    beat = {"EXTENSIONS": '{"benchmarks.farm.heartbeat.Heartbeat": 50}'}
    given = {**beat, "HEARTBEAT_FILE": job.folder / "heartbeat.json"}
    settings = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    arguments = ["-a", f"urls={job.urls}", "-a", f"out={job.folder}"]
    command = [python, "-m", "scrapy", "runspider", _HERE / spider, *arguments]
    return [*command, *settings, *more]


def _webarchive(job: Job) -> Command:
    lock = ROOT / "benchmarks" / "webarchive.lock"
    python = _or_missing(lambda: python_of(BUILD / "farm" / "webarchive", lock))
    extensions = {
        "benchmarks.farm.heartbeat.Heartbeat": 50,
        "scrapy_webarchive.extensions.WaczExporter": 543,
    }
    given = {
        "EXTENSIONS": json.dumps(extensions),
        "SW_EXPORT_URI": str(job.folder / "archive.wacz"),
        "SW_WACZ_TITLE": "farm",
        "SW_WACZ_DESCRIPTION": "farm",
    }
    settings = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    return _naive(python, job, "-a", "archive=none", *settings)


def _peer(name: str) -> Callable[[Job], Command]:
    def command(job: Job) -> Command:
        python = _or_missing(peers_python)
        return [python, _HERE / "peer_fetch.py", name, job.urls, job.folder]

    return command


def _wget(job: Job) -> Command:
    wget = shutil.which("wget")
    if wget is None:
        raise MissingError("wget is not installed")
    warc = f"--warc-file={job.folder / 'wget'}"
    return [wget, "-q", warc, "-i", job.urls, "-O", "/dev/null", "--tries=1"]


def _or_missing(find: Callable[[], Path]) -> Path:
    try:
        return find()
    except subprocess.CalledProcessError as error:
        raise MissingError(f"its environment cannot be set up ({error})") from error


_OURS = {"PYTHONPATH": str(ROOT)}
_THEIRS = {**_OURS, "SCRAPY_SETTINGS_MODULE": "scrapy.settings.default_settings"}
CONTESTANTS = (
    Contestant(
        "Broadsheet",
        "feeds, robots.txt, wire bytes to WARC, extraction, dedup, state, JSONL",
        _broadsheet,
        {**_OURS, "SCRAPY_SETTINGS_MODULE": "benchmarks.farm.broadsheet_settings"},
        _read_and_archived,
    ),
    Contestant(
        "naive Scrapy project",
        "trafilatura in the callback, warcio in a pipeline",
        lambda job: _naive(sys.executable, job),
        _THEIRS,
        _read_and_archived,
    ),
    Contestant(
        "scrapy-webarchive",
        "WACZ, trafilatura in the callback",
        _webarchive,
        _THEIRS,
        _read_and_archived,
    ),
    Contestant(
        "trafilatura", "its own downloader; archives nothing", _peer("trafilatura"), {}, _read
    ),
    Contestant("newspaper4k", "archives nothing", _peer("newspaper4k"), {}, _read),
    Contestant("news-please", "from_urls; archives nothing", _peer("news-please"), {}, _read),
    Contestant("wget --warc-file", "extracts nothing", _wget, {}, _fetched),
)
# What only fetches, for `benchmarks.farm.fetching`.
ARCHIVE_ONLY = replace(
    CONTESTANTS[0],
    name="Broadsheet, EXTRACT=False",
    command=lambda job: [*_broadsheet(job), "-s", "EXTRACT=False"],
    delivered=_archived,
)
PLAIN = Contestant(
    "plain Scrapy",
    "fetches, keeps nothing",
    lambda job: _naive(sys.executable, job, spider="plain.py"),
    _THEIRS,
    lambda job: int((job.folder / "received.txt").read_text("ascii")),
)
WGET = CONTESTANTS[-1]

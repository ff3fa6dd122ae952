"""py-wacz finds nothing wrong with our packages, and makes the same index."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.demo_runs import Runs
from tests.oracles.captures import Archive
from tests.oracles.environment import run, tool
from tests.running import scrapy


@pytest.fixture(scope="module")
def ours(demo_runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("py-wacz") / "ours.wacz"
    assert scrapy("wacz", str(demo_runs.output), "-o", str(path)).returncode == 0
    return path


def test_wacz_validate_passes_and_would_not_pass_another_byte(ours: Path, tmp_path: Path) -> None:
    program = tool("wacz")
    checked = run(program, "validate", "-f", ours)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with zipfile.ZipFile(ours) as package, zipfile.ZipFile(tmp_path / "b.wacz", "w") as broken:
        for name in package.namelist():
            data = package.read(name)
            broken.writestr(name, data + b"\n" if name.endswith(".jsonl") else data)
    assert run(program, "validate", "-f", tmp_path / "b.wacz").returncode == 1


def test_our_package_has_the_index_of_theirs(ours: Path, archive: Archive, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.wacz"
    made = run(tool("wacz"), "create", "-o", theirs, *archive.warcs)
    assert made.returncode == 0, made.stdout + made.stderr
    assert index_of(ours) == index_of(theirs)
    assert len(index_of(ours)) == len(archive.captures)


def index_of(package: Path) -> list[tuple[str, str, dict[str, str]]]:
    """Key, timestamp and those values of each line that are not py-wacz's own additions."""
    with zipfile.ZipFile(package) as opened:
        lines = gzip.decompress(opened.read("indexes/index.cdx.gz")).decode().splitlines()
    found = []
    for key, timestamp, values in (line.split(" ", 2) for line in lines):
        parsed = json.loads(values)
        for extra in ("recordDigest", "referrer", "req.http:cookie"):
            parsed.pop(extra, None)
        found.append((key, timestamp, parsed))
    # Lines of one URL in one second may stand in another order: theirs are longer.
    return sorted(found, key=str)

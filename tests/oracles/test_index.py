"""cdxj-indexer writes the index that we write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.wacz_index import PackedWarc, merge_index
from tests.oracles.captures import Archive
from tests.oracles.environment import run, tool


def parsed(lines: str) -> list[tuple[str, str, dict[str, Any]]]:
    split = (line.split(" ", 2) for line in lines.splitlines())
    return [(key, timestamp, json.loads(values)) for key, timestamp, values in split]


def test_the_merged_index_equals_that_of_cdxj_indexer(archive: Archive, tmp_path: Path) -> None:
    indexer = tool("cdxj-indexer")
    theirs = run(indexer, "--sort", *archive.warcs)
    assert theirs.returncode == 0, theirs.stderr
    damage: list[object] = []
    packed = [PackedWarc(path, path.name) for path in archive.warcs]
    ours = merge_index(packed, tmp_path, damage.append).read_text()
    assert damage == []
    assert len(parsed(ours)) == len(archive.captures)
    assert parsed(ours) == parsed(theirs.stdout)

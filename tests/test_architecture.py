"""The import rules of the house, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("archive", "crawler", "spiders")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# Codec wheels that the archive may use beside the standard library and warcio.
ARCHIVE_MAY_IMPORT = {
    "archive",
    "warcio",
    "brotli",
    "isal",
    "surt",
    "xtractmime",
    "backports",
    "compression",
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def offenders(files: list[Path], is_forbidden: object) -> list[str]:
    assert callable(is_forbidden)
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if is_forbidden(path, name)
    ]


def in_room(path: Path, room: str) -> bool:
    return path.is_relative_to(ROOT / room)


def test_there_are_files_to_read() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(ROOMS)


def test_archive_imports_only_the_standard_library_warcio_and_codecs() -> None:
    files = [path for path in FILES if in_room(path, "archive")]
    allowed = sys.stdlib_module_names | ARCHIVE_MAY_IMPORT
    assert offenders(files, lambda _, name: name.split(".")[0] not in allowed) == []


@pytest.mark.parametrize("room", ["archive", "crawler"])
def test_nobody_imports_spiders_or_tests(room: str) -> None:
    files = [path for path in FILES if in_room(path, room)]
    assert offenders(files, lambda _, name: name.split(".")[0] in {"spiders", "tests"}) == []


def test_extraction_imports_neither_scrapy_nor_the_archive() -> None:
    files = [path for path in FILES if in_room(path, "crawler/extraction")]
    banned = {"scrapy", "twisted", "archive"}
    assert offenders(files, lambda _, name: name.split(".")[0] in banned) == []


def test_only_the_extraction_imports_trafilatura() -> None:
    files = [path for path in FILES if not in_room(path, "crawler/extraction")]
    assert offenders(files, lambda _, name: name.split(".")[0] == "trafilatura") == []


def test_private_names_of_scrapy_and_twisted_are_used_in_capture_alone() -> None:
    files = [path for path in FILES if path != ROOT / "crawler/capture.py"]

    def is_private(_: Path, name: str) -> bool:
        parts = name.split(".")
        return parts[0] in {"scrapy", "twisted"} and any(p.startswith("_") for p in parts)

    assert offenders(files, is_private) == []
    named = [
        f"{path.relative_to(ROOT)} takes {alias.name}"
        for path in files
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("scrapy", "twisted"))
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert named == []


def test_discovery_imports_no_scrapy() -> None:
    files = [path for path in FILES if in_room(path, "spiders/discovery")]
    assert offenders(files, lambda _, name: name.split(".")[0] == "scrapy") == []


def test_a_crawl_loads_no_parser_of_pages_into_its_own_process() -> None:
    code = """
import sys
import crawler.handler, crawler.pipelines, crawler.wire_bodies, spiders.news, spiders.replay
from crawler.extraction import extractor
assert extractor()
print([m for m in ("trafilatura", "feedparser", "crawler.extraction.assemble") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Each folder of tests/pages: a page, its metadata, and exactly what comes out of it."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction import Page, extract

_PAGES = Path(__file__).parents[1] / "pages"
_CASES = sorted(path for path in _PAGES.iterdir() if path.is_dir())


def _extracted(case: Path) -> dict[str, Any]:
    meta = tomllib.loads((case / "meta.toml").read_text(encoding="utf-8"))
    page = Page(
        url=meta["url"],
        body=(case / "page.html").read_bytes(),
        captured_at=meta["captured_at"],
        content_type=meta.get("content_type"),
    )
    # Through JSON, so that tuples and lists compare equal.
    found: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(extract(page))))
    assert found.pop("evidence") is None, "evidence is made only where it is asked for"
    return found


@pytest.mark.parametrize("case", _CASES, ids=lambda path: path.name)
def test_page_gives_exactly_the_expected_item(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    found = _extracted(case)
    assert found.pop("language_confidence") == pytest.approx(
        expected.pop("language_confidence"), abs=0.05
    )
    # A number of the block model, which is trained anew; its worth is measured on real pages.
    quality = found.pop("quality")
    assert (quality is None) == (found["text"] is None)
    expected.setdefault("reservations", [])
    assert found == expected


@pytest.mark.parametrize("case", _CASES, ids=lambda path: path.name)
def test_page_is_deterministic(case: Path) -> None:
    assert _extracted(case) == _extracted(case)


def test_there_are_enough_pages() -> None:
    assert len(_CASES) >= 36

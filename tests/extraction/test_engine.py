"""The engine gives line for line what ``trafilatura.bare_extraction`` gives on the same tree."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from benchmarks import devset
from crawler.extraction import Page
from crawler.extraction.decode import decode, parse
from crawler.extraction.engine import run_engine
from tests.extraction.random_pages import random_page

_CASES = sorted(p for p in (Path(__file__).parents[1] / "pages").iterdir() if p.is_dir())


def _theirs(tree: HtmlElement, url: str) -> list[str]:
    found = trafilatura.bare_extraction(tree, url=url, fast=True, include_comments=False)
    text = (getattr(found, "text", None) or "") if found else ""
    return [line.strip() for line in text.split("\n") if line.strip()]


def _differ(body: bytes, content_type: str | None, url: str) -> bool:
    document = parse(*decode(body, content_type))
    if document is None:
        return False
    before = etree.tostring(document.tree)
    ours = run_engine(document.tree, url)
    assert etree.tostring(document.tree) == before, "the page's tree is only looked at"
    return ours != _theirs(document.tree, url)


@pytest.mark.parametrize("case", _CASES, ids=lambda path: path.name)
def test_lines_of_a_case_are_those_of_trafilatura(case: Path) -> None:
    meta = tomllib.loads((case / "meta.toml").read_text(encoding="utf-8"))
    body = (case / "page.html").read_bytes()
    assert not _differ(body, meta.get("content_type"), meta["url"])


@pytest.mark.skipif(not devset.exists(), reason="needs the dev set ($BROADSHEET_DEVSET)")
def test_lines_of_real_pages_are_those_of_trafilatura() -> None:
    def differs(page: Page) -> bool:
        return _differ(page.body, page.content_type, page.url)

    pages = list(devset.pages(part=0, parts=4))
    assert len(pages) > 100
    assert [page.url for page in pages if differs(page)] == []


def test_lines_of_random_pages_are_those_of_trafilatura() -> None:
    seeds = range(120)
    url = "https://a.example/story"
    trees = [parse(random_page(seed), "utf-8") for seed in seeds]
    found = [run_engine(tree.tree, url) for tree in trees if tree]
    assert sum(map(bool, found)) > 100
    assert [seed for seed in seeds if _differ(random_page(seed).encode(), None, url)] == []

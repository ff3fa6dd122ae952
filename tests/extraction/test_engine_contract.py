"""What the engine takes from trafilatura is there, and is what it was when its steps were written.

A failure after an upgrade: read what changed in the function or path that is named, follow it in
``crawler/extraction/engine``, and only then set its new digest here.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from copy import copy
from functools import cache

import pytest
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import core, htmlprocessing, main_extractor, settings, xpaths
from trafilatura.baseline import basic_cleaning, html2txt

from crawler.extraction.decode import parse
from crawler.extraction.engine import frames
from crawler.extraction.engine.cleaning import simplified
from crawler.extraction.engine.density import drop_link_farms
from crawler.extraction.engine.discard import drop_from_page, drop_from_story
from crawler.extraction.engine.retry import _page_size
from tests.extraction.random_pages import NAMES, random_page

# The steps that the engine takes in their place: digests of their source, of trafilatura 2.3.1.
_FOLLOWED: dict[str, tuple[Callable[..., object], str]] = {
    "bare_extraction": (core.bare_extraction, "2e57adb30620"),
    "trafilatura_sequence": (core.trafilatura_sequence, "f03dc4d2946d"),
    "_extract_and_compare": (core._extract_and_compare, "f7d056c21182"),
    "_recall_retry": (core._recall_retry, "59594c39714f"),
    "_prepare_tree": (core._prepare_tree, "9595f0642825"),
    "extract_content": (main_extractor.extract_content, "f0270c94ac5f"),
    "_extract": (main_extractor._extract, "3e0e39ed3e03"),
    "prune_unwanted_sections": (main_extractor.prune_unwanted_sections, "e6eb7afcc64d"),
    "recover_wild_text": (main_extractor.recover_wild_text, "335f6d13321f"),
    "handle_textelem": (main_extractor.handle_textelem, "59c8a575858d"),
    "handle_other_elements": (main_extractor.handle_other_elements, "1662b444153a"),
    "tree_cleaning": (htmlprocessing.tree_cleaning, "828e83a73930"),
    "prune_unwanted_nodes": (htmlprocessing.prune_unwanted_nodes, "4731f8e24ef8"),
    "delete_by_link_density": (htmlprocessing.delete_by_link_density, "306ab5a31636"),
    "link_density_test": (htmlprocessing.link_density_test, "0b3d71f252bf"),
    "collect_link_info": (htmlprocessing.collect_link_info, "f19694013146"),
    "html2txt": (html2txt, "a8c97eab2097"),
    "basic_cleaning": (basic_cleaning, "80877b2ccdef"),
}
_PATHS = {
    "RAW_TREE_PRUNE_XPATH": "0a775839824a",
    "REMOVE_COMMENTS_AND_LISTS_XPATH": "9cc18d34e6e2",
    "OVERALL_DISCARD_XPATH": "90fe7cbe71fb",
    "DISCARD_IMAGE_ELEMENTS": "cb1ab981e449",
    "TEASER_DISCARD_XPATH": "ebb02f066626",
    "BODY_XPATH": "049ab58f8ca0",
    "BASIC_CLEAN_XPATH": "db6c25acd08a",
}
_TAGS = ("div", "section", "article", "main", "span")
_NAMED = ("class", "id", "role")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", _FOLLOWED)
def test_step_that_is_followed_here_is_unchanged(name: str) -> None:
    function, digest = _FOLLOWED[name]
    assert _digest(inspect.getsource(function)) == digest


@pytest.mark.parametrize("name", _PATHS)
def test_path_that_is_followed_here_is_unchanged(name: str) -> None:
    module = settings if name == "BASIC_CLEAN_XPATH" else xpaths
    paths = getattr(module, name)
    paths = paths if isinstance(paths, list) else [paths]
    assert _digest("\n".join(path.path for path in paths)) == _PATHS[name]


@cache
def _trees() -> list[HtmlElement]:
    pages = [random_page(seed) for seed in range(80)]
    # Each name as class and as id, alone and on the tags that the paths name.
    for tag in ("div", "section", "aside", "ul", "p", "h3"):
        box = f'<{tag} class="{{0}}">c{{0}}</{tag}> tail <{tag} id="{{0}}">i{{0}}</{tag}>'
        boxes = [box.format(name) for name in NAMES]
        pages.append("<body><article>" + "".join(boxes) + "<p>story</p>" * 500 + "</article>")
    return [document.tree for page in pages if (document := parse(page, "utf-8"))]


def _same(ours: Callable[[HtmlElement], object], theirs: Callable[[HtmlElement], object]) -> bool:
    """Whether both make the same of every tree."""
    for tree in _trees():
        one, other = copy(tree), copy(tree)
        ours(one), theirs(other)
        if etree.tostring(one) != etree.tostring(other):
            return False
    return True


def test_what_is_cut_from_a_page_is_what_their_paths_select() -> None:
    def theirs(tree: HtmlElement) -> None:
        htmlprocessing.prune_unwanted_nodes(tree, xpaths.RAW_TREE_PRUNE_XPATH)
        htmlprocessing.prune_unwanted_nodes(tree, xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH)

    assert _same(drop_from_page, theirs)


@pytest.mark.parametrize("keep_teasers", [True, False])
def test_what_is_cut_from_a_story_is_what_their_paths_select(keep_teasers: bool) -> None:
    def theirs(tree: HtmlElement) -> None:
        htmlprocessing.prune_unwanted_nodes(tree, xpaths.OVERALL_DISCARD_XPATH, with_backup=True)
        htmlprocessing.prune_unwanted_nodes(tree, xpaths.DISCARD_IMAGE_ELEMENTS)
        if not keep_teasers:
            htmlprocessing.prune_unwanted_nodes(tree, xpaths.TEASER_DISCARD_XPATH)

    assert _same(lambda tree: drop_from_story(tree, keep_teasers), theirs)


def test_frames_are_the_first_that_their_paths_select() -> None:
    boxes = [f'<{tag} {a}="{n}">x</{tag}>' for tag in _TAGS for a in _NAMED for n in NAMES]
    alone = [document.tree for box in boxes if (document := parse(box, "utf-8"))]
    for tree in [*_trees(), *alone]:
        firsts = (next(iter(path(tree)), None) for path in xpaths.BODY_XPATH)
        assert list(frames.frames(tree)) == [first for first in firsts if first is not None]


def test_cleaning_and_link_farms_are_theirs() -> None:
    options = settings.Extractor(output_format="python", fast=True, comments=False)

    def ours(tree: HtmlElement) -> None:
        drop_link_farms(simplified(tree, options))

    def theirs(tree: HtmlElement) -> None:
        tree = htmlprocessing.convert_tags(htmlprocessing.tree_cleaning(tree, options), options)
        for _ in range(2):
            htmlprocessing.delete_by_link_density(tree, "div", backtracking=True)
            htmlprocessing.delete_by_link_density(tree, "list")
            htmlprocessing.delete_by_link_density(tree, "p")
        farms = htmlprocessing.link_density_test_tables
        for table in [table for table in tree.iter("table") if farms(table)]:
            table.getparent().remove(table)

    assert _same(ours, theirs)


def test_size_of_a_page_is_that_of_its_plain_text() -> None:
    for tree in _trees():
        assert _page_size(copy(tree)) == len(html2txt(tree))

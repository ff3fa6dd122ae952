"""The text engine: trafilatura's way to the story, on a tree that is already parsed and lightened.

It asks for text alone: metadata is read elsewhere, and trafilatura's own reader takes quadratic
time on broken JSON-LD and guesses dates. Fast mode leaves out the second opinion of readability and
justext, which is asked for only where the first is weak.

Fast mode gives the lines of ``trafilatura.bare_extraction(fast=True)`` at a third of its cost,
by the same steps: this package finds the elements that those steps look at, and trafilatura's
functions convert and print them. Steps that are rare are left to ``bare_extraction`` itself.
Only ``crawler.extraction`` imports trafilatura, and only this package does so for texts.
"""

from __future__ import annotations

import logging
from copy import copy

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.baseline import baseline
from trafilatura.core import ESCALATION_ACCEPT_RATIO
from trafilatura.settings import Document, Extractor
from trafilatura.xml import xmltotxt

from crawler.extraction.engine.cleaning import simplified
from crawler.extraction.engine.content import Content, find_content
from crawler.extraction.engine.discard import drop_from_page
from crawler.extraction.engine.retry import is_too_little

# Its warnings repeat, a page at a time, what the result says.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_OPTIONS = Extractor(output_format="python", fast=True, comments=False)
_RECALL = Extractor(output_format="python", fast=True, comments=False, recall=True)
_FAILURES = (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError)


def run_engine(tree: HtmlElement, url: str, fast: bool = True) -> list[str]:
    """The lines of the main text; empty where the engine finds none or fails."""
    try:
        text = _fast_text(tree) if fast and _is_plain(tree) else _whole_text(tree, url, fast)
    except _FAILURES:
        return []
    return [line.strip() for line in text.split("\n") if line.strip()]


def _is_plain(tree: HtmlElement) -> bool:
    """Whether nothing is in it that calls for steps which only ``bare_extraction`` takes.

    A data block left in the page may say that it is a forum's; images are not asked for.
    """
    return next(tree.iter("script", "graphic"), None) is None


def _whole_text(tree: HtmlElement, url: str, fast: bool) -> str:
    document = trafilatura.bare_extraction(
        tree, url=url, fast=fast, include_comments=False, with_metadata=False
    )
    return document.text or "" if isinstance(document, Document) else ""


def _fast_text(tree: HtmlElement) -> str:
    """``trafilatura_sequence``: the story; what the page has where that is nothing; for recall."""
    content = _content(tree, _OPTIONS)
    if len(content.text) < _OPTIONS.min_extracted_size:
        body, text, size = baseline(_pruned(tree))
        if size > len(content.text):
            content = Content(body, text)
    if is_too_little(content.text, tree, lambda: _pruned(_part(tree))):
        more = _recalled(tree)
        least = max(_OPTIONS.min_extracted_size - 1, ESCALATION_ACCEPT_RATIO * len(content.text))
        if len(more.text) > least:
            content = more
    return xmltotxt(content.body, False) if content.text else ""


def _recalled(tree: HtmlElement) -> Content:
    """The story by the rules for recall; nothing where they fail."""
    try:
        return _content(tree, _RECALL)
    except _FAILURES:
        return Content(etree.Element("body"), "")


def _content(tree: HtmlElement, options: Extractor) -> Content:
    part = _part(tree)
    held: list[list[HtmlElement]] = []

    def prepared() -> HtmlElement:
        whole = copy(part)
        held.append(list(whole.iter("*")))  # as long as they are held, lxml wraps no element again
        drop_from_page(whole)
        return simplified(whole, options)

    return find_content(prepared(), prepared, options)


def _pruned(tree: HtmlElement) -> HtmlElement:
    """A copy without what is cut first."""
    pruned = copy(tree)
    drop_from_page(pruned)
    return pruned


def _part(tree: HtmlElement) -> HtmlElement:
    """The body, where that is all that counts: cleaning cuts the head.

    A form is kept where it holds half of all text, which counts the spaces around head and body.
    """
    body = tree.find("body")
    if body is None or next(tree.iter("form"), None) is not None:
        return tree
    return body if all(part.tag in ("head", "body") for part in tree) else tree

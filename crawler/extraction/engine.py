"""The text engine: trafilatura on a tree that is already parsed and lightened.

The only module that imports trafilatura. It asks for text alone: metadata is read elsewhere, and
its own reader takes quadratic time on broken JSON-LD and guesses dates. Fast mode leaves out the
second opinion of readability and justext, which is asked for only where the first is weak.
"""

from __future__ import annotations

import logging

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Document

# Its warnings repeat, a page at a time, what the result says.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def run_engine(tree: HtmlElement, url: str, fast: bool = True) -> list[str]:
    """The lines of the main text; empty where the engine finds none or fails."""
    try:
        document = trafilatura.bare_extraction(
            tree, url=url, fast=fast, include_comments=False, with_metadata=False
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return []
    if not isinstance(document, Document) or not document.text:
        return []
    return [line.strip() for line in document.text.split("\n") if line.strip()]

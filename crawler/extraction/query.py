"""XPath over a page, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

Query = Callable[[HtmlElement], list[HtmlElement]]
_REGULAR = {"re": "http://exslt.org/regular-expressions"}


def query(path: str) -> Query:
    """A compiled XPath that selects elements; ``re:test`` is there."""
    compiled = XPath(path, namespaces=_REGULAR)
    # lxml's own types allow numbers and strings here, which a path of elements never gives.
    return cast(Query, compiled)

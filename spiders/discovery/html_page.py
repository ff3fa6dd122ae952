"""A page as a tree, however broken it is."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawler.extraction.decode import decode
from spiders.discovery.listing import absolute

Element = Any  # lxml has no types


def parse_html(body: bytes, content_type: str | None) -> Element | None:
    """The root element of a page; None for one without content."""
    data = decode(body, content_type)[0].replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # such as a page of nothing but comments
        return None


def base_of(root: Element, url: str) -> str:
    """What the links of a page from ``url`` are relative to."""
    for element in root.iter("base"):
        if href := element.get("href"):
            return absolute(url, href) or url
    return url

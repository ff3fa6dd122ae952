"""From the bytes of a page to its story: ``extract(page)``; pure, without Scrapy or the archive."""

from __future__ import annotations

from crawler.extraction.assemble import extract, extractor_id
from crawler.extraction.record import Extraction, Page

__all__ = ["EXTRACTOR", "Extraction", "Page", "extract"]

EXTRACTOR: str


def __getattr__(name: str) -> str:
    # Its digest reads a file, which an import must not.
    if name == "EXTRACTOR":
        return extractor_id()
    raise AttributeError(name)

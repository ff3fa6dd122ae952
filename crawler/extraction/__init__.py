"""From the bytes of a page to its story: ``extract(page)``; pure, without Scrapy or the archive."""

from __future__ import annotations

from crawler.extraction.assemble import EXTRACTOR, extract
from crawler.extraction.record import Extraction, Page

__all__ = ["EXTRACTOR", "Extraction", "Page", "extract"]

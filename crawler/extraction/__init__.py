"""From the bytes of a page to its story: ``extract(page)``; pure, without Scrapy or the archive."""

from __future__ import annotations

from crawler.extraction.identity import extractor_id as extractor
from crawler.extraction.record import Extraction, Page

__all__ = ["Extraction", "Page", "extract", "extractor"]

# The parsers are imported with the first page: the workers need them, the crawl itself does not.


def extract(page: Page) -> Extraction:
    """The record of a page; see ``crawler.extraction.assemble``."""
    from crawler.extraction.assemble import extract as extract_page

    return extract_page(page)

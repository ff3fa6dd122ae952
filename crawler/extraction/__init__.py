"""From the bytes of a page to its story: ``extract(page)``; pure, without Scrapy or the archive."""

from __future__ import annotations

from crawler.extraction.record import Extraction, Page
from crawler.reservations import Reservation

__all__ = ["Extraction", "Page", "extract", "extractor", "reservations_of"]

# The parsers are imported with the first page: the workers need them, but a run that finds nothing
# due has ended before they are loaded.


def extract(page: Page) -> Extraction:
    """The record of a page; see ``crawler.extraction.assemble``."""
    from crawler.extraction.assemble import extract as extract_page

    return extract_page(page)


def reservations_of(page: Page) -> tuple[Reservation, ...]:
    """What its meta elements reserve; see ``crawler.extraction.reservations``."""
    from crawler.extraction.reservations import reservations_of as read_reservations

    return read_reservations(page)


def extractor() -> str:
    """What made a record: names and versions, for the line; see ``crawler.extraction.assemble``."""
    from crawler.extraction.assemble import extractor_id

    return extractor_id()

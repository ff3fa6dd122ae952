"""From the bytes of a page to its story: ``extract(page)``; pure, without Scrapy or the archive."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.following import StoryPage
from crawler.extraction.identity import extractor_id as extractor
from crawler.extraction.record import Extraction, Page
from crawler.reservations import Reservation

__all__ = ["Extraction", "Page", "StoryPage", "extract", "extractor", "join", "reservations_of"]

# The parsers are imported with the first page: the workers need them, the crawl itself does not.


def extract(page: Page) -> Extraction:
    """The record of a page; see ``crawler.extraction.assemble``."""
    from crawler.extraction.assemble import extract as extract_page

    return extract_page(page)


def join(pages: Sequence[StoryPage]) -> Extraction:
    """The pages of one story as one; see ``crawler.extraction.joined``."""
    from crawler.extraction.joined import join as join_pages

    return join_pages(pages)


def reservations_of(page: Page) -> tuple[Reservation, ...]:
    """What its meta elements reserve; see ``crawler.extraction.reservations``."""
    from crawler.extraction.reservations import reservations_of as read_reservations

    return read_reservations(page)

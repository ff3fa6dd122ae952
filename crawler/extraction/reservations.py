"""What the meta elements of a page reserve."""

from __future__ import annotations

from crawler.extraction.decode import decode, parse
from crawler.extraction.index import read_index
from crawler.extraction.markup import Markup, read_markup
from crawler.extraction.record import Page
from crawler.reservations import Reservation, said_in_page


def find_reservations(markup: Markup, agent: str) -> tuple[Reservation, ...]:
    """The reservations of a page that was read, for the robot of that name."""
    pairs = ((name, content) for name, contents in markup.meta.items() for content in contents)
    return said_in_page(pairs, agent)


def reservations_of(page: Page) -> tuple[Reservation, ...]:
    """The same of a page that was not; a bad page has none."""
    try:
        document = parse(*decode(page.body, page.content_type))
    except (ValueError, LookupError):
        return ()
    if document is None:
        return ()
    return find_reservations(read_markup(document.tree, read_index(document.tree)), page.agent)

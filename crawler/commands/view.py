"""``scrapy view`` as Scrapy has it; a look is not a crawl, and nothing is archived."""

from __future__ import annotations

from scrapy.commands import view

from crawler.looking import WritesNothing


class Command(WritesNothing, view.Command):
    """Scrapy's command."""

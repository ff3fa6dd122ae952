"""``scrapy fetch`` as Scrapy has it; a look is not a crawl, and nothing is archived."""

from __future__ import annotations

from scrapy.commands import fetch

from crawler.looking import WritesNothing


class Command(WritesNothing, fetch.Command):
    """Scrapy's command."""

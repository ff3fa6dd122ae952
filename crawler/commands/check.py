"""``scrapy check`` as Scrapy has it; a look is not a crawl, and nothing is archived."""

from __future__ import annotations

from scrapy.commands import check

from crawler.looking import WritesNothing


class Command(WritesNothing, check.Command):
    """Scrapy's command."""

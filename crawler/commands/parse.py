"""``scrapy parse`` as Scrapy has it; a look is not a crawl, and nothing is archived."""

from __future__ import annotations

from scrapy.commands import parse

from crawler.looking import WritesNothing


class Command(WritesNothing, parse.Command):
    """Scrapy's command."""

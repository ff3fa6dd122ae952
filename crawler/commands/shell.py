"""``scrapy shell`` as Scrapy has it; a look is not a crawl, and nothing is archived."""

from __future__ import annotations

from scrapy.commands import shell

from crawler.looking import WritesNothing


class Command(WritesNothing, shell.Command):
    """Scrapy's command."""

"""An article's last steps: claimed, then written and confirmed."""

from __future__ import annotations

import msgspec
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.extensions import Archive
from crawler.items import Article


class ClaimPipeline:
    """Decides whether an article is new, a new version, unchanged or a duplicate."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ClaimPipeline:
        return cls(_archive(crawler), crawler.stats)

    async def process_item(self, item: object) -> object:
        """Puts ``version`` and ``previous_id`` in. Drops what makes no line, with its reason."""
        if not isinstance(item, Article):
            return item
        claim = await self._archive.session.claim(item)
        if claim.dropped is not None:
            self._stats.inc_value(f"news/dropped/{claim.dropped}")
            raise DropItem(f"{claim.dropped}: {item.final_url}", log_level="DEBUG")
        item.version = claim.version
        item.previous_id = claim.previous_id
        return item


class DeliverPipeline:
    """Writes the line; only then the story counts as seen."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DeliverPipeline:
        return cls(_archive(crawler), crawler.stats)

    async def process_item(self, item: object) -> object:
        """Returns the item unchanged, with its line in the file."""
        if not isinstance(item, Article):
            return item
        try:
            await self._archive.session.deliver(item, msgspec.json.encode(item))
        except OSError as error:
            raise DropItem(f"storage: {item.final_url}") from error
        self._stats.inc_value("news/written")
        if item.text is None:
            self._stats.inc_value("news/without_text")
        if item.version > 1:
            self._stats.inc_value("news/new_versions")
        return item


def _archive(crawler: Crawler) -> Archive:
    archive = crawler.get_extension(Archive)
    assert archive is not None, "crawler.extensions.Archive must be in EXTENSIONS"
    return archive

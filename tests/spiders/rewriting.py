"""Pipelines of a user's, for test_delivery."""

from __future__ import annotations

from crawler.items import Article


class Rewriting:
    """Gives every article another headline."""

    def process_item(self, item: object) -> object:
        if isinstance(item, Article):
            item.headline = "Rewritten"
        return item


class Breaking:
    """Has a fault that one of the stories meets."""

    def process_item(self, item: Article) -> Article:
        if item.headline and item.headline.endswith("at d"):
            raise TypeError("a fault of a pipeline")
        return item

"""A pipeline of a user's, for test_delivery."""

from __future__ import annotations

from crawler.items import Article


class Rewriting:
    """Gives every article another headline."""

    def process_item(self, item: object) -> object:
        if isinstance(item, Article):
            item.headline = "Rewritten"
        return item

"""What a look at an outlet gave."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.sources.source import Source


@dataclass(frozen=True, slots=True)
class FoundOutlet:
    """A source that may be declared, and remarks for whoever reviews it."""

    source: Source
    remarks: tuple[str, ...] = ()

    @property
    def is_useful(self) -> bool:
        """Whether there is anything to poll."""
        return bool(self.source.feeds or self.source.news_sitemaps or self.source.sections)

"""Sources: the outlets that a crawl reads, each a ``[[source]]`` table in TOML."""

from crawler.sources.load import SourceErrors, load_sources, pick_sources, shipped_sources
from crawler.sources.source import Source, headers_for, is_of, wants

__all__ = [
    "Source",
    "SourceErrors",
    "headers_for",
    "is_of",
    "load_sources",
    "pick_sources",
    "shipped_sources",
    "wants",
]

"""What a listing says of a story before it is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

ListingKind = Literal["feed", "news_sitemap", "section", "robots"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed, a news sitemap or a section page said of a story: candidates, never facts.

    ``published`` and ``modified`` are the raw strings of the listing.
    """

    headline: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary: str | None = None
    language: str | None = None


NO_HINTS = Hints()


def read_hints(text: str) -> Hints:
    """Hints from their JSON, as the state and the archive keep them; keys left out are empty.

    Raises msgspec.DecodeError for anything else.
    """
    return msgspec.json.decode(text, type=Hints)


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing: where a story is said to be, its rank there (0 is the top), hints."""

    url: str
    rank: int
    hints: Hints = NO_HINTS

"""Closes the elements of a feed's entries whose end tags are missing or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Those that hold text alone, and those that hold them. What is in an author is left as it is.
_LEAVES = frozenset(
    {"title", "link", "guid", "id", "description", "summary", "content", "content:encoded"}
    | {"pubdate", "published", "updated", "dc:date", "dc:creator", "category", "comments"}
)
_HOLDERS = frozenset({"item", "entry", "channel", "feed", "rss", "rdf:rdf", "image"})
_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([A-Za-z][\w:.-]{0,40})([^<>]*)>", re.DOTALL
)


def closed(text: str) -> str:
    """``text`` with an end tag for each leaf that has none before its entry ends: in front of the
    next leaf or holder. Linear in its length."""
    pieces, at = [], 0
    for entry in _entries(text):
        ends = {tag[2].lower(): n for n, tag in enumerate(entry) if tag[1]}
        leaf: str | None = None
        for n, tag in enumerate(entry):
            if leaf and not (tag[1] and tag[2] == leaf):
                pieces += [text[at : tag.start()], f"</{leaf}>"]
                at = tag.start()
            is_open = not tag[1] and not tag[3].endswith("/") and tag[2].lower() in _LEAVES
            leaf = tag[2] if is_open and ends.get(tag[2].lower(), -1) < n else None
    return "".join(pieces) + text[at:]


def _entries(text: str) -> Iterator[list[re.Match[str]]]:
    """The tags of leaves and holders, in lists that end with that of a holder."""
    entry: list[re.Match[str]] = []
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if name in _LEAVES or name in _HOLDERS:
            entry.append(tag)
        if name in _HOLDERS:
            yield entry
            entry = []
    yield entry

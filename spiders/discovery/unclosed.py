"""Closes elements of feeds and sitemaps whose end tags are missing or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Those that hold text alone, and those that hold them. What is in an author is left as it is.
_LEAVES = frozenset(
    {"title", "link", "guid", "id", "description", "summary", "content", "content:encoded"}
    | {"pubdate", "published", "updated", "dc:date", "dc:creator", "category", "comments"}
)
_HOLDERS = frozenset({"item", "entry", "channel", "feed", "rss", "rdf:rdf", "image"})
# Of sitemaps, by local name; Google's extensions have more, of which none is read.
_SITEMAP_LEAVES = frozenset(
    {"loc", "lastmod", "changefreq", "priority", "title", "publication_date", "name", "language"}
    | {"keywords", "genres"}
)
_ENTRIES = frozenset({"url", "sitemap"})
_IN_ENTRIES = frozenset({"news", "image", "video"})
_DEEPEST = 50
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


def closed_sitemap(text: str) -> str:
    """``text`` of a sitemap with the end tags that it lacks: of a leaf in front of whatever comes
    next, of an entry in front of the next one. One that nests deeper than any is left as it is."""
    pieces, at = [], 0
    stack: list[str] = []  # as the tags spell them, the innermost last
    for tag in _TAG.finditer(text):
        name = tag[2]
        if not name:
            continue
        is_misspelt = bool(tag[1] and stack and name not in stack)
        over = 1 if is_misspelt else _over(name, stack, is_end=bool(tag[1]))
        pieces += [text[at : tag.start()], *(f"</{stack.pop()}>" for _ in range(over))]
        at = tag.end() if is_misspelt else tag.start()
        if tag[1]:
            if not is_misspelt and stack:
                stack.pop()
        elif not tag[3].endswith("/"):
            stack.append(name)
            if len(stack) > _DEEPEST:
                return text
    return "".join(pieces) + text[at:]


def _over(name: str, stack: list[str], *, is_end: bool) -> int:
    """How many of the open elements are over where a tag stands, but for the one that it ends."""
    locals_ = [_local(one) for one in reversed(stack)]
    if is_end:
        return stack[::-1].index(name) if name in stack else 0
    entry = next((n for n, local in enumerate(locals_) if local in _ENTRIES), None)
    if entry is not None and _local(name) in _ENTRIES:
        return entry + 1
    if entry is not None and _local(name) in _IN_ENTRIES:
        return entry
    return int(bool(stack) and locals_[0] in _SITEMAP_LEAVES)


def _local(name: str) -> str:
    return name.lower().rpartition(":")[2]

"""The page that continues a section page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spiders.discovery.html_page import Element
from spiders.discovery.listing import absolute

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:next|older|weiter|suivant|siguiente|successiva)(?:$|[\s_-])", re.I
)
_SAID = re.compile(
    r"\s*(?:next|older(?: posts| stories| entries)?|next page|nächste(?: seite)?|weiter|ältere.*"
    r"|suivante?|page suivante|siguiente|próxim[ao]|successiva|volgende|nästa|następna|次へ|次の.*"
    r"|下一页|下一頁|다음|التالي|»|›|>|→)\s*[»›>→]*\s*\Z",
    re.IGNORECASE,
)


def next_page(root: Element, base: str, url: str) -> str | None:
    """The address that a page from ``url`` says continues it: rel=next, else a link that is named
    or worded so. None on the last page."""
    for href in _candidates(root):
        target = absolute(base, href)
        if target and target != url:
            return target
    return None


def _candidates(root: Element) -> Iterator[str]:
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            yield element.get("href") or ""
    for anchor in root.iter("a"):
        named = f"{anchor.get('class') or ''} {anchor.get('id') or ''}"
        text = "".join(anchor.itertext())
        if len(text) <= 30 and (_SAID.match(text) or _NAMED.search(named)):
            yield anchor.get("href") or ""

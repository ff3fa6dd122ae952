"""The sitemaps that a robots.txt names (sitemaps.org, "Specifying the Sitemap location")."""

from __future__ import annotations

import re

from spiders.discovery.listing import ChildSitemap, Listing, absolute, refused
from spiders.discovery.xml_text import decode

_LONGEST = 500 * 1024  # bytes that are read, as of its rules (RFC 9309 section 2.5)
# In any case, and independent of the groups of user agents.
_SITEMAP = re.compile(r"\s*site-?map\s*:\s*([^\s#]+)", re.IGNORECASE)
_COMMENT_OR_RULE = re.compile(r"\s*(?:#|[A-Za-z-]+\s*:)")


def read_robots(body: bytes, url: str, content_type: str | None) -> Listing:
    """The sitemaps of a robots.txt from ``url``, each once, in order. One without any is fine."""
    text, _ = decode(body[:_LONGEST], content_type)
    lines = text.splitlines()
    if lines and not any(map(_COMMENT_OR_RULE.match, lines)):
        return refused("not a robots.txt")
    named = (absolute(url, found[1]) for line in lines if (found := _SITEMAP.match(line)))
    return Listing(children=tuple(dict.fromkeys(ChildSitemap(name) for name in named if name)))

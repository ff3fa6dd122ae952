"""The sources file that tells the crawler about the sample newspaper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.demo.outlets import Outlet

_FEEDS = frozenset({"rss", "rdf", "atom", "json_feed"})
_SITEMAPS = frozenset({"news_sitemap", "news_sitemap_gz", "sitemap_index"})
DELAY_SECONDS = 0.05
POLL = "1m"


def sources_toml(outlets: tuple[Outlet, ...], bases: Mapping[str, str]) -> str:
    """A TOML file with one ``[[source]]`` table an outlet."""
    return "\n".join(_source(outlet, bases[outlet.id]) for outlet in outlets)


def _source(outlet: Outlet, base: str) -> str:
    fields: dict[str, object] = {
        "id": outlet.id,
        "name": outlet.name,
        "home": f"{base}/",
        "feeds": _urls(outlet, base, _FEEDS),
        "news_sitemaps": _urls(outlet, base, _SITEMAPS),
        "sections": _urls(outlet, base, frozenset({"section"})),
        "domains": [urlsplit(base).hostname],
        "take": list(outlet.take),
        "leave": list(outlet.leave),
        "language": outlet.language,
        "country": outlet.country,
        "poll": POLL,
        "delay": DELAY_SECONDS,
        "concurrency": 1,
    }
    # A JSON string or list of strings is a TOML one too (TOML 1.0: basic strings, arrays).
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(["[[source]]", *lines, ""])


def _urls(outlet: Outlet, base: str, kinds: frozenset[str]) -> list[str]:
    return [base + item.path for item in outlet.listings if item.declared and item.kind in kinds]

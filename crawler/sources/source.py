"""A source: one outlet, what of it is polled, and which links are its articles."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.overrides import Overrides
from crawler.urls import host_of, is_downgrade, is_ip, registered_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One outlet. ``tried`` is the day on which its listings were last seen to work, or None.

    ``domains`` are hosts whose pages (and whose subdomains') count as the outlet's; an entry may
    carry a port. Empty means the registered domain of ``home``. ``take`` and ``leave`` are regular
    expressions searched for in the article's URL. ``delay`` is in seconds; ``poll`` is the shortest
    time between two polls of a listing, such as "15m", None for the setting. The ``max_`` keys
    bound what one run may take. ``revisit``: ages of a story at which it is looked at again, such
    as ``6h``; None leaves that to the settings. ``overrides`` are selectors for its pages.
    """

    id: str
    name: str
    home: str
    feeds: tuple[str, ...] = ()
    news_sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    language: str | None = None
    country: str | None = None
    poll: str | None = None
    robots_sitemaps: bool = False
    max_pages: int | None = None
    max_megabytes: float | None = None
    max_minutes: float | None = None
    delay: float | None = None
    concurrency: int | None = None
    revisit: tuple[str, ...] | None = None
    verify_tls: bool = True
    enabled: bool = True
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    overrides: Overrides | None = None
    tried: datetime.date | None = None
    note: str | None = None


def is_of(source: Source, url: str) -> bool:
    """Whether ``url`` is on one of the source's domains."""
    return any(_is_within(url, domain) for domain in source.domains or (_home_domain(source.home),))


def headers_for(source: Source, url: str) -> dict[str, str]:
    """The header fields that a request for ``url`` carries: credentials among them are for the
    source's own hosts, whatever its listings name, and not to be read on the way."""
    is_theirs = source.headers and is_of(source, url) and not is_downgrade(source.home, url)
    return dict(source.headers) if is_theirs else {}


def wants(source: Source, url: str) -> bool:
    """Whether ``url`` may be an article of ``source``: its domains, then ``leave``, then ``take``.

    It says nothing about the shape of the URL where the source has no ``take``.
    """
    if not is_of(source, url):
        return False
    if any(_compiled(pattern).search(url) for pattern in source.leave):
        return False
    return not source.take or any(_compiled(pattern).search(url) for pattern in source.take)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def _home_domain(home: str) -> str:
    """The registered domain of home; of an IP or a bare name its port too: a box of many sites."""
    domain = registered_domain(home)
    return urlsplit(home).netloc if _is_machine(domain) else domain


def _is_machine(domain: str) -> bool:
    return is_ip(domain) or "." not in domain


def _is_within(url: str, domain: str) -> bool:
    """Whether ``url`` is on ``domain`` (host, or host:port) or below it."""
    name, port = _named(domain)
    if port is not None and port != _port(url):
        return False
    host = host_of(url)
    return bool(host) and (host == name or host.endswith(f".{name}"))


@lru_cache(maxsize=4096)
def _named(domain: str) -> tuple[str, int | None]:
    """Host and port of an entry of ``domains``."""
    return host_of(f"http://{domain}/"), urlsplit(f"//{domain}").port


def _port(url: str) -> int | None:
    parts = urlsplit(url)
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)

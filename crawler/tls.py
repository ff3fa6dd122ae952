"""Certificate verification and a source's way out of it."""

from __future__ import annotations

from collections.abc import Collection

from scrapy import Request, Spider
from scrapy.utils.httpobj import urlparse_cached


def opted_out_hosts(spider: Spider | None) -> Collection[str]:
    """The hosts, subdomains included, for which a spider's sources have set verify_tls = false."""
    hosts: Collection[str] = getattr(spider, "unverified_hosts", ())
    return hosts


def is_verified(request: Request, by_default: bool, opted_out: Collection[str]) -> bool | None:
    """Whether the certificate behind ``request`` is verified; None over plain HTTP.

    It goes by the host, so that robots.txt is read as the pages are, and a redirect elsewhere is
    verified.
    """
    url = urlparse_cached(request)
    if url.scheme != "https":
        return None
    host = url.hostname or ""
    return by_default and not any(host == name or host.endswith("." + name) for name in opted_out)

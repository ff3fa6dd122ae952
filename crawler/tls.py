"""Certificate verification and a source's way out of it."""

from __future__ import annotations

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached


def is_opted_out(request: Request) -> bool:
    """Whether the source of this request has opted out of verification for this very host.

    ``meta["tls_unverified"]`` holds the source's hosts, so that a redirect elsewhere is verified.
    """
    hosts: tuple[str, ...] = request.meta.get("tls_unverified", ())
    host = urlparse_cached(request).hostname or ""
    return any(host == name or host.endswith("." + name) for name in hosts)


def is_verified(request: Request, by_default: bool) -> bool | None:
    """Whether the certificate behind ``request`` was verified; None over plain HTTP."""
    if urlparse_cached(request).scheme != "https":
        return None
    return by_default and not is_opted_out(request)

"""Which fields of a request hold secrets that are not to stand in the archive."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.errors import ConfigurationError

POLICIES = ("configured", "all", "none")
"""``configured``: credentials, and the secrets that a source's declaration supplied. ``all``: every
cookie too, whoever set it. ``none``: the archive keeps all."""

_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_COOKIES = frozenset({"cookie", "cookie2"})
# Fields of an outlet's own for the same purpose: X-Api-Key, X-Auth-Token.
_TELLING = ("auth", "token", "secret", "key", "password", "session")


def check_policy(policy: str) -> str:
    """``policy``, or ConfigurationError."""
    if policy not in POLICIES:
        raise ConfigurationError(f"WARC_REDACT: {policy!r}: use one of {', '.join(POLICIES)}")
    return policy


def secret_fields(policy: str, configured: Iterable[str]) -> frozenset[str]:
    """Names of secret fields in lower case; ``configured``: those that the source supplied."""
    if policy == "none":
        return frozenset()
    supplied = frozenset(name.lower() for name in configured)
    secret = {name for name in supplied if any(part in name for part in _TELLING)}
    return _CREDENTIALS | (_COOKIES if policy == "all" else _COOKIES & supplied) | secret
